//go:build acceptance

package keycloak

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Realm is one identity provider: several in one server can play the sister
// environments of one family.
type Realm struct {
	Name                string            `json:"realm"`
	Enabled             bool              `json:"enabled"`
	SSLRequired         string            `json:"sslRequired"`
	EventsEnabled       bool              `json:"eventsEnabled"`
	Internationalized   bool              `json:"internationalizationEnabled"`
	Locales             []string          `json:"supportedLocales,omitempty"`
	DefaultLocale       string            `json:"defaultLocale,omitempty"`
	BruteForceProtected bool              `json:"bruteForceProtected"`
	FailureFactor       int               `json:"failureFactor,omitempty"`
	NotBefore           int               `json:"notBefore,omitempty"`
	Attributes          map[string]string `json:"attributes,omitempty"`
	Scopes              []Scope           `json:"-"`
	Clients             []Client          `json:"-"`
}

// Scope is a client scope that a client may be allowed to ask for.
type Scope struct {
	Name       string            `json:"name"`
	Protocol   string            `json:"protocol"`
	Attributes map[string]string `json:"attributes"`
	Mappers    []Mapper          `json:"protocolMappers,omitempty"`
}

// NewRealm is a realm as Keycloak makes it, with these clients.
func NewRealm(name string, clients []Client, options ...func(*Realm)) Realm {
	r := Realm{Name: name, Enabled: true, SSLRequired: "external", EventsEnabled: true, Clients: clients}
	for _, option := range options {
		option(&r)
	}
	return r
}

// NewScope is a scope that shows up in the token response and in discovery.
func NewScope(name string) Scope {
	return Scope{Name: name, Protocol: "openid-connect", Attributes: map[string]string{
		"include.in.token.scope": "true", "display.on.consent.screen": "false",
	}}
}

// DisabledRealm is switched off: discovery still answers, nothing else does.
func DisabledRealm(r *Realm) { r.Enabled = false }

// TLSAlways refuses plain http even from loopback.
func TLSAlways(r *Realm) { r.SSLRequired = "all" }

// German shows its error pages in German unless asked otherwise.
func German(r *Realm) {
	r.Internationalized, r.Locales, r.DefaultLocale = true, []string{"en", "de"}, "de"
}

// BruteForceProtection locks users (never clients) after three failures.
func BruteForceProtection(r *Realm) { r.BruteForceProtected, r.FailureFactor = true, 3 }

// FrontendURL fixes the address that the realm believes to have.
func FrontendURL(url string) func(*Realm) {
	return func(r *Realm) { r.Attributes = map[string]string{"frontendUrl": url} }
}

// WithScopes adds realm client scopes; clients name those that they may use.
func WithScopes(scopes ...string) func(*Realm) {
	return func(r *Realm) {
		for _, scope := range scopes {
			r.Scopes = append(r.Scopes, NewScope(scope))
		}
	}
}

// fingerprint tells snapshots apart. fmt prints maps in the order of their
// keys, so equal realms give equal text.
func fingerprint(realms []Realm) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%+v", realms))
	return hex.EncodeToString(sum[:8])
}
