package wizard

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/credguide/credguide/environments/forms"
	"github.com/credguide/credguide/internal/catalog"
	"github.com/credguide/credguide/wizard/request"
)

// Target is what the request is meant for, for the advice.
func (w Where) Target() request.Target {
	t := request.Target{Scopes: w.Scopes}
	if w.Backend != nil {
		t.Backend = w.Backend.ID
	}
	if w.Environment.Registry != nil {
		t.Environment = w.Environment.Registry.IntegrationEnvironment
	}
	return t
}

// Request is the registration request that the answers make, in the registry's own field names.
// What may stay as the form has it is left out.
func (i *Interview) Request(w Where, a Answers) map[string]any {
	fields := map[string]any{}
	if !w.HasForm() {
		return fields
	}
	for _, f := range w.form().Fields() {
		if v, ok := a.fields[f.Name]; ok {
			fields[f.Name] = v
			continue
		}
		if v := fieldValue(w, a, f); v != nil {
			fields[f.Name] = v
		}
	}
	// what this form does not know is for the rules to judge
	maps.Copy(fields, a.fields)
	return fields
}

// fieldValue is what a field gets; nil leaves it as it is.
func fieldValue(w Where, a Answers, f forms.Field) any {
	roles := w.form().Roles
	text, answered := a.Text(f.Name)
	names := f.Aliases
	if f.Name == roles.ClientID {
		names = append(slices.Clip(names), ClientIDField)
	}
	for _, alias := range names {
		if other, ok := a.Text(alias); ok && !answered {
			text, answered = other, true
		}
	}
	switch {
	case f.Name == roles.Environment:
		return w.Environment.Registry.IntegrationEnvironment
	case f.Check == "contacts":
		if list := contacts(w, a); list != nil {
			return list
		}
		return nil
	case f.Name == roles.ClientID && text == Generated:
		return "" // written out, so that the request tells a decision from a gap
	case answered && (f.Check == "tick" || f.Check == "switch") && (text == Yes || text == No):
		return text == Yes
	case answered:
		return text
	case f.Preset != nil:
		return f.Preset
	case f.Check == "scopes":
		return scopes(w)
	}
	return nil
}

// scopes are exactly those that the back-end lists, with openid: every openEO client asks for all
// of them, and the request has no use for more.
func scopes(w Where) any {
	if len(w.Scopes) == 0 {
		return nil
	}
	var list []any
	if !slices.Contains(w.Scopes, "openid") {
		list = append(list, "openid")
	}
	for _, s := range w.Scopes {
		list = append(list, s)
	}
	return list
}

// ScopeNotes explain the scopes that the registry's form has in no list. What only some lists lack,
// the sheet has ticked or typed.
func ScopeNotes(w Where) []string {
	var unknown []string
	for _, s := range w.Scopes {
		if !slices.ContainsFunc(w.Rules, func(rules *request.Rules) bool {
			f, ok := rules.Form().Field("scope")
			return ok && offers(f, s)
		}) {
			unknown = append(unknown, s)
		}
	}
	if len(unknown) == 0 || len(w.Rules) == 0 { // without a form there is nothing to type into
		return nil
	}
	return []string{fmt.Sprintf("%s asks for %s, which the registry does not offer. Type each and press +, and ask the registry's administrators whether they provide it: otherwise it is an empty scope, or the deployment fails.", w.Backend.ID, strings.Join(unknown, " and "))}
}

func offers(f forms.Field, scope string) bool {
	if slices.Contains(f.Options, scope) {
		return true
	}
	preset, _ := f.Default.([]any)
	return slices.Contains(preset, any(scope))
}

// Judge applies all rules and collects the fields that any of them refuses.
func (i *Interview) Judge(w Where, a Answers) request.Verdict {
	in := request.Input{Fields: i.Request(w, a)}
	var all request.Verdict
	for n, rules := range w.Rules {
		v := rules.Validate(in, w.Target())
		if n == 0 {
			all = v
			continue
		}
		for _, e := range v.Errors {
			if !slices.ContainsFunc(all.Errors, func(known request.Refusal) bool { return known.Label == e.Label }) {
				all.Errors = append(all.Errors, e)
			}
		}
	}
	all.Acceptable = len(all.Errors) == 0
	return all
}

// RequestYAML writes the request in the order of the form.
func (i *Interview) RequestYAML(w Where, a Answers) ([]byte, error) {
	fields := i.Request(w, a)
	var out bytes.Buffer
	fmt.Fprintf(&out, "# A registration request for %s, in the registry's own field names.\n", w.Environment.Title)
	out.WriteString("# What is not here stays as the form has it. There is no secret in it.\n")
	write := func(name string) error {
		v, ok := fields[name]
		if !ok {
			return nil
		}
		delete(fields, name)
		text, err := catalog.Encode(map[string]any{name: v})
		out.Write(text)
		return err
	}
	for _, f := range w.form().Fields() {
		if err := write(f.Name); err != nil {
			return nil, err
		}
	}
	for _, name := range sortedKeys(fields) {
		if err := write(name); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
