package forms

import (
	"slices"
	"sort"
)

// drops tells the tick boxes that the configuration no longer has. A condition may still name the field, so only ticks,
// which no condition names, are dropped.
func (t Tenant) drops(field Field) bool {
	_, has := t.Form.Extra[field.Name]
	return field.Check == "tick" && !has
}

// field replaces what the configuration says of one field.
func (t Tenant) field(f Field) Field {
	f.Labels = cloneLabels(f.Labels)
	t.options(&f)
	t.requirement(&f)
	t.limits(&f)
	if slices.Contains(t.Form.Disabled, f.Name) {
		f.Input = "none"
	}
	if v, ok := t.Form.Defaults[f.Name]; ok && plainDefault(v) {
		f.Default = v
	}
	return f
}

func (t Tenant) options(f *Field) {
	lists := map[string][]string{
		"integration_environment": t.Form.Environments, "application_type": t.Form.Applications, "grant_types": t.Form.Grants,
		"token_endpoint_auth_method": t.Form.Methods, "token_endpoint_auth_signing_alg": t.Form.Algorithms,
		"protocol": t.Form.Protocols, "scope": t.Form.Scopes,
	}
	for _, c := range t.Form.Challenges {
		if c != nil && *c != "" {
			lists["code_challenge_method"] = append(lists["code_challenge_method"], *c)
		}
	}
	if list := lists[f.Name]; len(list) > 0 {
		f.Options = list
	}
	if f.Name == "token_endpoint_auth_method" && len(t.Form.MethodTitles) == len(f.Options) {
		for i, o := range f.Options {
			f.Labels[o] = t.Form.MethodTitles[i]
		}
	}
}

// requirement says in which environments a field must be filled. The organisation is two fields of ours and one of theirs.
func (t Tenant) requirement(f *Field) {
	if d, ok := t.Form.More[f.Name]; ok && f.Check != "seconds" && (f.Name == "country" || f.Name == "policy_uri") {
		f.Form.RequiredIn, f.Server.RequiredIn = d.Required, d.Required
	}
	if e, ok := t.Form.Extra[f.Name]; ok && (f.Check == "tick" || f.Name == "aup_uri") {
		f.Form.RequiredIn, f.Server.RequiredIn = e.Required, e.Required
		if e.Title != "" {
			f.Label = e.Title
		}
	}
	if e, ok := t.Form.Extra["organization"]; ok && (f.Name == "organization_name" || f.Name == "organization_url") {
		f.Form = Rule{}
		if len(e.Required) > 0 {
			f.Form = Rule{When: []Test{{Field: "integration_environment", Is: anyList(e.Required)}}, Required: true, Pattern: f.Form.Pattern}
		}
		f.Server = Rule{RequiredIn: without(e.Required, e.Hide)}
		f.ShownWhen = nil
		if len(e.Hide) > 0 {
			f.ShownWhen = []Test{{Field: "integration_environment", Not: anyList(e.Hide)}}
		}
	}
}

// limits follow the software's own order: the detailed setting, the general one, its built-in number.
func (t Tenant) limits(f *Field) {
	d := t.Form.More[f.Name]
	switch f.Name {
	case "id_token_timeout_seconds":
		f.setLimits(nil, t.Form.IDToken, nil)
	case "device_code_validity_seconds":
		f.setLimits(nil, t.Form.DeviceCode, nil)
	case "refresh_token_validity_seconds":
		f.setLimits(orNumber(d.Min, nil, 1), orNumber(wholeNumber(d.Max), t.Form.RefreshToken, 34560000), nil)
	case "access_token_validity_seconds":
		by := maxByModel(d.Max)
		f.setLimits(orNumber(d.Min, nil, 1), orNumber(nil, t.Form.AccessToken, 21600), by)
	}
}

func (f *Field) setLimits(low, high *int, by *MaxBy) {
	for _, r := range []*Rule{&f.Form, &f.Server} {
		if low != nil {
			r.Min = low
		}
		switch {
		case by != nil:
			r.Max, r.MaxBy = nil, by
		case high != nil:
			r.Max, r.MaxBy = high, nil
		}
	}
}

func maxByModel(v any) *MaxBy {
	m, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	const usual = "OFFLINE_VERIFIABLE"
	by := &MaxBy{Field: "access_token_validation_model", Max: map[string]int{}, Else: usual}
	for model, limit := range m {
		if n := wholeNumber(limit); n != nil {
			by.Max[model] = *n
		}
	}
	if _, ok := by.Max[usual]; !ok {
		return nil
	}
	return by
}

func wholeNumber(v any) *int {
	f, ok := v.(float64)
	if !ok || f != float64(int(f)) {
		return nil
	}
	n := int(f)
	return &n
}

func orNumber(first, second *int, last int) *int {
	switch {
	case first != nil:
		return first
	case second != nil:
		return second
	}
	return &last
}

// newTicks are boxes that no profile knows: a new policy to agree to, for example.
func (t Tenant) newTicks(f Form) []Field {
	var added []Field
	for name, e := range t.Form.Extra {
		if _, known := f.Field(name); known || e.Type != "boolean" {
			continue
		}
		rule := Rule{RequiredIn: e.Required}
		server := rule
		filled := false
		server.When = []Test{{Field: "service_name", Blank: &filled}}
		label := e.Title
		if label == "" {
			label = name
		}
		added = append(added, Field{Name: name, Label: label, Check: "tick", Input: "tick", Default: false, Form: rule, Server: server,
			Enter: "tick the box if you agree", Source: "the registry's own answer"})
	}
	sort.Slice(added, func(i, j int) bool { return added[i].Name < added[j].Name })
	return added
}

func (t Tenant) environments(known []Choice) []Choice {
	var out []Choice
	for _, e := range t.Form.Environments {
		out = append(out, choiceOf(e, known))
	}
	return out
}

func (t Tenant) contacts(rules ContactRules) ContactRules {
	if len(t.Form.ContactTypes) > 0 {
		known := rules.Types
		rules.Types = nil
		for _, c := range t.Form.ContactTypes {
			rules.Types = append(rules.Types, choiceOf(c, known))
		}
	}
	if t.Form.Contacts != nil {
		rules.Required = nil
		for _, c := range t.Form.Contacts {
			rules.Required = append(rules.Required, c.Type)
		}
	}
	return rules
}

func choiceOf(value string, known []Choice) Choice {
	for _, c := range known {
		if c.Value == value {
			return c
		}
	}
	return Choice{Value: value, Label: value}
}

func plainDefault(v any) bool {
	switch v := v.(type) {
	case string, bool:
		return true
	case []any:
		return !slices.ContainsFunc(v, func(item any) bool { _, ok := item.(string); return !ok })
	}
	return false
}

func without(list, removed []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(removed, s) })
}

func anyList(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

func cloneLabels(m map[string]string) map[string]string {
	out := make(map[string]string, len(m))
	for k, v := range m {
		out[k] = v
	}
	return out
}
