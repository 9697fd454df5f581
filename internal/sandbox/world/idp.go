package world

import (
	"crypto/rand"
	"encoding/base64"
	"sync"
	"time"

	"github.com/credguide/credguide/internal/sandbox/wire"
)

// OpenIDConnect is where Keycloak has the endpoints of the protocol, below the realm.
const OpenIDConnect = "/protocol/openid-connect"

// IDP is one identity provider: a server with one realm.
type IDP struct {
	wire.Host
	mu          sync.Mutex // guards clients and references while the servers run
	Kind        ServerKind
	Base        string // "/auth", or "" as Keycloak has it by default
	Realm       string
	Enabled     bool
	HTTPSOnly   bool // sslRequired=all
	German      bool // default locale of the realm
	Clients     map[string]*Client
	People      []Person    // who can sign in on its page
	Issuer      string      // written into discovery and tokens; default {origin}{base}/realms/{realm}
	Discovery   []wire.Edit // changes to the discovery document
	Response    []wire.Edit // changes to the token response
	Tokens      TokenQuirks
	Lifetime    time.Duration
	RefuseGrant bool              // the server does not do client credentials at all
	HideClients bool              // other server only: the authorization endpoint does not tell who is known
	references  map[string]string // opaque token -> the token it stands for
}

// ServerKind is the software of an identity provider.
type ServerKind int

// The kinds of server.
const (
	Keycloak ServerKind = iota
	OtherServer
)

// TokenQuirks are ways in which an identity provider issues or publishes wrong tokens.
type TokenQuirks struct {
	Issuer        string // iss of the token, where it differs from the realm's issuer
	StrangeKey    bool   // signed with a key that is not published, under a published kid
	UnlistedKey   bool   // signed with a key whose kid is not published
	LaxUserinfo   bool   // userinfo takes these tokens all the same
	Expired       bool
	Opaque        bool
	Padding       int  // bytes added to the token
	DropOpenID    bool // openid is asked for and silently not granted
	RefuseOpenID  bool
	ClientsHaveMe bool // other server only: userinfo works for client-credentials tokens
}

// AddressOn is the issuer under which the world knows an identity provider: catalog and back-end
// name it so.
func (p *IDP) AddressOn(n *wire.Network) string {
	if p.Kind == OtherServer {
		return n.Place(p.Name)
	}
	return n.Place(p.Name) + p.Base + "/realms/" + p.Realm
}

// IssuerOn is what the identity provider calls itself, in discovery and tokens.
func (p *IDP) IssuerOn(n *wire.Network) string {
	if p.Issuer != "" {
		return n.Expand(p.Issuer)
	}
	return p.AddressOn(n)
}

// Find returns a client that is deployed by now.
func (p *IDP) Find(id string, now time.Time) *Client {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.Clients[id]
	if c == nil || now.Before(c.Deployed) {
		return nil
	}
	return c
}

// Registered reports whether a client is there, deployed or not.
func (p *IDP) Registered(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.Clients[id] != nil
}

// Register makes a client known, or replaces the one of that ID.
func (p *IDP) Register(c *Client) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.Clients[c.ID] = c
}

// Unregister forgets a client.
func (p *IDP) Unregister(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.Clients, id)
}

// mostReferences is how many opaque tokens are known before the old ones end: a sandbox may run for
// days.
const mostReferences = 10_000

// Reference swaps a token for an opaque one that only this identity provider can look up.
func (p *IDP) Reference(token string) string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	ref := base64.RawURLEncoding.EncodeToString(b)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.references == nil || len(p.references) >= mostReferences {
		p.references = map[string]string{}
	}
	p.references[ref] = token
	return ref
}

// Referenced is the token that an opaque one stands for; "" where it stands for none.
func (p *IDP) Referenced(ref string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.references[ref]
}
