//go:build acceptance

package acceptance

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/credguide/credguide/internal/dev/acceptance/keycloak"
)

// TestTokens holds what comes after the token against the measurements:
// userinfo's refusals stand in WWW-Authenticate alone.
func TestTokens(t *testing.T) {
	const failed = `error="invalid_token", error_description="Token verification failed"`
	cases := []struct {
		name, realm, id, scope string
		status                 int
		challenge              string // part of WWW-Authenticate
		since, before          string
	}{
		{name: "with openid", realm: RealmProduction, id: "lab-ok", scope: "openid", status: 200},
		{name: "without openid", realm: RealmProduction, id: "lab-ok", status: 403, challenge: `error="insufficient_scope", error_description="Missing openid scope"`},
		{name: "lightweight", realm: RealmProduction, id: "lab-lightweight", scope: "openid", status: 200, before: "26.4"},
		{name: "lightweight", realm: RealmProduction, id: "lab-lightweight", scope: "openid", status: 401, challenge: "Lightweight access token not allowed for userinfo endpoint", since: "26.7"},
		{name: "client not before", realm: RealmProduction, id: "lab-not-before", scope: "openid", status: 401, challenge: failed},
		{name: "realm not before", realm: RealmStale, id: "lab-ok", scope: "openid", status: 401, challenge: failed},
	}
	eachMeasured(t, func(t *testing.T, laboratory *Laboratory) {
		server := laboratory.Keycloak
		for _, c := range cases {
			if !keycloak.AtLeast(server.Version, c.since) || c.before != "" && keycloak.AtLeast(server.Version, c.before) {
				continue
			}
			t.Run(c.name, func(t *testing.T) {
				w := laboratory.wire(t, server.Issuer(c.realm))
				token := w.body(c.id, Secret, c.scope)
				expect(t, "token", token, granted)
				got := w.userinfo(token.accessToken())
				if got.Status != c.status || !strings.Contains(got.Challenge, c.challenge) {
					t.Errorf("userinfo: got %d %s, want %d %s", got.Status, got.Challenge, c.status, c.challenge)
				}
			})
		}
		t.Run("lifespan", func(t *testing.T) {
			token := laboratory.wire(t, server.Issuer(RealmProduction)).body("lab-tiny", Secret, "openid")
			// What is left of five seconds: a full second may begin between the issue and the answer.
			if lifetime := token.Body["expires_in"]; lifetime != 5.0 && lifetime != 4.0 {
				t.Errorf("expires_in: got %v, want 5", lifetime)
			}
		})
		t.Run("entitlement", func(t *testing.T) {
			w := laboratory.wire(t, server.Issuer(RealmProduction))
			for id, shown := range map[string]bool{"lab-entitled": true, "lab-entitled-token-only": false} {
				token := w.body(id, Secret, "openid").accessToken()
				if !strings.Contains(claims(t, token), "vo.openeo.cloud") {
					t.Errorf("%s: no entitlement in the token", id)
				}
				if _, ok := w.userinfo(token).Body[scopeEntitlement]; ok != shown {
					t.Errorf("%s: entitlement at userinfo: %v, want %v", id, ok, shown)
				}
			}
		})
	})
}

// TestRealms: the realms that are not in order, and the scopes.
func TestRealms(t *testing.T) {
	eachMeasured(t, func(t *testing.T, laboratory *Laboratory) {
		server := laboratory.Keycloak
		all := strings.Join(BackendScopes, " ")

		production := laboratory.wire(t, server.Issuer(RealmProduction))
		expect(t, "all scopes", production.body("lab-ok", Secret, all), granted)
		expect(t, "scopes refused", production.body("lab-plain", Secret, all), reply{Status: 400, Code: "invalid_scope", Description: "Invalid scopes: " + all})
		expect(t, "the same client with fewer", production.body("lab-plain", Secret, "openid email"), granted)
		expect(t, "client of the sister", production.body("lab-dev-ok", Secret, "openid"), clientRefused)
		expect(t, "and there", laboratory.wire(t, server.Issuer(RealmDevelopment)).body("lab-dev-ok", Secret, all), granted)

		expect(t, "realm unknown", laboratory.wire(t, server.Issuer("EGI")).discovery(), reply{Status: 404, Code: "Realm does not exist"})
		off := laboratory.wire(t, server.Issuer(RealmDisabled))
		expect(t, "realm disabled", off.body("lab-ok", Secret, ""), reply{Status: 403, Code: "access_denied", Description: "Realm not enabled"})
		if got := off.discovery().Status; got != http.StatusOK {
			t.Errorf("discovery of the disabled realm: got %d", got)
		}
		plain := laboratory.wire(t, server.HTTP+"/auth/realms/"+RealmTLSAlways)
		expect(t, "https required", plain.body("lab-ok", OtherSecret, ""), reply{Status: 403, Code: "invalid_request", Description: "HTTPS required"})
		expect(t, "https required of discovery", plain.discovery(), reply{Status: 403, Code: "invalid_request", Description: "HTTPS required"})

		elsewhere := laboratory.wire(t, server.Issuer(RealmFrontend)).discovery().Body["issuer"]
		if elsewhere != "https://aai.example.org/auth/realms/egi-frontend" {
			t.Errorf("issuer of the realm with a frontend URL: got %v", elsewhere)
		}
		german := laboratory.wire(t, server.Issuer(RealmGerman))
		if got := german.authorize("lab-nobody").Code; got != unknown {
			t.Errorf("German realm asked in English: got %q", got)
		}
	})
}

// TestSecondProvider: another make says less.
func TestSecondProvider(t *testing.T) {
	failed := reply{Status: 401, Code: "invalid_client", Description: "client authentication failed"}
	notAllowed := reply{Status: 400, Code: "invalid_request", Description: "requested grant type is not allowed for this client"}
	unsaid := reply{Status: 400, Code: "invalid_grant", Description: "grant request is invalid"}
	causes := []struct {
		name, id, secret string
		want             reply
	}{
		{"healthy", "lab-ok", Secret, granted},
		{"special characters", "lab-special", asciiSecret, granted},
		{"wrong secret", "lab-ok", OtherSecret, failed},
		{"unknown", "lab-nobody", Secret, failed},
		{"upper case", "LAB-OK", Secret, failed},
		{"client_secret_jwt", "lab-secret-jwt", Secret, failed},
		{"private_key_jwt", "lab-private-key-jwt", Secret, failed},
		{"tls_client_auth", "lab-x509", Secret, failed},
		{"public", "lab-public", Secret, failed},
		{"grant not allowed", "lab-no-grant", Secret, notAllowed},
		{"dpop", "lab-dpop", Secret, unsaid},
		{"certificate bound", "lab-certificate-bound", Secret, unsaid},
	}
	laboratory := laboratoryOf(t, keycloak.Last())
	w := laboratory.wire(t, laboratory.Second.Issuer)
	for _, cause := range causes {
		t.Run(cause.name, func(t *testing.T) {
			form := url.Values{"grant_type": {"client_credentials"}, "client_id": {cause.id}, "client_secret": {cause.secret}}
			expect(t, "token", w.post("/token", form, "", ""), cause.want)
		})
	}
	form := url.Values{"grant_type": {"client_credentials"}, "scope": {"openid"}, "client_id": {"lab-ok"}, "client_secret": {Secret}}
	request := w.request(http.MethodGet, "/me", nil)
	request.Header.Set("Authorization", "Bearer "+w.post("/token", form, "", "").accessToken())
	if got := w.send(request); got.Status != 401 || got.Code != "invalid_token" {
		t.Errorf("userinfo: got %d %s", got.Status, got.Code)
	}
}

// claims is a token's middle part, as text.
func claims(t *testing.T, token string) string {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("not a JWT: %d parts", len(parts))
	}
	decoded, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || !json.Valid(decoded) {
		t.Fatalf("unreadable claims: %v", err)
	}
	return string(decoded)
}
