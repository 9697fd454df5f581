// Package environments knows the identity providers that a client can be registered at, the openEO
// back-ends that accept each of them, and the registry where a client is made. It is data: one YAML
// file an environment, checked against schema.json. A user adds or replaces one with a file of the
// same shape (--environment FILE.yaml, or --catalog DIR).
package environments

import "github.com/credguide/credguide/internal/catalog"

// Approval says who approves a new client.
const (
	ApprovalSelf     = "self"     // the person who registers it
	ApprovalOperator = "operator" // an administrator of the identity provider
)

// Environment is one identity provider as its users know it, for example EGI Check-in production.
type Environment struct {
	ID      string   `yaml:"id" json:"id"`
	Title   string   `yaml:"title" json:"title"`
	Family  string   `yaml:"family,omitempty" json:"family,omitempty"` // environments of one family are sisters
	Aliases []string `yaml:"aliases,omitempty" json:"aliases,omitempty"`
	// Issuer is the issuer identifier exactly as tokens carry it (OIDC Discovery 1.0 section 3).
	Issuer string `yaml:"issuer" json:"issuer"`
	// RetiredIssuers once stood for this environment. They are recognised and explained, never
	// used.
	RetiredIssuers []string `yaml:"retired_issuers,omitempty" json:"retired_issuers,omitempty"`
	// TokenEndpointHosts are further hosts that may receive the secret; normally only the issuer's
	// own may.
	TokenEndpointHosts []string `yaml:"token_endpoint_hosts,omitempty" json:"token_endpoint_hosts,omitempty"`
	Approval           string   `yaml:"approval,omitempty" json:"approval,omitempty"`
	Contact            string   `yaml:"contact,omitempty" json:"contact,omitempty"`
	// Entitlements is where a service account asks to be made a member of a virtual organisation.
	Entitlements string        `yaml:"entitlements,omitempty" json:"entitlements,omitempty"`
	Registration *Registration `yaml:"registration,omitempty" json:"registration,omitempty"`
	Registry     *Registry     `yaml:"registry,omitempty" json:"registry,omitempty"`
	Backends     []Backend     `yaml:"backends,omitempty" json:"backends,omitempty"`
	// MixedUpWith names environments for which people take this one by mistake. It is another
	// company's, and so no sister: what was made there is never asked for here.
	MixedUpWith []string `yaml:"mixed_up_with,omitempty" json:"mixed_up_with,omitempty"`
	Notes       []string `yaml:"notes,omitempty" json:"notes,omitempty"`
	Source      string   `yaml:"source,omitempty" json:"source,omitempty"`
	Read        string   `yaml:"read,omitempty" json:"read,omitempty"` // the day on which the facts were read

	// CAFile names further certificate authorities (PEM) to trust for this environment; in a file,
	// relative to it.
	CAFile string `yaml:"ca_file,omitempty" json:"ca_file,omitempty"`

	// Origin says which file the environment was read from.
	Origin string `yaml:"-" json:"origin,omitempty"`
}

// Redefines tells that a file puts another environment in the place of a built-in one.
func (e Environment) Redefines() bool {
	_, err := builtIn.ReadFile(e.ID + ".yaml")
	return e.Origin != BuiltInOrigin && err == nil
}

// Registry is where clients are registered.
type Registry struct {
	Portal string `yaml:"portal" json:"portal"`
	// API answers the public, login-free calls; empty when it is not known.
	API                    string `yaml:"api,omitempty" json:"api,omitempty"`
	Tenant                 string `yaml:"tenant,omitempty" json:"tenant,omitempty"`
	IntegrationEnvironment string `yaml:"integration_environment,omitempty" json:"integration_environment,omitempty"`
	Form                   string `yaml:"form,omitempty" json:"form,omitempty"`                   // a file of environments/forms
	Profile                string `yaml:"profile,omitempty" json:"profile,omitempty"`             // the form's configuration that it runs
	SecretLength           int    `yaml:"secret_length,omitempty" json:"secret_length,omitempty"` // of a generated secret, in characters
	// DeviceClient is a public client with which a person gets a token for the registry (RFC 8628).
	DeviceClient string `yaml:"device_client,omitempty" json:"device_client,omitempty"`
	// Issuer is that of the identity provider that the portal signs people in with; empty: that of
	// the environment.
	Issuer string `yaml:"issuer,omitempty" json:"issuer,omitempty"`
	// TokenPlaces say where else a person gets a token for the registry.
	TokenPlaces []string `yaml:"token_places,omitempty" json:"token_places,omitempty"`
}

// Backend is an openEO back-end that accepts the environment.
type Backend struct {
	ID    string `yaml:"id" json:"id"`
	Title string `yaml:"title,omitempty" json:"title,omitempty"`
	URL   string `yaml:"url" json:"url"` // as a person gives it to an openEO client
	// ProviderID is the id by which the back-end knows this environment; empty leaves the choice to
	// the client.
	ProviderID string   `yaml:"provider_id,omitempty" json:"provider_id,omitempty"`
	Default    bool     `yaml:"default,omitempty" json:"default,omitempty"`
	Scopes     []string `yaml:"scopes,omitempty" json:"scopes,omitempty"` // as last seen in /credentials/oidc
	Billing    string   `yaml:"billing,omitempty" json:"billing,omitempty"`
	Helpdesk   string   `yaml:"helpdesk,omitempty" json:"helpdesk,omitempty"`
	// WebEditor says whether the platform's Web Editor takes a service account: yes, no or unknown.
	WebEditor string `yaml:"web_editor,omitempty" json:"web_editor,omitempty"`
	// Deprecated says since when the back-end should not be used, and what to use.
	Note       string `yaml:"note,omitempty" json:"note,omitempty"`
	Deprecated string `yaml:"deprecated,omitempty" json:"deprecated,omitempty"`
}

// Answers to the question whether a Web Editor takes a service account.
const (
	Can     = "yes"
	Cannot  = "no"
	Unknown = "unknown"
)

// DefaultBackend returns the back-end to use when none is named: the one marked default, else the
// only one.
func (e Environment) DefaultBackend() (Backend, bool) {
	for _, b := range e.Backends {
		if b.Default {
			return b, true
		}
	}
	if len(e.Backends) == 1 {
		return e.Backends[0], true
	}
	return Backend{}, false
}

// YAML writes the environment in the shape of its catalog file.
func (e Environment) YAML() ([]byte, error) { return catalog.Encode(e) }
