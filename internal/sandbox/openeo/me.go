package openeo

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/credguide/credguide/internal/sandbox/world"
)

// One text for sixteen causes: the back-end does not pass on why the identity provider refused.
var tokenInvalid = &openEOError{Code: "TokenInvalid", status: 403, Message: "Authorization token has expired or is invalid. Please authenticate again."}

func schemeInvalid(text string) *openEOError {
	return &openEOError{Code: "AuthenticationSchemeInvalid", status: 403, Message: text}
}

func accessTokenError(text string) *openEOError {
	return &openEOError{Code: "AccessTokenError", status: 500, Message: text}
}

// me is GET /me of the openEO API.
func (b *Server) me(w http.ResponseWriter, r *http.Request, version string) {
	account, bad := b.login(r, version)
	if bad != nil {
		b.fail(w, *bad)
		return
	}
	sub, _ := account["sub"].(string)
	b.answer(w, "me", map[string]any{"user_id": sub, "name": sub, "info": map[string]any{"oidc_userinfo": account}})
}

// login validates the bearer of a request and returns the account's userinfo.
func (b *Server) login(r *http.Request, version string) (map[string]any, *openEOError) {
	p, token, bad := b.bearer(r)
	if bad != nil {
		return nil, bad
	}
	asks := p.IDP
	if p.Asks != "" {
		asks = p.Asks
	}
	info, document, bad := b.userinfo(r.Context(), b.issuer(world.Provider{IDP: asks, Slash: p.Slash}), token)
	if bad != nil {
		return nil, bad
	}
	if b.Introspect {
		if bad := b.inspect(r.Context(), p, document, token, info); bad != nil {
			return nil, bad
		}
	}
	return info, b.admit(p, info)
}

// bearer reads the header exactly as the driver does: one blank, three parts, ids by case.
func (b *Server) bearer(r *http.Request) (world.Provider, string, *openEOError) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return world.Provider{}, "", &openEOError{Code: "AuthenticationRequired", status: 401, Message: "Unauthorized."}
	}
	words := strings.Split(header, " ")
	if len(words) != 2 || words[0] != "Bearer" {
		return world.Provider{}, "", schemeInvalid("Authentication method not supported.")
	}
	parts := strings.Split(words[1], "/")
	if len(parts) == 1 && b.JWTBearer {
		return b.byIssuer(words[1])
	}
	if len(parts) != 3 || b.BareOnly {
		return world.Provider{}, "", tokenInvalid
	}
	switch {
	case parts[0] == "basic":
		return world.Provider{}, "", schemeInvalid("Basic authentication is not supported.")
	case parts[0] != "oidc":
		return world.Provider{}, "", tokenInvalid
	case b.NoOIDC:
		return world.Provider{}, "", schemeInvalid("OIDC authentication is not supported.")
	}
	i := slices.IndexFunc(b.Providers, func(p world.Provider) bool { return p.ID == parts[1] })
	if i < 0 || parts[2] == "" {
		return world.Provider{}, "", tokenInvalid
	}
	return b.Providers[i], parts[2], nil
}

// byIssuer finds the provider of a plain JWT bearer (openEO API 1.3) by its iss.
func (b *Server) byIssuer(token string) (world.Provider, string, *openEOError) {
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return world.Provider{}, "", tokenInvalid
	}
	var claims jwt.Claims
	if err := parsed.UnsafeClaimsWithoutVerification(&claims); err != nil {
		return world.Provider{}, "", tokenInvalid
	}
	for _, p := range b.Providers {
		if strings.TrimSuffix(b.issuer(p), "/") == claims.Issuer {
			return p, token, nil
		}
	}
	return world.Provider{}, "", tokenInvalid
}

// acceptedRole is an entitlement that openEO Platform's access check takes. Roles are compared
// without case, dashes and underscores.
var (
	entitlementForm = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^urn:mace:egi(?:-dev)?\.eu:group:` + regexp.QuoteMeta(world.RequiredVO) + `(?::[^:]+)*:role=([^#:]+)#aai\.egi(?:-dev)?\.eu$`)
	})
	acceptedRoles = []string{"30daytrial", "earlyadopter", "basicuser", "professionaluser", "universitystudent", "universitygrouplicense", "platformdeveloper"}
)

// admit applies the deployment's own access check.
func (b *Server) admit(p world.Provider, info map[string]any) *openEOError {
	refuse := func(text string) *openEOError {
		return &openEOError{Code: "PermissionsInsufficient", status: 403, Message: text}
	}
	switch {
	case b.Access.Refuse != "":
		return refuse(b.Access.Refuse)
	case b.Access.OnlyIssuer != "" && b.Access.OnlyIssuer != p.IDP:
		return refuse("An EGI account is required for using openEO Platform.")
	case b.Access.VirtualOrganisation && !enrolled(info["eduperson_entitlement"]):
		return refuse("Proper enrollment in openEO Platform virtual organization is required.")
	}
	return nil
}

func enrolled(entitlements any) bool {
	list, _ := entitlements.([]any)
	return slices.ContainsFunc(list, func(v any) bool {
		text, _ := v.(string)
		m := entitlementForm().FindStringSubmatch(text)
		return m != nil && slices.Contains(acceptedRoles, strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(m[1])))
	})
}
