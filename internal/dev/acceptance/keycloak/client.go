//go:build acceptance

package keycloak

// Client is a client's registration in Keycloak's own representation.
type Client struct {
	ID                 string            `json:"clientId"`
	Enabled            bool              `json:"enabled"`
	Protocol           string            `json:"protocol"`
	Secret             string            `json:"secret,omitempty"`
	Public             bool              `json:"publicClient"`
	BearerOnly         bool              `json:"bearerOnly"`
	StandardFlow       bool              `json:"standardFlowEnabled"`
	DirectAccessGrants bool              `json:"directAccessGrantsEnabled"`
	ServiceAccounts    bool              `json:"serviceAccountsEnabled"`
	Authenticator      string            `json:"clientAuthenticatorType"`
	ConsentRequired    bool              `json:"consentRequired"`
	BaseURL            string            `json:"baseUrl,omitempty"`
	RedirectURIs       []string          `json:"redirectUris"`
	NotBefore          int               `json:"notBefore,omitempty"`
	Attributes         map[string]string `json:"attributes,omitempty"`
	ProtocolMappers    []Mapper          `json:"protocolMappers,omitempty"`
	DefaultScopes      []string          `json:"defaultClientScopes"`
	OptionalScopes     []string          `json:"optionalClientScopes"`
	ServiceAccountUser UserState         `json:"-"`
}

// UserState is what became of a client's service-account user.
type UserState int

// The states of a service-account user.
const (
	UserPresent UserState = iota
	UserDisabled
	UserDeleted
)

// Mapper puts a claim into tokens or into the userinfo answer.
type Mapper struct {
	Name     string            `json:"name"`
	Protocol string            `json:"protocol"`
	Type     string            `json:"protocolMapper"`
	Config   map[string]string `json:"config"`
}

// NewClient is a correct confidential client, as the registry makes one for
// client credentials, changed by the options in their order.
func NewClient(id, secret string, options ...func(*Client)) Client {
	c := Client{
		ID: id, Enabled: true, Protocol: "openid-connect", Secret: secret,
		ServiceAccounts: true, Authenticator: "client-secret",
		RedirectURIs:   []string{"https://app.example.org/cb"},
		Attributes:     map[string]string{},
		DefaultScopes:  []string{"web-origins", "acr", "profile", "roles", "basic", "email"},
		OptionalScopes: []string{"address", "phone", "offline_access", "microprofile-jwt"},
	}
	for _, option := range options {
		option(&c)
	}
	return c
}

// The options below are one misconfiguration each; their names are the cause.

// Disabled switches the client off.
func Disabled(c *Client) { c.Enabled = false }

// WithoutGrant leaves the client credentials grant off.
func WithoutGrant(c *Client) { c.ServiceAccounts, c.StandardFlow = false, true }

// PublicClient has no secret.
func PublicClient(c *Client) {
	c.Public, c.ServiceAccounts, c.StandardFlow, c.Secret = true, false, true, ""
}

// BearerOnly is a resource server that never asks for tokens.
func BearerOnly(c *Client) { c.BearerOnly, c.ServiceAccounts = true, false }

// SAML is a service of the other protocol.
func SAML(c *Client) { c.Protocol, c.ServiceAccounts = "saml", false }

// ConsentRequired has no effect on client credentials.
func ConsentRequired(c *Client) { c.ConsentRequired = true }

// Lightweight asks for access tokens without most claims.
func Lightweight(c *Client) { c.Attributes["client.use.lightweight.access.token.enabled"] = "true" }

// WithoutScopes has neither default nor optional scopes.
func WithoutScopes(c *Client) { c.DefaultScopes, c.OptionalScopes = []string{}, []string{} }

// Attribute sets one attribute.
func Attribute(name, value string) func(*Client) {
	return func(c *Client) { c.Attributes[name] = value }
}

// AuthenticatedBy sets the client authenticator.
func AuthenticatedBy(authenticator string) func(*Client) {
	return func(c *Client) { c.Authenticator = authenticator }
}

// WithOptionalScopes allows further scopes.
func WithOptionalScopes(scopes ...string) func(*Client) {
	return func(c *Client) { c.OptionalScopes = append(c.OptionalScopes, scopes...) }
}

// WithServiceAccountUser says what became of the service-account user.
func WithServiceAccountUser(state UserState) func(*Client) {
	return func(c *Client) { c.ServiceAccountUser = state }
}

// WithMapper adds a protocol mapper.
func WithMapper(mapper Mapper) func(*Client) {
	return func(c *Client) { c.ProtocolMappers = append(c.ProtocolMappers, mapper) }
}

// HardcodedClaim puts a JSON value under the name into the access token, and
// into the userinfo answer where that is asked for.
func HardcodedClaim(name, value string, userinfo bool) Mapper {
	return Mapper{Name: name, Protocol: "openid-connect", Type: "oidc-hardcoded-claim-mapper", Config: map[string]string{
		"claim.name": name, "claim.value": value, "jsonType.label": "JSON",
		"access.token.claim": "true", "id.token.claim": onOff(userinfo), "userinfo.token.claim": onOff(userinfo),
	}}
}

// Audience adds a further audience to the access token.
func Audience(audience string) Mapper {
	return Mapper{Name: "audience", Protocol: "openid-connect", Type: "oidc-audience-mapper", Config: map[string]string{
		"included.custom.audience": audience, "access.token.claim": "true",
	}}
}

func onOff(value bool) string {
	if value {
		return "true"
	}
	return "false"
}
