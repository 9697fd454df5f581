package sandbox

import (
	"crypto/rand"
	"encoding/base64"
	"os"
	"strings"
	"sync"
	"time"
)

// The three environments of the family.
const (
	production  = "sandbox"
	demo        = "sandbox-demo"
	development = "sandbox-dev"
)

// clientID is the client that the sandbox's user has registered.
const clientID = "nightly-ndvi"

// requiredVO is the virtual organisation of openEO Platform, as entitlements spell it.
const requiredVO = "vo.openeo.cloud"

// listedScopes are what the back-end lists in /credentials/oidc, as the EGI ones do.
var listedScopes = []string{"openid", "email", "eduperson_entitlement", "eduperson_scoped_affiliation"}

// world is the plain description of everything that will be started and written. Faults change it; nothing runs yet. Its
// strings may hold placeholders such as {sandbox} or {backend}, filled in when the ports are known (see places.go).
type world struct {
	idps       map[string]*idp // by environment
	backend    *backend
	registry   *registry
	elsewhere  *host // a foreign web server (captive portal, wrong redirect target); started only where a fault adds it
	goodClient *client
	user       user
	files      map[string]*environmentFile // by environment
}

// idp is one identity provider: a server with one realm.
type idp struct {
	host
	mu          sync.Mutex // guards clients and references while the servers run
	kind        serverKind
	base        string // "/auth", or "" as Keycloak has it by default
	realm       string
	enabled     bool
	httpsOnly   bool // sslRequired=all
	german      bool // default locale of the realm
	clients     map[string]*client
	issuer      string // written into discovery and tokens; default {origin}{base}/realms/{realm}
	discovery   []edit // changes to the discovery document
	response    []edit // changes to the token response
	tokens      tokenQuirks
	lifetime    time.Duration
	refuseGrant bool              // the server does not do client credentials at all
	hideClients bool              // other server only: the authorization endpoint does not tell who is known
	references  map[string]string // opaque token -> the token it stands for
}

type serverKind int

const (
	keycloak serverKind = iota
	otherServer
)

// tokenQuirks are ways in which an identity provider issues or publishes wrong tokens.
type tokenQuirks struct {
	issuer        string // iss of the token, where it differs from the realm's issuer
	strangeKey    bool   // signed with a key that is not published, under a published kid
	unlistedKey   bool   // signed with a key whose kid is not published
	laxUserinfo   bool   // userinfo takes these tokens all the same
	expired       bool
	opaque        bool
	padding       int  // bytes added to the token
	dropOpenID    bool // openid is asked for and silently not granted
	refuseOpenID  bool
	clientsHaveMe bool // other server only: userinfo works for client-credentials tokens
}

// edit sets a member of a JSON document, or removes it where value is nil. Strings are expanded.
type edit struct {
	key   string
	value any
}

// authenticator is how a client must prove itself, in Keycloak's terms.
type authenticator int

const (
	clientSecret authenticator = iota
	clientSecretJWT
	privateKeyJWT
	x509Certificate
	federatedJWT
)

// account is the state of the service-account user behind a client.
type account int

const (
	accountPresent account = iota
	accountOff             // the grant is not enabled
	accountDeleted
	accountDisabled
	accountLost // deleted after the token was issued: the token endpoint does not notice, userinfo does
)

// client is one registered client of a realm.
type client struct {
	id, secret     string
	sub            string
	disabled       bool
	lateDisabled   bool // disabled after the token was issued
	public         bool
	bearerOnly     bool
	saml           bool
	auth           authenticator
	onlyMethod     string // client_secret_basic or client_secret_post; "" takes both
	rawBasic       bool   // other server only: does not decode the Basic parts
	account        account
	dpop           bool
	certBound      bool
	lightweight    bool
	signedUserinfo bool // userinfo answers with a signed JWT (OpenID Connect Core 5.3.2)
	notBefore      int  // tokens issued before this moment do not count
	defaultScopes  []string
	optionalScopes []string
	entitlements   []string
	audience       []string
	lifetime       time.Duration
	deployed       time.Time // unknown to the identity provider before this moment
}

// source is where the user's id or secret stands.
type source int

const (
	inDotenv source = iota
	inVariable
	inFlag // --client-id, --secret-file
	nowhere
)

// user is what the person at the keyboard holds.
type user struct {
	environment    string // --environment
	issuer         string // --issuer instead, where set
	backend        string // --backend
	providerID     string // --provider-id
	id, secret     string // as they stand in the source, right or wrong
	idIn, secretIn source
	mode           os.FileMode // of the credentials file
	variables      map[string]string
	flags          []string
	files          []file
}

// file is one more file in the sandbox's folder.
type file struct {
	name    string
	content string
	mode    os.FileMode
	folder  bool
}

// healthy is the world without a fault.
func healthy() *world {
	good := &client{
		id: clientID, secret: newSecret(), sub: newUUID() + "@sandbox.egi.eu",
		optionalScopes: []string{"email", "profile", "voperson_id", "eduperson_entitlement", "eduperson_scoped_affiliation"},
	}
	w := &world{idps: map[string]*idp{}, backend: newBackend(), registry: newRegistry(), goodClient: good}
	for _, env := range []string{production, demo, development} {
		w.idps[env] = &idp{
			host: host{name: env, at: map[string]answer{}}, base: "/auth", realm: "egi", enabled: true,
			clients: map[string]*client{}, references: map[string]string{}, lifetime: time.Hour,
		}
		service := &client{id: serviceClient, secret: newSecret(), sub: newUUID() + "@sandbox.egi.eu"}
		w.idps[env].clients[service.id] = service
	}
	w.idps[production].clients[good.id] = good
	w.user = user{environment: production, id: good.id, secret: good.secret, mode: 0o600, variables: map[string]string{}}
	w.files = environmentFiles()
	return w
}

// moveClient registers the user's client in another environment instead of its present one.
func (w *world) moveClient(to string) {
	for _, p := range w.idps {
		delete(p.clients, w.goodClient.id)
	}
	w.idps[to].clients[w.goodClient.id] = w.goodClient
}

// main is the identity provider of the environment that the user names.
func (w *world) main() *idp { return w.idps[w.user.environment] }

// newSecret is a secret as the registry's form generates them: 87 characters of A-Z a-z 0-9 _ and -.
func newSecret() string {
	b := make([]byte, 66)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	secret := base64.RawURLEncoding.EncodeToString(b)[:87]
	// A leading dash reads as an option and a trailing one as a line break in a mail: real ones may have either, but a demonstration need not.
	return "s" + strings.ReplaceAll(secret[1:86], "--", "-x") + "t"
}
