package sandbox

import (
	"net/http"
	"time"
)

// clientFaults are in how the client is registered, or in the realm.
var clientFaults = []fault{
	{"client-unknown", "A client id that nobody has registered", "client", unregister},
	{"client-unknown@not-deployed", "Registered and approved, but not yet deployed", "client", onClient(func(c *client) { c.deployed = time.Now().Add(time.Hour) })},
	{"client-unknown@other-server", "An unknown client id, at a server that is not Keycloak", "client", onOther(unregister)},
	{"client-in-other-environment", "The client is registered in sandbox-dev", "client", func(w *world) { w.moveClient(development) }},
	{"client-in-other-environment@demo", "The client is registered in sandbox-demo", "client", func(w *world) { w.moveClient(demo) }},
	{"client-disabled", "The client is switched off", "client", onClient(func(c *client) { c.disabled = true })},
	{"client-secret-wrong", "Another secret than the client's", "client", wrongSecret},
	{"client-secret-wrong@german", "Another secret than the client's, in a realm that speaks German", "client", func(w *world) {
		w.main().german = true
		wrongSecret(w)
	}},
	{"client-credentials-rejected", "A wrong secret, at a server that is not Keycloak", "client", onOther(wrongSecret)},
	{"client-credentials-rejected@silent", "A wrong secret, at a server that tells nothing about clients", "client", onOther(func(w *world) {
		w.main().hideClients = true
		wrongSecret(w)
	})},
	{"client-credentials-rejected@unknown-id", "An unknown client id, at a server that tells nothing about clients", "client", onOther(func(w *world) {
		w.main().hideClients = true
		unregister(w)
	})},
	{"grant-not-enabled", "Grant Types lacks client credentials", "client", onClient(func(c *client) { c.account = accountOff })},
	{"grant-not-enabled@other-server", "The grant is not allowed, at a server that is not Keycloak", "client", onOther(onClient(func(c *client) { c.account = accountOff }))},
	{"grant-not-enabled@rfc", "The grant is not allowed, in the words of RFC 6749", "client", onOther(atIDP("token",
		fixed(http.StatusBadRequest, "application/json; charset=utf-8", `{"error":"unauthorized_client"}`, "Cache-Control", "no-store")))},
	{"client-is-public", "The client is registered without authentication", "client", onClient(func(c *client) { c.public, c.secret = true, "" })},
	{"client-is-bearer-only", "The client is a service that only receives tokens", "client", onClient(func(c *client) { c.bearerOnly, c.account = true, accountOff })},
	{"client-expects-assertion", "The client is registered for client_secret_jwt", "client", onClient(func(c *client) { c.auth = clientSecretJWT })},
	{"client-expects-assertion@private-key", "The client is registered for private_key_jwt", "client", onClient(func(c *client) { c.auth = privateKeyJWT })},
	{"client-expects-assertion@federated", "The client is registered for JWTs of another issuer", "client", onClient(func(c *client) { c.auth = federatedJWT })},
	{"client-expects-certificate", "The client is registered for an X.509 certificate", "client", onClient(func(c *client) { c.auth = x509Certificate })},
	{"client-wrong-protocol", "A SAML service, not an OIDC service", "client", onClient(func(c *client) { c.saml = true })},
	{"client-auth-form-refused", "The secret is taken in the Basic header only", "client", onClient(func(c *client) { c.onlyMethod = "client_secret_basic" })},
	{"credential-encoding", "The secret works form-urlencoded in the Basic header only", "client", onlySpecialBasic},
	{"credential-encoding@other-server", "The secret works raw in the Basic header only, at a server that is not Keycloak", "client", onOther(func(w *world) {
		onlySpecialBasic(w)
		w.goodClient.rawBasic = true
	})},
	{"service-account-missing", "The service account was deleted", "client", onClient(func(c *client) { c.account = accountDeleted })},
	{"service-account-disabled", "The service account is disabled", "client", onClient(func(c *client) { c.account = accountDisabled })},
	{"dpop-required", "The client demands DPoP-bound tokens", "client", onClient(func(c *client) { c.dpop = true })},
	{"certificate-bound-required", "The client demands certificate-bound tokens", "client", onClient(func(c *client) { c.certBound = true })},
	{"scope-not-allowed", "The client lacks two scopes that the back-end lists", "client", onClient(func(c *client) { c.optionalScopes = []string{"email", "profile"} })},
	{"scope-not-allowed@one", "The client lacks one scope that the back-end lists", "client", onClient(func(c *client) {
		c.optionalScopes = []string{"email", "profile", "eduperson_entitlement"}
	})},
	{"scope-openid-not-allowed", "openid itself is refused", "client", func(w *world) { w.main().tokens.refuseOpenID = true }},
	{"realm-disabled", "The realm is switched off", "client", func(w *world) { w.main().enabled = false }},
	{"https-required", "The identity provider refuses plain http", "client", func(w *world) { w.main().wire, w.main().httpsOnly = wireHTTP, true }},
}

func onClient(change func(*client)) func(*world) {
	return func(w *world) { change(w.goodClient) }
}

// onOther puts a server that is not Keycloak in the identity provider's place. Its userinfo knows clients, which a real
// oidc-provider's does not: else no login could work there, and every fault would come with a second one.
func onOther(change func(*world)) func(*world) {
	return func(w *world) {
		w.main().kind = otherServer
		w.main().tokens.opaque, w.main().tokens.clientsHaveMe = true, true
		change(w)
	}
}

func unregister(w *world) {
	for _, p := range w.idps {
		delete(p.clients, w.goodClient.id)
	}
}

func wrongSecret(w *world) { w.user.secret = newSecret() }

// onlySpecialBasic gives the client a secret with characters that form-urlencoding changes, and takes the body away, so that
// the encoding of the Basic header decides.
func onlySpecialBasic(w *world) {
	specialSecret(w)
	w.goodClient.onlyMethod = "client_secret_basic"
}

// specialSecret is unusual but valid (RFC 6749 appendix A.2).
func specialSecret(w *world) {
	w.goodClient.secret = "s3cret+with%41 blank:&=and more"
	w.user.secret = w.goodClient.secret
}
