package registry_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/registry"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	unknown = `400 {"error":"Client not found."}`
	known   = `400 {"error":"Invalid parameter: redirect_uri"}`
)

// ask looks a client id up at an identity provider, as `credguide wait` does.
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

func TestTheOwnerApprovesInDevelopment(t *testing.T) {
	b := sandboxtest.Start(t, sandbox.Options{DeployAfter: time.Nanosecond})
	h := http.Header{"Content-Type": {wire.JSONType}}
	created := b.Do(http.MethodPost, b.RegistryURL()+"/tenants/egi/petitions", h,
		`{"service_name":"Nightly","client_id":"mine","grant_types":["client_credentials"],"scope":["openid","email"]}`)
	if created.Status != http.StatusOK || created.Object(t)["client_secret"] == "" {
		t.Fatalf("%d %s", created.Status, created.Body)
	}
	if got := ask(b, world.Development, "mine"); got != unknown {
		t.Errorf("before the review: %s", got)
	}
	review := b.Do(http.MethodPut, b.RegistryURL()+"/tenants/egi/petitions/1/review", h, `{"type":"approve","comment":"mine"}`)
	if review.Status != http.StatusOK {
		t.Errorf("review: %d %s", review.Status, review.Body)
	}
	if got := ask(b, world.Development, "mine"); got != known {
		t.Errorf("after the review: %s", got)
	}
	if shown := b.Get(b.RegistryURL() + "/tenants/egi/petitions/1"); shown.Object(t)["badge"] != "Deployed" {
		t.Errorf("petition: %s", shown.Body)
	}
}

func TestNobodyApprovesTheirOwnInProduction(t *testing.T) {
	b := sandboxtest.Start(t, sandbox.Options{ApproveAfter: -1})
	if _, err := b.Submit(registry.Request{IntegrationEnvironment: "production", ClientID: "mine"}); err != nil {
		t.Fatal(err)
	}
	got := b.Do(http.MethodPut, b.RegistryURL()+"/tenants/egi/petitions/1/review", http.Header{"Content-Type": {wire.JSONType}}, `{"type":"approve"}`)
	if got.Status != http.StatusUnauthorized || b.Petitions()[0].Badge(time.Now()) != "Registration Pending" {
		t.Errorf("%d %s, %s", got.Status, got.Body, b.Petitions()[0].Badge(time.Now()))
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
		t.Error("a client id was given away twice")
	}
}

func TestThePagesOfThePortal(t *testing.T) {
	b := sandboxtest.Start(t, sandbox.Options{DeployAfter: time.Nanosecond})
	h := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Sec-Fetch-Site": {"same-origin"}}
	form := url.Values{
		"service_name": {"<b>Nightly</b>"}, "client_id": {"paged"}, "integration_environment": {"development"},
		"grant_types": {"client_credentials"}, "token_endpoint_auth_method": {"client_secret_basic"}, "scope": {"openid email"},
	}
	done := b.Do(http.MethodPost, b.RegistryURL()+"/new", h, form.Encode())
	if done.Status != http.StatusOK || !strings.Contains(done.Body, b.Petitions()[0].Request.ClientSecret) {
		t.Fatalf("%d %s", done.Status, done.Body)
	}
	again := b.Do(http.MethodPost, b.RegistryURL()+"/new", h, form.Encode())
	if again.Status != http.StatusUnprocessableEntity || !strings.Contains(again.Body, "Client ID is not available") || strings.Contains(again.Body, "<b>Nightly") {
		t.Errorf("%d %s", again.Status, again.Body)
	}
	if list := b.Get(b.RegistryURL() + "/"); !strings.Contains(list.Body, "Registration Pending") || !strings.Contains(list.Body, "Review: Approve") {
		t.Errorf("list: %s", list.Body)
	}
	b.Do(http.MethodPost, b.RegistryURL()+"/approve", h, "petition=1")
	if list := b.Get(b.RegistryURL() + "/"); !strings.Contains(list.Body, "Deployed") {
		t.Errorf("list: %s", list.Body)
	}
	foreign := http.Header{"Content-Type": h["Content-Type"], "Sec-Fetch-Site": {"cross-site"}}
	if got := b.Do(http.MethodPost, b.RegistryURL()+"/new", foreign, form.Encode()); got.Status != http.StatusForbidden {
		t.Errorf("a foreign page may register: %d", got.Status)
	}
}
