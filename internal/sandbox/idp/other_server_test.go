package idp_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
	"github.com/credguide/credguide/internal/sandbox/world"
)

// The answers of npm oidc-provider 9.13.3.
func TestAnswersOfAnotherServer(t *testing.T) {
	refuse := func(status, code, text string) string {
		return status + ` {"error":"` + code + `","error_description":"` + text + `"}`
	}
	failed := refuse("401", "invalid_client", "client authentication failed")
	notAllowed := refuse("400", "invalid_request", "requested grant type is not allowed for this client")
	notEncoded := refuse("400", "invalid_request", "client_id and client_secret in the authorization header are not properly encoded")
	noReason := refuse("400", "invalid_grant", "grant request is invalid")
	known, unknown := "redirect_uri did not match any of the client&#39;s registered redirect_uris", "client is invalid"
	const secret = "right-secret-right-secret-right-secret"
	cases := []struct {
		id, sent             string
		client               *world.Client
		basic, body, idOnly  string
		authorizationPageHas string
	}{
		{"ok", secret, &world.Client{}, tk, tk, failed, known},
		{"wrong", secret + "x", &world.Client{}, failed, failed, failed, known},
		{"unknown", secret, nil, failed, failed, failed, unknown},
		{"cs-jwt", secret, &world.Client{Auth: world.ClientSecretJWT}, failed, failed, failed, known},
		{"public", secret, &world.Client{Public: true}, failed, failed, notAllowed, known},
		{"no-sa", secret, &world.Client{Account: world.AccountOff}, notAllowed, notAllowed, failed, known},
		{"dpop", secret, &world.Client{DPoP: true}, noReason, noReason, failed, known},
		{"newline", secret + "\n", &world.Client{}, notEncoded, failed, failed, known},
	}
	b := sandboxtest.Start(t, sandbox.Options{Faults: []string{"token-opaque"}, Change: func(w *world.World) {
		for _, c := range cases {
			if c.client != nil {
				c.client.ID, c.client.Secret = c.id, secret
				w.Main().Register(c.client)
			}
		}
	}})
	for _, c := range cases {
		t.Run(c.id, func(t *testing.T) {
			b.T = t
			viaHeader := b.Token(url.Values{}, "Authorization", sandboxtest.Basic(c.id, c.sent))
			if got := viaHeader.Line(); got != c.basic {
				t.Errorf("Basic: %s, want %s", got, c.basic)
			}
			if viaHeader.Status == http.StatusUnauthorized && !strings.HasPrefix(viaHeader.Header.Get("WWW-Authenticate"), `Basic realm="`+b.Issuer(world.Production)) {
				t.Errorf("WWW-Authenticate %q", viaHeader.Header.Get("WWW-Authenticate"))
			}
			if got := b.Token(url.Values{"client_id": {c.id}, "client_secret": {c.sent}}).Line(); got != c.body {
				t.Errorf("body: %s, want %s", got, c.body)
			}
			if got := b.Token(url.Values{"client_id": {c.id}}).Line(); got != c.idOnly {
				t.Errorf("id only: %s, want %s", got, c.idOnly)
			}
			if got := b.Get(b.Issuer(world.Production) + "/auth?client_id=" + c.id); got.Status != 400 || !strings.Contains(got.Body, c.authorizationPageHas) {
				t.Errorf("authorization: %d %s", got.Status, got.Body)
			}
		})
	}
}

func TestAnotherServerTakesOneMechanism(t *testing.T) {
	b := sandboxtest.Start(t, sandbox.Options{Faults: []string{"token-opaque"}})
	got := b.Token(sandboxtest.Posted(b.ClientID, b.ClientSecret), "Authorization", sandboxtest.Basic(b.ClientID, b.ClientSecret)).Line()
	if want := `400 {"error":"invalid_request","error_description":"client authentication must only be provided using one mechanism"}`; got != want {
		t.Errorf("got %s", got)
	}
	if got := b.Get(b.Issuer(world.Production) + "/token"); got.Status != http.StatusNotFound || got.Body != "Not Found" {
		t.Errorf("GET: %d %s", got.Status, got.Body)
	}
	token := b.AccessToken()
	if strings.Contains(token, ".") {
		t.Error("the token is a JWT")
	}
	if got := b.Me(token); got.Status != http.StatusOK {
		t.Errorf("/me: %d %s", got.Status, got.Body)
	}
}
