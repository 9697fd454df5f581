package idp

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
)

// accessToken is a token as its own identity provider reads it.
type accessToken struct {
	jwt.Claims
	Type         string   `json:"typ"`
	Party        string   `json:"azp"`
	Scope        string   `json:"scope"`
	Entitlements []string `json:"eduperson_entitlement"`
}

func (t accessToken) scopes() []string { return strings.Fields(t.Scope) }

// refusal is what userinfo says in WWW-Authenticate (RFC 6750 section 3). Its body is always empty.
type refusal struct {
	status                 int
	code, errorDescription string
}

var notVerified = &refusal{401, "invalid_token", "Token verification failed"}

// userinfo is the endpoint of OpenID Connect Core 1.0 section 5.3.
func (k keycloakSite) userinfo(w http.ResponseWriter, r *http.Request) {
	raw, given := bearer(r)
	if !given {
		k.refuse(w, &refusal{status: 401})
		return
	}
	t, c, bad := k.accept(raw)
	if bad != nil {
		k.refuse(w, bad)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	info := userinfoOf(t, c)
	if !c.SignedUserinfo {
		wire.JSON(w, http.StatusOK, info)
		return
	}
	info["iss"], info["aud"] = k.p.IssuerOn(k.n), c.ID
	signed, err := k.sign(info)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	wire.Write(w, http.StatusOK, "application/jwt", []byte(signed))
}

func userinfoOf(t accessToken, c *world.Client) map[string]any {
	info := map[string]any{"sub": t.Subject}
	scopes := t.scopes()
	if slices.Contains(scopes, "email") {
		info["email_verified"] = false
	}
	if slices.Contains(scopes, "profile") {
		info["preferred_username"] = "service-account-" + c.ID
	}
	if slices.Contains(scopes, "voperson_id") {
		info["voperson_id"] = t.Subject
	}
	if len(t.Entitlements) > 0 {
		info["eduperson_entitlement"] = t.Entitlements
	}
	return info
}

func (k keycloakSite) refuse(w http.ResponseWriter, bad *refusal) {
	challenge := `Bearer realm="` + k.p.Realm + `"`
	if bad.code != "" {
		challenge += `, error="` + bad.code + `", error_description="` + bad.errorDescription + `"`
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("WWW-Authenticate", challenge)
	wire.Write(w, bad.status, "text/plain;charset=utf-8", nil)
}

// bearer reads the token of a request, from the header or from a form.
func bearer(r *http.Request) (string, bool) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if ok && strings.EqualFold(scheme, "Bearer") {
		return token, true
	}
	if r.Method == http.MethodPost {
		token := wire.ReadForm(r).Get("access_token")
		return token, token != ""
	}
	return "", false
}

// accept verifies a token and the account behind it, in Keycloak's order: the token, its scope, the
// client, the user.
func (m realm) accept(raw string) (accessToken, *world.Client, *refusal) {
	t, ok := m.verify(raw)
	if !ok {
		return t, nil, notVerified
	}
	if !slices.Contains(t.scopes(), "openid") {
		return t, nil, &refusal{403, "insufficient_scope", "Missing openid scope"}
	}
	c := m.p.Find(t.Party, time.Now())
	switch {
	case c == nil:
		return t, nil, notVerified
	case c.Disabled || c.LateDisabled:
		return t, nil, &refusal{401, "invalid_token", "Client disabled"}
	case c.Lightweight:
		return t, nil, &refusal{401, "invalid_token", "Lightweight access token not allowed for userinfo endpoint"}
	case t.IssuedAt != nil && t.IssuedAt.Time().Unix() < int64(c.NotBefore):
		return t, nil, notVerified
	case c.Account == world.AccountLost:
		return t, nil, &refusal{401, "invalid_token", "user_not_found"}
	case c.Account == world.AccountDisabled:
		return t, nil, &refusal{401, "invalid_token", "user_disabled"}
	}
	return t, c, nil
}

// verify checks signature, issuer, kind and time, unless a fault makes this server careless.
func (m realm) verify(raw string) (accessToken, bool) {
	var t accessToken
	if m.p.Tokens.Opaque {
		raw = m.p.Referenced(raw)
	}
	parsed, err := jwt.ParseSigned(raw, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return t, false
	}
	if m.p.Tokens.LaxUserinfo {
		return t, parsed.UnsafeClaimsWithoutVerification(&t) == nil
	}
	key, err := keyOf(m.p.Name)
	if err != nil || parsed.Claims(&key.key.PublicKey, &t) != nil {
		return t, false
	}
	inTime := t.Expiry != nil && m.p.Now().Before(t.Expiry.Time())
	return t, inTime && t.Issuer == m.p.IssuerOn(m.n) && t.Type == "Bearer"
}
