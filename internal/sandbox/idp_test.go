package sandbox

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

	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
)

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

// said writes an answer as the tables do.
func said(r reply) string {
	if r.status == http.StatusOK && strings.Contains(r.body, `"access_token"`) {
		return tk
	}
	return fmt.Sprintf("%d %s", r.status, r.body)
}

func secretJWT(t *testing.T, b *bench, id, secret string) string {
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
func (b *bench) probes(id, secret string) []string {
	realm := b.Issuer(world.Production)
	introspect := func(header http.Header) reply {
		header.Set("Content-Type", "application/x-www-form-urlencoded")
		return b.do(http.MethodPost, realm+world.OpenIDConnect+"/token/introspect", header, "token=made-up")
	}
	authz := url.Values{"client_id": {id}, "response_type": {"code"}, "scope": {"openid"}, "redirect_uri": {"https://probe.invalid/cb"}}
	return []string{
		said(b.token(url.Values{}, "Authorization", basic(id, secret))),
		said(b.token(url.Values{"client_id": {id}, "client_secret": {secret}})),
		said(b.token(url.Values{"client_id": {id}})),
		said(b.token(url.Values{
			"client_id": {id}, "client_assertion": {secretJWT(b.t, b, id, secret)},
			"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
		})),
		said(b.token(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"made-up"}}, "Authorization", basic(id, secret))),
		said(introspect(http.Header{"Authorization": {basic(id, secret)}})),
		said(b.get(realm+world.OpenIDConnect+"/auth?"+authz.Encode(), "Accept", "application/json", "Accept-Language", "en")),
		said(b.get(realm + "/clients-registrations/install/" + url.PathEscape(id))),
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
	b := start(t, Options{})
	for _, c := range cases {
		if c.client != nil {
			c.client.ID, c.client.Secret = c.id, secret
			b.world.IDPs[world.Production].Clients[c.id] = c.client
		}
		t.Run(c.id, func(t *testing.T) {
			b.t = t
			got := b.probes(c.id, c.sent)
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
			b := startWorld(t, c.change)
			var got string
			if c.path == "" {
				got = said(b.token(posted(b.ClientID, b.ClientSecret)))
			} else {
				got = said(b.get(b.net.Place(world.Production)+c.path, "Accept", "application/json"))
			}
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestTokenRequestShapes(t *testing.T) {
	b := start(t, Options{})
	id, good := b.ClientID, b.ClientSecret
	b.world.IDPs[world.Production].Clients["plus"] = &world.Client{ID: "plus", Secret: "a+b%41c"}
	b.world.IDPs[world.Production].Clients["percent"] = &world.Client{ID: "percent", Secret: "100%zz"}
	b.world.IDPs[world.Production].Clients["other"] = &world.Client{ID: "other", Secret: good}
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
		{"both alike", basic(id, good), both(id, good), tk},
		{"the body wins, wrong", basic(id, good), both(id, "wrong"), uc},
		{"the body wins, right", basic(id, "wrong"), both(id, good), tk},
		{"the body's id, the header's secret", basic(id, good), url.Values{"client_id": {"other"}}, tk},
		{"plus, raw", rawBasic("plus", "a+b%41c"), url.Values{}, uc},
		{"plus, encoded", basic("plus", "a+b%41c"), url.Values{}, tk},
		{"plus, body", "", both("plus", "a+b%41c"), tk},
		{"bad percent, raw", rawBasic("percent", "100%zz"), url.Values{}, `400 {"error":"unauthorized_client","error_description":"Unexpected error when authenticating client"}`},
		{"bad percent, encoded", basic("percent", "100%zz"), url.Values{}, tk},
		{"scheme in lower case", "basic" + strings.TrimPrefix(basic(id, good), "Basic"), url.Values{}, tk},
		{"not Base64", "Basic ***", url.Values{}, ic},
		{"no colon", "Basic " + base64.StdEncoding.EncodeToString([]byte("nocolon")), url.Values{}, ic},
		{"Bearer", "Bearer " + good, url.Values{}, ic},
		{"nothing", "", url.Values{}, ic},
		{"grant type unknown, before authentication", basic(id, "wrong"), url.Values{"grant_type": {"client-credentials"}}, `400 {"error":"unsupported_grant_type","error_description":"Unsupported grant_type"}`},
		{"grant type empty", basic(id, good), url.Values{"grant_type": {""}}, `400 {"error":"invalid_request","error_description":"Missing form parameter: grant_type"}`},
		{"grant type twice", basic(id, good), url.Values{"grant_type": {"client_credentials", "client_credentials"}}, `400 {"error":"invalid_request","error_description":"duplicated parameter"}`},
		{"a made-up code", basic(id, good), url.Values{"grant_type": {"authorization_code"}, "code": {"x"}}, `400 {"error":"invalid_grant","error_description":"Code not valid"}`},
		{"unknown scope names all", basic(id, good), scope("openid nosuchscope"), badScope("openid nosuchscope")},
		{"unknown scope after authentication", basic(id, "wrong"), scope("nosuchscope"), uc},
		{"empty scope", basic(id, good), scope(""), badScope("")},
		{"scope in capitals", basic(id, good), scope("OPENID"), badScope("OPENID")},
		{"scopes with a comma", basic(id, good), scope("openid,email"), badScope("openid,email")},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b.t = t
			var header []string
			if c.authorization != "" {
				header = []string{"Authorization", c.authorization}
			}
			if got := said(b.token(c.form, header...)); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
