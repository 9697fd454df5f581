// Package world describes what the sandbox starts and writes: identity providers and their clients,
// the back-end, the registry, and what the person at the keyboard holds. Nothing runs here.
package world

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/sandbox/wire"
)

// The three environments of the family.
const (
	Production  = "sandbox"
	Demo        = "sandbox-demo"
	Development = "sandbox-dev"
)

// The two environments without a registry: at one a person makes a client on a dashboard, at the
// other somebody makes it on request. Both belong to a back-end of their own.
const (
	Dashboard = "sandbox-dashboard"
	Desk      = "sandbox-request"
)

// Environments are all of them, the family first.
var Environments = []string{Production, Demo, Development, Dashboard, Desk}

// clientID is the client that the sandbox's user has registered.
const clientID = "nightly-ndvi"

// SignInClient is the public client by which a person gets a token for the registry.
const SignInClient = "registry-sign-in"

// RequiredVO is the virtual organisation of openEO Platform, as entitlements spell it.
const RequiredVO = "vo.openeo.cloud"

// ListedScopes are what the back-end lists in /credentials/oidc, as the EGI ones do.
var ListedScopes = []string{"openid", "email", "eduperson_entitlement", "eduperson_scoped_affiliation"}

// World is the plain description of everything that will be started and written. Faults change it;
// nothing runs yet. Its strings may hold placeholders such as {sandbox} or {backend}, filled in
// when the ports are known (see wire.Network.Expand).
type World struct {
	IDPs       map[string]*IDP // by environment
	Backend    *Backend
	Lab        *Backend // of the environments without a registry
	Registry   *wire.Host
	Elsewhere  *wire.Host // a foreign web server (captive portal, wrong redirect target); started only where a fault adds it
	GoodClient *Client
	User       User
	People     []Person
	Files      map[string]*environments.Environment // by environment
}

// Healthy is the world without a fault.
func Healthy() *World {
	good := &Client{
		ID: clientID, Secret: NewSecret(), Sub: NewUUID() + "@sandbox.egi.eu",
		OptionalScopes: []string{"email", "profile", "voperson_id", "eduperson_entitlement", "eduperson_scoped_affiliation"},
	}
	w := &World{IDPs: map[string]*IDP{}, Backend: newBackend(), Lab: newLab(), Registry: &wire.Host{Name: "registry", At: map[string]wire.Answer{}}, GoodClient: good}
	for _, env := range Environments {
		w.IDPs[env] = &IDP{
			Host: wire.Host{Name: env, At: map[string]wire.Answer{}}, Base: "/auth", Realm: "egi", Enabled: true,
			Clients: map[string]*Client{}, Lifetime: time.Hour,
		}
		service := &Client{ID: ServiceClient, Secret: NewSecret(), Sub: NewUUID() + "@sandbox.egi.eu"}
		w.IDPs[env].Clients[service.ID] = service
	}
	w.IDPs[Production].Clients[good.ID] = good
	w.User = User{Environment: Production, ID: good.ID, Secret: good.Secret, Mode: 0o600, Variables: map[string]string{}}
	w.People, w.Files = people(), environmentFiles()
	w.IDPs[Production].People = w.People
	w.IDPs[Production].Clients[SignInClient] = &Client{ID: SignInClient, Public: true, Device: true}
	return w
}

// MoveClient registers the user's client in another environment instead of its present one.
func (w *World) MoveClient(to string) {
	for _, p := range w.IDPs {
		delete(p.Clients, w.GoodClient.ID)
	}
	w.IDPs[to].Clients[w.GoodClient.ID] = w.GoodClient
}

// Main is the identity provider of the environment that the user names.
func (w *World) Main() *IDP { return w.IDPs[w.User.Environment] }

// NewSecret is a secret as the registry's form generates them: 87 characters of A-Z a-z 0-9 _ and
// -.
func NewSecret() string {
	b := make([]byte, 66)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	secret := base64.RawURLEncoding.EncodeToString(b)[:87]
	// A leading dash reads as an option and a trailing one as a line break in a mail: real ones may
	// have either, but a demonstration need not.
	return "s" + strings.ReplaceAll(secret[1:86], "--", "-x") + "t"
}

// NewUUID is a random UUID (RFC 9562 version 4).
func NewUUID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
