package faults

import (
	"net/http"
	"slices"

	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
)

// everywhere makes two faults of one: at the identity provider and at the back-end.
func everywhere(id, title, layer string, change func(*world.World, *wire.Host)) []fault {
	return []fault{
		{id, title + " (identity provider)", layer, func(w *world.World) { change(w, &w.Main().Host) }},
		{id + "@backend", title + " (back-end)", layer, func(w *world.World) { change(w, &w.Backend.Host) }},
	}
}

// networkFaults are between the user and a server.
var networkFaults = slices.Concat(
	everywhere("dns-failure", "The host name does not resolve", "network", func(_ *world.World, h *wire.Host) { h.Public = h.Name + ".sandbox.invalid" }),
	everywhere("connection-refused", "Nothing listens at the address", "network", func(_ *world.World, h *wire.Host) { h.Wire = wire.Refuses }),
	everywhere("connection-timeout", "Packets are dropped", "network", func(w *world.World, h *wire.Host) { h.Wire = wire.Full; impatient(w) }),
	everywhere("connection-reset", "The connection is reset", "network", func(_ *world.World, h *wire.Host) { h.Wire = wire.Resets }),
	[]fault{{"connection-reset@token", "The connection is reset at the token endpoint", "network", func(w *world.World) { w.Main().At["token"] = wire.Reset }}},
	everywhere("response-timeout", "Connected, but no answer comes", "network", func(w *world.World, h *wire.Host) { h.All = wire.Hang; impatient(w) }),
	[]fault{
		{"response-timeout@handshake", "Connected, but the TLS handshake is never answered", "network", func(w *world.World) {
			w.Main().Wire = wire.Silent
			impatient(w)
		}},
		{"response-timeout@token", "The token endpoint never answers", "network", func(w *world.World) { w.Main().At["token"] = wire.Hang; impatient(w) }},
		{"response-timeout@me", "The back-end never answers at /me", "network", func(w *world.World) { w.Backend.At["me"] = wire.Hang; impatient(w) }},
	},
	everywhere("proxy-failure", "The proxy named in HTTPS_PROXY is not there", "network", func(w *world.World, h *wire.Host) { throughProxy(w, h, "http://{closed}") }),
	[]fault{
		{"proxy-failure@407", "The proxy asks for a password", "network", func(w *world.World) {
			proxyAnswers(w, wire.Fixed(http.StatusProxyAuthRequired, "text/plain", "Proxy Authentication Required\n", "Proxy-Authenticate", `Basic realm="proxy"`))
		}},
		{"proxy-failure@403", "The proxy refuses this destination", "network", func(w *world.World) {
			proxyAnswers(w, wire.Fixed(http.StatusForbidden, "text/plain", "Destination not allowed by policy\n"))
		}},
		{"proxy-failure@silent", "The proxy accepts the connection and never answers", "network", func(w *world.World) {
			w.Elsewhere = &wire.Host{Name: "elsewhere", Wire: wire.Silent}
			throughProxy(w, &w.Main().Host, "http://{elsewhere.host}")
			impatient(w)
		}},
		{"proxy-failure@https", "The variable names the proxy with https://, and the proxy speaks plain http", "network", func(w *world.World) {
			w.Elsewhere = &wire.Host{Name: "elsewhere", Wire: wire.HTTP}
			throughProxy(w, &w.Main().Host, "https://{elsewhere.host}")
		}},
		{"proxy-failure@unknown-host", "The proxy's host name does not resolve", "network", func(w *world.World) {
			throughProxy(w, &w.Main().Host, "http://proxy.sandbox.invalid:3128")
		}},
	},
	everywhere("network-login-page", "A guest network redirects to its login page", "network", func(w *world.World, h *wire.Host) {
		w.Elsewhere = &wire.Host{Name: "elsewhere", Wire: wire.HTTP, Public: "localhost"}
		h.All = wire.Redirect(http.StatusFound, "{elsewhere}/login")
	}),
	[]fault{{"network-login-page@html", "A guest network answers with its login page", "network", func(w *world.World) { w.Main().All = wire.LoginPage }}},
	everywhere("redirect-loop", "Redirects that never end", "network", func(_ *world.World, h *wire.Host) { h.All = wire.Loop }),
	everywhere("response-too-large", "An answer that never ends", "network", func(_ *world.World, h *wire.Host) { h.All = wire.Endless }),
	[]fault{{"response-too-large@token", "An endless token answer", "network", func(w *world.World) { w.Main().At["token"] = wire.Endless }}},
)

// tlsFaults are in the certificate or the protocol.
var tlsFaults = slices.Concat(
	everywhere("tls-certificate-expired", "The certificate has expired", "tls", withCertificate(wire.CertExpired)),
	everywhere("tls-certificate-not-yet-valid", "The certificate is not yet valid", "tls", withCertificate(wire.CertNotYetValid)),
	everywhere("tls-hostname-mismatch", "The certificate is for other names", "tls", withCertificate(wire.CertOtherNames)),
	everywhere("tls-unknown-authority", "The certificate is from an authority that is not trusted here", "tls", withCertificate(wire.CertForeignAuthority)),
	[]fault{{"tls-unknown-authority@missing-intermediate", "The server does not send its intermediate certificate", "tls", func(w *world.World) {
		w.Main().Cert = wire.CertMissingIntermediate
	}}},
	everywhere("tls-handshake-failed", "Plain HTTP on a TLS port", "tls", func(_ *world.World, h *wire.Host) { h.Wire = wire.SpeaksHTTP }),
	[]fault{
		{"tls-handshake-failed@old-protocol", "The server speaks TLS 1.1 only", "tls", func(w *world.World) { w.Main().Wire = wire.OldTLS }},
		{"tls-handshake-failed@serial", "The certificate has a negative serial number, which only some programs accept", "tls", func(w *world.World) { w.Main().Cert = wire.CertNegativeSerial }},
		{"tls-hostname-mismatch@common-name", "The certificate has a common name and no subject alternative name", "tls", func(w *world.World) { w.Main().Cert = wire.CertCommonNameOnly }},
		{"tls-unknown-authority@requests", "Only REQUESTS_CA_BUNDLE has the authority, which the Python client reads", "tls", func(w *world.World) {
			w.User.NoCA = true
			w.User.Variables["REQUESTS_CA_BUNDLE"] = "{dir}/ca.pem"
		}},
		{"insecure-url", "A plain-http issuer", "tls", func(w *world.World) {
			w.Files[w.User.Environment].Issuer = "http://sandbox.invalid/auth/realms/egi"
		}},
		{"insecure-url@backend", "A plain-http back-end", "tls", backendWritten("http://backend.sandbox.invalid")},
		{"insecure-url@token-endpoint", "Discovery names a plain-http token endpoint", "tls", func(w *world.World) {
			w.Main().Discovery = append(w.Main().Discovery, wire.Set("token_endpoint", "http://sandbox.invalid/auth/realms/egi"+world.OpenIDConnect+"/token"))
		}},
	},
)

func withCertificate(c wire.Certificate) func(*world.World, *wire.Host) {
	return func(_ *world.World, h *wire.Host) { h.Cert = c }
}

// impatient makes the check give up on a silent server after two seconds, so that the demonstration
// does not take long.
func impatient(w *world.World) { w.User.Flags = append(w.User.Flags, "--timeout", "2s") }

// throughProxy makes a host reachable by a proxy only. Its name must not be a loopback one: Go
// never sends those to a proxy.
func throughProxy(w *world.World, h *wire.Host, proxy string) {
	h.Public = h.Name + ".sandbox.invalid"
	w.User.Variables["HTTPS_PROXY"] = proxy
}

// proxyAnswers puts a proxy on loopback that answers every CONNECT in the same way.
func proxyAnswers(w *world.World, a wire.Answer) {
	w.Elsewhere = &wire.Host{Name: "elsewhere", Wire: wire.HTTP, All: a}
	throughProxy(w, &w.Main().Host, "{elsewhere}")
}
