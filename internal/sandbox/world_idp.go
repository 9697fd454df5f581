package sandbox

import (
	"crypto/rand"
	"encoding/base64"
	"sync"
	"time"
)

// openIDConnect is where Keycloak has the endpoints of the protocol, below the realm.
const openIDConnect = "/protocol/openid-connect"

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

// addressOn is the issuer under which the world knows an identity provider: catalog and back-end name it so.
func (p *idp) addressOn(n *network) string {
	if p.kind == otherServer {
		return n.place(p.name)
	}
	return n.place(p.name) + p.base + "/realms/" + p.realm
}

// issuerOn is what the identity provider calls itself, in discovery and tokens.
func (p *idp) issuerOn(n *network) string {
	if p.issuer != "" {
		return n.expand(p.issuer)
	}
	return p.addressOn(n)
}

// find returns a client that is deployed by now.
func (p *idp) find(id string, now time.Time) *client {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.clients[id]
	if c == nil || now.Before(c.deployed) {
		return nil
	}
	return c
}

// registered reports whether a client is there, deployed or not.
func (p *idp) registered(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.clients[id] != nil
}

// reference swaps a token for an opaque one that only this identity provider can look up.
func (p *idp) reference(token string) string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	ref := base64.RawURLEncoding.EncodeToString(b)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.references[ref] = token
	return ref
}
