package registry_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/registry"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
	"github.com/credguide/credguide/internal/sandbox/world"
)

// press sends a form of a page, as a browser does.
func press(b *sandboxtest.Bench, address string, fields url.Values) sandboxtest.Reply {
	return b.Do(http.MethodPost, address, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, fields.Encode())
}

var shownOnce = regexp.MustCompile(`(?s)Client ID: <code>([^<]+)</code>.*shown once: <code>([^<]+)</code>`)

func TestTheDashboardMakesClientsThatExpire(t *testing.T) {
	b := sandboxtest.Start(t, sandbox.Options{})
	page := b.RegistryURL() + "/dashboard"
	for _, wrong := range []url.Values{{}, {"name": {"x"}, "expires": {"2001-01-01"}}, {"name": {"x"}, "expires": {"tomorrow"}}, {"name": {strings.Repeat("x", 61)}}} {
		if got := press(b, page, wrong); got.Status != http.StatusUnprocessableEntity || shownOnce.MatchString(got.Body) {
			t.Errorf("%v: %d", wrong, got.Status)
		}
	}
	made := shownOnce.FindStringSubmatch(press(b, page, url.Values{"name": {"<i>nightly</i>"}, "expires": {"2090-01-31"}}).Body)
	if made == nil {
		t.Fatal("no client is shown")
	}
	again := b.Get(page).Body
	if strings.Contains(again, made[2]) || !strings.Contains(again, made[1]) || !strings.Contains(again, "2090-01-31") || strings.Contains(again, "<i>nightly") {
		t.Errorf("the list shows\n%s", again)
	}
	token := b.Issuer(world.Dashboard) + "/protocol/openid-connect/token"
	login := url.Values{"grant_type": {"client_credentials"}, "scope": {"openid email"}, "client_id": {made[1]}, "client_secret": {made[2]}}
	if got := press(b, token, login); got.Line() != "200 token" {
		t.Errorf("a client of the dashboard: %s", got.Line())
	}
	press(b, page+"/delete", url.Values{"client": {made[1]}})
	if got := press(b, token, login); got.Status != http.StatusUnauthorized || !strings.Contains(got.Body, "invalid_client") {
		t.Errorf("a deleted client: %s", got.Line())
	}
}

// A deployed client of the registry gets another secret, and stays the same account.
func TestARegisteredClientGetsAnotherSecret(t *testing.T) {
	b := sandboxtest.Start(t, sandbox.Options{DeployAfter: 1})
	p, err := b.Submit(registry.Request{ServiceName: "Nightly", IntegrationEnvironment: "development", ClientID: "nightly-x", GrantTypes: []string{"client_credentials"}})
	if err != nil {
		t.Fatal(err)
	}
	service := b.RegistryURL() + "/egi/services/1"
	if press(b, service+"/secret", nil); strings.Contains(b.Get(b.RegistryURL()+"/egi/services").Body, "new secret") {
		t.Error("a request that waits has no secret to replace")
	}
	press(b, service+"/review", url.Values{"decision": {"approve"}})
	if got := press(b, service+"/secret", nil); got.Status != http.StatusSeeOther {
		t.Errorf("%d", got.Status)
	}
	shown := regexp.MustCompile(`Client Secret: <code>([^<]+)<`).FindStringSubmatch(b.Get(service + "/view?tab=protocol&show=true").Body)
	if shown == nil || shown[1] == p.Request.ClientSecret {
		t.Fatalf("%q", shown)
	}
	for secret, works := range map[string]bool{p.Request.ClientSecret: false, shown[1]: true} {
		login := url.Values{"grant_type": {"client_credentials"}, "client_id": {"nightly-x"}, "client_secret": {secret}}
		if got := press(b, b.Issuer(world.Development)+"/protocol/openid-connect/token", login); (got.Line() == "200 token") != works {
			t.Errorf("new: %v: %s", works, got.Line())
		}
	}
}

// After its expiry date the login of a client fails as with a wrong secret.
func TestAnExpiredClient(t *testing.T) {
	b := sandboxtest.StartWorld(t, func(w *world.World) { w.GoodClient.Expires = time.Now().Add(-time.Minute) })
	login := url.Values{"grant_type": {"client_credentials"}, "client_id": {b.ClientID}, "client_secret": {b.ClientSecret}}
	if got := press(b, b.Issuer(world.Production)+"/protocol/openid-connect/token", login); got.Status != http.StatusUnauthorized || !strings.Contains(got.Body, "unauthorized_client") {
		t.Errorf("an expired client: %s", got.Line())
	}
}

func TestSomebodyAnswersARequest(t *testing.T) {
	b := sandboxtest.Start(t, sandbox.Options{ApproveAfter: 1})
	page := b.RegistryURL() + "/desk"
	if got := press(b, page, url.Values{"text": {"  "}}); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("an empty request: %d", got.Status)
	}
	if got := press(b, page, url.Values{"text": {"Hello.\nName: nightly run\n"}}); got.Status != http.StatusSeeOther {
		t.Errorf("a request: %d", got.Status)
	}
	made := shownOnce.FindStringSubmatch(press(b, page+"/answer", url.Values{"request": {"1"}}).Body)
	if made == nil {
		t.Fatal("no client is shown")
	}
	login := url.Values{"grant_type": {"client_credentials"}, "scope": {"openid email"}, "client_id": {made[1]}, "client_secret": {made[2]}}
	if got := press(b, b.Issuer(world.Desk)+"/protocol/openid-connect/token", login); got.Line() != "200 token" {
		t.Errorf("a client of the help desk: %s", got.Line())
	}
	again := press(b, page+"/answer", url.Values{"request": {"1"}}).Body
	if strings.Contains(again, made[2]) || !strings.Contains(again, made[1]) || !strings.Contains(again, "nightly run") {
		t.Errorf("the answer read again:\n%s", again)
	}
	if got := press(b, page+"/answer", url.Values{"request": {"7"}}); got.Status != http.StatusNotFound {
		t.Errorf("a request that was never sent: %d", got.Status)
	}
}

func TestARequestThatNobodyAnswers(t *testing.T) {
	b := sandboxtest.Start(t, sandbox.Options{ApproveAfter: -1})
	press(b, b.RegistryURL()+"/desk", url.Values{"text": {"Hello."}})
	if got := press(b, b.RegistryURL()+"/desk/answer", url.Values{"request": {"1"}}); !strings.Contains(got.Body, "Nobody has answered yet.") || shownOnce.MatchString(got.Body) {
		t.Errorf("the page says\n%s", got.Body)
	}
}

// A sandbox that is left open takes requests until it has enough of them.
func TestTooManyRequests(t *testing.T) {
	b := sandboxtest.Start(t, sandbox.Options{ApproveAfter: -1, DeployAfter: -1})
	request := registry.Request{IntegrationEnvironment: "production"}
	taken := 0
	for ; taken <= 1000; taken++ {
		if _, err := b.Submit(request); err != nil {
			if !strings.Contains(err.Error(), "no more requests") {
				t.Errorf("after %d: %v", taken, err)
			}
			break
		}
	}
	if taken != 1000 {
		t.Errorf("%d requests were taken", taken)
	}
}
