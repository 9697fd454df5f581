package idp

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/credguide/credguide/internal/sandbox/world"
)

// issue makes the token response (RFC 6749 section 5.1) with the members that Keycloak puts in.
func (m realm) issue(c *world.Client, scopes []string) (map[string]any, error) {
	now, lifetime := m.p.Now(), m.p.Lifetime
	if c.Lifetime > 0 {
		lifetime = c.Lifetime
	}
	if m.p.Tokens.Expired {
		now = now.Add(-lifetime - time.Hour)
	}
	access, err := m.sign(m.accessClaims(c, scopes, now, lifetime))
	if err != nil {
		return nil, err
	}
	answer := map[string]any{
		"access_token": access, "expires_in": int(lifetime / time.Second), "refresh_expires_in": 0,
		"token_type": "Bearer", "not-before-policy": c.NotBefore, "scope": strings.Join(scopes, " "),
	}
	if slices.Contains(scopes, "openid") {
		id, err := m.sign(m.idClaims(c, access, now, lifetime))
		if err != nil {
			return nil, err
		}
		answer["id_token"] = id
	}
	if m.p.Tokens.Opaque {
		answer["access_token"] = m.p.Reference(access)
		delete(answer, "id_token")
	}
	m.n.Apply(answer, m.p.Response)
	return answer, nil
}

// accessClaims are the claims of an access token. A lightweight one carries no audience, name or
// roles.
func (m realm) accessClaims(c *world.Client, scopes []string, now time.Time, lifetime time.Duration) map[string]any {
	claims := map[string]any{
		"exp": now.Add(lifetime).Unix(), "iat": now.Unix(), "jti": "trrtcc:" + world.NewUUID(), "iss": m.tokenIssuer(),
		"sub": c.Sub, "typ": "Bearer", "azp": c.ID, "scope": strings.Join(scopes, " "),
		"clientHost": "127.0.0.1", "clientAddress": "127.0.0.1", "client_id": c.ID,
	}
	if c.Lightweight {
		claims["jti"] = "trltcc:" + world.NewUUID()
		return claims
	}
	claims["aud"] = "account"
	if len(c.Audience) > 0 {
		claims["aud"] = append(slices.Clone(c.Audience), "account")
	}
	claims["acr"] = "1"
	claims["realm_access"] = map[string]any{"roles": []string{"default-roles-" + m.p.Realm, "offline_access", "uma_authorization"}}
	claims["resource_access"] = map[string]any{"account": map[string]any{"roles": []string{"manage-account", "manage-account-links", "view-profile"}}}
	claims["preferred_username"] = "service-account-" + c.ID // the registry's deployer puts it into access tokens only
	if slices.Contains(scopes, "email") {
		claims["email_verified"] = false
	}
	if slices.Contains(scopes, "eduperson_entitlement") && len(c.Entitlements) > 0 {
		claims["eduperson_entitlement"] = c.Entitlements
	}
	if m.p.Tokens.Padding > 0 {
		claims["groups"] = fillerGroups(m.p.Tokens.Padding)
	}
	return claims
}

// fillerGroups stands for the many groups or roles that make tokens large. It is about n bytes long
// once encoded.
func fillerGroups(n int) []string {
	var groups []string
	for i := 0; i*40 < n*3/4; i++ {
		groups = append(groups, fmt.Sprintf("/sandbox/collaboration/group-%08d", i))
	}
	return groups
}

func (m realm) idClaims(c *world.Client, access string, now time.Time, lifetime time.Duration) map[string]any {
	sum := sha256.Sum256([]byte(access))
	return map[string]any{
		"exp": now.Add(lifetime).Unix(), "iat": now.Unix(), "jti": world.NewUUID(), "iss": m.tokenIssuer(), "aud": c.ID,
		"sub": c.Sub, "typ": "ID", "azp": c.ID, "acr": "1", "clientHost": "127.0.0.1", "clientAddress": "127.0.0.1", "client_id": c.ID,
		"at_hash": base64.RawURLEncoding.EncodeToString(sum[:16]), // OpenID Connect Core 3.1.3.6
	}
}

func (m realm) tokenIssuer() string {
	if m.p.Tokens.Issuer != "" {
		return m.n.Expand(m.p.Tokens.Issuer)
	}
	return m.p.IssuerOn(m.n)
}

// sign makes a compact RS256 JWT, with the key that a fault asks for.
func (m realm) sign(claims map[string]any) (string, error) {
	key, err := keyOf(m.p.Name)
	if err != nil {
		return "", err
	}
	id := key.id
	if m.p.Tokens.StrangeKey || m.p.Tokens.UnlistedKey {
		if key, err = keyOf("not published"); err != nil {
			return "", err
		}
	}
	if m.p.Tokens.UnlistedKey {
		id = key.id
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key.key, KeyID: id}},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	return jwt.Signed(signer).Claims(claims).Serialize()
}
