package world

import "time"

// Authenticator is how a client must prove itself, in Keycloak's terms.
type Authenticator int

// The authenticators.
const (
	ClientSecret Authenticator = iota
	ClientSecretJWT
	PrivateKeyJWT
	X509Certificate
	FederatedJWT
)

// Account is the state of the service-account user behind a client.
type Account int

// The states of an account.
const (
	AccountPresent Account = iota
	AccountOff             // the grant is not enabled
	AccountDeleted
	AccountDisabled
	AccountLost // deleted after the token was issued: the token endpoint does not notice, userinfo does
)

// Client is one registered client of a realm.
type Client struct {
	ID, Secret     string
	Sub            string
	Disabled       bool
	LateDisabled   bool // disabled after the token was issued
	Public         bool
	Device         bool // may begin the device flow (RFC 8628)
	BearerOnly     bool
	SAML           bool
	Auth           Authenticator
	OnlyMethod     string // client_secret_basic or client_secret_post; "" takes both
	RawBasic       bool   // other server only: does not decode the Basic parts
	Account        Account
	DPoP           bool
	CertBound      bool
	Lightweight    bool
	SignedUserinfo bool // userinfo answers with a signed JWT (OpenID Connect Core 5.3.2)
	NotBefore      int  // tokens issued before this moment do not count
	DefaultScopes  []string
	OptionalScopes []string
	Entitlements   []string
	Audience       []string
	Lifetime       time.Duration
	Deployed       time.Time // unknown to the identity provider before this moment
	Expires        time.Time // from then on its secret is refused; zero is never
}
