// Package openeo serves the back-end of a world.
package openeo

import (
	"net/http"
	"slices"
	"strings"

	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
)

// Server serves a back-end.
type Server struct {
	*world.Backend
	n      *wire.Network
	world  *world.World
	client *http.Client // its own, for the identity providers
}

// New is one back-end of a world.
func New(n *wire.Network, w *world.World, b *world.Backend) *Server {
	return &Server{Backend: b, n: n, world: w, client: validator(n)}
}

// Close ends the idle connections to the identity providers.
func (b *Server) Close() { b.client.CloseIdleConnections() }

// openEOError is the error body of the openEO API.
type openEOError struct {
	Code    string `json:"code"`
	ID      string `json:"id"`
	Message string `json:"message"`
	status  int
}

const defaultVersion = "1.2"

var backendPaths = map[string]string{"/": "capabilities", "/credentials/oidc": "providers", "/me": "me", "/jobs": "jobs", "/conformance": "conformance"}

// route splits a path into API version and endpoint.
func (b *Server) route(path string) (version, endpoint string) {
	switch path {
	case "/":
		return "", "root"
	case "/.well-known/openeo":
		return "", "well-known"
	}
	rest, ok := strings.CutPrefix(path, "/openeo/")
	if !ok {
		return "", ""
	}
	first, after, slash := strings.Cut(rest, "/")
	if first == "" || first[0] < '0' || first[0] > '9' {
		return defaultVersion, backendPaths["/"+rest] // unversioned paths mean the default version
	}
	if !slash {
		after = ""
	}
	return first, backendPaths["/"+after]
}

// Endpoint names what a request asks for.
func (b *Server) Endpoint(r *http.Request) string {
	_, endpoint := b.route(r.URL.Path)
	return endpoint
}

// Serve answers one request.
func (b *Server) Serve(w http.ResponseWriter, r *http.Request, endpoint string) {
	version, _ := b.route(r.URL.Path)
	if b.MaxHeader > 0 && len(r.Header.Get("Authorization")) > b.MaxHeader {
		tooLarge := wire.Page(http.StatusBadRequest, "400 Bad Request", "Request Header Or Cookie Too Large", "Server", "nginx")
		if b.CutsHeader {
			tooLarge = wire.Reset
		}
		tooLarge(b.n, w, r)
		return
	}
	if version != "" && !slices.Contains(b.Versions, version) && !b.patch(version) {
		w.Header().Set("Request-Id", "n/a")
		wire.JSON(w, http.StatusNotImplemented, openEOError{
			Code: "UnsupportedApiVersion", ID: "n/a",
			Message: "Unsupported version component in URL: '" + version + "'.  Available versions: ['" + strings.Join(b.Versions, "', '") + "']",
		})
		return
	}
	switch {
	case endpoint == "" || endpoint == "providers" && b.NoOIDC:
		b.fail(w, notFound)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		b.fail(w, openEOError{Code: "MethodNotAllowed", Message: "405 Method Not Allowed: The method is not allowed for the requested URL.", status: 405})
	default:
		b.serveEndpoint(w, r, version, endpoint)
	}
}

// patch reports whether a version like 1.2.0 belongs to one that is offered.
func (b *Server) patch(version string) bool {
	parts := strings.Split(version, ".")
	return len(parts) == 3 && slices.Contains(b.Versions, parts[0]+"."+parts[1])
}

func (b *Server) serveEndpoint(w http.ResponseWriter, r *http.Request, version, endpoint string) {
	switch endpoint {
	case "root":
		w.Header().Set("Request-Id", requestID())
		wire.Redirect(http.StatusFound, "/openeo/"+defaultVersion+"/")(b.n, w, r)
	case "well-known":
		b.public(w, endpoint, b.wellKnown())
	case "capabilities":
		b.public(w, endpoint, b.capabilities(version))
	case "conformance":
		b.public(w, endpoint, map[string]any{"conformsTo": b.conformsTo(version)})
	case "providers":
		b.public(w, endpoint, map[string]any{"providers": b.listProviders()})
	case "me":
		b.me(w, r, version)
	case "jobs":
		if _, bad := b.login(r, version); bad != nil {
			b.fail(w, *bad)
			return
		}
		b.answer(w, endpoint, map[string]any{"jobs": []any{}, "links": []any{}})
	}
}

var notFound = openEOError{
	Code: "NotFound", status: 404,
	Message: "404 Not Found: The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.",
}

// fail answers with an openEO error. Its id is what a support desk asks for.
func (b *Server) fail(w http.ResponseWriter, e openEOError) {
	e.ID = requestID()
	w.Header().Set("Request-Id", e.ID)
	wire.JSON(w, e.status, e)
}

func (b *Server) public(w http.ResponseWriter, endpoint string, doc map[string]any) {
	w.Header().Set("Cache-Control", "max-age=900, public")
	b.answer(w, endpoint, doc)
}

func (b *Server) answer(w http.ResponseWriter, endpoint string, doc map[string]any) {
	b.n.Apply(doc, b.Document[endpoint])
	w.Header().Set("Request-Id", requestID())
	wire.JSON(w, http.StatusOK, doc)
}

func requestID() string { return "r-" + strings.ReplaceAll(world.NewUUID(), "-", "") }
