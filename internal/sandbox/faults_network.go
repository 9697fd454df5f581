package sandbox

import (
	"net/http"
	"slices"
)

// everywhere makes two faults of one: at the identity provider and at the back-end.
func everywhere(id, title, layer string, change func(*world, *host)) []fault {
	return []fault{
		{id, title + " (identity provider)", layer, func(w *world) { change(w, &w.main().host) }},
		{id + "@backend", title + " (back-end)", layer, func(w *world) { change(w, &w.backend.host) }},
	}
}

// networkFaults are between the user and a server.
var networkFaults = slices.Concat(
	everywhere("dns-failure", "The host name does not resolve", "network", func(_ *world, h *host) { h.public = h.name + ".sandbox.invalid" }),
	everywhere("connection-refused", "Nothing listens at the address", "network", func(_ *world, h *host) { h.wire = wireRefuses }),
	everywhere("connection-timeout", "Packets are dropped", "network", func(w *world, h *host) { h.wire = wireFull; impatient(w) }),
	everywhere("connection-reset", "The connection is reset", "network", func(_ *world, h *host) { h.wire = wireResets }),
	[]fault{{"connection-reset@token", "The connection is reset at the token endpoint", "network", func(w *world) { w.main().at["token"] = reset }}},
	everywhere("response-timeout", "Connected, but no answer comes", "network", func(w *world, h *host) { h.all = hang; impatient(w) }),
	[]fault{
		{"response-timeout@handshake", "Connected, but the TLS handshake is never answered", "network", func(w *world) {
			w.main().wire = wireSilent
			impatient(w)
		}},
		{"response-timeout@token", "The token endpoint never answers", "network", func(w *world) { w.main().at["token"] = hang; impatient(w) }},
		{"response-timeout@me", "The back-end never answers at /me", "network", func(w *world) { w.backend.at["me"] = hang; impatient(w) }},
	},
	everywhere("proxy-failure", "The proxy named in HTTPS_PROXY is not there", "network", func(w *world, h *host) { throughProxy(w, h, "http://{closed}") }),
	[]fault{
		{"proxy-failure@407", "The proxy asks for a password", "network", func(w *world) {
			proxyAnswers(w, fixed(http.StatusProxyAuthRequired, "text/plain", "Proxy Authentication Required\n", "Proxy-Authenticate", `Basic realm="proxy"`))
		}},
		{"proxy-failure@403", "The proxy refuses this destination", "network", func(w *world) {
			proxyAnswers(w, fixed(http.StatusForbidden, "text/plain", "Destination not allowed by policy\n"))
		}},
		{"proxy-failure@unknown-host", "The proxy's host name does not resolve", "network", func(w *world) {
			throughProxy(w, &w.main().host, "http://proxy.sandbox.invalid:3128")
		}},
	},
	everywhere("network-login-page", "A guest network redirects to its login page", "network", func(w *world, h *host) {
		w.elsewhere = &host{name: "elsewhere", wire: wireHTTP, public: "localhost"}
		h.all = redirect(http.StatusFound, "{elsewhere}/login")
	}),
	[]fault{{"network-login-page@html", "A guest network answers with its login page", "network", func(w *world) { w.main().all = loginPage }}},
	everywhere("redirect-loop", "Redirects that never end", "network", func(_ *world, h *host) { h.all = loop }),
	everywhere("response-too-large", "An answer without an end", "network", func(_ *world, h *host) { h.all = endless }),
	[]fault{{"response-too-large@token", "A token answer without an end", "network", func(w *world) { w.main().at["token"] = endless }}},
)

// tlsFaults are in the certificate or the protocol.
var tlsFaults = slices.Concat(
	everywhere("tls-certificate-expired", "The certificate has expired", "tls", withCertificate(certExpired)),
	everywhere("tls-certificate-not-yet-valid", "The certificate is not yet valid", "tls", withCertificate(certNotYetValid)),
	everywhere("tls-hostname-mismatch", "The certificate is for other names", "tls", withCertificate(certOtherNames)),
	everywhere("tls-unknown-authority", "The certificate is from an authority that is not trusted here", "tls", withCertificate(certForeignAuthority)),
	[]fault{{"tls-unknown-authority@missing-intermediate", "The server does not send its intermediate certificate", "tls", func(w *world) {
		w.main().cert = certMissingIntermediate
	}}},
	everywhere("tls-handshake-failed", "Plain HTTP on a TLS port", "tls", func(_ *world, h *host) { h.wire = wirePlain }),
	[]fault{
		{"tls-handshake-failed@old-protocol", "The server speaks TLS 1.1 only", "tls", func(w *world) { w.main().wire = wireOldTLS }},
		{"insecure-url", "A plain-http issuer", "tls", func(w *world) {
			w.files[w.user.environment].Issuer = "http://sandbox.invalid/auth/realms/egi"
		}},
		{"insecure-url@backend", "A plain-http back-end", "tls", backendWritten("http://backend.sandbox.invalid")},
		{"insecure-url@token-endpoint", "Discovery names a plain-http token endpoint", "tls", func(w *world) {
			w.main().discovery = append(w.main().discovery, edit{"token_endpoint", "http://sandbox.invalid/auth/realms/egi" + openIDConnect + "/token"})
		}},
	},
)

func withCertificate(c certificate) func(*world, *host) {
	return func(_ *world, h *host) { h.cert = c }
}

// impatient makes the check give up on a silent server after two seconds, so that the demonstration does not take long.
func impatient(w *world) { w.user.flags = append(w.user.flags, "--timeout", "2s") }

// throughProxy makes a host reachable by a proxy only. Its name must not be a loopback one: Go never sends those to a proxy.
func throughProxy(w *world, h *host, proxy string) {
	h.public = h.name + ".sandbox.invalid"
	w.user.variables["HTTPS_PROXY"] = proxy
}

// proxyAnswers puts a proxy on loopback that answers every CONNECT in the same way.
func proxyAnswers(w *world, a answer) {
	w.elsewhere = &host{name: "elsewhere", wire: wireHTTP, all: a}
	throughProxy(w, &w.main().host, "{elsewhere}")
}
