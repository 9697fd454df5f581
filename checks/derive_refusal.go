package checks

import (
	"cmp"
	"slices"
	"strings"
)

var (
	ClientSeen              = concluded("client.seen", Text, "what the authorization endpoint says about the client ID after a refusal: not-asked, known, unknown, disabled, bearer-only, wrong-protocol, realm-disabled, other")
	ClientSeenTrimmed       = concluded("client.seen_trimmed", Text, "what the authorization endpoint says, after a refusal, about the client ID without white space, quotation marks and invisible characters: not-asked, known, unknown, disabled, bearer-only, wrong-protocol, realm-disabled, other")
	ClientSeenInLower       = concluded("client.seen_in_lower", Text, "what the authorization endpoint says, after a refusal, about the client ID in lower case: not-asked, known, unknown, disabled, bearer-only, wrong-protocol, realm-disabled, other")
	BasicSaid               = concluded("basic.said", Text, "what came of the same credentials in the Basic header: accepted, not-asked, unclear, "+strings.Join(TokenRefusals, ", "))
	SecretAcceptedOtherwise = concluded("secret.accepted_otherwise", Bool, "the refused secret was accepted in another form: in the Basic header, trimmed, without quotation marks, or unwrapped")
	SecretPlaceholderByForm = concluded("secret.placeholder_by_form", Bool, "the template value has a form that no secret has: a variable that was not expanded, a reference that was not resolved, or a value that was not decrypted")
	SecretUnwrappedFound    = concluded("secret.unwrapped.found", Bool, "the secret seems to be wrapped in something else")
	SecretUnwrappedWords    = concluded("secret.unwrapped.words", Text, "what the secret seems to stand in, in words")
	SecretUnwrappedAnswer   = concluded("secret.unwrapped.answer", Text, "what the identity provider makes of the secret when it is taken out of what it stands in: accepted, refused, not-tried")
	BasicEncodingMatters    = concluded("basic.encoding_matters", Bool, "the server accepts one of the two encodings of the Basic header and refuses the other")
	BasicRawOnly            = concluded("basic.raw_only", Bool, "the server accepts the Basic header only without form encoding")
	SecretOdd               = concluded("secret.odd", Bool, "the secret has something unusual about it: white space, quotation marks, a template's words, a wrapping, a mask, the form of a token, fewer than four characters")
	ClientIDOdd             = concluded("client_id.odd", Bool, "the client ID has something unusual about it: white space, quotation marks, a template's words, characters that the registry refuses, the shape of a secret")
	ClientIDKnownOtherwise  = concluded("client_id.known_otherwise", Bool, "the client ID is known without its white space, quotation marks or invisible characters")
	ClientIDKnownInLower    = concluded("client_id.known_in_lower", Bool, "the client ID is known in lower case")
	SistersFoundAs          = concluded("sisters.found_as", Text, "the form of the client ID that a sister environment knows: given, trimmed, lower, none")
	SistersAnyKnow          = concluded("sisters.any_know", Bool, "a sister environment knows the client ID")
	SistersFirst            = concluded("sisters.first", Text, "ID of the first sister environment that knows the client ID")
	SistersAllDisabled      = concluded("sisters.all_disabled", Bool, "every sister environment that knows the client ID has disabled it")
	EnvironmentApprovedBy   = concluded("environment.approved_by", Text, "who approves a new client, in words")
	IssuerScheme            = concluded("issuer.scheme", Text, "scheme of the issuer asked for: http, https")
	ScopesAllRefused        = concluded("scopes.all_refused", Bool, "each of several scopes was asked for alone, and the identity provider refused every one, openid among them")
	ScopesVerdict           = concluded("scopes.verdict", Text, "which scopes were refused: some, openid, both, together (each alone is allowed), unclear, untested")
)

func deriveRefusal(f Facts) {
	if f.Known(AtToken.Status) && !f.Is(TokenIssued) {
		f.Set(ClientSeen, orNotAsked(f, AuthorizationClient))
		f.Set(ClientSeenTrimmed, orNotAsked(f, AuthorizationTrimmedClient))
		f.Set(ClientSeenInLower, orNotAsked(f, AuthorizationLowerClient))
		f.Set(BasicSaid, basicSaid(f))
		f.Set(SecretAcceptedOtherwise, slices.ContainsFunc([]TokenRequest{TokenBasic, TokenBasicRaw, TokenTrimmed, TokenUnquoted, TokenUnwrapped},
			func(r TokenRequest) bool { return f.Is(r.Authenticated) }))
		f.Set(ClientIDKnownOtherwise, Registered(f.Text(AuthorizationTrimmedClient)))
		f.Set(ClientIDKnownInLower, Registered(f.Text(AuthorizationLowerClient)))
		f.Set(SistersFoundAs, cmp.Or(f.Text(SistersKnownAs), "none"))
		deriveEncoding(f)
	}
	deriveOddities(f)
	if f.Known(SistersKnow) {
		know, disabled := f.List(SistersKnow), f.List(SistersKnowDisabled)
		f.Set(SistersAnyKnow, len(know) > 0)
		f.Set(SistersAllDisabled, len(know) > 0 && len(know) == len(disabled))
		if len(know) > 0 {
			f.Set(SistersFirst, know[0])
		}
	}
	if who, ok := approvers[f.Text(EnvironmentApproval)]; ok {
		f.Set(EnvironmentApprovedBy, who)
	}
	if scheme, _, ok := strings.Cut(f.Text(EnvironmentIssuer), "://"); ok {
		f.Set(IssuerScheme, strings.ToLower(scheme))
	}
	switch {
	case f.Text(TokenReason) == "scope":
		f.Set(ScopesVerdict, scopesVerdict(f))
	case slices.Contains(f.List(TokenReasons), "scope"): // the changed request got past what stopped the clients' own
		f.Set(ScopesVerdict, "untested")
	}
	if f.Known(AtToken.Status) {
		f.Set(ScopesAllRefused, f.Text(ScopesVerdict) == "both" && len(f.List(ScopesAllowed)) == 0 && len(f.List(ScopesUntested)) == 0)
	}
}

// Registered tells that what an authorization endpoint says of a client ID means a client of that ID,
// switched off or not.
func Registered(said string) bool {
	return slices.Contains([]string{"known", "disabled", "bearer-only", "wrong-protocol"}, said)
}

// deriveOddities: where a value is odd, a refusal has a likelier cause than that the value is
// simply another one.
func deriveOddities(f Facts) {
	if f.Known(SecretPlaceholder) {
		f.Set(SecretPlaceholderByForm, slices.Contains(byForm, f.Text(SecretPlaceholderKind)))
	}
	if f.Known(SecretUnwrappedForm) {
		f.Set(SecretUnwrappedFound, f.Text(SecretUnwrappedForm) != "")
		f.Set(SecretUnwrappedWords, wrappings[f.Text(SecretUnwrappedForm)])
		f.Set(SecretUnwrappedAnswer, unwrappedAnswer(f))
	}
	if f.Is(SecretPresent) {
		f.Set(SecretOdd, slices.ContainsFunc(secretOddities, f.Is) || f.Text(SecretUnwrappedForm) != "")
	}
	if f.Is(ClientIDPresent) {
		f.Set(ClientIDOdd, slices.ContainsFunc(clientIDOddities, f.Is))
	}
}

var (
	secretOddities   = []Name{SecretHasWhitespace, SecretHasInvisible, SecretQuoted, SecretQuoteStray, SecretPlaceholder, SecretMasked, SecretToken, SecretTooShort}
	clientIDOddities = []Name{ClientIDHasWhitespace, ClientIDHasInvisible, ClientIDQuoted, ClientIDPlaceholder, ClientIDMalformed, ClientIDSecretShaped}
)

func unwrappedAnswer(f Facts) string {
	switch accepted, tried := f.Bool(TokenUnwrapped.Authenticated); {
	case accepted:
		return "accepted"
	case tried:
		return "refused"
	}
	return "not-tried"
}

// byForm are kinds of template values that no generator makes.
var byForm = []string{"a variable that was not expanded", "a reference to a secret store that was not resolved", "a value that was not decrypted"}

var wrappings = map[string]string{
	"comment": "a comment follows it", "base64": "it is encoded in Base64", "json": "a JSON object is around it", "line": "the name of a variable stands before it",
	"pair": "the client ID stands before it", "header": "it is an HTTP header", "html": "it has HTML escapes", "percent": "it has percent escapes", "backslash": "it has backslash escapes", "dollars": "its dollar signs are doubled",
	"semicolon": "a semicolon follows it", "brackets": "brackets are around it", "twice": "it was pasted twice",
}

var approvers = map[string]string{"self": "you approve it yourself", "operator": "an administrator approves it"}

func orNotAsked(f Facts, name Name) string {
	if f.Known(name) {
		return f.Text(name)
	}
	return "not-asked"
}

func basicSaid(f Facts) string {
	switch reason := f.Text(TokenBasic.Reason); {
	case !f.Known(TokenBasic.Status):
		return "not-asked"
	case f.Is(TokenBasic.Authenticated):
		return "accepted"
	case reason != "":
		return reason
	}
	return "unclear"
}

// deriveEncoding compares the Basic header with and without form encoding (RFC 6749 section 2.3.1).
// Both must have been judged: an answer about something else (429, 5xx) is no refusal. Without
// special characters the two are one.
func deriveEncoding(f Facts) {
	if f.Known(TokenSpecialCharacters) && !f.Is(TokenSpecialCharacters) {
		f.Set(BasicEncodingMatters, false)
		f.Set(BasicRawOnly, false)
		return
	}
	encoded, judged := f.Bool(TokenBasic.Authenticated)
	raw, rawJudged := f.Bool(TokenBasicRaw.Authenticated)
	if judged && rawJudged {
		f.Set(BasicEncodingMatters, encoded != raw)
		f.Set(BasicRawOnly, raw && !encoded)
	}
}

func scopesVerdict(f Facts) string {
	openid, refused := f.Text(ScopesOpenID), len(f.List(ScopesRefused)) > 0
	switch {
	case openid == "refused" && refused:
		return "both"
	case openid == "refused":
		return "openid"
	case refused:
		return "some"
	case !f.Is(ScopesTested), openid == "" && len(f.List(ScopesAllowed)) == 0:
		return "untested"
	case openid == "", len(f.List(ScopesUntested)) > 0:
		return "unclear"
	}
	return "together"
}
