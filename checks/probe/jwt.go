package probe

import (
	"context"
	"crypto"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/text"
)

// maxToken bounds what is decoded, in bytes.
const maxToken = 256 << 10

// readToken records what the access token says of itself. Its signature is another step.
func (p *pass) readToken(m minted) {
	p.set(checks.TokenHeaderBytes, len("Authorization: Bearer ")+len(p.bearerPrefix())+len(m.token))
	header, claims := m.jwt.header, m.jwt.claims
	p.set(checks.JWTReadable, claims != nil)
	if claims == nil {
		return
	}
	p.setText(checks.JWTKid, stringOf(header, "kid"))
	p.setText(checks.JWTAlgorithm, stringOf(header, "alg"))
	p.setText(checks.JWTSub, stringOf(claims, "sub"))
	p.setText(checks.JWTAuthorizedParty, stringOf(claims, "azp"))
	p.set(checks.JWTLightweight, strings.HasPrefix(stringOf(claims, "jti"), "trltcc:")) // Keycloak 26 marks them so (measured)
	if iss := stringOf(claims, "iss"); iss != "" {
		p.set(checks.JWTIssuer, iss)
		p.set(checks.JWTIssuerMatch, p.tokenIssuerMatch(claims["iss"]))
	}
	if s, ok := claims["scope"].(string); ok {
		p.set(checks.JWTHasOpenID, slices.Contains(strings.Fields(s), "openid"))
	}
	p.lifetimeFacts(claims)
}

// tokenIssuerMatch compares iss with the issuer that discovery named, or else the one asked for.
func (p *pass) tokenIssuerMatch(iss any) string {
	got, _ := iss.(string)
	want := p.document().issuer
	if want == "" {
		want = p.subject.Environment.Issuer
	}
	return issuerMatch(want, got)
}

// lifetimeFacts judges expiry by the server's own clock (its Date header): a wrong local clock must
// not accuse the token. Nor must a Date that something in between wrote: where the token's own time
// of issue agrees with the local clock, the local clock judges.
func (p *pass) lifetimeFacts(claims map[string]any) {
	exp, ok := number(claims["exp"])
	if !ok {
		return
	}
	at := p.tokenAtHand().date
	if iat, ok := number(claims["iat"]); ok {
		p.set(checks.JWTLifetimeS, exp-iat)
		agrees := p.tokenAtHand().received.Sub(time.Unix(int64(iat), 0)).Abs() <= maxSkew
		p.set(checks.ClockTokenAgrees, agrees)
		if agrees {
			at = p.tokenAtHand().received
		}
	}
	if !at.IsZero() {
		p.set(checks.JWTExpired, !at.Before(time.Unix(int64(exp), 0)))
	}
}

// tokenParts are what a token says of itself; nothing, if it is opaque.
type tokenParts struct{ header, claims map[string]any }

func decodeJWT(token string) (t tokenParts) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 || len(token) > maxToken || !decodePart(parts[0], &t.header) || !decodePart(parts[1], &t.claims) {
		return tokenParts{}
	}
	return t
}

func decodePart(part string, into *map[string]any) bool {
	b, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(part, "="))
	return err == nil && json.Unmarshal(b, into) == nil && *into != nil
}

func stringOf(m map[string]any, name string) string {
	s, _ := m[name].(string)
	return text.Line(s, 300)
}

// keySet are the published keys (RFC 7517).
type keySet struct {
	usable []crypto.PublicKey
	ids    []string
}

func (k keySet) has(id string) bool { return slices.Contains(k.ids, id) }

func skipKeys(p *pass) string {
	if p.document().jwks == "" {
		return "not tried: the address of the keys is not known"
	}
	return ""
}

func keysAddress(p *pass) string { return p.document().jwks }

func runKeys(ctx context.Context, p *pass) outcome {
	a := p.client.get(ctx, keysAddress(p), call{step: "keys", effect: Reads})
	p.frame(checks.AtKeys, a)
	if !a.ok() || a.status != 200 || a.document == nil {
		return warned(ended(a).because)
	}
	k := a.keySet()
	p.set(checks.KeysCount, len(k.usable))
	p.keys = k
	if len(k.usable) == 0 {
		return warned("no usable key in the set")
	}
	return passed(fmt.Sprintf("%d published", len(k.usable)))
}

// maxKeys bounds the work; real sets hold a handful.
const maxKeys = 100

func (a answer) keySet() keySet {
	if a.keys != nil {
		return a.keys()
	}
	return readKeys(a.used())
}

// readKeys takes each key alone: one of an unknown kind must not spoil the set.
func readKeys(document map[string]any) (k keySet) {
	raw, _ := document["keys"].([]any)
	for _, v := range raw[:min(len(raw), maxKeys)] {
		encoded, err := json.Marshal(v)
		if err != nil {
			continue
		}
		var key jose.JSONWebKey
		if key.UnmarshalJSON(encoded) != nil || !key.Valid() || !key.IsPublic() {
			continue
		}
		k.usable = append(k.usable, key.Key)
		k.ids = append(k.ids, text.Line(key.KeyID, 300))
	}
	return k
}

// hasKey looks for the key, and looks again at the published set where it is missing: Keycloak
// makes a key of another algorithm at its first use, which may have been this token (measured), and
// a rotation may have come in between. Sure is false where that second look was not possible.
func (p *pass) hasKey(ctx context.Context, id string) (has, sure bool) {
	if p.keys.has(id) {
		return true, true
	}
	a := p.client.get(ctx, keysAddress(p), call{step: "keys", effect: Reads, anew: true})
	if !a.ok() || a.status != 200 {
		return false, false
	}
	if k := a.keySet(); len(k.usable) > 0 {
		p.keys = k
		p.set(checks.KeysCount, len(k.usable))
	}
	return p.keys.has(id), true
}

// asymmetric are the algorithms that published keys can verify.
var asymmetric = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA}

// runSignature verifies the token with the published keys. The claims are judged apart, each with
// its own cause.
func runSignature(ctx context.Context, p *pass) outcome {
	algorithm, _ := seen[string](p, checks.JWTAlgorithm)
	switch {
	case !p.is(checks.JWTReadable):
		return passed("the token is opaque; nothing to verify")
	case !slices.Contains(asymmetric, algorithm):
		p.set(checks.JWTSignature, "unchecked")
		return passed("signed with " + algorithm + ", which published keys cannot verify")
	case len(p.keys.usable) == 0:
		p.set(checks.JWTSignature, "unchecked")
		return warned("not verified: no keys")
	}
	if slices.Contains(p.keys.ids, "") && p.verifies(ctx) { // a key without a name may be the token's, whatever that calls it
		p.set(checks.JWTSignature, "verified")
		return passed("verified")
	}
	if kid, known := seen[string](p, checks.JWTKid); known {
		switch has, sure := p.hasKey(ctx, kid); {
		case !has && !sure:
			p.set(checks.JWTSignature, "unchecked")
			return warned("not verified: the keys could not be read again")
		case !has:
			p.set(checks.JWTSignature, "key-unknown")
			return failed("signed with a key that is not published")
		}
	}
	if !p.verifies(ctx) {
		p.set(checks.JWTSignature, "invalid")
		return failed("the signature does not verify")
	}
	p.set(checks.JWTSignature, "verified")
	return passed("verified")
}

// verifies tells that one of the published keys made the token's signature.
func (p *pass) verifies(ctx context.Context) bool {
	published := oidc.StaticKeySet{PublicKeys: p.keys.usable}
	_, err := published.VerifySignature(ctx, p.tokenAtHand().token.Reveal())
	return err == nil
}
