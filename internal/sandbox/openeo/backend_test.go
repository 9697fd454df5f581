package openeo_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/faults"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestMe(t *testing.T) {
	const (
		invalid  = `403 TokenInvalid Authorization token has expired or is invalid. Please authenticate again.`
		noMethod = `403 AuthenticationSchemeInvalid Authentication method not supported.`
		enrol    = `403 PermissionsInsufficient Proper enrollment in openEO Platform virtual organization is required.`
		down     = `503 OidcProviderUnavailable OIDC Provider is unavailable`
		odd      = `500 Internal Unexpected error while resolving OIDC access token: `
	)
	prefix := func(p string) func(string) string { return func(token string) string { return p + token } }
	fault := func(id string) func(*world.World) {
		return func(w *world.World) {
			if err := faults.Apply(w, []string{id}); err != nil {
				t.Error(err)
			}
		}
	}
	seen := func(endpoint string, a wire.Answer) func(*world.World) { // by the back-end only
		return func(w *world.World) {
			w.Main().At[endpoint] = func(n *wire.Network, w http.ResponseWriter, r *http.Request) bool {
				return n.FromBackend(r) && a(n, w, r)
			}
		}
	}
	userinfo := func(a wire.Answer) func(*world.World) { return seen("userinfo", a) }
	cases := []struct {
		name   string
		change func(*world.World)
		bearer func(token string) string
		want   string
	}{
		{"no header", nil, prefix(""), "401 AuthenticationRequired Unauthorized."},
		{"Basic", nil, prefix("Basic "), noMethod},
		{"lower-case scheme", nil, prefix("bearer oidc/egi/"), noMethod},
		{"two blanks", nil, prefix("Bearer  oidc/egi/"), noMethod},
		{"bare JWT", nil, prefix("Bearer "), invalid},
		{"no provider", nil, prefix("Bearer oidc/"), invalid},
		{"empty provider", nil, prefix("Bearer oidc//"), invalid},
		{"unknown provider", nil, prefix("Bearer oidc/egi-prod/"), invalid},
		{"provider in capitals", nil, prefix("Bearer oidc/EGI/"), invalid},
		{"OIDC in capitals", nil, prefix("Bearer OIDC/egi/"), invalid},
		{"basic token", nil, prefix("Bearer basic//"), "403 AuthenticationSchemeInvalid Basic authentication is not supported."},
		{"empty token", nil, func(string) string { return "Bearer oidc/egi/" }, invalid},
		{"garbage", nil, func(string) string { return "Bearer oidc/egi/not-a-token" }, invalid},
		{"a token with a slash", nil, func(string) string { return "Bearer oidc/egi/abc/def" }, invalid},
		{"another environment's provider", nil, prefix("Bearer oidc/egi-dev/"), invalid},
		{"no openid", fault("token-lacks-openid"), nil, invalid},
		{"expired", fault("token-expired-on-arrival"), nil, invalid},
		{"lightweight", fault("userinfo-rejects-token"), nil, invalid},
		{"no OIDC", fault("backend-oidc-unsupported"), nil, "403 AuthenticationSchemeInvalid OIDC authentication is not supported."},
		{"not enrolled", fault("enrollment-required"), nil, enrol},
		{"another role", fault("enrollment-required@role"), nil, enrol},
		{"another issuer", fault("account-not-accepted@issuer"), nil, "403 PermissionsInsufficient An EGI account is required for using openEO Platform."},
		{"blocked", fault("account-not-accepted"), nil, "403 PermissionsInsufficient No access for this account."},
		{"not mapped", fault("service-account-not-mapped"), nil, "500 AccessTokenError Client credentials access token without user mapping: sub='SUB'."},
		{"not active", fault("backend-token-check-failed"), nil, "500 AccessTokenError Access token not active."},
		{"identity provider out of reach", fault("backend-cannot-reach-identity-provider"), nil, down},
		{"userinfo 500", userinfo(wire.Page(500, "", "")), nil, down},
		{"userinfo 400", userinfo(wire.Page(400, "", "")), nil, "500 AccessTokenError Unexpected '/userinfo' response: 400."},
		{"userinfo HTML", userinfo(wire.Page(200, "", "")), nil, odd + "JSONDecodeError."},
		{"userinfo without sub", userinfo(wire.Fixed(200, wire.JSONType, `{"name":"x"}`)), nil, odd + "KeyError."},
		{"discovery 404", seen("discovery", wire.Page(404, "", "")), nil, odd + "HTTPError."},
		{"discovery 500", seen("discovery", wire.Page(500, "", "")), nil, down},
		{"discovery HTML", seen("discovery", wire.Page(200, "", "")), nil, odd + "JSONDecodeError."},
		{"discovery without userinfo", func(w *world.World) { w.Main().Discovery = []wire.Edit{wire.Set("userinfo_endpoint", nil)} }, nil, odd + "KeyError."},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var sub string
			b := sandboxtest.StartWorld(t, func(w *world.World) {
				sub = w.GoodClient.Sub
				if c.change != nil {
					c.change(w)
				}
			})
			header := "Bearer oidc/egi/" + b.AccessToken()
			if c.bearer != nil {
				header = c.bearer(strings.TrimPrefix(header, "Bearer oidc/egi/"))
			}
			if c.name == "no header" {
				header = ""
			}
			got := b.Get(b.BackendURL()+"/openeo/1.2/me", "Authorization", header)
			doc := got.Object(t)
			id, _ := doc["id"].(string)
			if !strings.HasPrefix(id, "r-") || got.Header.Get("Request-Id") != id {
				t.Errorf("id %q, Request-Id %q", id, got.Header.Get("Request-Id"))
			}
			want := strings.ReplaceAll(c.want, "SUB", sub)
			if line := statusLine(got, doc); line != want {
				t.Errorf("got  %s\nwant %s", line, want)
			}
		})
	}
}

func TestBackendDocuments(t *testing.T) {
	b := sandboxtest.Start(t, sandbox.Options{})
	root := b.BackendURL()
	if got := b.Get(root + "/"); got.Status != http.StatusFound || got.Header.Get("Location") != "/openeo/1.2/" {
		t.Errorf("root: %d %v", got.Status, got.Header)
	}
	if got := b.Get(root + "/openeo/1.2/me/"); statusLine(got, got.Object(t)) != "404 NotFound 404 Not Found: The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again." {
		t.Errorf("/me/: %s", got.Body)
	}
	if got := b.Get(root + "/openeo/0.4/"); got.Status != http.StatusNotImplemented || got.Object(t)["code"] != "UnsupportedApiVersion" {
		t.Errorf("0.4: %d %s", got.Status, got.Body)
	}
	providers := b.Get(root + "/openeo/1.2/credentials/oidc").Object(t)["providers"].([]any)
	first, second := providers[0].(map[string]any), providers[1].(map[string]any)
	if first["id"] != "egi" || first["issuer"] != b.Issuer(world.Production) || second["id"] != "egi-dev" || second["issuer"] != b.Issuer(world.Development) {
		t.Errorf("providers: %v", providers)
	}
}

func TestJWTBearer(t *testing.T) {
	b := sandboxtest.Start(t, sandbox.Options{JWTBearer: true})
	token := b.AccessToken()
	if got := b.Get(b.BackendURL()+"/openeo/1.3/me", "Authorization", "Bearer "+token); got.Status != http.StatusOK {
		t.Errorf("bare JWT: %d %s", got.Status, got.Body)
	}
	classes := b.Get(b.BackendURL() + "/openeo/1.3/").Object(t)["conformsTo"].([]any)
	if classes[len(classes)-1] != "https://api.openeo.org/1.3.0/authentication/jwt" {
		t.Errorf("conformsTo %v", classes)
	}
}

// statusLine writes an openEO error as the tables do.
func statusLine(r sandboxtest.Reply, doc map[string]any) string {
	return fmt.Sprintf("%d %v %v", r.Status, doc["code"], doc["message"])
}
