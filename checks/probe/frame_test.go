package probe_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/credentials"
)

const (
	generated  = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1eF3hJ5kM7nP9rS1uV3xY5zA7cD9fG1iK3lM5oP7qR9tU1wX3yZ5bC7dE9"
	otherToken = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsxIn0.eyJzdWIiOiJzb21lYm9keSBlbHNlIn0.c2lnbmF0dXJlLW9mLXNvbWVib2R5"
)

// TestWhatAServerRepeatsIsNotShown: in no form, and not because a step ended before the check knew
// the token.
func TestWhatAServerRepeatsIsNotShown(t *testing.T) {
	defer goleak.VerifyNone(t)
	refuse := func(text string) http.HandlerFunc {
		body, _ := json.Marshal(map[string]string{"error": text, "error_description": text})
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write(body)
		}
	}
	redirect := func(to string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", to)
			w.WriteHeader(http.StatusFound)
		}
	}
	for name, handler := range map[string]http.HandlerFunc{
		"most of the secret":        refuse("you sent " + generated[:60]),
		"with invisible characters": refuse(strings.Join(strings.Split(generated, ""), "\u200b")),
		"another's token":           refuse("the token " + otherToken + " is used"),
		"half a token":              refuse("the token " + otherToken[:70]),
		"redirect, path":            redirect("/" + generated),
		"redirect, query":           redirect("/?s=" + url.QueryEscape(generated)),
		"redirect, host":            redirect("http://" + hex.EncodeToString([]byte(generated[:30])) + ".invalid/"),
		"redirect, token":           redirect("/?t=" + otherToken),
	} {
		for _, path := range []string{"/.well-known/openid-configuration", "/token", "/keys", "/userinfo"} {
			t.Run(name+" at "+path, func(t *testing.T) {
				var srv *httptest.Server
				srv = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					switch r.URL.Path {
					case path:
						handler(w, r)
					case "/.well-known/openid-configuration":
						fmt.Fprintf(w, `{"issuer":%q,"token_endpoint":%q,"userinfo_endpoint":%q,"jwks_uri":%q}`, srv.URL, srv.URL+"/token", srv.URL+"/userinfo", srv.URL+"/keys")
					case "/token":
						_, _ = io.WriteString(w, `{"access_token":"`+otherToken+`","token_type":"Bearer"}`)
					default:
						http.NotFound(w, r)
					}
				}))
				defer srv.Close()
				r := runGenerated(t, srv.URL)
				for _, part := range []string{generated[:24], generated[30:54], otherToken[:40], otherToken[40:70]} {
					if strings.Contains(r, part) || strings.Contains(r, hex.EncodeToString([]byte(part))) {
						t.Errorf("%q is in the evidence:\n%s", part, r)
					}
				}
			})
		}
	}
}

// TestManyShortTexts: an answer may hold a megabyte of them, and the check comes to its end.
func TestManyShortTexts(t *testing.T) {
	defer goleak.VerifyNone(t)
	srv := httptest.NewServer(send("application/json", `{"issuer":"x","l":[`+strings.Repeat(`"a",`, 240_000)+`"b"]}`))
	defer srv.Close()
	observe(t, hostileSubject(srv.URL))
}

// runGenerated checks with a secret as the registry makes them, and returns the evidence as text.
func runGenerated(t *testing.T, issuer string) string {
	t.Helper()
	s := hostileSubject(issuer)
	s.Credentials.Secret = credentials.NewSecret(generated)
	r := probe.Run(t.Context(), s, probe.Options{StepTimeout: time.Second, Deadline: 5 * time.Second}, nil)
	text, err := json.Marshal(r.Evidence)
	if err != nil {
		t.Fatal(err)
	}
	if r.Guard.Find(string(text)) {
		t.Errorf("something is left in %s", text)
	}
	return string(text)
}
