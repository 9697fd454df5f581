package forms

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func tenant(t *testing.T, file string) Tenant {
	t.Helper()
	data, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	live, err := ReadTenant(data)
	if err != nil {
		t.Fatal(err)
	}
	return live
}

// The built-in profiles were read from two configurations. Applying the same configurations as if they were live must
// change no rule.
func TestTheLiveConfigurationOfAProfileChangesNoRule(t *testing.T) {
	base, err := Lookup("egi")
	if err != nil {
		t.Fatal(err)
	}
	for _, profile := range []string{"default", "egi-2024"} {
		live := tenant(t, "tenant-"+profile+".json")
		if got := live.Profile(base); got != profile {
			t.Errorf("%s is taken for %s", profile, got)
		}
		applied, err := live.Apply(base)
		if err != nil {
			t.Fatal(err)
		}
		want := form(t, profile)
		for i, f := range applied.Fields() {
			w := want.Fields()[i]
			if f.Name != w.Name || f.Input != w.Input {
				t.Errorf("%s: %s (%s) stands where %s (%s) should", profile, f.Name, f.Input, w.Name, w.Input)
			}
			if d := cmp.Diff([]any{rules(w), w.Options, written(t, w.Default)}, []any{rules(f), f.Options, written(t, f.Default)}); d != "" {
				t.Errorf("%s: %s: %s", profile, f.Name, d)
			}
		}
		if d := cmp.Diff(want.Contacts.Types, applied.Contacts.Types); d != "" || applied.Profile != "live" {
			t.Errorf("%s: %s, profile %q", profile, d, applied.Profile)
		}
	}
}

// rules leaves out the server's part of the organisation, which the live configuration words as one rule with exceptions.
func rules(f Field) [2]Rule {
	if strings.HasPrefix(f.Name, "organization_") {
		return [2]Rule{}
	}
	both := [2]Rule{f.Form, f.Server}
	for i := range both {
		if len(both[i].RequiredIn) == 0 {
			both[i].RequiredIn = nil
		}
	}
	return both
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
	base, err := Lookup("egi")
	if err != nil {
		t.Fatal(err)
	}
	live := tenant(t, "tenant-egi-2024.json")
	live.Form.Extra["new_policy"] = tenantExtra{Title: "New Policy", Type: "boolean", Required: []string{"demo"}}
	live.Form.Extra["aup_uri"] = tenantExtra{Required: []string{"demo", "production"}}
	live.Form.Scopes = append(live.Form.Scopes, "brand_new")
	live.Form.More["access_token_validity_seconds"] = tenantDetail{Min: new(int), Max: map[string]any{"OFFLINE_VERIFIABLE": 7200.0}}
	delete(live.Form.Extra, "dpcoco")
	f, err := live.Apply(base)
	if err != nil {
		t.Fatal(err)
	}
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
	if again, err := f.ForProfile("live"); err != nil || again.Profile != "live" {
		t.Errorf("the live form is ready as it is: %v", err)
	}
}

func TestAStrangeAnswerIsRefused(t *testing.T) {
	for name, data := range map[string]string{
		"not JSON":           "<html>",
		"something else":     `{"status": "ok"}`,
		"terminal escapes":   `{"form_config": {"integration_environment": ["\u001b[2J"], "grant_types": ["a"], "scope": ["b"]}}`,
		"a list without end": `{"form_config": {"integration_environment": ["a"], "grant_types": ["a"], "scope": [` + strings.Repeat(`"x",`, 600) + `"x"]}}`,
		"too large":          strings.Repeat(" ", maxTenant+1),
		"a wrong type":       `{"form_config": {"integration_environment": "production"}}`,
	} {
		if _, err := ReadTenant([]byte(data)); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func FuzzReadTenant(f *testing.F) {
	data, err := os.ReadFile("testdata/tenant-default.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"form_config": {"integration_environment": [""], "grant_types": [""], "scope": [""], "more_info": {"country": {"max": {"a": 1e99}}}}}`))
	base, err := Lookup("egi")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		live, err := ReadTenant(data)
		if err != nil {
			return
		}
		if _, err := live.Apply(base); err != nil {
			t.Errorf("read but not applied: %v", err)
		}
	})
}
