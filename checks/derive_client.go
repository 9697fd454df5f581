package checks

import (
	"slices"
	"strings"
)

// The sentences below are Keycloak's own, unchanged from version 22 to 26.7 (measured). They are
// matched together with the error code; on a server that is not a Keycloak they prove nothing and
// are not used.

// TokenRefusals are the refusals of the token endpoint that are recognised.
var TokenRefusals = []string{
	"client-or-credentials", "credentials", "service-account-off", "public-client", "assertion-missing", "client-id-unread",
	"wrong-protocol", "bearer-only", "user-disabled", "user-deleted", "dpop-missing", "certificate-missing", "method-basic",
	"method-post", "method-other", "scope", "scope-list", "realm-unknown", "realm-disabled", "https-required", "assertion-refused",
	"grant-unsupported", "grant-refused", "client-refused", "not-now", "unsteady", "other",
}

var (
	IDPKeycloak    = concluded("idp.keycloak", Bool, "the identity provider is a Keycloak")
	TokenReason    = concluded("token.reason", Text, "why the token request was refused, recognised by its code and text: "+strings.Join(TokenRefusals, ", "))
	TokenReasons   = concluded("token.reasons", List, "every refusal recognised at the token endpoint, of the openEO clients' own request and of the changed ones")
	TokenAnyIssued = concluded("token.any_issued", Bool, "some token request was answered with a token, perhaps a changed one")
)

type sentence struct{ code, text, reason string }

// refusedPair is Keycloak's sentence for an unknown id, a disabled client and a wrong secret alike.
const refusedPair = "Invalid client or Invalid client credentials"

// keycloakRefusals: an empty code matches any; the text is a prefix, or a part when it starts with
// "…".
var keycloakRefusals = []sentence{
	{"invalid_client", refusedPair, "client-or-credentials"},
	{"unauthorized_client", refusedPair, "credentials"},
	{"unauthorized_client", "Unexpected error when authenticating client", "credentials"},
	{"unauthorized_client", "Invalid client secret", "credentials"}, // before version 22
	{"unauthorized_client", "Client not enabled to retrieve service account", "service-account-off"},
	{"unauthorized_client", "Public client not allowed to retrieve service account", "public-client"},
	{"unauthorized_client", "Invalid method used to get client secret. Client requires method 'client_secret_basic'", "method-basic"},
	{"unauthorized_client", "Invalid method used to get client secret. Client requires method 'client_secret_post'", "method-post"},
	{"unauthorized_client", "Invalid method used to get client secret", "method-other"},
	{"invalid_client", "Parameter client_assertion_type is missing", "assertion-missing"},
	{"invalid_client", "Missing client_id parameter", "client-id-unread"},
	{"invalid_client", "Wrong client protocol", "wrong-protocol"},
	{"invalid_client", "Bearer-only not allowed", "bearer-only"},
	{"invalid_request", "The associated service account for the client does not exist", "user-deleted"},
	{"invalid_request", "DPoP proof is missing", "dpop-missing"},
	{"invalid_request", "Client Certification missing for MTLS HoK Token Binding", "certificate-missing"},
	{"invalid_request", "HTTPS required", "https-required"},
	{"access_denied", "Realm not enabled", "realm-disabled"},
	{"", "…client secret signed JWT failed", "assertion-refused"},
	{"Realm does not exist", "", "realm-unknown"},
}

// standardRefusals hold on every server: the codes of RFC 6749 section 5.2, and of its extensions,
// that say one thing only.
var standardRefusals = map[string]string{
	"invalid_scope":          "scope",
	"unsupported_grant_type": "grant-unsupported",
	"unauthorized_client":    "grant-refused",
	"invalid_client":         "client-refused",
	"invalid_dpop_proof":     "dpop-missing", // RFC 9449 section 5
	"use_dpop_nonce":         "dpop-missing", // RFC 9449 section 8

	// RFC 6749 section 4.1.2.1 has them for redirects, which have no status. Servers send them here
	// too, with any status.
	"temporarily_unavailable": "not-now",
	"server_error":            "not-now",
	"slow_down":               "not-now", // RFC 8628 section 3.5
}

func deriveServerKind(f Facts) {
	switch {
	case f.Is(DiscoveryKeycloakPaths), f.Text(AtDiscovery.Error) == "Realm does not exist":
		f.Set(IDPKeycloak, true)
	case f.Known(DiscoveryKeycloakPaths):
		f.Set(IDPKeycloak, false)
	}
}

func deriveTokenReasons(f Facts) {
	reasons := []string{}
	for _, r := range tokenRequests {
		if !f.Known(r.Status) {
			continue
		}
		reason := refusal(f, f.Text(r.Error), f.Text(r.ErrorDescription), f.Is(r.Issued))
		if r.ID == clientsRequest.ID && tokenUnsteady(f) { // the words of a refusal that does not last say nothing of the client
			reason = "unsteady"
		}
		if reason == "scope" && f.Is(ProvidersScopesAsText) {
			reason = "scope-list" // letters were asked for
		}
		f.Set(r.Reason, reason)
		if reason != "" && !slices.Contains(reasons, reason) {
			reasons = append(reasons, reason)
		}
		f.Set(TokenAnyIssued, f.Is(TokenAnyIssued) || f.Is(r.Issued) || f.Is(TokenAgainIssued))
	}
	if f.Known(TokenAnyIssued) {
		f.Set(TokenReasons, reasons)
	}
}

// Refusal recognises a refusal of a token request by its code and words, on this kind of server.
func (f Facts) Refusal(code, words string) string { return refusal(f, code, words, false) }

// refusal recognises a token refusal by code and text together.
func refusal(f Facts, code, text string, issued bool) string {
	if issued || code == "" {
		return ""
	}
	if f.Is(IDPKeycloak) {
		for _, s := range keycloakRefusals {
			if s.matches(code, text) {
				return s.reason
			}
		}
		if userDisabled(code, text) {
			return "user-disabled"
		}
	}
	if code == "unauthorized_client" && !f.Is(IDPKeycloak) && aboutCredentials(text) {
		return "client-refused" // perhaps a Keycloak behind other paths; the grant is not what it refuses
	}
	if reason, ok := standardRefusals[code]; ok && !(f.Is(IDPKeycloak) && reason == "grant-refused") {
		return reason
	}
	// The second server that was measured answers a grant that is switched off with this text.
	if code == "invalid_request" && strings.Contains(text, "grant type is not allowed for this client") {
		return "grant-refused"
	}
	return "other"
}

// userDisabled recognises the sentence that names the service account.
func userDisabled(code, text string) bool {
	return code == "invalid_request" && strings.HasPrefix(text, "User '") && strings.HasSuffix(text, "' disabled")
}

// aboutCredentials tells that the words of an unauthorized_client are about who asks, and not about
// what is asked for.
func aboutCredentials(text string) bool {
	text = strings.ToLower(text)
	if strings.Contains(text, "grant") || strings.Contains(text, "client_credentials") {
		return false
	}
	return slices.ContainsFunc([]string{"credential", "secret", "not found", "unknown client"}, func(word string) bool { return strings.Contains(text, word) })
}

func (s sentence) matches(code, text string) bool {
	if s.code != "" && s.code != code {
		return false
	}
	if part, ok := strings.CutPrefix(s.text, "…"); ok {
		return strings.Contains(text, part)
	}
	return strings.HasPrefix(text, s.text)
}

// authorizationSentences: what the authorization endpoint says of a client ID when it is asked with
// a redirect address that nobody registered. A known client is recognised by the complaint about
// that address.
var authorizationSentences = []struct{ text, client string }{
	{"Invalid parameter: redirect_uri", "known"},
	{"Client not found", "unknown"},
	{"Client disabled", "disabled"},
	{"Bearer-only applications are not allowed", "bearer-only"},
	{"Wrong client protocol", "wrong-protocol"},
	{"Realm not enabled", "realm-disabled"},
}

var (
	AuthorizationClient        = concluded("authorization.client", Text, "what the authorization endpoint says about the client ID: known, unknown, disabled, bearer-only, wrong-protocol, realm-disabled, other")
	AuthorizationTrimmedClient = concluded("authorization_trimmed.client", Text, "what the authorization endpoint says about the client ID without white space, quotation marks and invisible characters: known, unknown, disabled, bearer-only, wrong-protocol, realm-disabled, other")
	AuthorizationLowerClient   = concluded("authorization_lower.client", Text, "what the authorization endpoint says about the client ID in lower case: known, unknown, disabled, bearer-only, wrong-protocol, realm-disabled, other")
)

func deriveAuthorization(f Facts) {
	for _, about := range []struct{ client, says Name }{
		{AuthorizationClient, AuthorizationSays}, {AuthorizationTrimmedClient, AuthorizationTrimmedSays}, {AuthorizationLowerClient, AuthorizationLowerSays},
	} {
		if f.Known(about.says) && !tokenUnsteady(f) { // of several servers, nobody knows which said it
			f.Set(about.client, ClientByAuthorization(f.Is(IDPKeycloak), f.Text(about.says)))
		}
	}
}

// ClientByAuthorization recognises what an authorization endpoint says of a client ID.
func ClientByAuthorization(keycloak bool, says string) string {
	if keycloak {
		for _, s := range authorizationSentences {
			if strings.Contains(says, s.text) {
				return s.client
			}
		}
		return "other"
	}
	// Other servers: RFC 6749 section 4.1.2.1 fixes no text. A complaint about the address alone
	// means that the client was found; the findings that rest on this are never certain.
	switch {
	case strings.Contains(says, "invalid_redirect_uri"), strings.Contains(says, "redirect_uri"):
		return "known"
	case strings.Contains(says, "invalid_client"), strings.Contains(says, "client is invalid"):
		return "unknown"
	}
	return "other"
}
