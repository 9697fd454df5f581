package sandbox

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// issue makes the token response (RFC 6749 section 5.1) with the members that Keycloak puts in.
func (m realm) issue(c *client, scopes []string) (map[string]any, error) {
	now, lifetime := m.p.now(), m.p.lifetime
	if c.lifetime > 0 {
		lifetime = c.lifetime
	}
	if m.p.tokens.expired {
		now = now.Add(-lifetime - time.Hour)
	}
	access, err := m.sign(m.accessClaims(c, scopes, now, lifetime))
	if err != nil {
		return nil, err
	}
	answer := map[string]any{
		"access_token": access, "expires_in": int(lifetime / time.Second), "refresh_expires_in": 0,
		"token_type": "Bearer", "not-before-policy": c.notBefore, "scope": strings.Join(scopes, " "),
	}
	if slices.Contains(scopes, "openid") {
		id, err := m.sign(m.idClaims(c, access, now, lifetime))
		if err != nil {
			return nil, err
		}
		answer["id_token"] = id
	}
	if m.p.tokens.opaque {
		answer["access_token"] = m.p.reference(access)
		delete(answer, "id_token")
	}
	m.n.apply(answer, m.p.response)
	return answer, nil
}

// accessClaims are the claims of an access token. A lightweight one carries no audience, name or roles.
func (m realm) accessClaims(c *client, scopes []string, now time.Time, lifetime time.Duration) map[string]any {
	claims := map[string]any{
		"exp": now.Add(lifetime).Unix(), "iat": now.Unix(), "jti": "trrtcc:" + newUUID(), "iss": m.tokenIssuer(),
		"sub": c.sub, "typ": "Bearer", "azp": c.id, "scope": strings.Join(scopes, " "),
		"clientHost": "127.0.0.1", "clientAddress": "127.0.0.1", "client_id": c.id,
	}
	if c.lightweight {
		claims["jti"] = "trltcc:" + newUUID()
		return claims
	}
	claims["aud"] = "account"
	if len(c.audience) > 0 {
		claims["aud"] = append(slices.Clone(c.audience), "account")
	}
	claims["acr"] = "1"
	claims["realm_access"] = map[string]any{"roles": []string{"default-roles-" + m.p.realm, "offline_access", "uma_authorization"}}
	claims["resource_access"] = map[string]any{"account": map[string]any{"roles": []string{"manage-account", "manage-account-links", "view-profile"}}}
	claims["preferred_username"] = "service-account-" + c.id // the registry's deployer puts it into access tokens only
	if slices.Contains(scopes, "email") {
		claims["email_verified"] = false
	}
	if slices.Contains(scopes, "eduperson_entitlement") && len(c.entitlements) > 0 {
		claims["eduperson_entitlement"] = c.entitlements
	}
	if m.p.tokens.padding > 0 {
		claims["groups"] = fillerGroups(m.p.tokens.padding)
	}
	return claims
}

// fillerGroups stands for the many groups or roles that make tokens large. It is about n bytes long once encoded.
func fillerGroups(n int) []string {
	var groups []string
	for i := 0; i*40 < n*3/4; i++ {
		groups = append(groups, fmt.Sprintf("/sandbox/collaboration/group-%08d", i))
	}
	return groups
}

func (m realm) idClaims(c *client, access string, now time.Time, lifetime time.Duration) map[string]any {
	sum := sha256.Sum256([]byte(access))
	return map[string]any{
		"exp": now.Add(lifetime).Unix(), "iat": now.Unix(), "jti": newUUID(), "iss": m.tokenIssuer(), "aud": c.id,
		"sub": c.sub, "typ": "ID", "azp": c.id, "acr": "1", "clientHost": "127.0.0.1", "clientAddress": "127.0.0.1", "client_id": c.id,
		"at_hash": base64.RawURLEncoding.EncodeToString(sum[:16]), // OpenID Connect Core 3.1.3.6
	}
}

func (m realm) tokenIssuer() string {
	if m.p.tokens.issuer != "" {
		return m.n.expand(m.p.tokens.issuer)
	}
	return m.p.issuerOn(m.n)
}

// sign makes a compact RS256 JWT, with the key that a fault asks for.
func (m realm) sign(claims map[string]any) (string, error) {
	key, err := keyOf(m.p.name)
	if err != nil {
		return "", err
	}
	id := key.id
	if m.p.tokens.strangeKey || m.p.tokens.unlistedKey {
		if key, err = keyOf("not published"); err != nil {
			return "", err
		}
	}
	if m.p.tokens.unlistedKey {
		id = key.id
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key.key, KeyID: id}},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	return jwt.Signed(signer).Claims(claims).Serialize()
}
