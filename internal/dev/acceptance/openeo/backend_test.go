//go:build acceptance

package openeo

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// provider stands in for an identity provider: what it does depends on the
// token that userinfo is asked with.
func provider(t *testing.T) *httptest.Server {
	var server *httptest.Server
	mux := http.NewServeMux()
	mux.HandleFunc("GET /good/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]string{
			"issuer": "https://elsewhere.example", "userinfo_endpoint": server.URL + "/userinfo", "introspection_endpoint": server.URL + "/introspect",
		})
	})
	mux.HandleFunc("GET /page/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) { page(w, 200, "Hello", "") })
	mux.HandleFunc("GET /bare/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) })
	mux.HandleFunc("GET /broken/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) })
	mux.HandleFunc("GET /userinfo", func(w http.ResponseWriter, r *http.Request) {
		switch r.Header.Get("Authorization") {
		case "Bearer good":
			_, _ = w.Write([]byte(`{"sub":"service@egi.eu"}`))
		case "Bearer member":
			_, _ = w.Write([]byte(`{"sub":"member@egi.eu","eduperson_entitlement":["urn:mace:egi.eu:group:vo.openeo.cloud:role=basic-user#aai.egi.eu"]}`))
		case "Bearer nobody":
			_, _ = w.Write([]byte(`{}`))
		case "Bearer page":
			page(w, 200, "Hello", "")
		case "Bearer busy":
			w.WriteHeader(http.StatusTooManyRequests)
		case "Bearer down":
			w.WriteHeader(http.StatusBadGateway)
		case "Bearer narrow":
			w.WriteHeader(http.StatusForbidden)
		default:
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
	mux.HandleFunc("POST /introspect", func(w http.ResponseWriter, r *http.Request) {
		if _, password, _ := r.BasicAuth(); password != "right" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if r.FormValue("token") == "member" {
			_, _ = w.Write([]byte(`{"active":false}`))
			return
		}
		_, _ = w.Write([]byte(`{"active":true,"scope":"openid email","username":"service-account-x"}`))
	})
	server = httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

// seen is an answer of /me without what differs each time.
type seen struct {
	Status        int
	Code, Message string
	User          string
}

// TestMe goes through the driver's measured answers.
func TestMe(t *testing.T) {
	idp := provider(t)
	invalid := seen{Status: 403, Code: "TokenInvalid", Message: "Authorization token has expired or is invalid. Please authenticate again."}
	scheme := seen{Status: 403, Code: "AuthenticationSchemeInvalid", Message: "Authentication method not supported."}
	internal := func(exception string) seen {
		return seen{Status: 500, Code: "Internal", Message: "Unexpected error while resolving OIDC access token: " + exception + "."}
	}
	tokenError := func(message string) seen { return seen{Status: 500, Code: "AccessTokenError", Message: message} }
	refusedAccess := func(message string) seen {
		return seen{Status: 403, Code: "PermissionsInsufficient", Message: message}
	}
	down := seen{Status: 503, Code: "OidcProviderUnavailable", Message: "OIDC Provider is unavailable"}
	good := seen{Status: 200, User: "service@egi.eu"}
	enrol := "Proper enrollment in openEO Platform virtual organization is required."
	introspect := func(secret string) Options {
		return Options{Introspect: map[string]Introspector{"egi": {"backend", secret}}}
	}
	mapped := introspect("right")
	mapped.UserMap = []string{"service@egi.eu"}

	cases := []struct {
		name, header string
		options      Options
		want         seen
	}{
		{"no header", "", Options{}, seen{Status: 401, Code: "AuthenticationRequired", Message: "Unauthorized."}},
		{"basic", "Basic eDp5", Options{}, scheme},
		{"lower-case scheme", "bearer oidc/egi/good", Options{}, scheme},
		{"two spaces", "Bearer  oidc/egi/good", Options{}, scheme},
		{"bare token", "Bearer good", Options{}, invalid},
		{"no provider", "Bearer oidc/good", Options{}, invalid},
		{"empty provider", "Bearer oidc//good", Options{}, invalid},
		{"unknown provider", "Bearer oidc/egi-prod/good", Options{}, invalid},
		{"provider in upper case", "Bearer oidc/EGI/good", Options{}, invalid},
		{"OIDC in upper case", "Bearer OIDC/egi/good", Options{}, invalid},
		{"basic token", "Bearer basic//good", Options{}, seen{Status: 403, Code: "AuthenticationSchemeInvalid", Message: "Basic authentication is not supported."}},
		{"empty token", "Bearer oidc/egi/", Options{}, invalid},
		{"token with a slash", "Bearer oidc/egi/go/od", Options{}, invalid},
		{"good", "Bearer oidc/egi/good", Options{}, good},
		{"refused by userinfo", "Bearer oidc/egi/expired", Options{}, invalid},
		{"lacks openid", "Bearer oidc/egi/narrow", Options{}, invalid},
		{"userinfo busy", "Bearer oidc/egi/busy", Options{}, tokenError("Unexpected '/userinfo' response: 429.")},
		{"userinfo down", "Bearer oidc/egi/down", Options{}, down},
		{"userinfo is a page", "Bearer oidc/egi/page", Options{}, internal("JSONDecodeError")},
		{"userinfo without sub", "Bearer oidc/egi/nobody", Options{}, internal("KeyError")},
		{"discovery is a page", "Bearer oidc/page/good", Options{}, internal("JSONDecodeError")},
		{"discovery without userinfo", "Bearer oidc/bare/good", Options{}, internal("KeyError")},
		{"discovery missing", "Bearer oidc/missing/good", Options{}, internal("HTTPError")},
		{"discovery down", "Bearer oidc/broken/good", Options{}, down},
		{"not enrolled", "Bearer oidc/egi/good", Options{Access: Access{Roles: []string{"Basic_User"}}}, refusedAccess(enrol)},
		{"enrolled", "Bearer oidc/egi/member", Options{Access: Access{Roles: []string{"Basic_User"}}}, seen{Status: 200, User: "member@egi.eu"}},
		{"other role", "Bearer oidc/egi/member", Options{Access: Access{Roles: []string{"Platform_Developer"}}}, refusedAccess(enrol)},
		{"other issuer", "Bearer oidc/egi/member", Options{Access: Access{Roles: []string{"Basic_User"}, Issuer: "https://aai.example.org"}}, refusedAccess("An EGI account is required for using openEO Platform.")},
		{"blocked", "Bearer oidc/egi/good", Options{Access: Access{Blocked: "No."}}, refusedAccess("No.")},
		{"not mapped", "Bearer oidc/egi/good", introspect("right"), tokenError("Client credentials access token without user mapping: sub='service@egi.eu'.")},
		{"mapped", "Bearer oidc/egi/good", mapped, good},
		{"inactive", "Bearer oidc/egi/member", introspect("right"), tokenError("Access token not active.")},
		{"the back-end's own secret is wrong", "Bearer oidc/egi/good", introspect("wrong"), internal("HTTPError")},
		{"no client of its own", "Bearer oidc/slashed/good", introspect("right"), tokenError("No service account for slashed")},
		{
			"scope not covered", "Bearer oidc/wide/good",
			Options{Introspect: map[string]Introspector{"wide": {"backend", "right"}}},
			tokenError("Token scope {'openid', 'email'} not covering expected scope ['openid', 'profile']"),
		},
		{"issuer listed with a slash", "Bearer oidc/slashed/good", Options{}, good},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			options := c.options
			for id, path := range map[string]string{"egi": "/good", "slashed": "/good/", "page": "/page", "bare": "/bare", "broken": "/broken", "missing": "/missing"} {
				options.Providers = append(options.Providers, Provider{ID: id, Issuer: idp.URL + path})
			}
			options.Providers = append(options.Providers, Provider{ID: "wide", Issuer: idp.URL + "/good", Scopes: []string{"openid", "profile"}})
			backend, err := Start(options)
			if err != nil {
				t.Fatal(err)
			}
			defer backend.Stop()
			if diff := cmp.Diff(c.want, ask(t, backend, c.header)); diff != "" {
				t.Errorf("answer of /me (-want +got):\n%s", diff)
			}
		})
	}
}

func ask(t *testing.T, backend *Backend, header string) seen {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, backend.URL+"/openeo/1.2/me", nil)
	if err != nil {
		t.Fatal(err)
	}
	if header != "" {
		request.Header.Set("Authorization", header)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var body struct {
		ID, Code, Message string
		User              string `json:"user_id"`
	}
	if err := json.NewDecoder(response.Body).Decode(&body); err != nil {
		t.Fatal(err)
	}
	id := response.Header.Get("Request-Id")
	if !strings.HasPrefix(id, "r-") || body.Code != "" && body.ID != id {
		t.Errorf("request id %q in the header, %q in the body", id, body.ID)
	}
	return seen{Status: response.StatusCode, Code: body.Code, Message: body.Message, User: body.User}
}
