package idp

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/credguide/credguide/internal/sandbox/wire"
)

// introspect is RFC 7662 as Keycloak 26.7 has it: a token counts as active only for a client that
// is in its audience, so active:false says nothing about a client's own token.
func (k keycloakSite) introspect(w http.ResponseWriter, r *http.Request) {
	if !k.p.Enabled {
		wire.JSON(w, http.StatusForbidden, oauthError{Code: "access_denied", Description: "Realm not enabled"})
		return
	}
	form := wire.ReadForm(r)
	c, bad := k.authenticate(r, form)
	switch {
	case bad != nil && bad.Code == "unauthorized_client":
		bad = &oauthError{401, "invalid_client", "Client authentication failed."}
	case bad == nil && c.SAML:
		bad = &oauthError{400, "invalid_client", "Wrong client protocol."}
	case bad == nil && c.Public:
		bad = &oauthError{403, "invalid_request", "Client not allowed."}
	}
	if bad != nil {
		wire.JSON(w, bad.status, bad)
		return
	}
	w.Header().Set("Cache-Control", "no-cache")
	t, ok := k.verify(form.Get("token"))
	owner := k.p.Find(t.Party, time.Now())
	if !ok || owner == nil || owner.Disabled || !slices.Contains(t.Audience, c.ID) {
		wire.JSON(w, http.StatusOK, map[string]any{"active": false})
		return
	}
	wire.JSON(w, http.StatusOK, map[string]any{
		"active": true, "sub": t.Subject, "iss": t.Issuer, "client_id": owner.ID, "azp": owner.ID, "scope": t.Scope, "typ": t.Type,
		"exp": t.Expiry, "iat": t.IssuedAt, "aud": t.Audience, "token_type": "Bearer",
		"username": "service-account-" + owner.ID, "preferred_username": "service-account-" + owner.ID,
	})
}

// install is the adapter configuration of a client. Without credentials it tells known from unknown
// ids; with the right ones it hands out the secret, which is why nobody should ever call it with
// credentials.
func (k keycloakSite) install(w http.ResponseWriter, r *http.Request) {
	_, id, _ := strings.Cut(r.URL.Path, "/clients-registrations/install/")
	c := k.p.Find(id, time.Now())
	if c == nil {
		wire.JSON(w, http.StatusUnauthorized, oauthError{Code: "invalid_token", Description: "Not authorized to view client. Not valid token or client credentials provided."})
		return
	}
	config := map[string]any{
		"realm": k.p.Realm, "auth-server-url": k.n.Place(k.p.Name) + k.p.Base + "/", "ssl-required": "external",
		"resource": c.ID, "confidential-port": 0,
	}
	user, password, _ := basicParts(r)
	switch {
	case c.Public:
		config["public-client"] = true
	case user == c.ID && password == c.Secret && !c.Disabled:
		config["credentials"] = map[string]any{"secret": c.Secret}
	default:
		wire.JSON(w, http.StatusUnauthorized, oauthError{Code: "invalid_token", Description: "Failed to authenticate client"})
		return
	}
	wire.Typed(w, http.StatusOK, "application/json;charset=UTF-8", config)
}
