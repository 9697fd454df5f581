package probe_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/environments"
)

// sixteen is what a diagnosis may cost the servers at most.
const sixteen = 16

// realms is a Keycloak with the realm "asked", which knows no client but "lab", and with sisters
// that know the client "lab-sister". Lab may ask for everything but "rare". It is a back-end too,
// which lists these scopes.
func realms(t *testing.T, scopes []string) (address string, catalog *environments.Catalog) {
	t.Helper()
	mux := http.NewServeMux()
	var srv *httptest.Server
	write := func(w http.ResponseWriter, status int, format string, values ...any) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, format, values...)
	}
	mux.HandleFunc("GET /realms/{realm}/.well-known/openid-configuration", func(w http.ResponseWriter, r *http.Request) {
		issuer := srv.URL + "/realms/" + r.PathValue("realm")
		write(w, 200, `{"issuer":%q,"token_endpoint":%q,"authorization_endpoint":%q,"jwks_uri":%q,"userinfo_endpoint":%q}`, issuer,
			issuer+"/protocol/openid-connect/token", issuer+"/protocol/openid-connect/auth", issuer+"/keys", issuer+"/userinfo")
	})
	mux.HandleFunc("GET /realms/{realm}/protocol/openid-connect/auth", func(w http.ResponseWriter, r *http.Request) {
		known := map[string]string{"asked": "lab"}[r.PathValue("realm")]
		if known == "" {
			known = "lab-sister"
		}
		if r.FormValue("client_id") == known {
			write(w, 400, `{"error":"Invalid parameter: redirect_uri"}`)
			return
		}
		write(w, 400, `{"error":"Client not found."}`)
	})
	mux.HandleFunc("POST /realms/asked/protocol/openid-connect/token", func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.FormValue("client_id") != "lab":
			write(w, 401, `{"error":"invalid_client","error_description":"Invalid client or Invalid client credentials"}`)
		case slices.Contains(strings.Fields(r.FormValue("scope")), "rare"):
			write(w, 400, `{"error":"invalid_scope","error_description":"Invalid scopes"}`)
		default:
			write(w, 200, `{"access_token":"opaque-and-long-enough","token_type":"Bearer","expires_in":300}`)
		}
	})
	mux.HandleFunc("GET /realms/{realm}/keys", func(w http.ResponseWriter, _ *http.Request) { write(w, 200, `{"keys":[]}`) })
	mux.HandleFunc("GET /realms/{realm}/userinfo", func(w http.ResponseWriter, _ *http.Request) { write(w, 200, `{"sub":"s"}`) })
	mux.HandleFunc("GET /credentials/oidc", func(w http.ResponseWriter, _ *http.Request) {
		write(w, 200, `{"providers":[{"id":"p","issuer":%q,"scopes":["%s"]}]}`, srv.URL+"/realms/asked", strings.Join(scopes, `","`))
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { write(w, 200, `{"api_version":"1.2.0","endpoints":[]}`) })
	mux.HandleFunc("GET /me", func(w http.ResponseWriter, _ *http.Request) { write(w, 200, `{"user_id":"s"}`) })
	srv = httptest.NewServer(mux)
	t.Cleanup(srv.Close)

	return srv.URL, sisters(t, srv.URL)
}

// sisters are five environments of one family at a server, each a realm.
func sisters(t *testing.T, server string) *environments.Catalog {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(dir+"/environments", 0o755); err != nil {
		t.Fatal(err)
	}
	for _, realm := range []string{"asked", "b", "c", "d", "e"} {
		content := fmt.Sprintf("id: %[1]s\ntitle: %[1]s\nfamily: f\nissuer: %[2]s/realms/%[1]s\nsource: a test\n", realm, server)
		if err := os.WriteFile(dir+"/environments/"+realm+".yaml", []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	catalog, err := environments.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return catalog
}

func TestNoDiagnosisTakesMoreThanSixteenRequests(t *testing.T) {
	many := append(strings.Fields("openid email profile address phone acr roles basic one two three four five six"), "rare")
	const secret = "s3cret-of-the-lab-+"
	cases := []struct {
		name, id, secret string
		scopes           []string
		want             checks.Facts // of those that matter
	}{
		{"one of fifteen scopes", "lab", secret, many, checks.Facts{"scopes.openid": "allowed", "me.status": 200}},
		{
			"one of four scopes", "lab", secret,
			[]string{"openid", "email", "profile", "rare"},
			checks.Facts{"scopes.openid": "allowed", "scopes.refused": []string{"rare"}, "me.status": 200},
		},
		{
			"one of ten, nine of them seldom refused", "lab", secret,
			[]string{"openid", "email", "profile", "address", "phone", "acr", "roles", "basic", "web-origins", "rare"},
			checks.Facts{"scopes.refused": []string{"rare"}, "scopes.verdict": "some", "me.status": 200},
		},
		{"everything odd", ` "NO-BODY" `, "\u00a0'" + secret + "' ", many, checks.Facts{"authorization.client": "unknown"}},
		{"lives elsewhere, and has quotes", `"lab-sister"`, secret, many, checks.Facts{"sisters.found_as": "trimmed", "sisters.any_know": true}},
		{"lives elsewhere, in lower case", "Lab-Sister", "secret-without-special", many, checks.Facts{"sisters.found_as": "lower", "sisters.any_know": true}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			address, catalog := realms(t, c.scopes)
			asked, _ := catalog.Lookup("asked")
			s := probe.Subject{Environment: asked, Catalog: catalog, Backend: &environments.Backend{ID: "back", URL: address}}
			s.Credentials.ClientID, s.Credentials.Secret = c.id, credentials.NewSecret(c.secret)
			e := probe.Run(t.Context(), s, probe.Options{}, nil).Evidence
			if len(e.Requests) > sixteen {
				t.Errorf("%d requests", len(e.Requests))
			}
			f, got := checks.Derive(e.Facts), checks.Facts{}
			for name := range c.want {
				got[name] = f[name]
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("facts (-want +got):\n%s", d)
			}
		})
	}
}

func TestAnErrorThatIsAnObjectIsARefusal(t *testing.T) {
	var srv *httptest.Server
	srv = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/token" {
			_, _ = io.WriteString(w, `{"error":{"message":"no such key","code":401}}`)
			return
		}
		_, _ = fmt.Fprintf(w, `{"issuer":%q,"token_endpoint":%q}`, srv.URL, srv.URL+"/token")
	}))
	defer srv.Close()
	f := checks.Derive(observe(t, hostileSubject(srv.URL)))
	if f.Text(checks.TokenAnswer) != "refused" || f.Text(checks.AtToken.Error) != "no such key" {
		t.Errorf("answer %q, error %q", f.Text(checks.TokenAnswer), f.Text(checks.AtToken.Error))
	}
}

// TestRedirectsArePaidFor: every public document of the back-end is some hops away, everything is
// refused, and there are sisters to ask. One hop leaves enough to ask for the client ID; a server
// that redirects more only loses the reader that.
func TestRedirectsArePaidFor(t *testing.T) {
	address, catalog := realms(t, []string{"openid", "email"})
	inner, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	pass := httputil.NewSingleHostReverseProxy(inner)
	for hops := range 5 {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if made := r.URL.Query().Get("hop"); r.Method == http.MethodGet && len(made) < hops {
				http.Redirect(w, r, r.URL.Path+"?hop="+made+"x", http.StatusFound)
				return
			}
			pass.ServeHTTP(w, r)
		}))
		asked, _ := catalog.Lookup("asked")
		for range 5 {
			s := probe.Subject{Environment: asked, Catalog: catalog, Backend: &environments.Backend{ID: "back", URL: srv.URL}}
			s.Credentials.ClientID, s.Credentials.Secret = `"Lab-Sister"`, credentials.NewSecret("'s3cret-of-the-lab-+'")
			e := probe.Run(t.Context(), s, probe.Options{}, nil).Evidence
			if n := len(e.Requests); n > sixteen {
				t.Errorf("%d hops: %d requests", hops, n)
			}
			if f := checks.Derive(e.Facts); hops < 2 && f.Text(checks.AuthorizationSays) == "" {
				t.Errorf("%d hops: the client ID was not asked for", hops)
			}
		}
		srv.Close()
	}
}
