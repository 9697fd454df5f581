package forms

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/internal/dev/shared"
)

// answer is a registry's configuration, with changes to its form: the last of each path gets the
// value, nil removes it.
func answer(t *testing.T, file string, changes map[string]any) []byte {
	t.Helper()
	var root map[string]any
	if err := json.Unmarshal(shared.Read(t, "registry/"+file), &root); err != nil {
		t.Fatal(err)
	}
	for path, value := range changes {
		names := strings.Split(path, ".")
		object := root["form_config"].(map[string]any)
		for _, name := range names[:len(names)-1] {
			object = object[name].(map[string]any)
		}
		object[names[len(names)-1]] = value
		if value == nil {
			delete(object, names[len(names)-1])
		}
	}
	data, err := json.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func today(t *testing.T, data []byte) Form {
	t.Helper()
	base, err := Lookup("egi")
	if err != nil {
		t.Fatal(err)
	}
	f, err := base.Today(data)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// The built-in profiles were read from two configurations. Applying the same configurations as if
// they were live must change no rule.
func TestTheLiveConfigurationOfAProfileChangesNoRule(t *testing.T) {
	for _, profile := range []string{"default", "egi-2024"} {
		applied, want := today(t, answer(t, "tenant-"+profile+".json", nil)), form(t, profile)
		if len(applied.Fields()) != len(want.Fields()) {
			t.Fatalf("%s: %d fields, want %d", profile, len(applied.Fields()), len(want.Fields()))
		}
		for i, f := range applied.Fields() {
			w := want.Fields()[i]
			if f.Name != w.Name || f.Input != w.Input || f.Label != w.Label {
				t.Errorf("%s: %s (%s) stands where %s (%s) should", profile, f.Name, f.Input, w.Name, w.Input)
			}
			if d := cmp.Diff([]any{rules(w), w.Options, w.ShownWhen, written(t, w.Default)}, []any{rules(f), f.Options, f.ShownWhen, written(t, f.Default)}); d != "" {
				t.Errorf("%s: %s: %s", profile, f.Name, d)
			}
		}
		if d := cmp.Diff(want.Contacts.Types, applied.Contacts.Types); d != "" || applied.Profile != "live" {
			t.Errorf("%s: %s, profile %q", profile, d, applied.Profile)
		}
	}
}

// rules are both sides' demands; an empty list of environments demands as little as none.
func rules(f Field) [2]Rule {
	both := [2]Rule{f.Form, f.Server}
	for i := range both {
		if len(both[i].RequiredIn) == 0 {
			both[i].RequiredIn = nil
		}
	}
	return both
}

// A registry that demands an organisation judges its address too, whatever else its configuration
// has.
func TestAnOrganisationThatIsDemandedHasAPattern(t *testing.T) {
	for _, file := range []string{"tenant-default.json", "tenant-egi-2024.json"} {
		f := today(t, answer(t, file, map[string]any{"extra_fields.organization": map[string]any{"required": []string{"demo"}, "hide": []string{"development"}}}))
		url, _ := f.Field("organization_url")
		want := Rule{When: []Test{{Field: "integration_environment", Is: []any{"demo"}}}, Required: true, Pattern: `^(https?|chrome):\/\/[^\s$.?#].[^\s]*$`}
		if d := cmp.Diff([]any{want, Rule{RequiredIn: []string{"demo"}}, []Test{{Field: "integration_environment", Not: []any{"development"}}}}, []any{url.Form, url.Server, url.ShownWhen}); d != "" {
			t.Errorf("%s: %s", file, d)
		}
	}
}

func written(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestTodaysConfigurationCounts(t *testing.T) {
	f := today(t, answer(t, "tenant-egi-2024.json", map[string]any{
		"extra_fields.new_policy": map[string]any{"title": "New Policy", "type": "boolean", "required": []string{"demo"}},
		"extra_fields.aup_uri":    map[string]any{"required": []string{"demo", "production"}},
		"extra_fields.dpcoco":     nil,
		"scope":                   []string{"openid", "brand_new"},

		"more_info.access_token_validity_seconds": map[string]any{"min": 0, "max": map[string]any{"OFFLINE_VERIFIABLE": 7200}},

		"token_endpoint_auth_method_title": []string{"One", "Two", "Three", "Four", "Five"},
	}))
	policy, ok := f.Field("new_policy")
	if !ok || policy.Label != "New Policy" || !slices.Equal(policy.Form.RequiredIn, []string{"demo"}) {
		t.Errorf("a new tick box: %+v", policy)
	}
	if _, still := f.Field("dpcoco"); still {
		t.Error("a tick box that is gone is still asked for")
	}
	if aup, _ := f.Field("aup_uri"); !slices.Contains(aup.Server.RequiredIn, "demo") {
		t.Errorf("terms of use: %+v", aup.Server)
	}
	if scope, _ := f.Field("scope"); !slices.Contains(scope.Options, "brand_new") {
		t.Error("a new scope is not offered")
	}
	if age, _ := f.Field("access_token_validity_seconds"); *age.Form.Min != 0 || age.Form.MaxBy.Max["OFFLINE_VERIFIABLE"] != 7200 {
		t.Errorf("limits: %+v", age.Form)
	}
	if method, _ := f.Field("token_endpoint_auth_method"); method.LabelOf("client_secret_post") != "Two" {
		t.Errorf("labels: %v", method.Labels)
	}
	if again, err := f.ForProfile("live"); err != nil || again.Profile != "live" {
		t.Errorf("the live form is ready as it is: %v", err)
	}
}

func TestAStrangeAnswerIsRefused(t *testing.T) {
	base, err := Lookup("egi")
	if err != nil {
		t.Fatal(err)
	}
	const lists = `"integration_environment": ["a"], "grant_types": ["a"], "scope": ["b"]`
	for name, data := range map[string]string{
		"not JSON":           "<html>",
		"something else":     `{"status": "ok"}`,
		"terminal escapes":   `{"form_config": {"integration_environment": ["\u001b[2J"], "grant_types": ["a"], "scope": ["b"]}}`,
		"a list without end": `{"form_config": {"integration_environment": ["a"], "grant_types": ["a"], "scope": [` + strings.Repeat(`"x",`, 600) + `"x"]}}`,
		"too large":          strings.Repeat(" ", maxTenant+1),
		"a wrong type":       `{"form_config": {"integration_environment": "production"}}`,
		"a label to obey":    `{"form_config": {` + lists + `, "extra_fields": {"x": {"type": "boolean", "title": "a\nb"}}}}`,
		"a field to obey":    `{"form_config": {` + lists + `, "extra_fields": {"x\u001b": {"type": "boolean"}}}}`,
		"a list of numbers":  `{"form_config": {` + lists + `, "protocol": [1]}}`,
	} {
		if _, err := base.Today([]byte(data)); err == nil || strings.ContainsAny(err.Error(), "\x1b\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzToday(f *testing.F) {
	f.Add(shared.Read(f, "registry/tenant-default.json"))
	f.Add([]byte(`{"form_config": {"integration_environment": ["a"], "grant_types": [""], "scope": ["b"], "more_info": {"country": {"max": {"a": 1e99}}}}}`))
	base, err := Lookup("egi")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		today, err := base.Today(data)
		if err != nil {
			return
		}
		for _, field := range today.Fields() {
			if decent([]string{field.Name, field.Label}) != nil || decent(field.Options) != nil {
				t.Errorf("not fit for a terminal: %q", field.Label)
			}
		}
	})
}
