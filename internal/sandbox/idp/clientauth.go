package idp

import (
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/credguide/credguide/internal/sandbox/world"
)

// The two refusals share one text. Keycloak tells them apart by code: invalid_client for a client
// it does not know or has disabled, unauthorized_client for one that it knows and whose proof is
// wrong.
const invalidCredentials = "Invalid client or Invalid client credentials"

var (
	unknownClient = &oauthError{401, "invalid_client", invalidCredentials}
	wrongProof    = &oauthError{401, "unauthorized_client", invalidCredentials}
)

// proof is what a request brings to authenticate a client (RFC 6749 section 2.3.1, RFC 7523 section
// 2.2).
type proof struct {
	id, secret    string
	method        string // client_secret_basic or client_secret_post; "" where no secret came
	idInBody      bool
	assertionType string
	assertion     string
}

// readProof reads the request as Keycloak does: the body wins over the Basic header, part by part.
func readProof(r *http.Request, form url.Values) (proof, *oauthError) {
	p := proof{assertionType: form.Get("client_assertion_type"), assertion: form.Get("client_assertion")}
	if user, password, ok := basicParts(r); ok {
		id, err1 := url.QueryUnescape(user) // RFC 6749 section 2.3.1: both parts are form-urlencoded
		secret, err2 := url.QueryUnescape(password)
		if err1 != nil || err2 != nil {
			return p, &oauthError{400, "unauthorized_client", "Unexpected error when authenticating client"}
		}
		p.id, p.secret, p.method = id, secret, "client_secret_basic"
	}
	if id := form.Get("client_id"); id != "" {
		p.id, p.idInBody = id, true
	}
	if secret := form.Get("client_secret"); secret != "" {
		p.secret, p.method = secret, "client_secret_post"
	}
	if p.id == "" && p.assertion != "" {
		p.id = assertionSubject(p.assertion)
	}
	return p, nil
}

// basicParts splits a Basic header, undecoded. A header that is malformed counts as none.
func basicParts(r *http.Request) (user, password string, ok bool) {
	scheme, rest, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Basic") {
		return "", "", false
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(rest))
	if err != nil {
		return "", "", false
	}
	return strings.Cut(string(raw), ":")
}

// authenticate tells which client speaks, or why it may not.
func (k keycloakSite) authenticate(r *http.Request, form url.Values) (*world.Client, *oauthError) {
	p, bad := readProof(r, form)
	if bad != nil {
		return nil, bad
	}
	c := k.p.Find(p.id, time.Now())
	switch {
	case c == nil || c.Disabled:
		return nil, unknownClient
	case c.Public:
		return c, nil
	}
	switch c.Auth {
	case world.ClientSecretJWT, world.PrivateKeyJWT:
		return c, k.checkAssertion(c, p)
	case world.X509Certificate:
		if p.idInBody {
			return nil, unknownClient
		}
		return nil, &oauthError{400, "invalid_client", "Missing client_id parameter"}
	case world.FederatedJWT:
		return nil, unknownClient
	}
	return c, checkSecret(c, p)
}

func checkSecret(c *world.Client, p proof) *oauthError {
	if p.secret == "" {
		return wrongProof
	}
	if c.OnlyMethod != "" && p.method != c.OnlyMethod {
		return &oauthError{401, "unauthorized_client", "Invalid method used to get client secret. Client requires method '" +
			c.OnlyMethod + "' to obtain client secret from the request"}
	}
	expired := !c.Expires.IsZero() && time.Now().After(c.Expires)
	if expired || subtle.ConstantTimeCompare([]byte(p.secret), []byte(c.Secret)) != 1 {
		return wrongProof
	}
	return nil
}

// assertionAlgorithms are the MACs that a client secret can sign an assertion with.
var assertionAlgorithms = []jose.SignatureAlgorithm{jose.HS256, jose.HS384, jose.HS512}

// checkAssertion verifies a client_secret_jwt assertion (RFC 7523 section 3). The sandbox holds no
// client's public key, so private_key_jwt never succeeds here; the refusal is the real one for an
// assertion of the wrong algorithm.
func (k keycloakSite) checkAssertion(c *world.Client, p proof) *oauthError {
	if p.assertionType == "" || p.assertion == "" {
		return &oauthError{400, "invalid_client", "Parameter client_assertion_type is missing"}
	}
	if c.Auth == world.PrivateKeyJWT {
		return &oauthError{400, "invalid_client", "Invalid signature algorithm"}
	}
	claims, ok := verifyAssertion(p.assertion, c.Secret)
	issuer := k.p.IssuerOn(k.n)
	audience := []string{issuer, issuer + world.OpenIDConnect + "/token"}
	if !ok || claims.Subject != c.ID || claims.Issuer != c.ID || !slices.ContainsFunc(audience, claims.Audience.Contains) ||
		claims.Expiry == nil || claims.Expiry.Time().Before(time.Now()) {
		// Two blanks before "failed": so it stands in Keycloak's text.
		return &oauthError{400, "unauthorized_client", "Client authentication with client secret signed JWT failed: Signature on JWT token by client secret  failed validation"}
	}
	return nil
}

func verifyAssertion(assertion, secret string) (jwt.Claims, bool) {
	var claims jwt.Claims
	parsed, err := jwt.ParseSigned(assertion, assertionAlgorithms)
	if err != nil {
		return claims, false
	}
	return claims, parsed.Claims([]byte(secret), &claims) == nil
}

// assertionSubject reads whom an assertion claims to be, before anything about it is believed.
func assertionSubject(assertion string) string {
	parsed, err := jwt.ParseSigned(assertion, append(slices.Clone(assertionAlgorithms), jose.RS256, jose.PS256, jose.ES256))
	if err != nil {
		return ""
	}
	var claims jwt.Claims
	if parsed.UnsafeClaimsWithoutVerification(&claims) != nil {
		return ""
	}
	return claims.Subject
}
