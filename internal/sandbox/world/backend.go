package world

import "github.com/credguide/credguide/internal/sandbox/wire"

// ServiceClient is the back-end's own client, with which it introspects tokens where it is set up
// to do so.
const ServiceClient = "openeo-backend"

// Backend is an openEO back-end that behaves like openeo-python-driver: it validates a token by
// asking the identity provider's userinfo, keeps the reason of a refusal to itself, and may check
// accounts further.
type Backend struct {
	wire.Host
	Title       string
	Versions    []string // that the URL may name; the last one with a minor number is the default
	Production  map[string]bool
	Providers   []Provider
	NoOIDC      bool
	Document    map[string][]wire.Edit // changes to the JSON answer of an endpoint
	Access      Access
	Introspect  bool
	Mapped      bool // the service account is in the back-end's user map
	Unreachable bool // it cannot reach the identity provider
	JWTBearer   bool // it takes the plain JWT bearer form of openEO API 1.3
	BareOnly    bool // and no other
	JWTUnlisted bool // and does not list its conformance class
	MaxHeader   int  // longest Authorization header that its front door takes; 0 is any
	CutsHeader  bool // beyond that it closes the connection
}

// Provider is one entry of /credentials/oidc.
type Provider struct {
	ID, Title string
	IDP       string // environment whose issuer is listed
	Slash     bool   // listed with a trailing slash, against the openEO API
	Capitals  bool   // listed with the host in capitals
	Asks      string // environment whose userinfo is really asked; "" is idp
	Scopes    []string
}

// Access is what the back-end demands of an account beyond a valid token.
type Access struct {
	VirtualOrganisation bool   // an accepted role in the openEO Platform virtual organisation
	OnlyIssuer          string // environment whose accounts are let in
	Refuse              string // refuses everybody with this text
}

func newBackend() *Backend {
	return &Backend{
		Host: wire.Host{Name: "backend", At: map[string]wire.Answer{}}, Title: "Sandbox openEO back-end",
		Versions:   []string{"1.0", "1.1", "1.2", "1.3", "1"},
		Production: map[string]bool{"1.0": true, "1.1": true, "1.2": true},
		Document:   map[string][]wire.Edit{},
		Providers: []Provider{
			{ID: "egi", Title: "Sandbox sign-in", IDP: Production, Scopes: ListedScopes},
			{ID: "egi-dev", Title: "Sandbox sign-in (dev)", IDP: Development, Scopes: ListedScopes},
		},
	}
}

// newLab is the back-end of the environments without a registry: it lists two identity providers,
// and a person has to know at which of them the client lives.
func newLab() *Backend {
	b := newBackend()
	b.Name, b.Title = "lab", "Sandbox lab back-end"
	b.Providers = []Provider{
		{ID: "dashboard", Title: "Sandbox dashboard", IDP: Dashboard, Scopes: []string{"openid", "email"}},
		{ID: "desk", Title: "Sandbox help desk", IDP: Desk, Scopes: []string{"openid", "email"}},
	}
	return b
}
