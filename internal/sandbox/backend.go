package sandbox

import (
	"net/http"
	"slices"
	"strings"
)

// serviceClient is the back-end's own client, with which it introspects tokens where it is set up to do so.
const serviceClient = "openeo-backend"

// backend is an openEO back-end that behaves like openeo-python-driver: it validates a token by asking the identity
// provider's userinfo, keeps the reason of a refusal to itself, and may check accounts further.
type backend struct {
	host
	s           *Sandbox
	title       string
	versions    []string // that the URL may name; the last one with a minor number is the default
	production  map[string]bool
	providers   []provider
	noOIDC      bool
	document    map[string][]edit // changes to the JSON answer of an endpoint
	access      access
	introspect  bool
	mapped      bool // the service account is in the back-end's user map
	unreachable bool // it cannot reach the identity provider
	maxHeader   int  // longest Authorization header that its front door takes; 0 is any
}

// provider is one entry of /credentials/oidc.
type provider struct {
	id, title string
	idp       string // environment whose issuer is listed
	slash     bool   // listed with a trailing slash, against the openEO API
	asks      string // environment whose userinfo is really asked; "" is idp
	scopes    []string
}

// access is what the back-end demands of an account beyond a valid token.
type access struct {
	virtualOrganisation bool   // an accepted role in the openEO Platform virtual organisation
	onlyIssuer          string // environment whose accounts are let in
	refuse              string // refuses everybody with this text
}

func newBackend() *backend {
	return &backend{
		host: host{name: "backend", at: map[string]answer{}}, title: "Sandbox openEO back-end",
		versions:   []string{"1.0", "1.1", "1.2", "1.3", "1"},
		production: map[string]bool{"1.0": true, "1.1": true, "1.2": true},
		document:   map[string][]edit{},
		providers: []provider{
			{id: "egi", title: "Sandbox sign-in", idp: production, scopes: listedScopes},
			{id: "egi-dev", title: "Sandbox sign-in (dev)", idp: development, scopes: listedScopes},
		},
	}
}

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
func (b *backend) route(path string) (version, endpoint string) {
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

func (b *backend) endpoint(r *http.Request) string {
	_, endpoint := b.route(r.URL.Path)
	return endpoint
}

func (b *backend) serve(w http.ResponseWriter, r *http.Request, endpoint string) {
	version, _ := b.route(r.URL.Path)
	if b.maxHeader > 0 && len(r.Header.Get("Authorization")) > b.maxHeader {
		page(http.StatusBadRequest, "400 Bad Request", "Request Header Or Cookie Too Large", "Server", "nginx")(b.s, w, r)
		return
	}
	if version != "" && !slices.Contains(b.versions, version) && !b.patch(version) {
		w.Header().Set("Request-Id", "n/a")
		writeJSON(w, http.StatusNotImplemented, openEOError{Code: "UnsupportedApiVersion", ID: "n/a",
			Message: "Unsupported version component in URL: '" + version + "'.  Available versions: ['" + strings.Join(b.versions, "', '") + "']"})
		return
	}
	switch {
	case endpoint == "" || endpoint == "providers" && b.noOIDC:
		b.fail(w, notFound)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		b.fail(w, openEOError{Code: "MethodNotAllowed", Message: "405 Method Not Allowed: The method is not allowed for the requested URL.", status: 405})
	default:
		b.serveEndpoint(w, r, version, endpoint)
	}
}

// patch reports whether a version like 1.2.0 belongs to one that is offered.
func (b *backend) patch(version string) bool {
	parts := strings.Split(version, ".")
	return len(parts) == 3 && slices.Contains(b.versions, parts[0]+"."+parts[1])
}

func (b *backend) serveEndpoint(w http.ResponseWriter, r *http.Request, version, endpoint string) {
	switch endpoint {
	case "root":
		w.Header().Set("Request-Id", requestID())
		redirect(http.StatusFound, "/openeo/"+defaultVersion+"/")(b.s, w, r)
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

var notFound = openEOError{Code: "NotFound", status: 404,
	Message: "404 Not Found: The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again."}

// fail answers with an openEO error. Its id is what a support desk asks for.
func (b *backend) fail(w http.ResponseWriter, e openEOError) {
	e.ID = requestID()
	w.Header().Set("Request-Id", e.ID)
	writeJSON(w, e.status, e)
}

func (b *backend) public(w http.ResponseWriter, endpoint string, doc map[string]any) {
	w.Header().Set("Cache-Control", "max-age=900, public")
	b.answer(w, endpoint, doc)
}

func (b *backend) answer(w http.ResponseWriter, endpoint string, doc map[string]any) {
	b.s.apply(doc, b.document[endpoint])
	w.Header().Set("Request-Id", requestID())
	writeJSON(w, http.StatusOK, doc)
}

func requestID() string { return "r-" + strings.ReplaceAll(newUUID(), "-", "") }
