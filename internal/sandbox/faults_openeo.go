package sandbox

import (
	"net/http"
	"slices"
	"time"
)

// openeoFaults are at the back-end, or between the back-end and the identity provider.
var openeoFaults = []fault{
	{"backend-not-openeo", "The URL is a web page", "openeo", func(w *world) { w.backend.all = page(http.StatusOK, "Portal", "Welcome to the portal.") }},
	{"backend-not-openeo@json", "The URL is another API", "openeo", func(w *world) {
		w.backend.all = fixed(http.StatusOK, jsonType, `{"name":"inventory","status":"up"}`)
	}},
	{"backend-not-found", "Nothing at the URL", "openeo", func(w *world) { w.backend.all = page(http.StatusNotFound, "404 Not Found", "nginx", "Server", "nginx") }},
	{"backend-not-found@path", "A wrong path at the right host", "openeo", backendWritten("{backend}/api")},
	{"backend-error", "The back-end fails at /me", "service", atBackend("me", fixed(http.StatusInternalServerError, jsonType,
		`{"code":"Internal","id":"r-2611230000000000000000000000sandbox","message":"Server error: KeyError('user')"}`, "Request-Id", "r-2611230000000000000000000000sandbox"))},
	{"backend-error@maintenance", "The back-end is down for maintenance", "service", func(w *world) {
		w.backend.all = retryAfter(http.StatusServiceUnavailable, time.Hour, "Maintenance", "Down for maintenance.")
	}},
	{"backend-oidc-unsupported", "The back-end has no OIDC", "openeo", func(w *world) { w.backend.noOIDC = true }},
	{"backend-oidc-unsupported@empty", "The back-end lists no OIDC provider", "openeo", func(w *world) { w.backend.providers = nil }},
	{"provider-id-unknown", "A provider id that the back-end does not list", "openeo", func(w *world) { w.user.providerID = "egi-prod" }},
	{"provider-id-unknown@case", "The provider id in other letter case", "openeo", func(w *world) { w.user.providerID = "EGI" }},
	{"provider-not-chosen", "No provider chosen, and the first listed is another environment", "openeo", func(w *world) {
		w.moveClient(development)
		w.user.environment = development
		unpair(w, development)
	}},
	{"provider-issuer-mismatch", "The chosen provider id is another environment's", "openeo", func(w *world) { w.user.providerID = "egi-dev" }},
	{"backend-lacks-issuer", "The back-end does not know this environment", "openeo", func(w *world) {
		w.backend.providers = slices.DeleteFunc(w.backend.providers, func(p provider) bool { return p.idp == production })
		unpair(w, production)
	}},
	{"backend-header-stripped", "A proxy before the back-end drops the Authorization header", "openeo", func(w *world) {
		w.backend.all = func(_ *network, _ http.ResponseWriter, r *http.Request) bool {
			r.Header.Del("Authorization")
			return false
		}
	}},
	{"backend-gateway-refused", "A gateway before the back-end refuses", "openeo", atBackend("me", fixed(http.StatusUnauthorized, jsonType, `{"message":"Unauthorized"}`))},
	{"backend-gateway-refused@html", "A web firewall before the back-end refuses", "openeo", atBackend("me", page(http.StatusForbidden, "403 Forbidden", "nginx", "Server", "nginx"))},
	{"backend-rejects-token", "The back-end asks another identity provider than it lists", "openeo", onProviders(func(p *provider) { p.asks = development })},
	{"backend-refuses-login", "The back-end refuses in words that nobody knows", "openeo", atBackend("me", fixed(http.StatusForbidden, jsonType,
		`{"code":"AccountOnHold","id":"r-2611230000000000000000000001sandbox","message":"This account is on hold."}`, "Request-Id", "r-2611230000000000000000000001sandbox"))},
	{"enrollment-required", "The back-end demands a virtual organisation, and the account is in none", "openeo", func(w *world) { w.backend.access.virtualOrganisation = true }},
	{"enrollment-required@role", "The back-end demands a role, and the account has another", "openeo", func(w *world) {
		w.backend.access.virtualOrganisation = true
		w.goodClient.entitlements = []string{"urn:mace:egi.eu:group:" + requiredVO + ":role=vm_operator#aai.egi.eu"}
	}},
	{"account-not-accepted", "The account is blocked", "openeo", func(w *world) { w.backend.access.refuse = "No access for this account." }},
	{"account-not-accepted@issuer", "The back-end lets accounts of another environment in", "openeo", func(w *world) { w.backend.access.onlyIssuer = development }},
	{"service-account-not-mapped", "The operator has not entered the service account", "openeo", func(w *world) {
		w.backend.introspect = true
		w.goodClient.audience = []string{serviceClient}
	}},
	{"backend-cannot-reach-identity-provider", "The back-end cannot reach the identity provider", "openeo", func(w *world) { w.backend.unreachable = true }},
	{"backend-token-check-failed", "The back-end introspects, and the token is not for it", "openeo", func(w *world) { w.backend.introspect = true }},
	{"backend-token-check-failed@userinfo", "The back-end asks userinfo too often", "openeo", atIDP("userinfo", forBackend(
		page(http.StatusTooManyRequests, "429 Too Many Requests", "Slow down.")))},
	{"backend-token-check-failed@not-json", "The back-end gets a web page from userinfo", "openeo", atIDP("userinfo", forBackend(
		page(http.StatusOK, "Please wait", "Checking your browser.")))},
	{"backend-token-check-failed@signed", "Userinfo is signed, and the back-end reads JSON", "openeo", onClient(func(c *client) { c.signedUserinfo = true })},
	{"backend-response-invalid", "/me lacks user_id", "openeo", func(w *world) { w.backend.document["me"] = []edit{{"user_id", nil}} }},
	{"backend-response-invalid@providers", "/credentials/oidc has no list of providers", "openeo", func(w *world) { w.backend.document["providers"] = []edit{{"providers", nil}} }},
	{"backend-response-invalid@html", "/me is a web page", "openeo", atBackend("me", page(http.StatusOK, "Portal", "Welcome to the portal."))},
	{"backend-version-unsupported", "Only openEO API 0.4 is offered", "openeo", func(w *world) {
		w.backend.versions, w.backend.production = []string{"0.4"}, map[string]bool{"0.4": true}
	}},
	{"backend-version-unsupported@url", "The URL names an API version that is not offered", "openeo", backendWritten("{backend}/openeo/0.4")},
	{"payment-required", "The back-end wants to be paid first", "openeo", atBackend("me", fixed(http.StatusPaymentRequired, jsonType,
		`{"code":"PaymentRequired","id":"r-2611230000000000000000000002sandbox","message":"The budget required to fulfil the request is insufficient."}`, "Request-Id", "r-2611230000000000000000000002sandbox"))},
	{"payment-required@marketplace", "The back-end sends the account to a marketplace", "openeo", atBackend("me", fixed(http.StatusUnauthorized, jsonType,
		`{"code":"TokenExchangeFailure","id":"r-2611230000000000000000000003sandbox","message":"Failed to exchange the access token. Please login on our marketplace web https://portal.sandbox.invalid/ first and try again."}`,
		"Request-Id", "r-2611230000000000000000000003sandbox"))},
}

// accountFaults are no faults of a login: it works, and says something about who has logged in.
var accountFaults = []fault{
	{"service-account-is-not-you", "Nothing is wrong", "account", func(*world) {}},
	{"service-account-is-not-you@special-secret", "Nothing is wrong, and the secret has unusual characters", "account", specialSecret},
	{"service-account-is-not-you@german", "Nothing is wrong, and the identity provider speaks German", "account", func(w *world) { w.main().german = true }},
	{"service-account-is-not-you@member", "Nothing is wrong; the back-end demands a role, and the account has it", "account", func(w *world) {
		w.backend.access.virtualOrganisation = true
		w.goodClient.entitlements = []string{"urn:mace:egi.eu:group:" + requiredVO + ":role=Basic_User#aai.egi.eu"}
	}},
	{"service-account-is-not-you@introspection", "Nothing is wrong; the back-end introspects, and the operator has entered the account", "account", func(w *world) {
		w.backend.introspect, w.backend.mapped = true, true
		w.goodClient.audience = []string{serviceClient}
	}},
	{"service-account-is-not-you@auth-config", "Nothing is wrong; the credentials stand in auth-config.json", "account", func(w *world) { authConfig(w, 0o600) }},
	{"no-openeo-backend", "An environment that no openEO back-end accepts", "account", func(w *world) {
		w.moveClient(demo)
		w.user.environment = demo
	}},
}

// forBackend answers only the back-end's own calls, so that the user sees nothing of it.
func forBackend(a answer) answer {
	return func(n *network, w http.ResponseWriter, r *http.Request) bool {
		return n.fromBackend(r) && a(n, w, r)
	}
}

// backendWritten puts another back-end URL into the environment file.
func backendWritten(url string) func(*world) {
	return func(w *world) {
		for i := range w.files[w.user.environment].Backends {
			w.files[w.user.environment].Backends[i].URL = url
		}
	}
}

// unpair takes the provider id out of an environment file, so that an openEO client chooses for itself.
func unpair(w *world, environment string) {
	for i := range w.files[environment].Backends {
		w.files[environment].Backends[i].ProviderID = ""
	}
}

// onProviders changes the back-end's entry for production.
func onProviders(change func(*provider)) func(*world) {
	return func(w *world) {
		for i := range w.backend.providers {
			if w.backend.providers[i].idp == production {
				change(&w.backend.providers[i])
			}
		}
	}
}
