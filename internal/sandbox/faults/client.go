package faults

import (
	"net/http"
	"strings"
	"time"

	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
)

// clientFaults are in how the client is registered, or in the realm.
var clientFaults = []fault{
	{"client-unknown", "A client ID that nobody has registered", "client", unregister},
	{"client-unknown@not-deployed", "Registered and approved, but not yet deployed", "client", onClient(func(c *world.Client) { c.Deployed = time.Now().Add(time.Hour) })},
	{"client-unknown@other-server", "An unknown client ID, at a server that is not Keycloak", "client", onOther(unregister)},
	{"client-in-other-environment", "The client is registered in sandbox-dev", "client", func(w *world.World) { w.MoveClient(world.Development) }},
	{"client-in-other-environment@demo", "The client is registered in sandbox-demo", "client", func(w *world.World) { w.MoveClient(world.Demo) }},
	{"client-disabled", "The client is switched off", "client", onClient(func(c *world.Client) { c.Disabled = true })},
	{"client-secret-wrong", "A secret that is not the client's", "client", wrongSecret},
	{"client-secret-wrong@german", "A secret that is not the client's, in a realm that speaks German", "client", func(w *world.World) {
		w.Main().German = true
		wrongSecret(w)
	}},
	{"client-secret-wrong@expired", "The secret has expired, in the words of Entra", "client", onOther(atIDP("token", refusedWith("invalid_client",
		"AADSTS7000222: The provided client secret keys for app 'nightly' are expired. Visit the Azure portal to create new keys for your app.")))},
	{"client-disabled@words", "The client is switched off, in the words of another server", "client", onOther(atIDP("token", refusedWith("disabled_client", "The OAuth client was disabled.")))},
	{"client-credentials-rejected", "A wrong secret, at a server that is not Keycloak", "client", onOther(wrongSecret)},
	{"client-credentials-rejected@silent", "A wrong secret, at a server that says nothing about clients", "client", onOther(func(w *world.World) {
		w.Main().HideClients = true
		wrongSecret(w)
	})},
	{"client-credentials-rejected@unknown-id", "An unknown client ID, at a server that says nothing about clients", "client", onOther(func(w *world.World) {
		w.Main().HideClients = true
		unregister(w)
	})},
	{"grant-not-enabled", "Grant Types lacks client credentials", "client", onClient(func(c *world.Client) { c.Account = world.AccountOff })},
	{"grant-not-enabled@other-server", "The grant is not allowed, at a server that is not Keycloak", "client", onOther(onClient(func(c *world.Client) { c.Account = world.AccountOff }))},
	{"grant-not-enabled@rfc", "The grant is not allowed, in the words of RFC 6749", "client", onOther(atIDP("token",
		wire.Fixed(http.StatusBadRequest, "application/json; charset=utf-8", `{"error":"unauthorized_client"}`, "Cache-Control", "no-store")))},
	{"grant-not-enabled@words", "The grant is not allowed, in the words of MITREid Connect", "client", onOther(atIDP("token", refusedWith("invalid_client", "Unauthorized grant type: client_credentials")))},
	{"client-is-public", "The client is registered without authentication", "client", onClient(func(c *world.Client) { c.Public, c.Secret = true, "" })},
	{"client-is-bearer-only", "The client is a service that only receives tokens", "client", onClient(func(c *world.Client) { c.BearerOnly, c.Account = true, world.AccountOff })},
	{"client-expects-assertion", "The client is registered for client_secret_jwt", "client", onClient(func(c *world.Client) { c.Auth = world.ClientSecretJWT })},
	{"client-expects-assertion@private-key", "The client is registered for private_key_jwt", "client", onClient(func(c *world.Client) { c.Auth = world.PrivateKeyJWT })},
	{"client-expects-assertion@federated", "The client is registered for JWTs of another issuer", "client", onClient(func(c *world.Client) { c.Auth = world.FederatedJWT })},
	{"client-expects-certificate", "The client is registered for an X.509 certificate", "client", onClient(func(c *world.Client) { c.Auth = world.X509Certificate })},
	{"client-expects-certificate@nginx", "The server in front of the token endpoint requires a client certificate", "client", atIDP("token",
		wire.Page(http.StatusBadRequest, "400 No required SSL certificate was sent", "nginx", "Server", "nginx"))},
	{"client-wrong-protocol", "A SAML service, not an OIDC service", "client", onClient(func(c *world.Client) { c.SAML = true })},
	{"client-auth-form-refused", "The secret is accepted in the Basic header only", "client", onClient(func(c *world.Client) { c.OnlyMethod = "client_secret_basic" })},
	{"client-auth-form-refused@encoding", "The secret works form-urlencoded in the Basic header only", "client", onlySpecialBasic},
	{"credential-encoding", "The secret works raw in the Basic header only, at a server that is not Keycloak", "client", onOther(func(w *world.World) {
		onlySpecialBasic(w)
		w.GoodClient.RawBasic = true
	})},
	{"service-account-missing", "The service account was deleted", "client", onClient(func(c *world.Client) { c.Account = world.AccountDeleted })},
	{"service-account-disabled", "The service account is disabled", "client", onClient(func(c *world.Client) { c.Account = world.AccountDisabled })},
	{"dpop-required", "The client demands DPoP-bound tokens", "client", onClient(func(c *world.Client) { c.DPoP = true })},
	{"certificate-bound-required", "The client demands certificate-bound tokens", "client", onClient(func(c *world.Client) { c.CertBound = true })},
	{"scope-not-allowed", "The client lacks two scopes that the back-end lists", "client", onClient(func(c *world.Client) { c.OptionalScopes = []string{"email", "profile"} })},
	{"scope-not-allowed@one", "The client lacks one scope that the back-end lists", "client", onClient(func(c *world.Client) {
		c.OptionalScopes = []string{"email", "profile", "eduperson_entitlement"}
	})},
	{"scope-openid-not-allowed", "openid itself is refused", "client", func(w *world.World) { w.Main().Tokens.RefuseOpenID = true }},
	{"scope-openid-not-allowed@never", "openid is never given with this grant, in the words of Okta", "client", onOther(atIDP("token",
		func(n *wire.Network, w http.ResponseWriter, r *http.Request) bool {
			return strings.Contains(wire.ReadForm(r).Get("scope"), "openid") && refusedWith("invalid_scope", "Cannot request 'openid' scopes using client credentials.")(n, w, r)
		}))},
	{"realm-disabled", "The realm is switched off", "client", func(w *world.World) { w.Main().Enabled = false }},
	{"https-required", "The identity provider refuses plain http", "client", func(w *world.World) { w.Main().Wire, w.Main().HTTPSOnly = wire.HTTP, true }},
}

// refusedWith is a refusal of the token request in these words.
func refusedWith(code, words string) wire.Answer {
	return wire.Fixed(http.StatusUnauthorized, wire.JSONType, `{"error":"`+code+`","error_description":"`+words+`"}`, "Cache-Control", "no-store")
}

func onClient(change func(*world.Client)) func(*world.World) {
	return func(w *world.World) { change(w.GoodClient) }
}

// onOther puts a server that is not Keycloak in the identity provider's place. Its userinfo knows
// clients, which a real oidc-provider's does not: else no login could work there, and every fault
// would come with a second one.
func onOther(change func(*world.World)) func(*world.World) {
	return func(w *world.World) {
		w.Main().Kind = world.OtherServer
		w.Main().Tokens.Opaque, w.Main().Tokens.ClientsHaveMe = true, true
		change(w)
	}
}

func unregister(w *world.World) {
	for _, p := range w.IDPs {
		delete(p.Clients, w.GoodClient.ID)
	}
}

func wrongSecret(w *world.World) { w.User.Secret = world.NewSecret() }

// onlySpecialBasic gives the client a secret with characters that form-urlencoding changes, and
// takes the body away, so that the encoding of the Basic header decides.
func onlySpecialBasic(w *world.World) {
	specialSecret(w)
	w.GoodClient.OnlyMethod = "client_secret_basic"
}

// specialSecret is unusual but valid (RFC 6749 appendix A.2).
func specialSecret(w *world.World) {
	w.GoodClient.Secret = "s3cret+with%41 blank:&=and more"
	w.User.Secret = w.GoodClient.Secret
}
