package checks

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Standing is what the identity provider makes of a client ID or a secret, as it was sent. An
// oddity in a value (white space, quotes) is only the cause where the value is not accepted with
// it.
type Standing string

const (
	standsAccepted Standing = "accepted" // the secret was right
	standsUnneeded Standing = "unneeded" // the client has no secret, so none is looked at
	standsKnown    Standing = "known"
	standsUnknown  Standing = "unknown"
	standsRefused  Standing = "refused"  // refused; of a client ID: it or the secret, the server does not say which
	standsUnjudged Standing = "unjudged" // it was sent, and the answer is about something else
	standsUntried  Standing = "untried"  // it was never sent
)

var (
	TokenAuthenticated         = concluded("token.authenticated", Bool, "the client ID and secret of the openEO clients' request were accepted, whatever came then")
	ClientIDStanding           = concluded("client_id.standing", Text, "the identity provider's judgement of the client ID as given: known, unknown, refused, unjudged, untried")
	ClientIDHasControl         = concluded("client_id.has_control", Bool, "there are line ends or control characters in the client ID")
	SecretStanding             = concluded("secret.standing", Text, "the identity provider's judgement of the secret as given: accepted, unneeded, refused, unjudged, untried")
	SecretHasControl           = concluded("secret.has_control", Bool, "there are line ends or control characters in the secret")
	AuthConfigOpen             = concluded("auth_config.open", Bool, "auth-config.json has entries for the back-end, none of them was taken, and no other source has a client ID or a secret")
	SourcesExposedFile         = concluded("sources.exposed_file", Text, "the first file that other users may read")
	BackendRefusesEnvironment  = concluded("backend.refuses_environment", Text, "whether the back-end refuses the environment: confirmed (by its own list), catalog-only, accepted")
	BackendAcceptedEnvironment = concluded("backend.accepted_environment", Text, "the first environment that the back-end accepts, by the catalog")
)

func deriveInput(f Facts) {
	for _, r := range tokenRequests {
		if ok, known := authenticated(f, r); known {
			f.Set(r.Authenticated, ok)
		}
	}
	if f.Known(ClientIDPresent) {
		f.Set(ClientIDStanding, string(standingOfID(f)))
	}
	if f.Known(SecretPresent) {
		f.Set(SecretStanding, string(standingOfSecret(f)))
	}
	if f.Known(ClientIDHasWhitespace) {
		f.Set(ClientIDHasControl, hasControl(f.Text(ClientIDWhitespace)+"; "+f.Text(ClientIDInvisible)))
	}
	if f.Known(SecretHasWhitespace) {
		f.Set(SecretHasControl, hasControl(f.Text(SecretWhitespace)+"; "+f.Text(SecretInvisible)))
	}
	if f.Known(ClientIDPresent) || f.Known(SecretPresent) {
		found := f.Is(ClientIDPresent) || f.Is(SecretPresent) || f.Is(ClientIDSetButEmpty) || f.Is(SecretSetButEmpty)
		f.Set(AuthConfigOpen, len(f.List(AuthConfigEntries)) > 0 && !found)
	}
	if exposed := f.List(SourcesExposed); len(exposed) > 0 {
		file, _, _ := strings.Cut(exposed[0], ": mode ")
		f.Set(SourcesExposedFile, file)
	}
	deriveEnvironment(f)
}

// afterAuthentication: refusals that a Keycloak only gives to a client whose id and secret were
// right. Of an invalid scope that holds on every server: it is a matter of authorization (RFC 6749
// section 3.3).
var afterAuthentication = []string{"service-account-off", "user-disabled", "user-deleted", "dpop-missing", "certificate-missing"}

var credentialRefusals = []string{"client-or-credentials", "credentials", "client-refused"}

// authenticated tells whether the id and the secret of one token request were accepted; known is
// false where its answer says nothing of them.
func authenticated(f Facts, r TokenRequest) (yes, known bool) {
	reason := f.Text(r.Reason)
	switch {
	case f.Is(r.Issued), reason == "scope", reason == "scope-list", f.Is(IDPKeycloak) && slices.Contains(afterAuthentication, reason):
		return true, true
	case slices.Contains(credentialRefusals, reason):
		return false, true
	case r.ID == clientsRequest.ID, !slices.Contains(credentialRefusals, f.Text(TokenReason)):
		return false, false
	}
	// The changed request passed where the clients' own was stopped: whatever refuses it now comes
	// after that.
	return true, reason == "grant-refused" || reason == "public-client"
}

// knownByRefusal: refusals that a Keycloak only gives to an id that it knows.
var knownByRefusal = []string{"credentials", "public-client", "assertion-missing", "wrong-protocol", "bearer-only", "method-basic", "method-post", "method-other"}

func standingOfID(f Facts) Standing {
	reason, said := f.Text(TokenReason), f.Text(AuthorizationClient)
	switch {
	case f.Is(TokenAuthenticated), slices.Contains(knownByRefusal, reason), Registered(said):
		return standsKnown
	case said == "unknown":
		return standsUnknown
	case reason == "client-or-credentials", reason == "client-refused":
		return standsRefused
	case f.Is(AtToken.Tried), f.Known(AtToken.Status):
		return standsUnjudged
	}
	return standsUntried
}

func standingOfSecret(f Facts) Standing {
	asItWas := []TokenRequest{clientsRequest, TokenBasic, TokenBasicRaw, TokenAssertion, TokenOpenID}
	if slices.ContainsFunc(asItWas, func(r TokenRequest) bool { return f.Is(r.Authenticated) }) {
		return standsAccepted
	}
	reasons := f.List(TokenReasons)
	switch {
	case slices.Contains(reasons, "public-client"):
		return standsUnneeded
	case f.Text(TokenReason) == "credentials", f.Text(TokenBasic.Reason) == "credentials":
		return standsRefused
	case f.Text(TokenReason) == "client-refused" && f.Text(AuthorizationClient) != "unknown":
		return standsRefused
	case f.Is(AtToken.Tried), f.Known(AtToken.Status):
		return standsUnjudged
	}
	return standsUntried
}

var codePoint = regexp.MustCompile(`U\+([0-9A-F]{4,6})`)

// hasControl looks for control characters among the characters named. RFC 6749 appendix A allows
// none in an id or a secret.
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
	if all := f.List(BackendAcceptedEnvironments); len(all) > 0 {
		f.Set(BackendAcceptedEnvironment, all[0])
	}
	if !f.Known(BackendAcceptsEnvironment) || !f.Known(BackendInCatalog) {
		return
	}
	switch {
	// An issuer given by hand has no id to look up, so the catalog says nothing of it.
	case f.Is(BackendAcceptsEnvironment), !f.Is(BackendInCatalog), f.Text(EnvironmentID) == "", f.Is(ProvidersMatching):
		f.Set(BackendRefusesEnvironment, "accepted")
	case f.Known(ProvidersMatching):
		f.Set(BackendRefusesEnvironment, "confirmed")
	default:
		f.Set(BackendRefusesEnvironment, "catalog-only")
	}
}
