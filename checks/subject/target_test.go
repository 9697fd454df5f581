package subject

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/environments"
)

func loadEnvironments(t testing.TB) *environments.Catalog {
	t.Helper()
	c, err := environments.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheEnvironmentIsImpliedWhereItIsNotSaid(t *testing.T) {
	for name, tc := range map[string]struct {
		target   Target
		variable string
		want     string
	}{
		"nothing said":                   {want: "production"},
		"said":                           {target: Target{Environment: "dev"}, want: "development"},
		"no back-end":                    {target: Target{Backend: "none"}, want: "production"},
		"back-end of one environment":    {target: Target{Backend: "openeo.dataspace.copernicus.eu"}, want: "cdse"},
		"back-end of two":                {target: Target{Backend: "openeocloud-dev.vito.be"}, want: "production"},
		"that one, and the provider":     {target: Target{Backend: "openeocloud-dev.vito.be", ProviderID: credentials.Flag{Text: "egi-dev", Given: true}}, want: "development"},
		"the provider alone":             {variable: "egi-dev", want: "development"},
		"a provider that nobody knows":   {variable: "egi-test", want: "production"},
		"the flag before the variable":   {target: Target{ProviderID: credentials.Flag{Text: "egi", Given: true}}, variable: "egi-dev", want: "production"},
		"said, whatever the provider is": {target: Target{Environment: "demo"}, variable: "egi-dev", want: "demo"},
	} {
		t.Run(name, func(t *testing.T) {
			lookup := func(n string) (string, bool) { return tc.variable, n == credentials.EnvProviderID }
			e, why, err := ChooseEnvironment(loadEnvironments(t), tc.target, lookup)
			if err != nil || e.ID != tc.want {
				t.Errorf("%q, %v; want %q", e.ID, err, tc.want)
			}
			if (why == "") != (tc.target.Environment != "") {
				t.Errorf("why: %q", why)
			}
		})
	}
}

func TestABareIssuer(t *testing.T) {
	none := func(string) (string, bool) { return "", false }
	known, _, err := ChooseEnvironment(loadEnvironments(t), Target{Issuer: "https://aai-dev.egi.eu/auth/realms/egi/"}, none)
	if err != nil || known.ID != "development" || known.Issuer != "https://aai-dev.egi.eu/auth/realms/egi/" {
		t.Errorf("a known issuer keeps its form and gets the rest: %+v %v", known, err)
	}
	foreign, _, err := ChooseEnvironment(loadEnvironments(t), Target{Issuer: "http://localhost:8080/realms/x"}, none)
	if err != nil || foreign.ID != "" || foreign.Title != "localhost:8080" {
		t.Errorf("%+v %v", foreign, err)
	}
	for _, wrong := range []string{"idp.example.org", "ftp://idp.example.org", "https://", "https://idp.example.org/?a=b"} {
		if _, _, err := ChooseEnvironment(loadEnvironments(t), Target{Issuer: wrong}, none); err == nil || strings.Contains(err.Error(), wrong) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

func TestBackends(t *testing.T) {
	type seen struct {
		URL, Provider string
		InCatalog     bool
		Accepted      []string
	}
	catalog := loadEnvironments(t)
	for _, tc := range []struct {
		environment, backend string
		want                 seen
	}{
		{"production", "", seen{"https://openeo.cloud", "egi", true, []string{"production"}}},
		{"development", "", seen{"https://openeocloud-dev.vito.be", "egi-dev", true, []string{"development", "production"}}},
		{"demo", "", seen{}},
		{"production", "none", seen{}},
		{"demo", "openeo.cloud", seen{"https://openeo.cloud", "", true, []string{"production"}}},
		{"production", "https://openeo.cloud/", seen{"https://openeo.cloud", "egi", true, []string{"production"}}},
		{"production", "openeo.example.org", seen{"https://openeo.example.org", "", false, nil}},
		{"production", "http://127.0.0.1:9000/api", seen{"http://127.0.0.1:9000/api", "", false, nil}},
		{"production", "localhost:9000", seen{"https://localhost:9000", "", false, nil}},
	} {
		e, _ := catalog.Lookup(tc.environment)
		s := probe.Subject{Environment: e, Catalog: catalog}
		if err := WithBackend(&s, tc.backend); err != nil {
			t.Errorf("%s at %s: %v", tc.backend, tc.environment, err)
			continue
		}
		got := seen{InCatalog: s.BackendInCatalog, Accepted: s.AcceptedEnvironments}
		if s.Backend != nil {
			got.URL, got.Provider = s.Backend.URL, s.Backend.ProviderID
		}
		if d := cmp.Diff(tc.want, got); d != "" {
			t.Errorf("%s at %s: %s", tc.backend, tc.environment, d)
		}
	}
	for _, wrong := range []string{"opneo", "https://me:canary@openeo.example.org", "file:///etc/passwd"} {
		s := probe.Subject{Catalog: catalog}
		if err := WithBackend(&s, wrong); err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}

func TestWhoAskedForTheProvider(t *testing.T) {
	backend := &environments.Backend{ProviderID: "egi"}
	setting := func(kind credentials.Kind, value string) credentials.Setting {
		return credentials.Setting{Value: value, Source: credentials.Source{Kind: kind}, Set: true}
	}
	for _, tc := range []struct {
		asked    credentials.Setting
		backend  *environments.Backend
		id, whom string
	}{
		{setting(credentials.KindFlag, "a"), backend, "a", probe.ByFlag},
		{setting(credentials.KindEnvironment, "b"), backend, "b", probe.ByVariable},
		{setting(credentials.KindDotenv, "c"), backend, "c", probe.ByVariable},
		{setting(credentials.KindEnvironment, ""), backend, "egi", probe.ByCatalog},
		{credentials.Setting{}, backend, "egi", probe.ByCatalog},
		{credentials.Setting{}, nil, "", ""},
	} {
		s := probe.Subject{Backend: tc.backend, Credentials: credentials.Resolved{ProviderID: tc.asked}}
		WithProvider(&s)
		if s.ProviderID != tc.id || s.ProviderBy != tc.whom {
			t.Errorf("%+v: %q by %q, want %q by %q", tc.asked, s.ProviderID, s.ProviderBy, tc.id, tc.whom)
		}
	}
}

// An entry of a list is resolved anew at each check.
func BenchmarkResolve(b *testing.B) {
	catalog := loadEnvironments(b)
	file := filepath.Join(b.TempDir(), "openeo.env")
	if err := os.WriteFile(file, []byte("OPENEO_AUTH_CLIENT_ID=nightly-ndvi\nOPENEO_AUTH_CLIENT_SECRET=s67uCoG1bURO_uzLm88gn7_JYwdax0BuvSfHEDfmgptU0mhRQFWNP6rYZs-N6_1V8etF4HNs3RkUf-8pDPAhtnt\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	e := accounts.Entry{Account: accounts.Account{Name: "a1", Environment: "production", Source: accounts.Source{Kind: accounts.Credentials, Name: file}}}
	m := Machine{Lookup: func(string) (string, bool) { return "", false }, GOOS: "linux"}
	for b.Loop() {
		if s, _, err := Resolve(b.Context(), catalog.Clone(), Of(e, "", time.Now()), m); err != nil || s.Credentials.ClientID == "" {
			b.Fatal(err)
		}
	}
}
