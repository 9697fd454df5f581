package idp_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The short names of the answers that a real Keycloak 26.7.3 gave.
const (
	ic = `401 {"error":"invalid_client","error_description":"Invalid client or Invalid client credentials"}`
	uc = `401 {"error":"unauthorized_client","error_description":"Invalid client or Invalid client credentials"}`
	ca = `400 {"error":"invalid_client","error_description":"Parameter client_assertion_type is missing"}`
	mc = `400 {"error":"invalid_client","error_description":"Missing client_id parameter"}`
	tk = `200 token`
	gr = `400 {"error":"invalid_grant","error_description":"Invalid refresh token"}`
	ac = `200 {"active":false}`
	ci = `401 {"error":"invalid_client","error_description":"Client authentication failed."}`
	rr = `400 {"error":"Invalid parameter: redirect_uri"}`
	nf = `400 {"error":"Client not found."}`
	ff = `401 {"error":"invalid_token","error_description":"Failed to authenticate client"}`
	nn = `401 {"error":"invalid_token","error_description":"Not authorized to view client. Not valid token or client credentials provided."}`
)

func secretJWT(t *testing.T, b *sandboxtest.Bench, id, secret string) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: []byte(secret)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	token, err := jwt.Signed(signer).Claims(jwt.Claims{
		Issuer: id, Subject: id, Audience: jwt.Audience{b.Issuer(world.Production)}, ID: world.NewUUID(),
		IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(time.Minute)),
	}).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// probes are the eight requests that a user can make with only his own id and secret.
func probes(b *sandboxtest.Bench, id, secret string) []string {
	realm := b.Issuer(world.Production)
	introspect := func(header http.Header) sandboxtest.Reply {
		header.Set("Content-Type", "application/x-www-form-urlencoded")
		return b.Do(http.MethodPost, realm+world.OpenIDConnect+"/token/introspect", header, "token=made-up")
	}
	authz := url.Values{"client_id": {id}, "response_type": {"code"}, "scope": {"openid"}, "redirect_uri": {"https://probe.invalid/cb"}}
	return []string{
		b.Token(url.Values{}, "Authorization", sandboxtest.Basic(id, secret)).Line(),
		b.Token(url.Values{"client_id": {id}, "client_secret": {secret}}).Line(),
		b.Token(url.Values{"client_id": {id}}).Line(),
		b.Token(url.Values{
			"client_id": {id}, "client_assertion": {secretJWT(b.T, b, id, secret)},
			"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
		}).Line(),
		b.Token(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"made-up"}}, "Authorization", sandboxtest.Basic(id, secret)).Line(),
		introspect(http.Header{"Authorization": {sandboxtest.Basic(id, secret)}}).Line(),
		b.Get(realm+world.OpenIDConnect+"/auth?"+authz.Encode(), "Accept", "application/json", "Accept-Language", "en").Line(),
		b.Get(realm + "/clients-registrations/install/" + url.PathEscape(id)).Line(),
	}
}

func TestKeycloakAnswers(t *testing.T) {
	const secret = "right-secret-right-secret-right-secret"
	refuse := func(status int, code, text string) string {
		return fmt.Sprintf(`%d {"error":%q,"error_description":%q}`, status, code, text)
	}
	noMethod := func(m string) string {
		return refuse(401, "unauthorized_client", "Invalid method used to get client secret. Client requires method '"+m+"' to obtain client secret from the request")
	}
	public := refuse(401, "unauthorized_client", "Public client not allowed to retrieve service account")
	off := refuse(401, "unauthorized_client", "Client not enabled to retrieve service account")
	bearerOnly := refuse(400, "invalid_client", "Bearer-only not allowed")
	saml := refuse(400, "invalid_client", "Wrong client protocol.")
	deleted := refuse(401, "invalid_request", "The associated service account for the client does not exist")
	disabled := refuse(401, "invalid_request", "User 'service-account-sa-disabled' disabled")
	dpop := refuse(400, "invalid_request", "DPoP proof is missing")
	bound := refuse(400, "invalid_request", "Client Certification missing for MTLS HoK Token Binding")
	badSignature := refuse(400, "unauthorized_client", "Client authentication with client secret signed JWT failed: Signature on JWT token by client secret  failed validation")
	badAlgorithm := refuse(400, "invalid_client", "Invalid signature algorithm")
	cases := []struct {
		id, sent string
		client   *world.Client
		want     []string // P1 Basic, P2 body, P3 id only, P4 assertion, P5 refresh, P6 introspection, P7 authorization, P8 install
	}{
		{"ok", secret, &world.Client{}, []string{tk, tk, uc, uc, gr, ac, rr, ff}},
		{"wrong", secret + "x", &world.Client{}, []string{uc, uc, uc, uc, uc, ci, rr, ff}},
		{"unknown", secret, nil, []string{ic, ic, ic, ic, ic, ic, nf, nn}},
		{"disabled", secret, &world.Client{Disabled: true}, []string{ic, ic, ic, ic, ic, ic, `400 {"error":"Client disabled."}`, ff}},
		{"fed-jwt", secret, &world.Client{Auth: world.FederatedJWT}, []string{ic, ic, ic, ic, ic, ic, rr, ff}},
		{"x509", secret, &world.Client{Auth: world.X509Certificate}, []string{mc, ic, ic, ic, mc, mc, rr, ff}},
		{"cs-jwt", secret, &world.Client{Auth: world.ClientSecretJWT}, []string{ca, ca, ca, tk, ca, ca, rr, ff}},
		{"cs-jwt-wrong", secret + "x", &world.Client{Auth: world.ClientSecretJWT}, []string{ca, ca, ca, badSignature, ca, ca, rr, ff}},
		{"pk-jwt", secret, &world.Client{Auth: world.PrivateKeyJWT}, []string{ca, ca, ca, badAlgorithm, ca, ca, rr, ff}},
		{"basic-only", secret, &world.Client{OnlyMethod: "client_secret_basic"}, []string{tk, noMethod("client_secret_basic"), uc, uc, gr, ac, rr, ff}},
		{"post-only", secret, &world.Client{OnlyMethod: "client_secret_post"}, []string{noMethod("client_secret_post"), tk, uc, uc, noMethod("client_secret_post"), ci, rr, ff}},
		{"no-sa", secret, &world.Client{Account: world.AccountOff}, []string{off, off, uc, uc, gr, ac, rr, ff}},
		{"no-sa-wrong", secret + "x", &world.Client{Account: world.AccountOff}, []string{uc, uc, uc, uc, uc, ci, rr, ff}},
		{"public", secret, &world.Client{Public: true}, []string{public, public, public, public, gr, `403 {"error":"invalid_request","error_description":"Client not allowed."}`, rr, "200 public"}},
		{"bearer-only", secret, &world.Client{BearerOnly: true}, []string{
			bearerOnly, bearerOnly, uc, uc, bearerOnly, ac,
			`403 {"error":"Bearer-only applications are not allowed to initiate browser login"}`, ff,
		}},
		{"saml", secret, &world.Client{SAML: true}, []string{saml, saml, uc, uc, saml, saml, `400 {"error":"Wrong client protocol."}`, ff}},
		{"sa-disabled", secret, &world.Client{Account: world.AccountDisabled}, []string{disabled, disabled, uc, uc, gr, ac, rr, ff}},
		{"sa-deleted", secret, &world.Client{Account: world.AccountDeleted}, []string{deleted, deleted, uc, uc, gr, ac, rr, ff}},
		{"dpop", secret, &world.Client{DPoP: true}, []string{dpop, dpop, uc, uc, dpop, ac, rr, ff}},
		{"mtls-bound", secret, &world.Client{CertBound: true}, []string{bound, bound, uc, uc, gr, ac, rr, ff}},
	}
	b := sandboxtest.StartWorld(t, func(w *world.World) {
		for _, c := range cases {
			if c.client != nil {
				c.client.ID, c.client.Secret = c.id, secret
				w.Main().Register(c.client)
			}
		}
	})
	for _, c := range cases {
		t.Run(c.id, func(t *testing.T) {
			b.T = t
			got := probes(b, c.id, c.sent)
			if strings.Contains(got[7], `"public-client":true`) {
				got[7] = "200 public"
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("answers (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRealmAnswers(t *testing.T) {
	cases := []struct {
		name   string
		change func(*world.World)
		path   string // below the origin; "" is the token endpoint
		want   string
	}{
		{"realm in other case", func(*world.World) {}, "/auth/realms/EGI/.well-known/openid-configuration", `404 {"error":"Realm does not exist"}`},
		{"path without auth", func(*world.World) {}, "/realms/egi/.well-known/openid-configuration", "404 <html><body><h1>Resource not found</h1></body></html>"},
		{"two slashes", func(*world.World) {}, "/auth/realms/egi//.well-known/openid-configuration", `400 {"error":"missingNormalization","error_description":"Request path not normalized"}`},
		{"GET on the token endpoint", func(*world.World) {}, "/auth/realms/egi" + world.OpenIDConnect + "/token", `405 {"error":"HTTP 405 Method Not Allowed"}`},
		{"realm disabled", func(w *world.World) { w.Main().Enabled = false }, "", `403 {"error":"access_denied","error_description":"Realm not enabled"}`},
		{"realm disabled, authorization", func(w *world.World) { w.Main().Enabled = false }, "/auth/realms/egi" + world.OpenIDConnect + "/auth", `400 {"error":"Realm not enabled"}`},
		{
			"http where https is required", func(w *world.World) { w.Main().Wire, w.Main().HTTPSOnly = wire.HTTP, true },
			"/auth/realms/egi/.well-known/openid-configuration", `403 {"error":"invalid_request","error_description":"HTTPS required"}`,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := sandboxtest.StartWorld(t, c.change)
			var got string
			if c.path == "" {
				got = b.Token(sandboxtest.Posted(b.ClientID, b.ClientSecret)).Line()
			} else {
				got = b.Get(strings.TrimSuffix(b.Issuer(world.Production), "/auth/realms/egi")+c.path, "Accept", "application/json").Line()
			}
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestTokenRequestShapes(t *testing.T) {
	b := sandboxtest.StartWorld(t, func(w *world.World) {
		w.Main().Register(&world.Client{ID: "plus", Secret: "a+b%41c"})
		w.Main().Register(&world.Client{ID: "percent", Secret: "100%zz"})
		w.Main().Register(&world.Client{ID: "other", Secret: w.GoodClient.Secret})
	})
	id, good := b.ClientID, b.ClientSecret
	scope := func(s string) url.Values { return url.Values{"scope": {s}} }
	both := func(id, secret string) url.Values { return url.Values{"client_id": {id}, "client_secret": {secret}} }
	badScope := func(s string) string {
		return `400 {"error":"invalid_scope","error_description":"Invalid scopes: ` + s + `"}`
	}
	cases := []struct {
		name, authorization string
		form                url.Values
		want                string
	}{
		{"both alike", sandboxtest.Basic(id, good), both(id, good), tk},
		{"the body wins, wrong", sandboxtest.Basic(id, good), both(id, "wrong"), uc},
		{"the body wins, right", sandboxtest.Basic(id, "wrong"), both(id, good), tk},
		{"the body's id, the header's secret", sandboxtest.Basic(id, good), url.Values{"client_id": {"other"}}, tk},
		{"plus, raw", sandboxtest.RawBasic("plus", "a+b%41c"), url.Values{}, uc},
		{"plus, encoded", sandboxtest.Basic("plus", "a+b%41c"), url.Values{}, tk},
		{"plus, body", "", both("plus", "a+b%41c"), tk},
		{"bad percent, raw", sandboxtest.RawBasic("percent", "100%zz"), url.Values{}, `400 {"error":"unauthorized_client","error_description":"Unexpected error when authenticating client"}`},
		{"bad percent, encoded", sandboxtest.Basic("percent", "100%zz"), url.Values{}, tk},
		{"scheme in lower case", "basic" + strings.TrimPrefix(sandboxtest.Basic(id, good), "Basic"), url.Values{}, tk},
		{"not Base64", "Basic ***", url.Values{}, ic},
		{"no colon", "Basic " + base64.StdEncoding.EncodeToString([]byte("nocolon")), url.Values{}, ic},
		{"Bearer", "Bearer " + good, url.Values{}, ic},
		{"nothing", "", url.Values{}, ic},
		{"grant type unknown, before authentication", sandboxtest.Basic(id, "wrong"), url.Values{"grant_type": {"client-credentials"}}, `400 {"error":"unsupported_grant_type","error_description":"Unsupported grant_type"}`},
		{"grant type empty", sandboxtest.Basic(id, good), url.Values{"grant_type": {""}}, `400 {"error":"invalid_request","error_description":"Missing form parameter: grant_type"}`},
		{"grant type twice", sandboxtest.Basic(id, good), url.Values{"grant_type": {"client_credentials", "client_credentials"}}, `400 {"error":"invalid_request","error_description":"duplicated parameter"}`},
		{"a made-up code", sandboxtest.Basic(id, good), url.Values{"grant_type": {"authorization_code"}, "code": {"x"}}, `400 {"error":"invalid_grant","error_description":"Code not valid"}`},
		{"unknown scope names all", sandboxtest.Basic(id, good), scope("openid nosuchscope"), badScope("openid nosuchscope")},
		{"unknown scope after authentication", sandboxtest.Basic(id, "wrong"), scope("nosuchscope"), uc},
		{"empty scope", sandboxtest.Basic(id, good), scope(""), badScope("")},
		{"scope in capitals", sandboxtest.Basic(id, good), scope("OPENID"), badScope("OPENID")},
		{"scopes with a comma", sandboxtest.Basic(id, good), scope("openid,email"), badScope("openid,email")},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b.T = t
			var header []string
			if c.authorization != "" {
				header = []string{"Authorization", c.authorization}
			}
			if got := b.Token(c.form, header...).Line(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
