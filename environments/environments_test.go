package environments

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func load(t *testing.T, overlays ...string) *Catalog {
	t.Helper()
	c, err := Load(overlays...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func ids(envs []Environment) []string {
	var out []string
	for _, e := range envs {
		out = append(out, e.ID)
	}
	return out
}

func TestTheThreeEnvironmentsOfEGI(t *testing.T) {
	c := load(t)
	for name, want := range map[string]struct{ id, approval, backend, provider string }{
		"production": {"production", ApprovalOperator, "openeo.cloud", "egi"},
		"prod":       {"production", ApprovalOperator, "openeo.cloud", "egi"},
		"demo":       {"demo", ApprovalOperator, "", ""},
		"dev":        {"development", ApprovalSelf, "openeocloud-dev.vito.be", "egi-dev"},
	} {
		e, ok := c.Lookup(name)
		if !ok {
			t.Fatalf("%s is not there", name)
		}
		b, _ := e.DefaultBackend()
		got := struct{ id, approval, backend, provider string }{e.ID, e.Approval, b.ID, b.ProviderID}
		if got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	production, _ := c.Lookup("production")
	if d := cmp.Diff([]string{"demo", "development"}, ids(c.Sisters(production))); d != "" {
		t.Errorf("sisters of production: %s", d)
	}
	for _, e := range c.All() {
		if e.Source == "" {
			t.Errorf("%s: built-in facts carry their source", e.ID)
		}
	}
}

func TestBackendsKnowWhichEnvironmentsTheyAccept(t *testing.T) {
	c := load(t)
	demo, _ := c.Lookup("demo")
	for name, want := range map[string][]string{
		"openeo.cloud":                     {"production"},
		"https://openeo.cloud/":            {"production"},
		"openeocloud-dev.vito.be":          {"production", "development"},
		"https://openeocloud-dev.vito.be/": {"production", "development"},
		"https://elsewhere.example.org":    nil,
	} {
		_, accepts := c.BackendByName(name, demo)
		if d := cmp.Diff(want, ids(accepts)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	development, _ := c.Lookup("development")
	b, _ := c.BackendByName("openeocloud-dev.vito.be", development)
	if b.ProviderID != "egi-dev" {
		t.Errorf("the chosen environment's own pairing counts: %q", b.ProviderID)
	}
}

func TestIssuersAreComparedWithoutTrailingSlash(t *testing.T) {
	c := load(t)
	if e, ok := c.ByIssuer("https://aai-dev.egi.eu/auth/realms/egi/"); !ok || e.ID != "development" {
		t.Errorf("%v %v", e.ID, ok)
	}
	if e, ok := c.ByRetiredIssuer("https://aai.egi.eu/oidc"); !ok || e.ID != "production" {
		t.Errorf("%v %v", e.ID, ok)
	}
}

func TestTheSpellingOfAHostMakesNoOtherIssuer(t *testing.T) {
	const issuer = "https://aai.egi.eu/auth/realms/egi"
	for other, same := range map[string]bool{
		"HTTPS://AAI.egi.eu:443/auth/realms/egi/": true,
		"https://aai.egi.eu/auth/realms/EGI":      false,
		"http://aai.egi.eu/auth/realms/egi":       false,
		"https://aai.egi.eu:8443/auth/realms/egi": false,
		"https://aai-dev.egi.eu/auth/realms/egi":  false,
	} {
		if got := SameIssuer(issuer, other); got != same {
			t.Errorf("%s: %v", other, got)
		}
	}
}

func TestOverlayAddsAndReplaces(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "environments/lab.yaml", "id: lab\ntitle: Lab\nissuer: https://localhost:8443/auth/realms/egi\n")
	write(t, dir, "environments/demo.yaml", "id: demo\ntitle: My demo\nissuer: https://demo.example.org\n")
	c := load(t, dir)
	if e, ok := c.Lookup("lab"); !ok || !strings.HasSuffix(e.Origin, "environments/lab.yaml") {
		t.Errorf("lab: %+v", e)
	}
	if e, _ := c.Lookup("demo"); e.Title != "My demo" {
		t.Errorf("demo: %+v", e)
	}
}

func TestBrokenFilesAreNamed(t *testing.T) {
	for name, tc := range map[string]struct{ text, want string }{
		"id differs":      {"id: other\ntitle: x\nissuer: https://a.example\n", "must be the file name"},
		"no issuer":       {"id: lab\ntitle: x\n", "lab.yaml:1: "},
		"relative":        {"id: lab\ntitle: x\nissuer: aai.example.org\n", "not an absolute"},
		"unknown field":   {"id: lab\ntitle: x\nissuer: https://a.example\ntypo: 1\n", "lab.yaml:4: unknown field"},
		"alias taken":     {"id: lab\ntitle: x\nissuer: https://a.example\naliases: [prod]\n", "two environments"},
		"two defaults":    {"id: lab\ntitle: x\nissuer: https://a.example\nbackends: [{id: a, url: https://a.example, default: true}, {id: b, url: https://b.example, default: true}]\n", "more than one is marked default"},
		"query in issuer": {"id: lab\ntitle: x\nissuer: https://a.example/?x=1\n", "no user, query or fragment"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, "environments/lab.yaml", tc.text)
			if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want %q", err, tc.want)
			}
		})
	}
	if _, err := Load(filepath.Join(t.TempDir(), "none")); err == nil || !strings.Contains(err.Error(), "does not exist") {
		t.Errorf("a missing overlay folder is an error: %v", err)
	}
}

func TestSingleFile(t *testing.T) {
	dir := t.TempDir()
	file := write(t, dir, "my.yaml", "id: lab\ntitle: Lab\nissuer: http://127.0.0.1:8080/realms/x\nfamily: egi-check-in\n")
	c := load(t)
	e, err := c.LoadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := ids(c.Sisters(e)); len(got) != 3 {
		t.Errorf("sisters %v", got)
	}
	if _, err := c.LoadFile(dir); err == nil {
		t.Error("a folder is not an environment file")
	}
}

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestAnEnvironmentSurvivesWritingAndReading(t *testing.T) {
	c := load(t)
	e, _ := c.Lookup("development")
	text, err := e.YAML()
	if err != nil {
		t.Fatal(err)
	}
	file := write(t, t.TempDir(), "development.yaml", string(text))
	got, err := load(t).LoadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	e.Origin, got.Origin = "", ""
	if d := cmp.Diff(e, got); d != "" {
		t.Error(d)
	}
}
