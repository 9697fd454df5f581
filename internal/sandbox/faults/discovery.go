package faults

import (
	"net/http"
	"sync/atomic"
	"time"

	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
)

const foreignIssuer = "https://sandbox.invalid/auth/realms/egi"

// discoveryFaults are in the issuer that was named, or in what its discovery document says.
var discoveryFaults = []fault{
	{"discovery-not-found", "No discovery document at the issuer", "discovery", onOther(atIDP("discovery", wire.Fixed(http.StatusNotFound, "text/plain; charset=utf-8", "Not Found")))},
	{"issuer-realm-unknown", "The realm's name in the wrong letter case", "discovery", issuerWritten("{sandbox}/auth/realms/EGI")},
	{"issuer-realm-unknown@typo", "The realm's name mistyped", "discovery", issuerWritten("{sandbox}/auth/realms/egii")},
	{"issuer-path-wrong", "/auth is missing in the issuer", "discovery", issuerWritten("{sandbox}/realms/egi")},
	{"issuer-path-wrong@extra-auth", "An extra /auth in the issuer", "discovery", func(w *world.World) {
		w.Main().Base = ""
		issuerWritten("{sandbox}/auth/realms/egi")(w)
	}},
	{"issuer-path-wrong@discovery-url", "The discovery URL given as issuer", "discovery", issuerWritten("{sandbox}/auth/realms/egi/.well-known/openid-configuration")},
	{"issuer-path-wrong@token-url", "The token URL given as issuer", "discovery", issuerWritten("{sandbox}/auth/realms/egi" + world.OpenIDConnect + "/token")},
	{"issuer-path-wrong@retired", "A retired issuer", "discovery", func(w *world.World) {
		w.Files[world.Production].RetiredIssuers = []string{"{sandbox}/oidc/"}
		w.User.Issuer, w.User.Backend = "{sandbox}/oidc/", "{backend}"
	}},
	{"issuer-mismatch", "Discovery names another issuer; everything else works", "discovery", func(w *world.World) { w.Main().Issuer = foreignIssuer }},
	{"issuer-mismatch@frontend-url", "Discovery names another issuer and another host for everything", "discovery", func(w *world.World) {
		w.Main().Issuer = foreignIssuer
		for _, e := range [][2]string{{"token_endpoint", "/token"}, {"userinfo_endpoint", "/userinfo"}, {"jwks_uri", "/certs"}, {"authorization_endpoint", "/auth"}} {
			discovery(w, e[0], foreignIssuer+world.OpenIDConnect+e[1])
		}
	}},
	{"issuer-trailing-slash", "The back-end lists the issuer with a trailing slash", "discovery", onProviders(func(p *world.Provider) { p.Slash = true })},
	{"issuer-trailing-slash@own", "The identity provider's own issuer has a trailing slash", "discovery", func(w *world.World) {
		w.Main().Issuer = "{sandbox}/auth/realms/egi/"
		onProviders(func(p *world.Provider) { p.Slash = true })(w)
	}},
	{"discovery-not-json", "The discovery document breaks off", "discovery", atIDP("discovery", wire.Fixed(http.StatusOK, wire.JSONType, `{"issuer":"{sandbox}/auth/realms/egi","token_endpoint":"`))},
	{"discovery-not-json@array", "The discovery document is a list", "discovery", atIDP("discovery", wire.Fixed(http.StatusOK, wire.JSONType, `[]`))},
	{"discovery-not-json@html", "The discovery document is a web page", "discovery", atIDP("discovery", wire.Page(http.StatusOK, "Welcome to nginx!", "If you see this page, the web server is installed."))},
	{"discovery-incomplete", "Discovery names no token endpoint", "discovery", func(w *world.World) { discovery(w, "token_endpoint", nil) }},
	{"discovery-incomplete@not-a-url", "Discovery's token endpoint is not a URL", "discovery", func(w *world.World) { discovery(w, "token_endpoint", "see the documentation") }},
	{"discovery-incomplete@issuer", "Discovery names no issuer", "discovery", func(w *world.World) { discovery(w, "issuer", nil) }},
	{"identity-provider-error", "The identity provider is down for maintenance", "service", func(w *world.World) {
		w.Main().All = wire.RetryAfter(http.StatusServiceUnavailable, time.Hour, "Service unavailable", "Down for maintenance.")
	}},
	{"identity-provider-error@token", "The token endpoint fails", "service", atIDP("token", wire.Fixed(http.StatusInternalServerError, wire.JSONType,
		`{"error":"unknown_error","error_description":"For more on this error consult the server log."}`))},
	{"identity-provider-error@overloaded", "The token endpoint is overloaded and says when to come back", "service", atIDP("token",
		wire.RetryAfter(http.StatusServiceUnavailable, 2*time.Minute, "503 Service Unavailable", "Too busy."))},
	{"identity-provider-error@unsteady", "One of two servers at the token endpoint does not know the client yet", "service", func(w *world.World) { w.Main().At["token"] = everyOther(refusal) }},
	{"identity-provider-error@gateway", "A gateway in front of the identity provider gets no answer", "service", func(w *world.World) {
		w.Main().All = wire.Page(http.StatusBadGateway, "502 Bad Gateway", "nginx", "Server", "nginx")
	}},
	{"grant-not-offered", "The server does not do client credentials", "discovery", func(w *world.World) {
		w.Main().RefuseGrant = true
		discovery(w, "grant_types_supported", []any{"authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"})
	}},
	{"grant-not-offered@token-issued", "Discovery does not list client credentials, but the grant works", "discovery", func(w *world.World) {
		discovery(w, "grant_types_supported", []any{"authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"})
	}},
	{"auth-method-not-offered", "The server accepts no client secrets", "discovery", onOther(func(w *world.World) {
		w.GoodClient.Auth = world.PrivateKeyJWT
		discovery(w, "token_endpoint_auth_methods_supported", []any{"private_key_jwt", "tls_client_auth"})
	})},
	{"auth-method-not-offered@token-issued", "Discovery lists no secret method, but the secret works", "discovery", func(w *world.World) {
		discovery(w, "token_endpoint_auth_methods_supported", []any{"private_key_jwt", "tls_client_auth"})
	}},
	{"token-endpoint-elsewhere", "The token endpoint is on another host", "discovery", func(w *world.World) {
		discovery(w, "token_endpoint", "{sandbox.localhost}/auth/realms/egi"+world.OpenIDConnect+"/token")
	}},
	{"token-endpoint-elsewhere@dead", "Discovery names a port where nothing listens", "discovery", func(w *world.World) {
		discovery(w, "token_endpoint", "https://{closed}/auth/realms/egi"+world.OpenIDConnect+"/token")
	}},
	{"token-endpoint-not-found@dead", "Discovery names a port where nothing listens, and the environment allows that host", "discovery", func(w *world.World) {
		discovery(w, "token_endpoint", "https://{closed}/auth/realms/egi"+world.OpenIDConnect+"/token")
		w.Files[world.Production].TokenEndpointHosts = []string{"{closed}"}
	}},
	{"token-endpoint-elsewhere@allowed", "The token endpoint is on another host that the environment names", "discovery", func(w *world.World) {
		discovery(w, "token_endpoint", "{sandbox.localhost}/auth/realms/egi"+world.OpenIDConnect+"/token")
		w.Files[world.Production].TokenEndpointHosts = []string{"localhost", "localhost:{sandbox.port}"}
	}},
}

// issuerWritten puts an issuer into the environment file; the servers stay as they are.
func issuerWritten(issuer string) func(*world.World) {
	return func(w *world.World) { w.Files[w.User.Environment].Issuer = issuer }
}

// discovery changes the user's identity provider's document.
func discovery(w *world.World, key string, value any) {
	w.Main().Discovery = append(w.Main().Discovery, wire.Set(key, value))
}

func atIDP(endpoint string, a wire.Answer) func(*world.World) {
	return func(w *world.World) { w.Main().At[endpoint] = a }
}

func atBackend(endpoint string, a wire.Answer) func(*world.World) {
	return func(w *world.World) { w.Backend.At[endpoint] = a }
}

const refusal = `{"error":"invalid_client","error_description":"Invalid client or Invalid client credentials"}`

// everyOther refuses with a body, the first time and then every other time.
func everyOther(body string) wire.Answer {
	var asked atomic.Int32
	refuse := wire.Fixed(http.StatusUnauthorized, wire.JSONType, body)
	return func(n *wire.Network, w http.ResponseWriter, r *http.Request) bool {
		return asked.Add(1)%2 == 1 && refuse(n, w, r)
	}
}
