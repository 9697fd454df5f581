package sandbox

// serviceClient is the back-end's own client, with which it introspects tokens where it is set up to do so.
const serviceClient = "openeo-backend"

// backend is an openEO back-end that behaves like openeo-python-driver: it validates a token by asking the identity
// provider's userinfo, keeps the reason of a refusal to itself, and may check accounts further.
type backend struct {
	host
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
	jwtBearer   bool // it takes the plain JWT bearer form of openEO API 1.3
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
