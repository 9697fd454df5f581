package cli

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
)

const labRequest = `service_name: openEO nightly runner
integration_environment: development
service_description: Runs NDVI batch jobs every night.
contacts: [{type: admin, email: a@example.org}, {type: technical, email: a@example.org}, {type: support, email: a@example.org}, {type: security, email: a@example.org}]
protocol: oidc
client_id: CLIENT
grant_types: [client_credentials]
scope: [openid, eduperson_unique_id]
`

func liveIn(b *sandbox.Sandbox, command, file string, more ...string) []string {
	return append([]string{"request", command, file, "--catalog", b.Dir, "--environment", "sandbox-dev", "--ca-file", filepath.Join(b.Dir, "ca.pem"), "--live"}, more...)
}

func TestLiveAsksTheRegistryAndTheBackend(t *testing.T) {
	b := box(t)
	if _, err := b.Submit(sandbox.Request{ClientID: "taken", IntegrationEnvironment: "development"}); err != nil {
		t.Fatal(err)
	}
	m := newMachine(t)
	free := write(t, strings.Replace(labRequest, "CLIENT", "free-one", 1))
	if code := m.run(t.Context(), liveIn(b, "validate", free)...); code != app.ExitHealthy {
		t.Errorf("exit code %d\n%s%s", code, &m.out, &m.err)
	}
	for _, want := range []string{"the limits and lists are the registry's current ones", "the scopes are those that sandbox-openeo lists today"} {
		if !strings.Contains(m.err.String(), want) {
			t.Errorf("nothing of %q in\n%s", want, &m.err)
		}
	}
	if !strings.Contains(m.out.String(), "eduperson_scoped_affiliation") {
		t.Errorf("no advice on the back-end's scopes:\n%s", &m.out)
	}
	taken := write(t, strings.Replace(labRequest, "CLIENT", "taken", 1))
	for _, command := range []string{"validate", "show"} {
		if code := m.run(t.Context(), liveIn(b, command, taken)...); code != app.ExitMisconfigured || !strings.Contains(strings.Join(strings.Fields(m.out.String()), " "), "it is taken in development; choose another ID") {
			t.Errorf("%s: exit code %d\n%s%s", command, code, &m.out, &m.err)
		}
	}
	if !strings.Contains(m.out.String(), "By the registry's limits and lists of today.") {
		t.Errorf("%s", &m.out)
	}
}

// Where only the portal's page says where the API is, as at EGI, the same is asked there.
func TestLiveFindsTheRegistry(t *testing.T) {
	o := newOffice(t, sandbox.Options{HideAPI: true})
	if _, err := o.box.Submit(sandbox.Request{ClientID: "taken", IntegrationEnvironment: "development"}); err != nil {
		t.Fatal(err)
	}
	code := o.run(t.Context(), liveIn(o.box, "validate", write(t, strings.Replace(labRequest, "CLIENT", "taken", 1)))...)
	o.expect(code, app.ExitMisconfigured, "the limits and lists are the registry's current ones", "it is taken in development; choose another ID")
	if calls := apiCalls(t, o.box); calls["GET /tenants/egi"] != 1 || calls["GET /tenants/egi/check-availability"] != 1 || len(calls) != 2 {
		t.Errorf("the registry was asked %v", calls)
	}
}

// A registry that is down or talks nonsense changes nothing but a remark.
func TestLiveGoesOnWithoutAnAnswer(t *testing.T) {
	b := box(t)
	file := write(t, strings.Replace(labRequest, "CLIENT", "nightly", 1))
	for name, answer := range map[string]http.HandlerFunc{
		"down":     func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "", http.StatusBadGateway) },
		"nonsense": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"form_config":"\u001b[2J"}`)) },
	} {
		s := httptest.NewServer(answer)
		name1 := filepath.Join(t.TempDir(), "lab.yaml")
		text := "id: lab\ntitle: Lab\nissuer: " + b.Issuer("sandbox-dev") + "\nregistry: {portal: " + s.URL + ", api: " + s.URL +
			", tenant: egi, integration_environment: development, form: egi}\nbackends: [{id: b, url: " + s.URL + ", scopes: [openid]}]\n"
		if err := os.WriteFile(name1, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		m := newMachine(t)
		code := m.run(t.Context(), "request", "validate", file, "--environment", name1, "--live")
		s.Close()
		said := m.err.String()
		if code != app.ExitHealthy || !strings.Contains(said, "the built-in limits and lists are used: ") || !strings.Contains(said, "are those of the catalog") || strings.Contains(said, "\x1b") {
			t.Errorf("%s: exit code %d\n%s%s", name, code, &m.out, &m.err)
		}
	}
}

func TestLiveWhereNoAddressIsKnown(t *testing.T) {
	m := newMachine(t)
	file := write(t, strings.Replace(labRequest, "CLIENT", "nightly", 1))
	name := filepath.Join(t.TempDir(), "lab.yaml") // without a tenant or a back-end, so nothing at all is sent
	text := "id: lab\ntitle: Lab\nissuer: https://idp.example.org\nregistry: {portal: https://registry.example.org, integration_environment: development, form: egi}\n"
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	code := m.run(t.Context(), "request", "show", file, "--environment", name, "--live")
	if code != app.ExitHealthy || !strings.Contains(m.err.String(), "the address of the registry's public calls is not known") {
		t.Errorf("exit code %d\n%s%s", code, &m.out, &m.err)
	}
}

// Where only the portal is known, its page says where the registry is, and today's limits come from
// there.
func TestLiveFindsTheRegistryByItsPortal(t *testing.T) {
	b := sandboxtest.Box(t, sandbox.Options{HideAPI: true})
	m := newMachine(t)
	file := write(t, strings.Replace(labRequest, "CLIENT", "nightly", 1))
	if code := m.run(t.Context(), liveIn(b, "validate", file)...); code != app.ExitHealthy || !strings.Contains(m.err.String(), "the registry's current ones") {
		t.Errorf("exit code %d\n%s%s", code, &m.out, &m.err)
	}
}

// A secret that was pasted as the client ID is not asked about.
func TestLiveAsksNothingAboutASecret(t *testing.T) {
	asked := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "check-availability") {
			asked++
		}
		_, _ = w.Write([]byte(`{"available":true,"form_config":{"integration_environment":["development"],"grant_types":["client_credentials"],"scope":["openid"]}}`))
	}))
	defer s.Close()
	name := filepath.Join(t.TempDir(), "lab.yaml")
	text := "id: lab\ntitle: Lab\nissuer: https://idp.example.org\nregistry: {portal: " + s.URL + ", api: " + s.URL + ", tenant: egi, integration_environment: development, form: egi}\n"
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]int{"9fQ2xVb7Lr4TzW8kNp3YsDm6HcJ5gAe1UoRi0XtB-qwE7yPlKvM2nSdFhGjCzA4uIo8T5rBxN3WcQmVeLkZ1pYs": 0, "nightly": 1} {
		asked = 0
		m := newMachine(t)
		m.run(t.Context(), "request", "validate", write(t, strings.Replace(labRequest, "CLIENT", id, 1)), "--environment", name, "--live")
		if asked != want {
			t.Errorf("%d questions, want %d\n%s%s", asked, want, &m.out, &m.err)
		}
	}
	var many strings.Builder
	for range 50 {
		many.WriteString("- " + strings.ReplaceAll(strings.TrimSpace(strings.Replace(labRequest, "CLIENT", "nightly", 1)), "\n", "\n  ") + "\n")
	}
	asked = 0
	newMachine(t).run(t.Context(), "request", "validate", write(t, many.String()), "--environment", name, "--live")
	if asked == 0 || asked > 20 {
		t.Errorf("%d questions for a long list", asked)
	}
}
