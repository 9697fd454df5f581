package faults

import (
	"net/http"
	"slices"
	"time"

	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
)

// openeoFaults are at the back-end, or between the back-end and the identity provider.
var openeoFaults = []fault{
	{"backend-not-openeo", "The URL is a web page", "openeo", func(w *world.World) { w.Backend.All = wire.Page(http.StatusOK, "Portal", "Welcome to the portal.") }},
	{"backend-not-openeo@json", "The URL is another API", "openeo", func(w *world.World) {
		w.Backend.All = wire.Fixed(http.StatusOK, wire.JSONType, `{"name":"inventory","status":"up"}`)
	}},
	{"backend-not-found", "Nothing at the URL", "openeo", func(w *world.World) {
		w.Backend.All = wire.Page(http.StatusNotFound, "404 Not Found", "nginx", "Server", "nginx")
	}},
	{"backend-not-found@path", "A wrong path at the right host", "openeo", backendWritten("{backend}/api")},
	{"backend-not-found@root", "The API root is not there, and everything below it is", "openeo", atBackend("capabilities", wire.Fixed(http.StatusNotFound, wire.JSONType,
		`{"code":"NotFound","id":"r-2611230000000000000000000004sandbox","message":"Resource not found."}`))},
	{"backend-error", "Nothing stands behind the back-end's /me", "service", atBackend("me", wire.Page(http.StatusBadGateway, "502 Bad Gateway", "nginx", "Server", "nginx"))},
	{"backend-error@maintenance", "The back-end is down for maintenance", "service", func(w *world.World) {
		w.Backend.All = wire.RetryAfter(http.StatusServiceUnavailable, time.Hour, "Maintenance", "Down for maintenance.")
	}},
	{"backend-oidc-unsupported", "The back-end has no OIDC", "openeo", func(w *world.World) { w.Backend.NoOIDC = true }},
	{"backend-oidc-unsupported@empty", "The back-end lists no OIDC provider", "openeo", func(w *world.World) { w.Backend.Providers = nil }},
	{"provider-id-unknown", "A provider ID that the back-end does not list", "openeo", func(w *world.World) { w.User.ProviderID = "egi-prod" }},
	{"provider-id-unknown@case", "The provider ID in the wrong letter case", "openeo", func(w *world.World) { w.User.ProviderID = "EGI" }},
	{"provider-not-chosen", "No provider chosen, and the first listed is another environment", "openeo", func(w *world.World) {
		w.MoveClient(world.Development)
		w.User.Environment = world.Development
		unpair(w, world.Development)
	}},
	{"provider-issuer-mismatch", "The chosen provider ID is another environment's", "openeo", func(w *world.World) { w.User.ProviderID = "egi-dev" }},
	{"backend-lacks-issuer", "The back-end does not know this environment", "openeo", func(w *world.World) {
		w.Backend.Providers = slices.DeleteFunc(w.Backend.Providers, func(p world.Provider) bool { return p.IDP == world.Production })
		unpair(w, world.Production)
	}},
	{"backend-lacks-issuer@case", "The back-end lists the issuer's host in capitals, and refuses the token", "openeo", func(w *world.World) {
		w.Main().Public = "localhost"
		onProviders(func(p *world.Provider) { p.Capitals, p.Asks = true, world.Development })(w)
	}},
	{"backend-header-stripped", "A proxy in front of the back-end drops the Authorization header", "openeo", func(w *world.World) {
		w.Backend.All = func(_ *wire.Network, _ http.ResponseWriter, r *http.Request) bool {
			r.Header.Del("Authorization")
			return false
		}
	}},
	{"backend-gateway-refused", "A gateway in front of the back-end refuses", "openeo", atBackend("me", wire.Fixed(http.StatusUnauthorized, wire.JSONType, `{"message":"Unauthorized"}`))},
	{"backend-gateway-refused@detail", "Something that is not openEO refuses the account, in its own words", "openeo", atBackend("me", wire.Fixed(http.StatusForbidden, wire.JSONType,
		`{"detail":"User is not a member of the group openeo-users"}`))},
	{"backend-gateway-refused@certificate", "The server in front of the back-end requires a client certificate", "openeo", atBackend("me",
		wire.Page(http.StatusBadRequest, "400 No required SSL certificate was sent", "nginx", "Server", "nginx"))},
	{"backend-gateway-refused@certificate-everywhere", "The server in front of the back-end requires a client certificate of everybody", "openeo", func(w *world.World) {
		w.Backend.All = wire.Page(http.StatusBadRequest, "400 No required SSL certificate was sent", "nginx", "Server", "nginx")
	}},
	{"backend-gateway-refused@html", "A web firewall in front of the back-end refuses", "openeo", atBackend("me", wire.Page(http.StatusForbidden, "403 Forbidden", "nginx", "Server", "nginx"))},
	{"backend-rejects-token", "The back-end asks a different identity provider from the one it lists", "openeo", onProviders(func(p *world.Provider) { p.Asks = world.Development })},
	{"backend-rejects-token@says-nothing", "The back-end calls every refusal a missing login, though the token arrived", "openeo", func(w *world.World) {
		w.Backend.At["me"] = func(n *wire.Network, out http.ResponseWriter, r *http.Request) bool {
			if r.Header.Get("Authorization") == "" {
				return false
			}
			return wire.Fixed(http.StatusUnauthorized, wire.JSONType, `{"code":"AuthenticationRequired","id":"1","message":"Unknown user."}`)(n, out, r)
		}
	}},
	{"backend-rejects-token@form", "The back-end accepts the bare token only, and does not announce it", "openeo", func(w *world.World) {
		w.Backend.JWTBearer, w.Backend.BareOnly, w.Backend.JWTUnlisted = true, true, true
	}},
	{"python-client-differs", "The back-end accepts the bare token only, which the Python client does not send", "openeo", func(w *world.World) { w.Backend.JWTBearer, w.Backend.BareOnly = true, true }},
	{"python-client-differs@netrc", "netrc has an entry for the identity provider's host", "openeo", func(w *world.World) {
		w.User.Variables["NETRC"] = "{dir}/netrc"
		w.User.Files = append(w.User.Files, world.File{Name: "netrc", Content: "machine 127.0.0.1 login someone password something\n", Mode: 0o600})
	}},
	{"backend-refuses-login", "The back-end refuses with an unknown message", "openeo", atBackend("me", wire.Fixed(http.StatusForbidden, wire.JSONType,
		`{"code":"AccountOnHold","id":"r-2611230000000000000000000001sandbox","message":"This account is on hold."}`, "Request-Id", "r-2611230000000000000000000001sandbox"))},
	{"enrollment-required", "The back-end demands a virtual organisation, and the account is in none", "openeo", func(w *world.World) { w.Backend.Access.VirtualOrganisation = true }},
	{"enrollment-required@policy", "Another kind of back-end demands a virtual organisation", "openeo", atBackend("me", wire.Fixed(http.StatusUnauthorized, wire.JSONType,
		`{"id":"1","code":"TokenInvalid","message":"No existing access policy applies to user. Contact backend provider."}`))},
	{"enrollment-required@role", "The back-end demands a role, and the account has another", "openeo", func(w *world.World) {
		w.Backend.Access.VirtualOrganisation = true
		w.GoodClient.Entitlements = []string{"urn:mace:egi.eu:group:" + world.RequiredVO + ":role=vm_operator#aai.egi.eu"}
	}},
	{"account-not-accepted", "The account is blocked", "openeo", func(w *world.World) { w.Backend.Access.Refuse = "No access for this account." }},
	{"account-not-accepted@error", "The back-end fails over an account that lacks a claim", "openeo", atBackend("me", wire.Fixed(http.StatusInternalServerError, wire.JSONType,
		`{"code":"Internal","id":"r-2611230000000000000000000000sandbox","message":"Server error: An internal server error occurred."}`, "Request-Id", "r-2611230000000000000000000000sandbox"))},
	{"account-not-accepted@issuer", "The back-end accepts only accounts of another environment", "openeo", func(w *world.World) { w.Backend.Access.OnlyIssuer = world.Development }},
	{"service-account-not-mapped", "The administrator has not mapped the service account", "openeo", func(w *world.World) {
		w.Backend.Introspect = true
		w.GoodClient.Audience = []string{world.ServiceClient}
	}},
	{"backend-cannot-reach-identity-provider", "The back-end cannot reach the identity provider", "openeo", func(w *world.World) { w.Backend.Unreachable = true }},
	{"backend-token-check-failed", "The back-end introspects, and the token is not for it", "openeo", func(w *world.World) { w.Backend.Introspect = true }},
	{"backend-token-check-failed@userinfo", "The back-end asks userinfo too often", "openeo", atIDP("userinfo", forBackend(
		wire.Page(http.StatusTooManyRequests, "429 Too Many Requests", "Slow down.")))},
	{"backend-token-check-failed@not-json", "The back-end gets a web page from userinfo", "openeo", atIDP("userinfo", forBackend(
		wire.Page(http.StatusOK, "Please wait", "Checking your browser.")))},
	{"backend-token-check-failed@signed", "Userinfo is signed, and the back-end reads JSON", "openeo", onClient(func(c *world.Client) { c.SignedUserinfo = true })},
	{"backend-response-invalid", "/me lacks user_id", "openeo", func(w *world.World) { w.Backend.Document["me"] = []wire.Edit{wire.Set("user_id", nil)} }},
	{"backend-response-invalid@providers", "/credentials/oidc has no list of providers", "openeo", func(w *world.World) { w.Backend.Document["providers"] = []wire.Edit{wire.Set("providers", nil)} }},
	{"backend-response-invalid@id", "An entry of /credentials/oidc has no ID", "openeo", func(w *world.World) {
		w.Backend.Providers = append(w.Backend.Providers, world.Provider{Title: "Another", IDP: world.Development})
	}},
	{"backend-response-invalid@scopes", "/credentials/oidc gives the scopes as one text", "openeo", atBackend("providers", wire.Fixed(http.StatusOK, wire.JSONType,
		`{"providers":[{"id":"egi","title":"EGI Check-in","issuer":"{sandbox}/auth/realms/egi","scopes":"openid email"}]}`))},
	{"backend-response-invalid@html", "/me is a web page", "openeo", atBackend("me", wire.Page(http.StatusOK, "Portal", "Welcome to the portal."))},
	{"backend-version-unsupported", "Only openEO API 0.4 is offered", "openeo", func(w *world.World) {
		w.Backend.Versions, w.Backend.Production = []string{"0.4"}, map[string]bool{"0.4": true}
	}},
	{"backend-version-unsupported@url", "The URL names an API version that is not offered", "openeo", backendWritten("{backend}/openeo/0.4")},
	{"payment-required", "The back-end requires payment", "openeo", atBackend("me", wire.Fixed(http.StatusPaymentRequired, wire.JSONType,
		`{"code":"PaymentRequired","id":"r-2611230000000000000000000002sandbox","message":"The budget required to fulfil the request is insufficient."}`, "Request-Id", "r-2611230000000000000000000002sandbox"))},
	{"payment-required@marketplace", "The back-end sends the account to a marketplace", "openeo", atBackend("me", wire.Fixed(http.StatusUnauthorized, wire.JSONType,
		`{"code":"TokenExchangeFailure","id":"r-2611230000000000000000000003sandbox","message":"Failed to exchange the access token. Please login on our marketplace web https://portal.sandbox.invalid/ first and try again."}`,
		"Request-Id", "r-2611230000000000000000000003sandbox"))},
}

// accountFaults are no faults of a login: it works, and says something about who has logged in.
var accountFaults = []fault{
	{"service-account-is-not-you", "Nothing is wrong", "account", func(*world.World) {}},
	{"service-account-is-not-you@special-secret", "Nothing is wrong, and the secret has unusual characters", "account", specialSecret},
	{"service-account-is-not-you@german", "Nothing is wrong, and the identity provider speaks German", "account", func(w *world.World) { w.Main().German = true }},
	{"service-account-is-not-you@member", "Nothing is wrong; the back-end demands a role, and the account has it", "account", func(w *world.World) {
		w.Backend.Access.VirtualOrganisation = true
		w.GoodClient.Entitlements = []string{"urn:mace:egi.eu:group:" + world.RequiredVO + ":role=Basic_User#aai.egi.eu"}
	}},
	{"service-account-is-not-you@introspection", "Nothing is wrong; the back-end introspects, and its administrator has mapped the account", "account", func(w *world.World) {
		w.Backend.Introspect, w.Backend.Mapped = true, true
		w.GoodClient.Audience = []string{world.ServiceClient}
	}},
	{"service-account-is-not-you@auth-config", "Nothing is wrong; the credentials are in auth-config.json", "account", func(w *world.World) { authConfig(w, 0o600) }},
	{"no-openeo-backend", "An environment that no openEO back-end accepts", "account", func(w *world.World) {
		w.MoveClient(world.Demo)
		w.User.Environment = world.Demo
	}},
}

// forBackend answers only the back-end's own calls, so that the user sees nothing of it.
func forBackend(a wire.Answer) wire.Answer {
	return func(n *wire.Network, w http.ResponseWriter, r *http.Request) bool {
		return n.FromBackend(r) && a(n, w, r)
	}
}

// backendWritten puts another back-end URL into the environment file.
func backendWritten(url string) func(*world.World) {
	return func(w *world.World) {
		for i := range w.Files[w.User.Environment].Backends {
			w.Files[w.User.Environment].Backends[i].URL = url
		}
	}
}

// unpair takes the provider ID out of an environment file, so that an openEO client chooses for
// itself.
func unpair(w *world.World, environment string) {
	for i := range w.Files[environment].Backends {
		w.Files[environment].Backends[i].ProviderID = ""
	}
}

// onProviders changes the back-end's entry for production.
func onProviders(change func(*world.Provider)) func(*world.World) {
	return func(w *world.World) {
		for i := range w.Backend.Providers {
			if w.Backend.Providers[i].IDP == world.Production {
				change(&w.Backend.Providers[i])
			}
		}
	}
}
