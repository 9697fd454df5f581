package checks

import (
	"maps"
	"slices"
)

// derivedFacts declares what derive computes. They are computed anew from a saved report's facts, so that a newer version
// may conclude more from old evidence.
func derivedFacts() []FactDef {
	defs := []FactDef{
		{"idp.keycloak", Bool, "the identity provider is a Keycloak", true},
		{"idp.failure", Text, "first failure on the way to the identity provider, empty when it answered", true},
		{"idp.failure_step", Text, "the step that failed", true},
		{"idp.failure_host", Text, "the host asked", true},
		{"idp.failure_detail", Text, "the failure in words", true},
		{"idp.tls_issuer", Text, "issuer of the refused certificate", true},
		{"idp.tls_names", List, "names in the refused certificate", true},
		{"idp.tls_valid", Text, "validity of the refused certificate", true},
		{"idp.proxy", Text, "variable of the proxy that failed", true},
		{"idp.status", Int, "status 429 or 5xx of the identity provider, when one was seen", true},
		{"idp.status_step", Text, "the step that was answered so", true},
		{"idp.status_host", Text, "its host", true},
		{"idp.retry_after_s", Int, "its Retry-After, in seconds", true},
		{"idp.retry_after", Text, "the same in words", true},
		{"backend.failure", Text, "first failure on the way to the back-end, empty when it answered", true},
		{"backend.failure_step", Text, "the step that failed", true},
		{"backend.failure_host", Text, "the host asked", true},
		{"backend.failure_detail", Text, "the failure in words", true},
		{"backend.tls_issuer", Text, "issuer of the refused certificate", true},
		{"backend.tls_names", List, "names in the refused certificate", true},
		{"backend.tls_valid", Text, "validity of the refused certificate", true},
		{"backend.proxy", Text, "variable of the proxy that failed", true},
		{"backend.status", Int, "status 429 or 5xx of the back-end, when one was seen", true},
		{"backend.status_step", Text, "the step that was answered so", true},
		{"backend.status_host", Text, "its host", true},
		{"backend.retry_after_s", Int, "its Retry-After, in seconds", true},
		{"backend.retry_after", Text, "the same in words", true},
		{"token.reason", Text, "the refusal, recognised: one of TokenReasons, other, or empty", true},
		{"token.reasons", List, "every refusal recognised, of the openEO clients' own request and of the changed ones", true},
		{"token.any_issued", Bool, "a token was issued to some request, perhaps a changed one", true},
		{"authorization.client", Text, "what it says of the client id: known, unknown, disabled, bearer-only, wrong-protocol, realm-disabled, other", true},
		{"authorization_trimmed.client", Text, "the same for the trimmed id", true},
		{"authorization_lower.client", Text, "the same for the id in lower case", true},
		{"me.reason", Text, "the refusal at /me, recognised: one of MeReasons, other, or empty", true},
		{"userinfo.accepted", Bool, "userinfo accepted the token", true},
		{"userinfo.reason", Text, "the refusal at userinfo, recognised", true},
		{"token.lifetime_s", Int, "lifetime of the token, in seconds", true},
		{"token.lifetime_short", Bool, "it is shorter than two minutes", true},
		{"token.large", Bool, "the Authorization header is larger than 8 KiB", true},
		{"login.works", Bool, "an openEO client with these settings can log in", true},
	}
	for _, v := range Variants {
		defs = append(defs, FactDef{v + ".reason", Text, "the refusal of the changed token request, recognised", true})
	}
	return slices.Concat(defs, inputConclusions(), networkConclusions(), discoveryConclusions(), refusalConclusions(), answerConclusions(), accountConclusions())
}

// The steps of the two parties, in the order in which a login needs them.
var (
	idpSteps     = []string{"discovery", "token", "keys", "userinfo"}
	backendSteps = []string{"well_known", "capabilities", "providers", "me"}
)

// lifetimeShort is in seconds: a token that lives shorter can expire between being issued and a job's submission.
const lifetimeShort = 120

// headerLarge is in bytes: common servers and proxies refuse a header line beyond 8 KiB.
const headerLarge = 8 << 10

// Derive returns the facts together with what follows from them. It is pure and forgets earlier derived values.
func Derive(observed Facts) Facts {
	f := maps.Clone(observed)
	for name := range f {
		if vocabulary[name].Derived {
			delete(f, name)
		}
	}
	deriveTransport(f, "idp", idpSteps)
	deriveTransport(f, "backend", backendSteps)
	deriveServerKind(f)
	deriveTokenReasons(f)
	deriveAuthorization(f)
	deriveDiscovery(f)
	deriveNetwork(f)
	deriveInput(f)
	deriveToken(f)
	deriveUserinfo(f)
	deriveMe(f)
	deriveRefusal(f)
	deriveAnswers(f)
	deriveAccount(f)
	deriveLogin(f)
	return f
}

func deriveToken(f Facts) {
	life, known := f.Int("token.expires_in_s")
	if !known {
		life, known = f.Int("jwt.lifetime_s")
	}
	if known {
		f.Set("token.lifetime_s", life)
		f.Set("token.lifetime_short", life < lifetimeShort)
	}
	if n, ok := f.Int("token.header_bytes"); ok {
		f.Set("token.large", n > headerLarge)
	}
}

// deriveLogin decides whether an openEO client with these settings would be logged in: the back-end accepts the token that
// such a client would send. Without a back-end, the identity provider's own acceptance is all there is to see; servers other
// than Keycloak may well issue tokens of this grant that their userinfo does not take (measured).
func deriveLogin(f Facts) {
	switch {
	case f.Known("me.status"):
		f.Set("login.works", f["me.status"] == 200 && f.Is("me.valid") && f.Is("me.login_as_clients"))
	case f.Known("backend.wanted") && !f.Is("backend.wanted") && f.Known("token.issued"):
		f.Set("login.works", f.Is("token.issued") && (f.Is("userinfo.accepted") || !f.Is("userinfo.offered") || f["idp.keycloak"] == false))
	}
}
