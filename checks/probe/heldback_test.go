package probe_test

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/environments"
)

// gossip is a Keycloak that keeps what every request holds outside of the token request's body, and
// answers with it.
type gossip struct {
	*httptest.Server
	mu    sync.Mutex
	heard strings.Builder
	times int
}

// newGossip has its authorization endpoint on another host where one is given.
func newGossip(t *testing.T, elsewhere string) *gossip {
	t.Helper()
	g := &gossip{}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := strings.HasSuffix(r.URL.Path, "/token")
		g.mu.Lock()
		g.times++
		_, _ = fmt.Fprintln(&g.heard, r.URL.String(), r.Referer(), r.Header.Get("Cookie"))
		if !token {
			_, _ = fmt.Fprintln(&g.heard, r.Header)
		}
		g.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		issuer := g.URL + "/realms/" + strings.Split(r.URL.Path+"//", "/")[2]
		switch {
		case strings.HasSuffix(r.URL.Path, "openid-configuration"):
			_, _ = fmt.Fprintf(w, `{"issuer":%q,"token_endpoint":%q,"authorization_endpoint":%q}`, issuer, issuer+"/protocol/openid-connect/token",
				cmp.Or(elsewhere, issuer)+"/protocol/openid-connect/auth")
		case token:
			_ = r.ParseForm()
			w.WriteHeader(http.StatusUnauthorized)
			text, _ := json.Marshal("Invalid client or Invalid client credentials: " + r.PostFormValue("client_id") + " " + r.PostFormValue("client_secret"))
			_, _ = fmt.Fprintf(w, `{"error":"invalid_client","error_description":%s}`, text)
		default:
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"error":"Client not found."}`)
		}
	}))
	t.Cleanup(g.Close)
	return g
}

// attacks put a secret where a client ID belongs.
func attacks(secret string) map[string]string {
	return map[string]string{
		"itself": secret, "line end": secret + "\n", "behind a blank": "id " + secret, "behind a colon": "id:" + secret, "in quotes": `"id" "` + secret + `"`,
		"Basic": "Basic " + base64.StdEncoding.EncodeToString([]byte("id:"+secret)), "Base64": base64.StdEncoding.EncodeToString([]byte(secret)),
		"percent": "id%3A" + url.QueryEscape(secret), "upper": strings.ToUpper(secret), "assignment": "OPENEO_AUTH_CLIENT_SECRET=" + secret, "entities": "id&#58;" + secret,
	}
}

var attackSecrets = map[string]string{
	"registry": generated, "UUID": "0b7f9d4e-93c1-4c55-8f0a-6e2d1c7b9a83", "words": "correct-horse-battery-staple", "Keycloak": "q7Rt2ZpX9LmB4sVw1KcY8nHdF3gJ5aQe", "JWT": otherToken,
}

// TestASecretInTheClientIDsPlaceGoesNowhere: not into an address, not to a sister, not into the
// evidence.
func TestASecretInTheClientIDsPlaceGoesNowhere(t *testing.T) {
	g := newGossip(t, "")
	e := environments.Environment{ID: "asked", Title: "asked", Family: "f", Issuer: g.URL + "/realms/asked"}
	catalog := sisters(t, g.URL)
	for kind, secret := range attackSecrets {
		for name, id := range attacks(secret) {
			t.Run(kind+", "+name, func(t *testing.T) {
				s := probe.Subject{Environment: e, Catalog: catalog}
				s.Credentials.ClientID, s.Credentials.Secret = id, credentials.NewSecret(secret)
				shown := evidenceText(t, probe.Run(t.Context(), s, probe.Options{}, nil).Evidence)
				g.mu.Lock()
				defer g.mu.Unlock()
				for _, text := range []string{shown, g.heard.String()} {
					if part := anyRun(text, secret); part != "" {
						t.Errorf("%q is in\n%s", part, text)
					}
				}
				g.heard.Reset()
			})
		}
	}
}

// TestWatchDoesNotAskForASecret: with the secret known, and for what looks like one also without.
func TestWatchDoesNotAskForASecret(t *testing.T) {
	g := newGossip(t, "")
	e := environments.Environment{Issuer: g.URL + "/realms/asked"}
	for kind, secret := range attackSecrets {
		for name, id := range attacks(secret) {
			known := []credentials.Secret{credentials.NewSecret(secret)}
			if kind == "registry" && name != "upper" && name != "Base64" {
				known = append(known, credentials.Secret{})
			}
			for _, k := range known {
				w := probe.NewWatch(t.Context(), e, credentials.Resolved{ClientID: id, Secret: k}, probe.Options{})
				_, err := w.Ask(t.Context())
				w.Close()
				if held, ok := errors.AsType[*probe.HeldBack](err); !ok || anyRun(held.Error(), secret) != "" {
					t.Errorf("%s, %s: %v", kind, name, err)
				}
			}
		}
	}
	if g.times > 0 {
		t.Errorf("%d requests were made:\n%s", g.times, &g.heard)
	}
}

// TestTheAuthorizationEndpointIsHeldToTheIssuersHost, as the token endpoint is.
func TestTheAuthorizationEndpointIsHeldToTheIssuersHost(t *testing.T) {
	other := newGossip(t, "")
	g := newGossip(t, other.URL)
	s := probe.Subject{Environment: environments.Environment{ID: "asked", Issuer: g.URL + "/realms/asked"}}
	s.Credentials.ClientID, s.Credentials.Secret = "nightly-ndvi", credentials.NewSecret(generated)
	e := probe.Run(t.Context(), s, probe.Options{}, nil).Evidence
	if f := checks.Derive(e.Facts); f.Known(checks.AuthorizationSays) || f.Text(checks.TokenAnswer) != "refused" {
		t.Errorf("the other host was asked: %q; token %q", f.Text(checks.AuthorizationSays), f.Text(checks.TokenAnswer))
	}
	w := probe.NewWatch(t.Context(), s.Environment, s.Credentials, probe.Options{})
	defer w.Close()
	if _, err := w.Ask(t.Context()); err == nil || errors.Is(err, probe.ErrNoAnswer) {
		t.Errorf("wait asks on: %v", err)
	}
	if other.times > 0 {
		t.Errorf("the other host heard %s", &other.heard)
	}
}

func evidenceText(t *testing.T, e checks.Evidence) string {
	t.Helper()
	text, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// anyRun is a run of eight bytes of the secret that a text holds, in any letter case; "" where it
// holds none.
func anyRun(text, secret string) string {
	text, secret = strings.ToLower(text), strings.ToLower(secret)
	for i := 0; i+8 <= len(secret); i++ {
		if strings.Contains(text, secret[i:i+8]) {
			return secret[i : i+8]
		}
	}
	return ""
}
