package checks

import (
	"regexp"
	"slices"
	"strconv"
)

// Standings: what the identity provider makes of a client id or a secret, as it was sent. An oddity in a value (white
// space, quotes) is only the cause where the value is not accepted with it.
const (
	standsAccepted = "accepted" // the secret was right; of an id: known
	standsUnneeded = "unneeded" // the client has no secret, so none is looked at
	standsKnown    = "known"
	standsUnknown  = "unknown"
	standsRefused  = "refused"  // refused; of an id: it or the secret, the server does not say which
	standsUnjudged = "unjudged" // it was sent, and the answer is about something else
	standsUntried  = "untried"  // it was never sent
)

func inputConclusions() []FactDef {
	defs := []FactDef{
		{"token.authenticated", Bool, "id and secret were accepted, whatever came then", true},
		{"client_id.standing", Text, "the identity provider's word on the id as given: known, unknown, refused, unjudged, untried", true},
		{"client_id.has_control", Bool, "line ends or control characters in the client id", true},
		{"secret.standing", Text, "the identity provider's word on the secret as given: accepted, unneeded, refused, unjudged, untried", true},
		{"secret.has_control", Bool, "line ends or control characters in the secret", true},
		{"backend.refuses_environment", Text, "the back-end does not take the environment: confirmed by its own list, by the catalog-only, or accepted", true},
		{"backend.accepted_environment", Text, "the first environment that the back-end accepts, by the catalog", true},
	}
	for _, v := range Variants {
		defs = append(defs, FactDef{v + ".authenticated", Bool, "the changed id and secret were accepted, whatever came then", true})
	}
	return defs
}

func deriveInput(f Facts) {
	for _, step := range append([]string{"token"}, Variants...) {
		if ok, known := authenticated(f, step); known {
			f.Set(step+".authenticated", ok)
		}
	}
	if f.Known("client_id.present") {
		f.Set("client_id.standing", standingOfID(f))
	}
	if f.Known("secret.present") {
		f.Set("secret.standing", standingOfSecret(f))
	}
	for _, value := range []string{"client_id", "secret"} {
		if f.Known(value + ".has_whitespace") {
			f.Set(value+".has_control", hasControl(f.Text(value+".whitespace")+"; "+f.Text(value+".invisible")))
		}
	}
	deriveEnvironment(f)
}

// afterAuthentication: refusals that a Keycloak only gives to a client whose id and secret were right. Of an invalid scope
// that holds on every server: it is a matter of authorization (RFC 6749 section 3.3).
var afterAuthentication = []string{"service-account-off", "user-disabled", "user-deleted", "dpop-missing", "certificate-missing"}

var credentialRefusals = []string{"client-or-credentials", "credentials", "client-refused"}

// authenticated tells whether the id and the secret of one token request were accepted; known is false where its answer
// says nothing of them.
func authenticated(f Facts, step string) (yes, known bool) {
	reason := f.Text(step + ".reason")
	switch {
	case f.Is(step + ".issued"), reason == "scope", f.Is("idp.keycloak") && slices.Contains(afterAuthentication, reason):
		return true, true
	case slices.Contains(credentialRefusals, reason):
		return false, true
	case step == "token", !slices.Contains(credentialRefusals, f.Text("token.reason")):
		return false, false
	}
	// The changed request passed where the clients' own was stopped: whatever refuses it now comes after that.
	return true, reason == "grant-refused" || reason == "public-client"
}

// knownByRefusal: refusals that a Keycloak only gives to an id that it knows.
var knownByRefusal = []string{"credentials", "public-client", "assertion-missing", "wrong-protocol", "bearer-only", "method-basic", "method-post", "method-other"}

func standingOfID(f Facts) string {
	reason, said := f.Text("token.reason"), f.Text("authorization.client")
	switch {
	case f.Is("token.authenticated"), slices.Contains(knownByRefusal, reason),
		slices.Contains([]string{"known", "disabled", "bearer-only", "wrong-protocol"}, said):
		return standsKnown
	case said == "unknown":
		return standsUnknown
	case reason == "client-or-credentials", reason == "client-refused":
		return standsRefused
	case f.Is("token.tried"), f.Known("token.status"):
		return standsUnjudged
	}
	return standsUntried
}

func standingOfSecret(f Facts) string {
	asItWas := []string{"token", "token_basic", "token_basic_raw", "token_assertion", "token_openid"}
	if slices.ContainsFunc(asItWas, func(step string) bool { return f.Is(step + ".authenticated") }) {
		return standsAccepted
	}
	reasons := f.List("token.reasons")
	switch {
	case slices.Contains(reasons, "public-client"):
		return standsUnneeded
	case f.Text("token.reason") == "credentials", f.Text("token_basic.reason") == "credentials":
		return standsRefused
	case f.Text("token.reason") == "client-refused" && f.Text("authorization.client") != "unknown":
		return standsRefused
	case f.Is("token.tried"), f.Known("token.status"):
		return standsUnjudged
	}
	return standsUntried
}

var codePoint = regexp.MustCompile(`U\+([0-9A-F]{4,6})`)

// hasControl looks for control characters among the characters named. RFC 6749 appendix A allows none in an id or a secret.
func hasControl(named string) bool {
	for _, m := range codePoint.FindAllStringSubmatch(named, -1) {
		r, err := strconv.ParseUint(m[1], 16, 32)
		if err == nil && (r < 0x20 || (r >= 0x7F && r < 0xA0)) {
			return true
		}
	}
	return false
}

// deriveEnvironment holds the catalog's pairing against the list that the back-end itself gives.
func deriveEnvironment(f Facts) {
	if all := f.List("backend.accepted_environments"); len(all) > 0 {
		f.Set("backend.accepted_environment", all[0])
	}
	if !f.Known("backend.accepts_environment") || !f.Known("backend.in_catalog") {
		return
	}
	switch {
	// An issuer given by hand has no id to look up, so the catalog says nothing of it.
	case f.Is("backend.accepts_environment"), !f.Is("backend.in_catalog"), f.Text("environment.id") == "", f.Is("providers.matching"):
		f.Set("backend.refuses_environment", "accepted")
	case f.Known("providers.matching"):
		f.Set("backend.refuses_environment", "confirmed")
	default:
		f.Set("backend.refuses_environment", "catalog-only")
	}
}
