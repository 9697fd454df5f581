package registry_test

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/registry"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
	"github.com/credguide/credguide/internal/sandbox/world"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	unknown = `400 {"error":"Client not found."}`
	known   = `400 {"error":"Invalid parameter: redirect_uri"}`
)

// ask looks a client ID up at an identity provider, as `credguide wait` does.
func ask(b *sandboxtest.Bench, environment, id string) string {
	b.T.Helper()
	return b.Get(b.Issuer(environment)+world.OpenIDConnect+"/auth?client_id="+url.QueryEscape(id), "Accept", "application/json").Line()
}

func TestAnOperatorApproves(t *testing.T) {
	b := sandboxtest.Start(t, sandbox.Options{ApproveAfter: 150 * time.Millisecond, DeployAfter: 150 * time.Millisecond})
	p, err := b.Submit(registry.Request{IntegrationEnvironment: "production", ClientID: "fresh", GrantTypes: []string{"client_credentials"}, Scope: world.ListedScopes})
	if err != nil {
		t.Fatal(err)
	}
	if badge := p.Badge(time.Now()); badge != "Registration Pending" || len(p.Request.ClientSecret) != 87 {
		t.Errorf("badge %q, secret of %d characters", badge, len(p.Request.ClientSecret))
	}
	if got := ask(b, world.Production, "fresh"); got != unknown {
		t.Errorf("before the deployment: %s", got)
	}
	time.Sleep(time.Until(p.Deployed) + 10*time.Millisecond)
	if got := ask(b, world.Production, "fresh"); got != known {
		t.Errorf("after the deployment: %s", got)
	}
	if got := ask(b, world.Development, "fresh"); got != unknown {
		t.Errorf("in another environment: %s", got)
	}
	if got := b.Token(sandboxtest.Posted("fresh", p.Request.ClientSecret)).Line(); got != "200 token" {
		t.Errorf("token: %s", got)
	}
}

// api makes a call of the registry's API as a person of the sandbox.
func api(b *sandboxtest.Bench, who, method, path, body string) sandboxtest.Reply {
	b.T.Helper()
	h := http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer " + token(b.T, b, who, "openid profile email")}}
	return b.Do(method, b.RegistryURL()+"/tenants/egi"+path, h, body)
}

// request is a complete one for development.
func request(id, environment string) string {
	return `{"type":"create","service_name":"Nightly","service_description":"Runs at night.","integration_environment":"` + environment + `","protocol":"oidc",` +
		`"contacts":[{"type":"admin","email":"a@lab.example.org"}],"client_id":"` + id + `","client_secret":"` + strings.Repeat("s", 87) + `",` +
		`"grant_types":["client_credentials"],"scope":["openid","email"],"token_endpoint_auth_method":"client_secret_basic","application_type":"WEB",` +
		`"access_token_validity_seconds":"3600","id_token_timeout_seconds":"600","country":"be","organization_id":1,"policy_uri":"https://lab.example.org/p",` +
		`"aup_uri":"https://lab.example.org/t","egi_policy":true,"assurance_checkbox":true}`
}

func TestTheOwnerApprovesInDevelopment(t *testing.T) {
	b := sandboxtest.Start(t, sandbox.Options{DeployAfter: time.Nanosecond})
	if created := api(b, "alice", http.MethodPost, "/petitions", request("mine", "development")); created.Line() != `200 {"id":1}` {
		t.Fatal(created.Line())
	}
	if got := ask(b, world.Development, "mine"); got != unknown {
		t.Errorf("before the review: %s", got)
	}
	if review := api(b, "alice", http.MethodPut, "/petitions/1/review", `{"type":"approve","comment":""}`); review.Line() != `200 {"service_id":1}` {
		t.Error(review.Line())
	}
	if got := ask(b, world.Development, "mine"); got != known {
		t.Errorf("after the review: %s", got)
	}
	if got := b.Petitions()[0].Badge(time.Now()); got != "Deployed" {
		t.Errorf("badge %s", got)
	}
}

func TestNobodyApprovesTheirOwnInProduction(t *testing.T) {
	b := sandboxtest.Start(t, sandbox.Options{ApproveAfter: -1})
	api(b, "alice", http.MethodPost, "/petitions", request("mine", "production"))
	got := api(b, "alice", http.MethodPut, "/petitions/1/review", `{"type":"approve","comment":""}`)
	if got.Status != http.StatusUnauthorized || b.Petitions()[0].Badge(time.Now()) != "Registration Pending" {
		t.Errorf("%s, %s", got.Line(), b.Petitions()[0].Badge(time.Now()))
	}
}

// An approval that lies ahead is taken back by whatever else happens to the request.
func TestAnApprovalAheadIsTakenBack(t *testing.T) {
	for name, change := range map[string]func(*sandboxtest.Bench){
		"changes": func(b *sandboxtest.Bench) { _, _ = b.Review(1, "changes", "Please describe the service.") },
		"reject":  func(b *sandboxtest.Bench) { _, _ = b.Review(1, "reject", "no") },
		"cancel":  func(b *sandboxtest.Bench) { api(b, "alice", http.MethodDelete, "/petitions/1", "") },
	} {
		t.Run(name, func(t *testing.T) {
			b := sandboxtest.Start(t, sandbox.Options{ApproveAfter: time.Hour, DeployAfter: time.Nanosecond})
			api(b, "alice", http.MethodPost, "/petitions", request("mine", "production"))
			change(b)
			b.SetClock(func() time.Time { return time.Now().Add(2 * time.Hour) })
			if list := api(b, "alice", http.MethodGet, "/services/list", ""); strings.Contains(list.Body, "deployed") {
				t.Error(list.Body)
			}
			available := b.Get(b.RegistryURL() + "/tenants/egi/check-availability?value=mine&protocol=oidc&environment=production").Line()
			if want := map[bool]string{true: `200 {"available":false}`, false: `200 {"available":true}`}[name == "changes"]; available != want {
				t.Error(available)
			}
		})
	}
}

// Whom the registry lets in: not a service account, not an expired token, not somebody who has
// never seen the portal.
func TestWhoseTokenTheRegistryTakes(t *testing.T) {
	b := sandboxtest.Start(t, sandbox.Options{})
	file, err := os.ReadFile(filepath.Join(b.Dir, "registry.token"))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ token, want string }{
		"the file":          {strings.TrimSpace(string(file)), "200 "},
		"a service account": {b.AccessToken(), "401 Unauthenticated Request"},
		"no openid":         {token(t, b, "alice", "profile"), "401 "},
		"never at portal":   {token(t, b, "nina", "openid"), "401 Unauthenticated Request"},
		"garbage":           {"a.b.c", "401 "},
	} {
		got := b.Get(b.RegistryURL()+"/tenants/egi/user", "Authorization", "Bearer "+c.token).Line()
		if got != c.want && (c.want != "200 " || !strings.HasPrefix(got, c.want)) {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	for _, line := range []string{"GET /tenants/egi/user 200 registry\n", "GET /tenants/egi/user 401 registry\n", "POST /auth/realms/egi/protocol/openid-connect/token 200 sandbox\n"} {
		if log, _ := os.ReadFile(filepath.Join(b.Dir, "access.log")); !strings.Contains(string(log), line) {
			t.Errorf("access.log lacks %q:\n%s", line, log)
		}
	}
}

// A page of another site can make a browser send a form, and an old browser names its origin only.
func TestForeignPagesChangeNothing(t *testing.T) {
	b := sandboxtest.Start(t, sandbox.Options{PlainHTTP: true})
	form := "client_id=planted&grant_types=client_credentials"
	for name, c := range map[string]struct {
		header, value string
		status        int
	}{
		"fetch metadata":   {"Sec-Fetch-Site", "cross-site", http.StatusForbidden},
		"same site":        {"Sec-Fetch-Site", "same-site", http.StatusForbidden},
		"only an origin":   {"Origin", "https://evil.example.org", http.StatusForbidden},
		"no origin":        {"Origin", "null", http.StatusForbidden},
		"another port":     {"Origin", "http://127.0.0.1:1", http.StatusForbidden},
		"its own, by http": {"Origin", b.RegistryURL(), http.StatusOK},
		"no browser":       {"X-Nothing", "", http.StatusOK},
	} {
		h := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, c.header: {c.value}}
		if got := b.Do(http.MethodPost, b.RegistryURL()+"/egi/form/new", h, strings.ReplaceAll(form, "planted", url.QueryEscape(strings.ReplaceAll(name, " ", "-")))); got.Status != c.status {
			t.Errorf("%s: %d %s", name, got.Status, got.Body)
		}
	}
}

func TestAvailability(t *testing.T) {
	b := sandboxtest.Start(t, sandbox.Options{})
	for _, c := range []struct {
		id, environment, want string
	}{
		{b.ClientID, "production", `{"available":false}`},
		{b.ClientID, "development", `{"available":true}`},
		{"a+b", "production", `{"available":true}`},
	} {
		q := url.Values{"value": {c.id}, "protocol": {"oidc"}, "environment": {c.environment}}
		if got := b.Get(b.RegistryURL() + "/tenants/egi/check-availability?" + q.Encode()); got.Body != c.want {
			t.Errorf("%s in %s: %s, want %s", c.id, c.environment, got.Body, c.want)
		}
	}
	form := b.Get(b.RegistryURL() + "/tenants/egi").Object(t)["form_config"].(map[string]any)
	if form["scope"] == nil || form["contact_requirements"] == nil {
		t.Errorf("configuration: %v", form)
	}
}

func TestRefusedRequests(t *testing.T) {
	b := sandboxtest.Start(t, sandbox.Options{})
	no := false
	for field, r := range map[string]registry.Request{
		"client_id":               {ClientID: "has blank"},
		"client_secret":           {GenerateClientSecret: &no},
		"protocol":                {Protocol: "saml"},
		"integration_environment": {IntegrationEnvironment: "staging"},
	} {
		_, err := b.Submit(r)
		if refusal, ok := errors.AsType[*registry.Refusal](err); !ok || refusal.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	if _, err := b.Submit(registry.Request{IntegrationEnvironment: "production", ClientID: b.ClientID}); err == nil {
		t.Error("a client ID was given away twice")
	}
}

// What a person does there button by button is tried with the printed sheet, where the program's
// texts are.
func TestThePagesOfThePortal(t *testing.T) {
	b := sandboxtest.Start(t, sandbox.Options{DeployAfter: time.Nanosecond})
	h := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Sec-Fetch-Site": {"same-origin"}}
	form := url.Values{
		"service_name": {"<b>Nightly</b>"}, "client_id": {"paged"}, "integration_environment": {"development"}, "service_description": {"Jobs."},
		"protocol": {"oidc"}, "application_type": {"WEB"}, "access_token_validity_seconds": {"3600"}, "id_token_timeout_seconds": {"600"},
		"contacts":    {"admin a@lab.example.org", "technical a@lab.example.org", "support a@lab.example.org", "security a@lab.example.org"},
		"grant_types": {"client_credentials"}, "token_endpoint_auth_method": {"client_secret_basic"}, "generate_client_secret": {"true"},
		"scope": {"openid", "email"}, "do": {"submit"},
	}
	post := func(path string, fields url.Values) sandboxtest.Reply {
		return b.Do(http.MethodPost, b.RegistryURL()+path, h, fields.Encode())
	}
	lacking := maps.Clone(form)
	delete(lacking, "contacts")
	if got := post("/egi/form/new", lacking); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "a contact of the type admin") {
		t.Errorf("without contacts: %d %s", got.Status, got.Body)
	}
	done := post("/egi/form/new", form)
	secret := b.Petitions()[0].Request.ClientSecret
	if done.Status != http.StatusOK || strings.Contains(done.Body, secret) || !strings.Contains(done.Body, "Your request") {
		t.Fatalf("%d %s", done.Status, done.Body)
	}
	form.Set("tab", "Protocol Specific")
	again := post("/egi/form/new", form)
	if again.Status != http.StatusUnprocessableEntity || !strings.Contains(again.Body, "Client ID is not available") || strings.Contains(again.Body, "<b>Nightly") {
		t.Errorf("%d %s", again.Status, again.Body)
	}
	page := b.RegistryURL() + "/egi/services/1/view?tab=protocol"
	if hidden, shown := b.Get(page), b.Get(page+"&show=true"); strings.Contains(hidden.Body, secret) || !strings.Contains(shown.Body, secret) {
		t.Errorf("the secret: %s\n%s", hidden.Body, shown.Body)
	}
	if list := b.Get(b.RegistryURL() + "/"); !strings.Contains(list.Body, "Registration Pending") || !strings.Contains(list.Body, "/egi/services/1/review") {
		t.Errorf("list: %s", list.Body)
	}
	post("/egi/services/1/review", url.Values{"decision": {"approve"}})
	if list := b.Get(b.RegistryURL() + "/egi/services"); !strings.Contains(list.Body, "Deployed") {
		t.Errorf("list: %s", list.Body)
	}
	for _, path := range []string{"/egi/services/1/review", "/egi/services/7/view"} {
		if got := b.Get(b.RegistryURL() + path); got.Status/100 != 4 {
			t.Errorf("%s: %d", path, got.Status)
		}
	}
}
