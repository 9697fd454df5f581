package checks

import "slices"

var everything = append(slices.Clone(noDocument), noBackend...)

var page = Facts{
	"discovery.tried": true, "discovery.failure": "", "discovery.host": "aai.egi.eu", "discovery.status": 200, "discovery.shape": "html", "discovery.content_type": "text/html",
	"discovery.login_page": false, "discovery.alternatives_tried": true,
}

var transportMatrix = []matrixCase{
	{"offline", change{set: facts(failure("discovery", "dns", "aai.egi.eu"), failure("well_known", "dns", "openeo.cloud"), failure("capabilities", "dns", "openeo.cloud"), failure("providers", "dns", "openeo.cloud")), drop: everything}, []string{"error certain network dns-failure"}},
	{"misspelt identity provider", change{set: facts(failure("discovery", "dns", "aai.egi.eo"), Facts{"hosts.near_miss": "aai.egi.eu"}), drop: noDocument}, []string{"error certain network dns-failure"}},
	{"back-end down", change{set: facts(failure("well_known", "refused", "openeo.cloud"), failure("capabilities", "refused", "openeo.cloud"), failure("providers", "refused", "openeo.cloud")), drop: noBackend}, []string{"error certain network connection-refused"}},
	{"back-end down and a wrong secret", change{set: facts(refusedToken(401, "unauthorized_client", neither, facts(basicToo, Facts{"authorization.says": knownText})).set,
		failure("well_known", "refused", "openeo.cloud"), failure("capabilities", "refused", "openeo.cloud"), failure("providers", "refused", "openeo.cloud")), drop: append(slices.Clone(noToken), noBackend...)}, []string{"error certain you client-secret-wrong", "error certain network connection-refused"}},
	{"identity provider refused, back-end not resolvable", change{set: facts(failure("discovery", "refused", "aai.egi.eu"), failure("well_known", "dns", "openeo.cloud"), failure("capabilities", "dns", "openeo.cloud")), drop: everything}, []string{"error certain network connection-refused", "error certain network dns-failure"}},
	{"clock a year ahead", change{set: facts(failure("discovery", "tls-expired", "aai.egi.eu"), failure("well_known", "tls-expired", "openeo.cloud")), drop: everything}, []string{"error possible you tls-certificate-expired"}},
	{"clock behind", change{set: facts(failure("discovery", "tls-not-yet-valid", "aai.egi.eu"), failure("well_known", "tls-not-yet-valid", "openeo.cloud")), drop: everything}, []string{"error likely you tls-certificate-not-yet-valid"}},
	{
		"clock behind, as the back-end's answer shows",
		change{set: facts(failure("discovery", "tls-not-yet-valid", "aai.egi.eu"), Facts{"clock.skew_s": -90000, "clock.skewed": true, "clock.host": "openeo.cloud"}), drop: noDocument},
		[]string{"error likely you tls-certificate-not-yet-valid", "warning certain you clock-skew"},
	},
	{"expired certificate, the clock is right", change{set: facts(failure("discovery", "tls-expired", "aai.egi.eu"), Facts{"clock.skew_s": 0, "clock.skewed": false}), drop: noDocument}, []string{"error certain identity-provider tls-certificate-expired"}},
	{"TLS is inspected", change{set: facts(failure("discovery", "tls-unknown-authority", "aai.egi.eu"), failure("well_known", "tls-unknown-authority", "openeo.cloud")), drop: everything}, []string{"error certain you tls-unknown-authority"}},
	{"proxy wants a password", change{set: facts(failure("discovery", "proxy", "aai.egi.eu"), failure("well_known", "proxy", "openeo.cloud"), Facts{"discovery.proxy": "HTTPS_PROXY"}), drop: everything}, []string{"error certain network proxy-failure"}},
	{"captive portal", change{set: facts(page, Facts{
		"discovery.login_page": true, "discovery.redirect_host": "login.hotel.example", "well_known.tried": true, "well_known.failure": "", "well_known.status": 200,
		"well_known.shape": "html", "well_known.login_page": true, "well_known.redirect_host": "login.hotel.example",
	}), drop: everything}, []string{"error likely network network-login-page"}},
	{"a page of unknown meaning", change{set: page, drop: noDocument}, []string{"error possible identity-provider discovery-not-json", "error possible network network-login-page"}},
	{"status 511", change{set: facts(page, Facts{"discovery.status": 511, "discovery.login_page": true}), drop: noDocument}, []string{"error certain network network-login-page"}},
	{"maintenance", change{set: facts(page, Facts{"discovery.status": 503, "discovery.retry_after_s": 3600}), drop: noDocument}, []string{"error certain identity-provider identity-provider-error"}},
	{"token endpoint stumbles", refusedToken(500, "server_error", "", nil), []string{"error likely identity-provider identity-provider-error"}},
	{"rate limit at the token endpoint", refusedToken(429, "", "", Facts{"token.shape": "text", "token.retry_after_s": 60}), []string{"error certain identity-provider rate-limited"}},
	{"back-end under maintenance", change{set: Facts{
		"well_known.tried": true, "well_known.failure": "", "well_known.status": 503, "well_known.shape": "html", "capabilities.tried": true, "capabilities.failure": "", "capabilities.status": 503, "capabilities.shape": "html",
		"providers.tried": true, "providers.failure": "", "providers.status": 503, "providers.shape": "html",
	}, drop: noBackend}, []string{"error certain backend backend-error"}},
	{"interrupted at the token", change{set: failure("token", "interrupted", "aai.egi.eu"), drop: noToken}, nil},
	{"deadline at /me", change{set: facts(failure("me", "response-timeout", "openeo.cloud"), Facts{"check.deadline": true}), drop: []string{"me."}}, []string{"error likely backend response-timeout"}},
	{"token request breaks off", change{set: failure("token", "reset", "aai.egi.eu"), drop: noToken}, []string{"error certain network connection-reset"}},
	{"identity provider answers without end", change{set: facts(failure("discovery", "too-large", "aai.egi.eu"), Facts{"discovery.status": 200}), drop: noDocument}, []string{"error likely identity-provider response-too-large"}},
	{"back-end redirects in a circle", change{set: facts(failure("well_known", "redirect-loop", "openeo.cloud"), failure("capabilities", "redirect-loop", "openeo.cloud"), failure("providers", "redirect-loop", "openeo.cloud"), Facts{"well_known.failure_detail": circle, "capabilities.failure_detail": circle}), drop: noBackend}, []string{"error certain backend redirect-loop"}},
	{
		"identity provider redirects in a circle",
		change{set: facts(failure("discovery", "redirect-loop", "aai.egi.eu"), Facts{"discovery.status": 302, "discovery.failure_detail": circle}), drop: noDocument},
		[]string{"error certain identity-provider redirect-loop"},
	},
	{"plain http issuer", change{set: facts(failure("discovery", "insecure-url", "aai.egi.eu"), Facts{"environment.issuer": "http://aai.egi.eu/auth/realms/egi", "environment.known_as": "", "environment.id": ""}), drop: noDocument}, []string{"error certain you insecure-url"}},
}

const circle = "the redirects lead in a circle"
