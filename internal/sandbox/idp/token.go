package idp

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
)

// token is the token endpoint (RFC 6749 section 3.2). The order of the checks is Keycloak's:
// transport, realm, grant type, client, duplicated parameters, grant.
func (k keycloakSite) token(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	form, bad := k.tokenForm(r)
	if bad == nil {
		var c *world.Client
		if c, bad = k.authenticate(r, form); bad == nil {
			bad = k.grant(w, form, c)
		}
	}
	if bad != nil {
		wire.JSON(w, bad.status, bad)
	}
}

func (k keycloakSite) tokenForm(r *http.Request) (url.Values, *oauthError) {
	if !k.p.Enabled {
		return nil, &oauthError{403, "access_denied", "Realm not enabled"}
	}
	form := wire.ReadForm(r)
	switch grant := form.Get("grant_type"); {
	case grant == "":
		return nil, &oauthError{400, "invalid_request", "Missing form parameter: grant_type"}
	case grantAnswers[grant] == nil || grant == "client_credentials" && k.p.RefuseGrant:
		return nil, &oauthError{400, "unsupported_grant_type", "Unsupported grant_type"}
	}
	return form, nil
}

// grantAnswers says what a made-up code or token of the other grants meets once the client is
// authenticated.
var grantAnswers = map[string]*oauthError{
	"client_credentials": {},
	"authorization_code": {400, "invalid_grant", "Code not valid"},
	"refresh_token":      {400, "invalid_grant", "Invalid refresh token"},
	deviceGrant:          {400, "invalid_grant", "Client not allowed OAuth 2.0 Device Authorization Grant"},
}

// grant is what follows authentication. Public and SAML clients come this far.
func (k keycloakSite) grant(w http.ResponseWriter, form url.Values, c *world.Client) *oauthError {
	grant := form.Get("grant_type")
	switch {
	case c.SAML:
		return &oauthError{400, "invalid_client", "Wrong client protocol."}
	case c.BearerOnly:
		return &oauthError{400, "invalid_client", "Bearer-only not allowed"}
	case duplicated(form):
		return &oauthError{400, "invalid_request", "duplicated parameter"}
	case c.DPoP:
		// The sandbox takes no proofs (RFC 9449): what matters here is that openEO clients send
		// none.
		return &oauthError{400, "invalid_request", "DPoP proof is missing"}
	case grant == deviceGrant && c.Device:
		return k.deviceToken(w, form, c)
	case grant != "client_credentials":
		return grantAnswers[grant]
	}
	return k.clientCredentials(w, form, c)
}

func duplicated(form url.Values) bool {
	for _, values := range form {
		if len(values) > 1 {
			return true
		}
	}
	return false
}

// clientCredentials is the grant of RFC 6749 section 4.4.
func (k keycloakSite) clientCredentials(w http.ResponseWriter, form url.Values, c *world.Client) *oauthError {
	switch {
	case c.Public:
		return &oauthError{401, "unauthorized_client", "Public client not allowed to retrieve service account"}
	case c.Account == world.AccountOff:
		return &oauthError{401, "unauthorized_client", "Client not enabled to retrieve service account"}
	case c.Account == world.AccountDeleted:
		return &oauthError{401, "invalid_request", "The associated service account for the client does not exist"}
	case c.Account == world.AccountDisabled:
		return &oauthError{401, "invalid_request", "User 'service-account-" + c.ID + "' disabled"}
	}
	scopes, bad := k.grantScopes(form, c)
	if bad != nil {
		return bad
	}
	if c.CertBound {
		return &oauthError{400, "invalid_request", "Client Certification missing for MTLS HoK Token Binding"}
	}
	answer, err := k.issue(c, scopes)
	if err != nil {
		return &oauthError{500, "unknown_error", err.Error()}
	}
	wire.JSON(w, http.StatusOK, answer)
	return nil
}

// grantScopes checks the scopes and adds the client's default ones. A refusal names everything that
// was asked for, not the scope that is to blame.
func (k keycloakSite) grantScopes(form url.Values, c *world.Client) ([]string, *oauthError) {
	asked, given := form["scope"]
	var scopes []string
	if given {
		refused := &oauthError{400, "invalid_scope", "Invalid scopes: " + asked[0]}
		scopes = strings.Split(asked[0], " ")
		for _, s := range scopes {
			known := slices.Contains(c.OptionalScopes, s) || slices.Contains(c.DefaultScopes, s)
			if s == "openid" {
				known = !k.p.Tokens.RefuseOpenID
			}
			if !known {
				return nil, refused
			}
		}
	}
	for _, s := range c.DefaultScopes {
		if !slices.Contains(scopes, s) {
			scopes = append(scopes, s)
		}
	}
	if k.p.Tokens.DropOpenID {
		scopes = slices.DeleteFunc(scopes, func(s string) bool { return s == "openid" })
	}
	return scopes, nil
}
