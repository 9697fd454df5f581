package sandbox

import (
	"crypto/rand"
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
func (s *Sandbox) issue(p *idp, c *client, scopes []string) (map[string]any, error) {
	now, lifetime := p.now(), p.lifetime
	if c.lifetime > 0 {
		lifetime = c.lifetime
	}
	if p.tokens.expired {
		now = now.Add(-lifetime - time.Hour)
	}
	access, err := s.sign(p, s.accessClaims(p, c, scopes, now, lifetime))
	if err != nil {
		return nil, err
	}
	answer := map[string]any{
		"access_token": access, "expires_in": int(lifetime / time.Second), "refresh_expires_in": 0,
		"token_type": "Bearer", "not-before-policy": c.notBefore, "scope": strings.Join(scopes, " "),
	}
	if slices.Contains(scopes, "openid") {
		id, err := s.sign(p, s.idClaims(p, c, access, now, lifetime))
		if err != nil {
			return nil, err
		}
		answer["id_token"] = id
	}
	if p.tokens.opaque {
		answer["access_token"] = p.reference(access)
		delete(answer, "id_token")
	}
	s.apply(answer, p.response)
	return answer, nil
}

// accessClaims are the claims of an access token. A lightweight one carries no audience, name or roles.
func (s *Sandbox) accessClaims(p *idp, c *client, scopes []string, now time.Time, lifetime time.Duration) map[string]any {
	claims := map[string]any{
		"exp": now.Add(lifetime).Unix(), "iat": now.Unix(), "jti": "trrtcc:" + newUUID(), "iss": s.tokenIssuer(p),
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
	claims["realm_access"] = map[string]any{"roles": []string{"default-roles-" + p.realm, "offline_access", "uma_authorization"}}
	claims["resource_access"] = map[string]any{"account": map[string]any{"roles": []string{"manage-account", "manage-account-links", "view-profile"}}}
	claims["preferred_username"] = "service-account-" + c.id // the registry's deployer puts it into access tokens only
	if slices.Contains(scopes, "email") {
		claims["email_verified"] = false
	}
	if slices.Contains(scopes, "eduperson_entitlement") && len(c.entitlements) > 0 {
		claims["eduperson_entitlement"] = c.entitlements
	}
	if p.tokens.padding > 0 {
		claims["groups"] = fillerGroups(p.tokens.padding)
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

func (s *Sandbox) idClaims(p *idp, c *client, access string, now time.Time, lifetime time.Duration) map[string]any {
	sum := sha256.Sum256([]byte(access))
	return map[string]any{
		"exp": now.Add(lifetime).Unix(), "iat": now.Unix(), "jti": newUUID(), "iss": s.tokenIssuer(p), "aud": c.id,
		"sub": c.sub, "typ": "ID", "azp": c.id, "acr": "1", "clientHost": "127.0.0.1", "clientAddress": "127.0.0.1", "client_id": c.id,
		"at_hash": base64.RawURLEncoding.EncodeToString(sum[:16]), // OpenID Connect Core 3.1.3.6
	}
}

func (s *Sandbox) tokenIssuer(p *idp) string {
	if p.tokens.issuer != "" {
		return s.expand(p.tokens.issuer)
	}
	return s.issuerOf(p)
}

// sign makes a compact RS256 JWT, with the key that a fault asks for.
func (s *Sandbox) sign(p *idp, claims map[string]any) (string, error) {
	key, err := keyOf(p.name)
	if err != nil {
		return "", err
	}
	id := key.id
	if p.tokens.strangeKey || p.tokens.unlistedKey {
		if key, err = keyOf("not published"); err != nil {
			return "", err
		}
	}
	if p.tokens.unlistedKey {
		id = key.id
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key.key, KeyID: id}},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	return jwt.Signed(signer).Claims(claims).Serialize()
}

// reference swaps a token for an opaque one that only this identity provider can look up.
func (p *idp) reference(token string) string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	ref := base64.RawURLEncoding.EncodeToString(b)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.references[ref] = token
	return ref
}

// newUUID is a random UUID (RFC 9562 version 4).
func newUUID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
