package registry

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/credguide/credguide/internal/sandbox/wire"
)

// Site serves the registry.
func (g *Registry) Site() wire.Site { return registrySite{g} }

// registrySite serves a registry.
type registrySite struct{ *Registry }

// serve answers the two calls of the real registry that need no login, the calls behind its form (here without a login),
// and the sandbox's own pages.
func (g registrySite) Serve(w http.ResponseWriter, r *http.Request, _ string) {
	if !g.ownPage(r) {
		wire.Write(w, http.StatusForbidden, "text/plain; charset=utf-8", []byte("This registry answers its own pages only.\n"))
		return
	}
	base := "/tenants/" + tenant
	rest, below := strings.CutPrefix(r.URL.Path, base+"/petitions/")
	switch {
	case r.Method == http.MethodGet && r.URL.Path == base:
		wire.JSON(w, http.StatusOK, g.configuration())
	case r.Method == http.MethodGet && r.URL.Path == base+"/check-availability":
		g.checkAvailability(w, r.URL.Query())
	case r.Method == http.MethodPost && r.URL.Path == base+"/petitions":
		g.create(w, r)
	case r.Method == http.MethodGet && below:
		g.show(w, petitionID(rest))
	case r.Method == http.MethodPut && below && strings.HasSuffix(rest, "/review"):
		g.review(w, r, petitionID(strings.TrimSuffix(rest, "/review")))
	default:
		g.page(w, r)
	}
}

// ownPage refuses what a foreign web page could make a browser send to this machine: requests under another host name, and
// changes that come from another site.
func (g registrySite) ownPage(r *http.Request) bool {
	if r.Host != g.n.Place("registry.host") && r.Host != "localhost:"+g.n.Place("registry.port") {
		return false
	}
	site := r.Header.Get("Sec-Fetch-Site")
	return r.Method == http.MethodGet || site == "" || site == "same-origin"
}

func (g registrySite) checkAvailability(w http.ResponseWriter, q url.Values) {
	g.mu.Lock()
	defer g.mu.Unlock()
	wire.JSON(w, http.StatusOK, map[string]bool{"available": g.available(q.Get("value"), q.Get("environment"))})
}

// create takes a request as the form sends it: 200 with an id, or 422 with the refused field.
func (g registrySite) create(w http.ResponseWriter, r *http.Request) {
	var request Request
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
		wire.JSON(w, http.StatusUnprocessableEntity, []map[string]string{{"[0]": "not a request: " + err.Error()}})
		return
	}
	p, err := g.Submit(request)
	if refusal, ok := errors.AsType[*Refusal](err); ok {
		wire.JSON(w, http.StatusUnprocessableEntity, []map[string]string{{"[0]." + refusal.Field: refusal.Message}})
		return
	}
	wire.JSON(w, http.StatusOK, map[string]any{"id": p.ID, "client_id": p.Request.ClientID, "client_secret": p.Request.ClientSecret})
}

// show is one petition with its badge; the registry shows its owner the secret too.
func (g registrySite) show(w http.ResponseWriter, id int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	p := g.find(id)
	if p == nil {
		wire.Write(w, http.StatusNotFound, "", nil)
		return
	}
	wire.JSON(w, http.StatusOK, map[string]any{"id": p.ID, "badge": p.Badge(time.Now()), "service": p.Request})
}

func (g registrySite) review(w http.ResponseWriter, r *http.Request, id int) {
	var review struct{ Type, Comment string }
	if err := json.NewDecoder(r.Body).Decode(&review); err != nil || review.Type != "approve" {
		wire.JSON(w, http.StatusUnprocessableEntity, map[string]string{"error": "the sandbox knows only the review type approve"})
		return
	}
	if !g.mayReview(id) {
		wire.JSON(w, http.StatusUnauthorized, map[string]string{"err": "Requested action not authorised"})
		return
	}
	if _, err := g.Approve(id); err != nil {
		wire.Write(w, http.StatusNotFound, "", nil)
		return
	}
	wire.Write(w, http.StatusOK, "", nil)
}

// mayReview: in production and demo the operator decides, not the person at the form.
func (g registrySite) mayReview(id int) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	p := g.find(id)
	return p == nil || p.SelfReview()
}

// configuration is the tenant's live form configuration.
func (g registrySite) configuration() map[string]any {
	form := map[string]any{
		"integration_environment": []string{"production", "demo", "development"},
		"test_env":                []string{"development"},
		"protocol":                []string{"oidc", "saml"},
		"application_type":        []string{"WEB", "NATIVE"},
		"grant_types": []string{
			"authorization_code", "client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange",
			"urn:ietf:params:oauth:grant-type:device_code", "implicit", "refresh_token",
		},
		"grant_types_deprecated":          []string{"implicit"},
		"token_endpoint_auth_method":      []string{"client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"},
		"token_endpoint_auth_signing_alg": []string{"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256"},
		"code_challenge_method":           []any{nil, "plain", "S256"},
		"scope": []string{
			"openid", "voperson_id", "email", "profile", "offline_access", "eduperson_entitlement",
			"eduperson_scoped_affiliation", "eduperson_unique_id", "aarc", "orcid",
		},
		"contact_types": []string{"admin", "technical", "support", "security"},
		"contact_requirements": []map[string]string{
			{"type": "admin", "error": "The Service must have Administrative contact information"},
			{"type": "technical", "error": "The Service must have Technical contact information"},
			{"type": "support", "error": "The Service must have Support contact information"},
			{"type": "security", "error": "The Service must have Security contact information"},
		},
		"access_token_validity_seconds":  1000000,
		"refresh_token_validity_seconds": 34128000,
		"device_code_validity_seconds":   30000,
		"id_token_timeout_seconds":       86400,
		"disabled_fields":                []string{},
		"extra_fields":                   extraFields(),
	}
	restricted := []string{"production"}
	return map[string]any{
		"name": tenant, "home_page_title": "Sandbox registry", "form_config": form, "restricted_environments": restricted,
		"config": map[string]any{"form": form, "restricted_env": restricted},
	}
}

// extraFields are the fields that a tenant adds to the form, each with the environments that require it.
func extraFields() map[string]any {
	field := func(title, tag string, required ...string) map[string]any {
		return map[string]any{"title": title, "tag": tag, "tab": "general", "required": required}
	}
	return map[string]any{
		"country":            field("Select country", "country", "production", "demo"),
		"organization":       field("Organisation", "org", "production", "demo"),
		"policy_uri":         field("Link to Privacy Policy", "url", "production"),
		"aup_uri":            field("Link to Terms of Use", "url", "production"),
		"egi_policy":         field("EGI Policies", "coc", "production"),
		"assurance_checkbox": field("Service Provider Guidelines", "coc", "production"),
	}
}
