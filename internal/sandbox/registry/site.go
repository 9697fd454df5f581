package registry

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
	"github.com/credguide/credguide/internal/text"
)

// Site serves the registry.
func (g *Registry) Site() wire.Site {
	s := &site{Registry: g}
	s.routes = sync.OnceValue(s.table)
	return s
}

// site serves a registry.
type site struct {
	*Registry
	routes func() *http.ServeMux
}

func (s *site) Endpoint(r *http.Request) string { return r.Method + " " + r.URL.Path }

func (s *site) Serve(w http.ResponseWriter, r *http.Request, _ string) {
	if !s.ownPage(r) {
		wire.Write(w, http.StatusForbidden, "text/plain; charset=utf-8", []byte("This registry answers its own pages only.\n"))
		return
	}
	s.routes().ServeHTTP(w, r)
}

// ownPage refuses what a foreign web page could make a browser send to this machine: requests under
// another host name, and changes that come from another site, as Sec-Fetch-Site says or, in its
// absence, Origin.
func (s *site) ownPage(r *http.Request) bool {
	return text.Local(r.Host) && http.NewCrossOriginProtection().Check(r) == nil
}

// table is the API and the pages.
func (s *site) table() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /tenants/{tenant}", s.configuration)
	mux.HandleFunc("GET /tenants/{tenant}/check-availability", s.checkAvailability)
	for pattern, serve := range map[string]call{
		"GET /tenants/{tenant}/user":                  s.user,
		"GET /tenants/{tenant}/organizations":         s.findOrganisations,
		"POST /tenants/{tenant}/organizations":        s.addOrganisation,
		"POST /tenants/{tenant}/petitions":            s.create,
		"GET /tenants/{tenant}/petitions/{id}":        s.read,
		"PUT /tenants/{tenant}/petitions/{id}":        s.edit,
		"DELETE /tenants/{tenant}/petitions/{id}":     s.remove,
		"PUT /tenants/{tenant}/petitions/{id}/review": s.decision,
		"GET /tenants/{tenant}/services/list":         s.services,
		"GET /tenants/{tenant}/services/{id}":         s.oneService,
		"GET /tenants/{tenant}/services/{id}/error":   s.deploymentError,
	} {
		mux.HandleFunc(pattern, s.authenticated(serve))
	}
	s.pages(mux)
	s.labRoutes(mux)
	return mux
}

// call answers a person whom the registry knows. The body is nil where it is no JSON object.
type call func(w http.ResponseWriter, r *http.Request, who world.Person, body map[string]any)

// authenticated lets in whom the tenant's issuer knows and who has signed in at the portal once.
func (s *site) authenticated(serve call) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		place := r.PathValue("tenant")
		bearer := strings.EqualFold(scheme, "Bearer")
		if bearer && place != tenant && place != otherTenant {
			signOut(w)
			writeJSON(w, http.StatusInternalServerError, map[string]string{"error": stackTrace})
			return
		}
		sub, ok := "", false
		if bearer {
			sub, ok = s.identify(token)
		}
		if !ok {
			signOut(w)
			wire.Write(w, http.StatusUnauthorized, "", nil)
			return
		}
		who, known := s.world.PersonOf(sub)
		if !known || !who.Portal || place != tenant {
			signOut(w)
			wire.Write(w, http.StatusUnauthorized, "text/html; charset=utf-8", []byte("Unauthenticated Request"))
			return
		}
		body := object(r) // before the lock: it comes as slowly as the caller likes
		s.mu.Lock()
		defer s.mu.Unlock()
		s.number()
		serve(w, r, who, body)
	}
}

// stackTrace is what the registry says where it has not thought of something: its own insides.
const stackTrace = "TypeError: Cannot read properties of undefined (reading 'userinfo')\n" +
	"    at authenticate (/srv/registry/JavaScript/routes/authentication.js:77:36)\n" +
	"    at Layer.handle [as handle_request] (/srv/registry/node_modules/express/lib/router/layer.js:95:5)\n" +
	"    at next (/srv/registry/node_modules/express/lib/router/route.js:149:13)\n" +
	"    at Route.dispatch (/srv/registry/node_modules/express/lib/router/route.js:119:3)"

// signOut is the cookie that goes with every refusal of a token.
func signOut(w http.ResponseWriter) {
	w.Header().Set("Set-Cookie", "federation_authtoken=; Domain=localhost; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT")
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	wire.Typed(w, status, "application/json; charset=utf-8", v)
}

func notAuthorised(w http.ResponseWriter) {
	writeJSON(w, http.StatusUnauthorized, map[string]string{"error": "Requested action not authorised"})
}

// failed is how the registry answers what its database or its code refuses.
func failed(w http.ResponseWriter) {
	writeJSON(w, http.StatusInternalServerError, map[string]any{})
}

func empty(w http.ResponseWriter, status int) { wire.Write(w, status, "", nil) }

func (s *site) checkAvailability(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := r.URL.Query()
	writeJSON(w, http.StatusOK, map[string]bool{"available": s.available(q.Get("value"), q.Get("environment"), 0)})
}

// mine finds a petition that the person may see.
func (s *site) mine(r *http.Request, who world.Person) *Petition {
	p := s.find(idIn(r))
	if p == nil || p.status == cancelled || p.owner != who.Sub && !who.Administrator {
		return nil
	}
	return p
}

func idIn(r *http.Request) int { return petitionID(r.PathValue("id")) }

func petitionID(text string) int {
	n, _ := strconv.Atoi(text) // 0 is no petition
	return n
}

// object reads a JSON object in the body of a request.
func object(r *http.Request) map[string]any {
	var fields map[string]any
	if json.NewDecoder(r.Body).Decode(&fields) != nil {
		return nil
	}
	return fields
}

// numberIn reads a number of the query.
func numberIn(q url.Values, name string, usual int) int {
	if n, err := strconv.Atoi(q.Get(name)); err == nil && n > 0 && n < 1<<20 {
		return n
	}
	return usual
}
