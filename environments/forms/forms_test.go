package forms

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func form(t *testing.T, profile string) Form {
	t.Helper()
	f, err := Lookup("egi")
	if err != nil {
		t.Fatal(err)
	}
	if f, err = f.ForProfile(profile); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestProfilesDifferAsTheConfigurationsDo(t *testing.T) {
	template, egi, now := form(t, ""), form(t, "egi-2024"), form(t, "egi")
	if template.Profile != "default" || egi.Profile != "egi-2024" {
		t.Errorf("profiles %q, %q", template.Profile, egi.Profile)
	}
	for _, c := range []struct {
		form  Form
		field string
		want  func(Field) bool
	}{
		{template, "access_token_validity_seconds", func(f Field) bool { return *f.Form.Min == 900 && f.Form.MaxBy != nil }},
		{egi, "access_token_validity_seconds", func(f Field) bool { return *f.Form.Max == 1_000_000 && f.Form.MaxBy == nil }},
		{template, "organization_name", func(f Field) bool { return f.Form.RequiredIn == nil }},
		{egi, "organization_name", func(f Field) bool { return slices.Equal(f.Form.RequiredIn, []string{"production", "demo"}) }},
		{template, "egi_policy", func(f Field) bool { return f.Name == "policy" }},
		{egi, "policy", func(f Field) bool { return f.Name == "egi_policy" && f.Label == "EGI Policies" }},
		{egi, "post_logout_redirect_uris", func(f Field) bool { return f.Input == "none" }},
		{egi, "refresh_token_validity_seconds", func(f Field) bool { return f.Default == "28800" && *f.Server.Max == 34128000 }},
		{now, "policy", func(f Field) bool { return f.Name == "egi_policy" }},
		{now, "organization_name", func(f Field) bool {
			return slices.Equal(f.Server.RequiredIn, []string{"production", "demo"}) && len(f.Advice) == 0
		}},
		{now, "organization_url", func(f Field) bool { return f.Form.Required && f.Form.Pattern != "" && f.Server.RequiredIn == nil }},
		{now, "scope", func(f Field) bool {
			return slices.Contains(f.Options, "entitlements") && slices.Contains(f.Options, "eduperson_entitlement")
		}},
		{egi, "scope", func(f Field) bool { return slices.Contains(f.Options, "eduperson_entitlement") }},
	} {
		f, ok := c.form.Field(c.field)
		if !ok || !c.want(f) {
			t.Errorf("%s in %s: %+v", c.field, c.form.Profile, f)
		}
	}
	if _, err := egi.ForProfile("egi-2030"); err == nil || !strings.Contains(err.Error(), "default, egi, egi-2024") {
		t.Errorf("an unknown profile names those there are: %v", err)
	}
}

func TestEveryFieldSaysWhatToEnterAndWhereThatWasRead(t *testing.T) {
	for _, profile := range []string{"default", "egi", "egi-2024"} {
		for _, f := range form(t, profile).Fields() {
			if !strings.Contains(f.Source, ":") || strings.HasSuffix(f.Enter, ".") || f.Enter[0] < 'a' || f.Enter[0] > 'z' {
				t.Errorf("%s: enter %q, source %q", f.Name, f.Enter, f.Source)
			}
			sentences := slices.Clone(f.Traps)
			for _, a := range f.Advice {
				sentences = append(sentences, a.Message)
			}
			if f.Why != "" {
				sentences = append(sentences, f.Why)
			}
			for _, s := range sentences {
				if !strings.HasSuffix(s, ".") || !strings.ContainsAny(s[:1], "ABCDEFGHIJKLMNOPQRSTUVWXYZ") && !strings.HasPrefix(s, "openEO") && !strings.Contains(s[:20], "_") {
					t.Errorf("%s: not a whole sentence: %q", f.Name, s)
				}
			}
		}
	}
}

func TestOverlays(t *testing.T) {
	built, err := os.ReadFile("egi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct{ from, to, want string }{
		"replaced":          {"title: EGI Federation Registry, new service", "title: Mine", ""},
		"unknown condition": {"{field: protocol, is: [oidc]}", "{field: protokoll, is: [oidc]}", `unknown field "protokoll"`},
		"unknown check":     {"check: pkce", "check: guess", "egi.yaml:"},
		"unknown ancestor":  {"from: egi-2024", "from: egi-2023", `unknown profile "egi-2023"`},
		"its own ancestor":  {"from: egi-2024", "from: egi", `unknown profile "egi"`},
		"unknown profile":   {"only: [default]", "only: [other]", `unknown profile "other"`},
		"unknown role":      {"  name: service_name", "  name: title", `unknown field "title"`},
		"unknown place":     {"{portal} and log in", "{adress} and log in", "nothing is known by the name {adress}"},
		"a line to obey":    {"Fill in both tabs", `Fill in \e[2J tabs`, "egi.yaml:"},
		"another name":      {"id: egi\n", "id: other\n", "must be the file name"},
		"a typing mistake":  {"required: true, min: 4", "requierd: true, min: 4", "egi.yaml:"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, "forms"), 0o700); err != nil {
				t.Fatal(err)
			}
			text := strings.ReplaceAll(string(built), tc.from, tc.to)
			if text == string(built) {
				t.Fatalf("%q is not in the form", tc.from)
			}
			if err := os.WriteFile(filepath.Join(dir, "forms", "egi.yaml"), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			f, err := Lookup("egi", dir)
			if tc.want == "" && (err != nil || f.Title != "Mine") {
				t.Errorf("%q, %v", f.Title, err)
			}
			if tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
				t.Errorf("error %v, want %q", err, tc.want)
			}
		})
	}
	if _, err := Lookup("other"); err == nil || !strings.Contains(err.Error(), "there is egi") {
		t.Errorf("an unknown form names those there are: %v", err)
	}
}

func TestLimits(t *testing.T) {
	l := form(t, "").Limits()
	for text, want := range map[string]string{
		"nightly-ndvi": "", "a+b": "", "x": "it has 1 character, and the registry accepts 2 to 128",
		strings.Repeat("x", 129): "it has 129 characters, and the registry accepts 2 to 128",
		"a b":                    "besides letters, digits and $-_.+!*'(), the registry accepts no characters",
	} {
		if got := l.ClientID.Refusal(text); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
	if none := (Form{}).Limits(); none.ClientID.Refusal("any thing") != "" || none.Secret.Short(0) {
		t.Errorf("without a form nothing is claimed: %+v", none)
	}
	if !l.Secret.Short(3) || l.Secret.Short(4) || !l.Secret.Long(257) || l.Secret.Long(256) || (Limit{}).Long(1000) {
		t.Errorf("%+v", l.Secret)
	}
}

// A field is known where one is changed, whatever the other passages are called.
func TestTheFieldIsNamedInItsPassageOnly(t *testing.T) {
	field := Passage{Lines: []Line{{Text: "On the tab {tab}, set {field} to {value}."}}}
	if err := (Guide{Change: field}).valid(); err != nil {
		t.Error(err)
	}
	if err := (Guide{Change: field, Needs: field}).valid(); err == nil {
		t.Error("before the first question there is no {field}")
	}
}
