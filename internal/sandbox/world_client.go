package sandbox

import "time"

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
