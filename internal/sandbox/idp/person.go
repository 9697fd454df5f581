package idp

import (
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
)

// PersonToken is an access token as a person gets one from a public client of the provider, by the
// device flow for example. What is wrong with the tokens of service accounts is not wrong with
// these.
func PersonToken(n *wire.Network, p *world.IDP, who world.Person, scope string, lifetime time.Duration) (string, error) {
	now := p.Now()
	return sound(n, p).sign(map[string]any{
		"exp": now.Add(lifetime).Unix(), "iat": now.Unix(), "auth_time": now.Unix(), "jti": "onrtdg:" + world.NewUUID(), "iss": p.IssuerOn(n),
		"sub": who.Sub, "typ": "Bearer", "azp": "oidc-agent", "scope": scope,
	})
}

// Subject tells whose token the provider's userinfo would take: an unexpired one of this issuer,
// granted openid.
func Subject(n *wire.Network, p *world.IDP, raw string) (sub string, ok bool) {
	key, err := keyOf(p.Name)
	if err != nil {
		return "", false
	}
	parsed, err := jwt.ParseSigned(raw, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return "", false
	}
	var t accessToken
	if parsed.Claims(&key.key.PublicKey, &t) != nil || t.Type != "Bearer" || t.Issuer != p.IssuerOn(n) {
		return "", false
	}
	inTime := t.Expiry != nil && p.Now().Before(t.Expiry.Time())
	return t.Subject, inTime && slices.Contains(t.scopes(), "openid")
}

// sound is the provider without its quirks.
func sound(n *wire.Network, p *world.IDP) realm {
	return realm{n, &world.IDP{Host: wire.Host{Name: p.Name}}}
}
