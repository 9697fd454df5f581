package faults

import (
	"net/http"
	"time"

	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
)

// tokenFaults are in the token endpoint as a service.
var tokenFaults = []fault{
	{"token-endpoint-not-found", "Discovery names a token endpoint that is not there", "token", func(w *world.World) {
		discovery(w, "token_endpoint", "{sandbox}/auth/realms/egi"+world.OpenIDConnect+"/tokens")
	}},
	{"token-endpoint-not-found@405", "The token endpoint accepts no POST", "token", atIDP("token", wire.Fixed(http.StatusMethodNotAllowed, wire.JSONType, `{"error":"HTTP 405 Method Not Allowed"}`))},
	{"token-endpoint-redirects", "The token endpoint redirects", "token", atIDP("token", wire.Redirect(http.StatusFound, "{sandbox}/auth/realms/egi"+world.OpenIDConnect+"/token?moved"))},
	{"token-endpoint-redirects@other-host", "The token endpoint redirects to another host and keeps the body", "token", atIDP("token",
		wire.Redirect(http.StatusTemporaryRedirect, "{sandbox.localhost}/auth/realms/egi"+world.OpenIDConnect+"/token"))},
	{"token-response-not-json", "A web page instead of a token", "token", atIDP("token", wire.Page(http.StatusOK, "Sign in to egi", "Please enable cookies."))},
	{"token-response-not-json@firewall", "A web firewall's page instead of a token", "token", atIDP("token", wire.Page(http.StatusForbidden, "Request blocked", "Your request looks like an attack. Reference 0.8f2e1402.", "Server", "WebFirewall"))},
	{"token-response-not-json@too-large", "A web server in front of the token endpoint takes shorter requests only", "token", atIDP("token", wire.Page(http.StatusRequestEntityTooLarge, "413 Request Entity Too Large", "nginx", "Server", "nginx"))},
	{"token-response-not-json@utf-16", "The token answer is in UTF-16, and does not say so", "token", atIDP("token", wire.Fixed(http.StatusOK, wire.JSONType, inUTF16(`{"access_token":"sandbox","token_type":"Bearer"}`)))},
	{"token-response-incomplete", "A token answer without an access token", "token", tokenResponse("access_token", nil)},
	{"token-response-incomplete@token-type", "A token answer without a token type", "token", tokenResponse("token_type", nil)},
	{"token-response-incomplete@other-type", "A token answer whose token type is not bearer", "token", tokenResponse("token_type", "N_A")},
	{"token-request-refused", "The token endpoint refuses with an unknown message", "token", atIDP("token", wire.Fixed(http.StatusBadRequest, wire.JSONType,
		`{"error":"policy_violation","error_description":"Request refused by policy sandbox-7"}`, "Cache-Control", "no-store"))},
	{"token-request-refused@organization", "The account has no organisation, which the token endpoint says with status 404", "token", atIDP("token", wire.Fixed(http.StatusNotFound, wire.JSONType,
		`{"error":"Your account is not configured correctly - You don't have any organization assigned to You."}`))},
	{"rate-limited", "Too many token requests", "service", atIDP("token", wire.RetryAfter(http.StatusTooManyRequests, 2*time.Minute, "429 Too Many Requests", "Slow down."))},
	{"rate-limited@discovery", "Too many requests for discovery", "service", func(w *world.World) {
		w.Main().All = wire.RetryAfter(http.StatusTooManyRequests, 2*time.Minute, "429 Too Many Requests", "Slow down.")
	}},
	{"rate-limited@backend", "Too many requests to the back-end", "service", func(w *world.World) {
		w.Backend.All = wire.RetryAfter(http.StatusTooManyRequests, 2*time.Minute, "429 Too Many Requests", "Slow down.")
	}},
}

func tokenResponse(key string, value any) func(*world.World) {
	return func(w *world.World) { w.Main().Response = append(w.Main().Response, wire.Set(key, value)) }
}

// jwtFaults are in the token that comes.
var jwtFaults = []fault{
	{"token-issuer-mismatch", "The token names another issuer, and userinfo refuses it", "jwt", onTokens(func(t *world.TokenQuirks) { t.Issuer = "http://{sandbox.host}/auth/realms/egi-internal" })},
	{"token-issuer-mismatch@accepted", "The token names another issuer, and userinfo accepts it", "jwt", onTokens(func(t *world.TokenQuirks) {
		t.Issuer, t.LaxUserinfo = "http://{sandbox.host}/auth/realms/egi-internal", true
	})},
	{"token-expired-on-arrival", "The token has expired on arrival", "jwt", onTokens(func(t *world.TokenQuirks) { t.Expired = true })},
	{"clock-skew", "The identity provider's clock is ten minutes ahead of this machine's", "jwt", func(w *world.World) { w.Main().Clock = 10 * time.Minute }},
	{"clock-skew@behind", "The identity provider's clock is two hours behind this machine's", "jwt", func(w *world.World) { w.Main().Clock = -2 * time.Hour }},
	{"clock-skew@date", "Something in front of the identity provider writes a Date of its own, ten minutes ahead, and tokens live for five", "jwt", func(w *world.World) {
		w.Main().Date = 10 * time.Minute
		w.GoodClient.Lifetime = 5 * time.Minute
	}},
	{"token-lifetime-short", "Tokens live for one minute", "jwt", onClient(func(c *world.Client) { c.Lifetime = time.Minute })},
	{"token-signature-invalid", "The signature does not verify, and userinfo refuses the token", "jwt", onTokens(func(t *world.TokenQuirks) { t.StrangeKey = true })},
	{"token-signature-invalid@accepted", "The signature does not verify, and userinfo accepts the token", "jwt", onTokens(func(t *world.TokenQuirks) { t.StrangeKey, t.LaxUserinfo = true, true })},
	{"signing-key-unknown", "The token's key is not published, and userinfo refuses the token", "jwt", onTokens(func(t *world.TokenQuirks) { t.UnlistedKey = true })},
	{"signing-key-unknown@accepted", "The token's key is not published, and userinfo accepts the token", "jwt", onTokens(func(t *world.TokenQuirks) { t.UnlistedKey, t.LaxUserinfo = true, true })},
	{"signing-keys-unavailable", "The key set cannot be fetched", "jwt", atIDP("certs", wire.Page(http.StatusServiceUnavailable, "Service unavailable", "Try again later."))},
	{"signing-keys-unavailable@missing", "Discovery names no key set", "jwt", func(w *world.World) { discovery(w, "jwks_uri", nil) }},
	{"signing-keys-unavailable@not-json", "The key set is a web page", "jwt", atIDP("certs", wire.Page(http.StatusOK, "Welcome to nginx!", "If you see this page, the web server is installed."))},
	{"signing-keys-unavailable@dead", "Discovery names a port for the keys where nothing listens", "jwt", func(w *world.World) {
		discovery(w, "jwks_uri", "https://{closed}/auth/realms/egi"+world.OpenIDConnect+"/certs")
	}},
	{"token-opaque", "The token is opaque, and everything works", "jwt", onOther(func(*world.World) {})},
	{"token-too-large", "A token beyond 8 KiB, and everything works", "jwt", onTokens(func(t *world.TokenQuirks) { t.Padding = 9000 })},
	{"token-too-large@refused", "A token beyond 8 KiB, refused by the back-end's front door", "jwt", func(w *world.World) {
		w.Main().Tokens.Padding = 9000
		w.Backend.MaxHeader = 8 << 10
	}},
	{"token-too-large@closed", "A token beyond 8 KiB, and the back-end's front door closes the connection", "jwt", func(w *world.World) {
		w.Main().Tokens.Padding = 9000
		w.Backend.MaxHeader, w.Backend.CutsHeader = 8<<10, true
	}},
	{"token-too-large@userinfo", "A token beyond 8 KiB, and userinfo closes the connection", "jwt", func(w *world.World) {
		w.Main().Tokens.Padding = 9000
		atIDP("userinfo", wire.Reset)(w)
	}},
	{"token-lacks-openid", "openid is asked for and not granted", "jwt", onTokens(func(t *world.TokenQuirks) { t.DropOpenID = true })},
	{"userinfo-rejects-token", "Tokens are lightweight, which userinfo refuses", "jwt", onClient(func(c *world.Client) { c.Lightweight = true })},
	{"userinfo-rejects-token@error", "Userinfo fails for this client only", "jwt", atIDP("userinfo", wire.Fixed(http.StatusInternalServerError, wire.JSONType,
		`{"error":"unknown_error","error_description":"For more on this error consult the server log."}`))},
	{"userinfo-rejects-token@account", "The service account vanished after the token was issued", "jwt", onClient(func(c *world.Client) { c.Account = world.AccountLost })},
	{"userinfo-rejects-token@not-before", "Only tokens issued later are accepted", "jwt", onClient(func(c *world.Client) { c.NotBefore = farFuture })},
	{"userinfo-rejects-token@client", "The client was disabled after the token was issued", "jwt", onClient(func(c *world.Client) { c.LateDisabled = true })},
}

// farFuture is in the year 2036: later than every token, and still in 32 bits.
const farFuture = 2100000000

func onTokens(change func(*world.TokenQuirks)) func(*world.World) {
	return func(w *world.World) { change(&w.Main().Tokens) }
}

// inUTF16 is a text of ASCII in UTF-16, the lower byte first, behind a byte order mark.
func inUTF16(text string) string {
	wide := []byte{0xff, 0xfe}
	for i := range len(text) {
		wide = append(wide, text[i], 0)
	}
	return string(wide)
}
