package checks

import (
	"slices"
	"strings"
)

// MeRefusals are the refusals of GET /me that are recognised, from the openEO driver's own codes
// and texts (measured).
var MeRefusals = []string{
	"header-missing", "gateway", "scheme", "oidc-off", "token-invalid", "enrollment", "account", "not-mapped", "token-check",
	"resolving", "provider-unavailable", "version", "payment", "not-found", "enrollment-hinted", "payment-hinted", "provider-hinted",
	"audience-hinted", "account-hinted", "header-hinted", "form", "certificate", "unsteady", "other",
}

// MeTokenTaken: what the back-end looks at only once the token is good.
var MeTokenTaken = concluded("me.token_taken", Bool, "/me accepted the token and refused the account behind it, by its code and message")

// MeBlamesUserinfo: the driver quotes the status of its own userinfo call.
var MeBlamesUserinfo = concluded("me.blames_userinfo", Bool, "/me refused because the back-end's own userinfo request was answered unexpectedly, by its message")

var MeReason = concluded("me.reason", Text, "why /me refused, recognised by its code and message: "+strings.Join(MeRefusals, ", "))

func deriveMe(f Facts) {
	status, ok := answered(f, AtMe)
	if !ok || status == 200 {
		return
	}
	reason := meReason(status, f.Text(MeCode), f.Text(MeID), f.Text(AtMe.Message))
	if hint, ok := hintedBy[f.Text(MeWordsKind)]; ok && slices.Contains(openToHints, reason) {
		reason = hint
	}
	if wantsCertificate(f, AtMe) {
		reason = "certificate"
	}
	if f.Is(MeAloneAccepted) { // the same token was accepted in another form, so none of the refusal's words are about it
		reason = "form"
	}
	if meUnsteady(f) { // a refusal that does not last
		reason = "unsteady"
	}
	f.Set(MeReason, reason)
	f.Set(MeTokenTaken, slices.Contains([]string{"enrollment", "account", "not-mapped"}, reason))
	f.Set(MeSigned, f.Text(AtMe.Shape) == "html" && hints(f.Text(AtMe.Detail), pageSigners...))
	f.Set(MeBlamesUserinfo, strings.HasPrefix(f.Text(AtMe.Message), "Unexpected '/userinfo' response"))
}

// MeSigned: what stands in between signs its pages; a framework of the back-end's own does not.
var MeSigned = concluded("me.signed", Bool, "/me was refused with a page that a web server, firewall or proxy signs with its name")

var pageSigners = []string{"nginx", "openresty", "apache", "haproxy", "cloudflare", "varnish", "envoy", "traefik", "akamai", "f5", "support id"}

// hintedBy are refusals that the words of any back-end may name. They make it likely, whatever the
// code beside them.
var hintedBy = map[string]string{
	"enrollment": "enrollment-hinted", "payment": "payment-hinted", "provider-unusable": "provider-hinted", "audience": "audience-hinted",
	"not-allowed": "account-hinted", "header-missing": "header-hinted",
}

// openToHints are refusals whose code says less than words can.
var openToHints = []string{"token-invalid", "gateway", "other", "scheme"}

func meReason(status int, code, id, message string) string {
	switch {
	case status == 402, code == "PaymentRequired", code == "TokenExchangeFailure":
		return "payment"
	case code == "" && (status == 401 || status == 403) && id == "":
		return "gateway"
	case code == "AuthenticationSchemeInvalid" && strings.Contains(message, "OIDC authentication is not supported"):
		return "oidc-off"
	case code == "PermissionsInsufficient" && strings.Contains(message, "nrollment") && strings.Contains(message, "irtual organi"):
		return "enrollment"
	case hints(message, "marketplace", "credits", "subscription"):
		return "payment-hinted"
	case code == "PermissionsInsufficient" && hints(message, "enrol", "virtual organi", "entitlement"):
		return "enrollment-hinted"
	case code == "AccessTokenError" && strings.Contains(message, "without user mapping"):
		return "not-mapped"
	case resolvingToken(message):
		return "resolving"
	}
	if reason, ok := meCodes[code]; ok {
		return reason
	}
	if status == 404 {
		return "not-found"
	}
	return "other"
}

// hints looks for words that speak of a cause. What an operator writes in his own words makes it
// likely, not certain.
func hints(message string, words ...string) bool {
	message = strings.ToLower(message)
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(message, w) })
}

var meCodes = map[string]string{
	"AuthenticationRequired":      "header-missing",
	"AuthenticationSchemeInvalid": "scheme",
	"TokenInvalid":                "token-invalid",
	"PermissionsInsufficient":     "account",
	"AccessTokenError":            "token-check",
	"OidcProviderUnavailable":     "provider-unavailable",
	"UnsupportedApiVersion":       "version",
}

// resolvingToken: the back-end stumbled over its own discovery or userinfo call.
func resolvingToken(message string) bool {
	return strings.Contains(message, "while resolving OIDC access token")
}

// meTrouble reads the kind of the driver's stumble: it names the exception (measured). A discovery
// document or a userinfo answer that is no JSON, one that lacks a field, or an error status on the
// way.
func meTrouble(message string) string {
	for _, t := range [][2]string{{"JSONDecodeError", "unreadable"}, {"KeyError", "incomplete"}, {"HTTPError", "refused"}} {
		if strings.Contains(message, t[0]) {
			return t[1]
		}
	}
	return "other"
}

var (
	UserinfoAccepted = concluded("userinfo.accepted", Bool, "userinfo accepted the token")
	UserinfoReason   = concluded("userinfo.reason", Text, "why userinfo refused the token, recognised by its WWW-Authenticate header: scope, lightweight, user-missing, user-disabled, client-disabled, not-found, token, other")
)

// deriveUserinfo reads RFC 6750's WWW-Authenticate: Keycloak leaves the body of a refusal empty.
func deriveUserinfo(f Facts) {
	status, ok := answered(f, AtUserinfo)
	if !ok {
		return
	}
	shape := f.Text(AtUserinfo.Shape)
	f.Set(UserinfoAccepted, status == 200 && (shape == "object" || shape == "jwt"))
	if status < 400 || status == 429 || status >= 500 { // no refusal: an answer of some kind, or "not now"
		return
	}
	reason := "other"
	switch text := f.Text(UserinfoWWWDescription); {
	case f.Text(UserinfoWWWError) == "insufficient_scope" && f.Is(JWTHasOpenID):
		reason = "other" // openid is there, so another scope is meant
	case f.Text(UserinfoWWWError) == "insufficient_scope":
		reason = "scope"
	case strings.Contains(text, "Lightweight access token"):
		reason = "lightweight"
	case strings.Contains(text, "user_not_found"), strings.Contains(text, "User not found"):
		reason = "user-missing"
	case strings.Contains(text, "user_disabled"):
		reason = "user-disabled"
	case strings.Contains(text, "Client disabled"):
		reason = "client-disabled"
	case status == 404, status == 405:
		reason = "not-found"
	case f.Text(UserinfoWWWError) == "invalid_token":
		reason = "token"
	}
	f.Set(UserinfoReason, reason)
}
