package idp_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
	"github.com/credguide/credguide/internal/sandbox/world"
)

// The device flow of RFC 8628, from the first request to the token, which is given out once.
func TestTheDeviceFlow(t *testing.T) {
	b := sandboxtest.Start(t, sandbox.Options{PlainHTTP: true})
	realm := b.Issuer(world.Production)
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	begin := func(client string) sandboxtest.Reply {
		return b.Do(http.MethodPost, realm+world.OpenIDConnect+"/auth/device", form, url.Values{"client_id": {client}, "scope": {"openid"}}.Encode())
	}
	poll := func(code any) string {
		time.Sleep(600 * time.Millisecond) // more than half an interval: not too fast
		text, _ := code.(string)
		r := b.Token(url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "client_id": {world.SignInClient}, "device_code": {text}})
		if r.Status == http.StatusOK {
			return "token"
		}
		text, _ = r.Object(t)["error"].(string)
		return text
	}
	decide := func(code any, person, decision string, header http.Header) int {
		text, _ := code.(string)
		return b.Do(http.MethodPost, realm+"/device", header, url.Values{"user_code": {strings.ToLower(text)}, "person": {person}, "decision": {decision}}.Encode()).Status
	}
	expect := func(what string, got, want any) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	expect("a client that is not there", begin("nobody").Status, http.StatusUnauthorized)
	expect("another method", b.Do(http.MethodGet, realm+world.OpenIDConnect+"/auth/device", nil, "").Status, http.StatusMethodNotAllowed)
	first, second := begin(world.SignInClient).Object(t), begin(world.SignInClient).Object(t)
	expect("the page", first["verification_uri"], realm+"/device")
	if page := b.Get(realm + "/device?user_code=%3Cb%3E"); page.Status != http.StatusOK || strings.Contains(page.Body, "<b>") {
		t.Errorf("%d %s", page.Status, page.Body)
	}
	expect("nobody has signed in", poll(first["device_code"]), "authorization_pending")
	foreign := form.Clone()
	foreign.Set("Sec-Fetch-Site", "cross-site")
	expect("the page of another site", decide(first["user_code"], "alice", "yes", foreign), http.StatusForbidden)
	expect("somebody unknown", decide(first["user_code"], "mallory", "yes", form), http.StatusBadRequest)
	expect("a made-up code", decide("AAAA-AAAA", "alice", "yes", form), http.StatusBadRequest)
	expect("alice", decide(first["user_code"], "alice", "yes", form), http.StatusOK)
	expect("twice", decide(first["user_code"], "bob", "yes", form), http.StatusBadRequest)
	expect("cancelled", decide(second["user_code"], "", "no", form), http.StatusOK)
	expect("signed in", poll(first["device_code"]), "token")
	expect("a second time", poll(first["device_code"]), "invalid_grant")
	expect("refused", poll(second["device_code"]), "access_denied")
	expect("a made-up device", poll("x"), "invalid_grant")
}
