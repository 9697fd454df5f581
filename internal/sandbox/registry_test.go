package sandbox

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/credguide/credguide/internal/sandbox/registry"
	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
)

// ask looks a client id up at an identity provider, as `credguide wait` does.
func (b *bench) ask(environment, id string) string {
	b.t.Helper()
	return said(b.get(b.Issuer(environment)+world.OpenIDConnect+"/auth?client_id="+url.QueryEscape(id), "Accept", "application/json"))
}

func TestAnOperatorApproves(t *testing.T) {
	b := start(t, Options{ApproveAfter: 150 * time.Millisecond, DeployAfter: 150 * time.Millisecond})
	p, err := b.Submit(Request{IntegrationEnvironment: "production", ClientID: "fresh", GrantTypes: []string{"client_credentials"}, Scope: world.ListedScopes})
	if err != nil {
		t.Fatal(err)
	}
	if badge := p.Badge(time.Now()); badge != "Registration Pending" || len(p.Request.ClientSecret) != 87 {
		t.Errorf("badge %q, secret of %d characters", badge, len(p.Request.ClientSecret))
	}
	if got := b.ask(world.Production, "fresh"); got != nf {
		t.Errorf("before the deployment: %s", got)
	}
	time.Sleep(time.Until(p.Deployed) + 10*time.Millisecond)
	if got := b.ask(world.Production, "fresh"); got != rr {
		t.Errorf("after the deployment: %s", got)
	}
	if got := b.ask(world.Development, "fresh"); got != nf {
		t.Errorf("in another environment: %s", got)
	}
	if got := said(b.token(posted("fresh", p.Request.ClientSecret))); got != tk {
		t.Errorf("token: %s", got)
	}
}

func TestTheOwnerApprovesInDevelopment(t *testing.T) {
	b := start(t, Options{DeployAfter: time.Nanosecond})
	h := http.Header{"Content-Type": {wire.JSONType}}
	created := b.do(http.MethodPost, b.RegistryURL()+"/tenants/egi/petitions", h,
		`{"service_name":"Nightly","client_id":"mine","grant_types":["client_credentials"],"scope":["openid","email"]}`)
	if created.status != http.StatusOK || created.object(t)["client_secret"] == "" {
		t.Fatalf("%d %s", created.status, created.body)
	}
	if got := b.ask(world.Development, "mine"); got != nf {
		t.Errorf("before the review: %s", got)
	}
	review := b.do(http.MethodPut, b.RegistryURL()+"/tenants/egi/petitions/1/review", h, `{"type":"approve","comment":"mine"}`)
	if review.status != http.StatusOK {
		t.Errorf("review: %d %s", review.status, review.body)
	}
	if got := b.ask(world.Development, "mine"); got != rr {
		t.Errorf("after the review: %s", got)
	}
	if shown := b.get(b.RegistryURL() + "/tenants/egi/petitions/1"); shown.object(t)["badge"] != "Deployed" {
		t.Errorf("petition: %s", shown.body)
	}
}

func TestNobodyApprovesTheirOwnInProduction(t *testing.T) {
	b := start(t, Options{ApproveAfter: -1})
	if _, err := b.Submit(Request{IntegrationEnvironment: "production", ClientID: "mine"}); err != nil {
		t.Fatal(err)
	}
	got := b.do(http.MethodPut, b.RegistryURL()+"/tenants/egi/petitions/1/review", http.Header{"Content-Type": {wire.JSONType}}, `{"type":"approve"}`)
	if got.status != http.StatusUnauthorized || b.Petitions()[0].Badge(time.Now()) != "Registration Pending" {
		t.Errorf("%d %s, %s", got.status, got.body, b.Petitions()[0].Badge(time.Now()))
	}
}

func TestAvailability(t *testing.T) {
	b := start(t, Options{})
	for _, c := range []struct {
		id, environment, want string
	}{
		{b.ClientID, "production", `{"available":false}`},
		{b.ClientID, "development", `{"available":true}`},
		{"a+b", "production", `{"available":true}`},
	} {
		q := url.Values{"value": {c.id}, "protocol": {"oidc"}, "environment": {c.environment}}
		if got := b.get(b.RegistryURL() + "/tenants/egi/check-availability?" + q.Encode()); got.body != c.want {
			t.Errorf("%s in %s: %s, want %s", c.id, c.environment, got.body, c.want)
		}
	}
	form := b.get(b.RegistryURL() + "/tenants/egi").object(t)["form_config"].(map[string]any)
	if form["scope"] == nil || form["contact_requirements"] == nil {
		t.Errorf("configuration: %v", form)
	}
}

func TestRefusedRequests(t *testing.T) {
	b := start(t, Options{})
	no := false
	for field, r := range map[string]Request{
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
	if _, err := b.Submit(Request{IntegrationEnvironment: "production", ClientID: b.ClientID}); err == nil {
		t.Error("a client id was given away twice")
	}
}

func TestThePagesOfThePortal(t *testing.T) {
	b := start(t, Options{DeployAfter: time.Nanosecond})
	h := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Sec-Fetch-Site": {"same-origin"}}
	form := url.Values{
		"service_name": {"<b>Nightly</b>"}, "client_id": {"paged"}, "integration_environment": {"development"},
		"grant_types": {"client_credentials"}, "token_endpoint_auth_method": {"client_secret_basic"}, "scope": {"openid email"},
	}
	done := b.do(http.MethodPost, b.RegistryURL()+"/new", h, form.Encode())
	if done.status != http.StatusOK || !strings.Contains(done.body, b.Petitions()[0].Request.ClientSecret) {
		t.Fatalf("%d %s", done.status, done.body)
	}
	again := b.do(http.MethodPost, b.RegistryURL()+"/new", h, form.Encode())
	if again.status != http.StatusUnprocessableEntity || !strings.Contains(again.body, "Client ID is not available") || strings.Contains(again.body, "<b>Nightly") {
		t.Errorf("%d %s", again.status, again.body)
	}
	if list := b.get(b.RegistryURL() + "/"); !strings.Contains(list.body, "Registration Pending") || !strings.Contains(list.body, "Review: Approve") {
		t.Errorf("list: %s", list.body)
	}
	b.do(http.MethodPost, b.RegistryURL()+"/approve", h, "petition=1")
	if list := b.get(b.RegistryURL() + "/"); !strings.Contains(list.body, "Deployed") {
		t.Errorf("list: %s", list.body)
	}
	foreign := http.Header{"Content-Type": h["Content-Type"], "Sec-Fetch-Site": {"cross-site"}}
	if got := b.do(http.MethodPost, b.RegistryURL()+"/new", foreign, form.Encode()); got.status != http.StatusForbidden {
		t.Errorf("a foreign page may register: %d", got.status)
	}
}
