package idp

import (
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
)

// otherSite answers like npm oidc-provider 9.13.3: a correct server that is not Keycloak. It gives
// the same answer to a wrong secret, an unknown client and a wrong method, and its tokens are
// opaque.
type otherSite struct{ realm }

var otherPaths = map[string]string{
	"/.well-known/openid-configuration": "discovery", "/token": "token", "/me": "userinfo", "/jwks": "certs", "/auth": "authorize",
}

const otherJSON = "application/json; charset=utf-8"

func (o otherSite) Endpoint(r *http.Request) string { return otherPaths[r.URL.Path] }

func (o otherSite) Serve(w http.ResponseWriter, r *http.Request, endpoint string) {
	switch {
	case endpoint == "discovery" && r.Method == http.MethodGet:
		o.writeDiscovery(w, otherDiscovery, otherJSON)
	case endpoint == "certs" && r.Method == http.MethodGet:
		o.certs(w)
	case endpoint == "authorize":
		o.authorize(w, r)
	case endpoint == "userinfo":
		o.userinfo(w, r)
	case endpoint == "token" && r.Method == http.MethodPost:
		o.token(w, r)
	default:
		wire.Write(w, http.StatusNotFound, "text/plain; charset=utf-8", []byte("Not Found"))
	}
}

func (o otherSite) token(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	form := wire.ReadForm(r)
	c, bad := o.authenticate(w, r, form)
	if bad == nil {
		bad = otherGrant(form, c)
	}
	if bad != nil {
		wire.Typed(w, bad.status, otherJSON, bad)
		return
	}
	answer, err := o.issue(c, otherScopes(form.Get("scope")))
	if err != nil {
		wire.Typed(w, http.StatusInternalServerError, otherJSON, oauthError{Code: "server_error", Description: err.Error()})
		return
	}
	for _, k := range []string{"refresh_expires_in", "not-before-policy", "id_token"} {
		delete(answer, k)
	}
	if answer["scope"] == "" {
		delete(answer, "scope")
	}
	wire.Typed(w, http.StatusOK, otherJSON, answer)
}

// otherScopes keeps what this server knows and drops the rest without a word.
func otherScopes(asked string) []string {
	if slices.Contains(strings.Fields(asked), "openid") {
		return []string{"openid"}
	}
	return nil
}

func otherGrant(form url.Values, c *world.Client) *oauthError {
	for name, values := range form {
		if len(values) > 1 {
			return &oauthError{400, "invalid_request", "'" + name + "' parameter must not be provided twice"}
		}
	}
	switch grant := form.Get("grant_type"); {
	case grant == "":
		return &oauthError{400, "invalid_request", "missing required parameter 'grant_type'"}
	case grant != "client_credentials" && grant != "authorization_code" && grant != "refresh_token":
		return &oauthError{400, "unsupported_grant_type", "unsupported grant_type requested"}
	case grant != "client_credentials" || c.Account == world.AccountOff || c.Public:
		return &oauthError{400, "invalid_request", "requested grant type is not allowed for this client"}
	case c.DPoP || c.CertBound:
		return &oauthError{400, "invalid_grant", "grant request is invalid"}
	}
	return nil
}

func (o otherSite) authenticate(w http.ResponseWriter, r *http.Request, form url.Values) (*world.Client, *oauthError) {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return nil, &oauthError{400, "invalid_request", "only application/x-www-form-urlencoded content-type bodies are supported on POST /token"}
	}
	p, viaHeader, bad := o.readProof(r, form)
	if bad != nil {
		return nil, bad
	}
	failed := &oauthError{401, "invalid_client", "client authentication failed"}
	c := o.p.Find(p.id, time.Now())
	proven := c != nil && !c.Disabled
	switch {
	case !proven:
	case c.Public:
		proven = p.method == "" && p.assertion == ""
	case c.Auth == world.ClientSecretJWT:
		claims, ok := verifyAssertion(p.assertion, c.Secret)
		proven = ok && claims.Subject == c.ID
	case c.Auth != world.ClientSecret:
		proven = false
	default:
		proven = p.secret != "" && p.secret == c.Secret && (c.OnlyMethod == "" || c.OnlyMethod == p.method)
	}
	if proven {
		return c, nil
	}
	if viaHeader {
		w.Header().Set("WWW-Authenticate", `Basic realm="`+o.p.IssuerOn(o.n)+`", error="invalid_client", error_description="client authentication failed"`)
	}
	return nil, failed
}

// readProof takes one mechanism only. The Basic parts must be form-urlencoded, unless a client is
// marked otherwise.
func (o otherSite) readProof(r *http.Request, form url.Values) (p proof, viaHeader bool, bad *oauthError) {
	header := r.Header.Get("Authorization")
	p = proof{id: form.Get("client_id"), secret: form.Get("client_secret"), assertion: form.Get("client_assertion")}
	if p.secret != "" {
		p.method = "client_secret_post"
	}
	if p.id == "" && p.assertion != "" {
		p.id = assertionSubject(p.assertion)
	}
	switch {
	case header == "" && p.id == "":
		return p, false, &oauthError{400, "invalid_request", "no client authentication mechanism provided"}
	case header == "":
		return p, false, nil
	case p.secret != "" || p.assertion != "":
		return p, true, &oauthError{400, "invalid_request", "client authentication must only be provided using one mechanism"}
	}
	user, password, ok := basicParts(r)
	if !ok {
		return p, true, &oauthError{400, "invalid_request", "invalid authorization header value format"}
	}
	p.method = "client_secret_basic"
	if c := o.p.Find(user, time.Now()); c != nil && c.RawBasic {
		p.id, p.secret = user, password
		return p, true, nil
	}
	id, err1 := url.QueryUnescape(user)
	secret, err2 := url.QueryUnescape(password)
	if err1 != nil || err2 != nil || unencoded(user) || unencoded(password) {
		return p, true, &oauthError{400, "invalid_request", "client_id and client_secret in the authorization header are not properly encoded"}
	}
	p.id, p.secret = id, secret
	return p, true, nil
}

// unencoded reports a character that form-urlencoding would have replaced, or an encoded control
// character.
func unencoded(text string) bool {
	for _, r := range text {
		if r <= ' ' || r > '~' || strings.ContainsRune(`"#&/:;<=>?@[\]^{|}`+"`", r) {
			return true
		}
	}
	return strings.Contains(strings.ToUpper(text), "%0A") || strings.Contains(strings.ToUpper(text), "%0D")
}

func (o otherSite) authorize(w http.ResponseWriter, r *http.Request) {
	code, text := "invalid_redirect_uri", "redirect_uri did not match any of the client's registered redirect_uris"
	c := o.p.Find(r.URL.Query().Get("client_id"), time.Now())
	switch {
	case o.p.HideClients:
		code, text = "access_denied", "sign in first"
	case c == nil || c.Disabled:
		code, text = "invalid_client", "client is invalid"
	}
	var body strings.Builder
	body.WriteString("<!DOCTYPE html><html><head><title>oops! something went wrong</title></head><body><h1>oops! something went wrong</h1>")
	for _, line := range [][2]string{{"error", code}, {"error_description", text}, {"iss", o.p.IssuerOn(o.n)}} {
		body.WriteString("<pre><strong>" + line[0] + "</strong>: " + html.EscapeString(line[1]) + "</pre>")
	}
	w.Header().Set("Cache-Control", "no-store")
	wire.Write(w, http.StatusBadRequest, "text/html; charset=utf-8", []byte(body.String()+"</body></html>"))
}

// userinfo refuses client-credentials tokens, because they have no account; a fault may make it lenient.
func (o otherSite) userinfo(w http.ResponseWriter, r *http.Request) {
	raw, given := bearer(r)
	if given && o.p.Tokens.ClientsHaveMe {
		if t, _, bad := o.accept(raw); bad == nil {
			wire.Typed(w, http.StatusOK, otherJSON, map[string]any{"sub": t.Subject})
			return
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("WWW-Authenticate", `Bearer realm="`+o.p.IssuerOn(o.n)+`", error="invalid_token", error_description="invalid token provided"`)
	wire.Typed(w, http.StatusUnauthorized, otherJSON, oauthError{Code: "invalid_token", Description: "invalid token provided"})
}
