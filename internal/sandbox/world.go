package sandbox

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/credguide/credguide/environments"
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
	registry   *host
	elsewhere  *host // a foreign web server (captive portal, wrong redirect target); started only where a fault adds it
	goodClient *client
	user       user
	files      map[string]*environments.Environment // by environment
}

// healthy is the world without a fault.
func healthy() *world {
	good := &client{
		id: clientID, secret: newSecret(), sub: newUUID() + "@sandbox.egi.eu",
		optionalScopes: []string{"email", "profile", "voperson_id", "eduperson_entitlement", "eduperson_scoped_affiliation"},
	}
	w := &world{idps: map[string]*idp{}, backend: newBackend(), registry: &host{name: "registry", at: map[string]answer{}}, goodClient: good}
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

// newUUID is a random UUID (RFC 9562 version 4).
func newUUID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
