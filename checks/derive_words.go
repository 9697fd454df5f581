package checks

import (
	"slices"
	"strings"
)

// Words are evidence. A server that says nothing beside its code, or the sentence that servers of
// its make always say, can be judged by the code. Words of its own may name a cause that no rule
// knows: they are shown, and nothing that rests on that refusal is certain (see ownWords).
var (
	TokenWords           = concluded("token.words", Text, "what the token endpoint's refusal says in words, beside its code")
	TokenWordsStandard   = concluded("token.words.standard", Bool, "the token endpoint's refusal has no words, or the sentence that known servers always use for it")
	UserinfoWords        = concluded("userinfo.words", Text, "what userinfo's refusal says in words, beside its code")
	UserinfoStandard     = concluded("userinfo.words.standard", Bool, "userinfo's refusal has no words, or the sentence that known servers always use for it")
	MeWords              = concluded("me.words", Text, "what /me's refusal says in words, beside its code")
	MeWordsStandard      = concluded("me.words.standard", Bool, "/me's refusal has no words, or the sentence that the openEO driver always uses for it")
	DiscoveryWords       = concluded("discovery.words", Text, "what the answer at the discovery address says in words, where it is no document")
	DiscoveryStandard    = concluded("discovery.words.standard", Bool, "the answer at the discovery address has no words, or a sentence that known servers always use")
	CapabilitiesWords    = concluded("capabilities.words", Text, "what the refusal of the API root says in words, beside its code")
	CapabilitiesStandard = concluded("capabilities.words.standard", Bool, "the refusal of the API root has no words, or a sentence that known servers always use")
	ProvidersWords       = concluded("providers.words", Text, "what the refusal of /credentials/oidc says in words, beside its code")
	ProvidersStandard    = concluded("providers.words.standard", Bool, "the refusal of /credentials/oidc has no words, or a sentence that known servers always use")
)

// speaker is a step whose refusal may have words.
type speaker struct {
	step            *Step
	who             string
	words, standard Name
	known           []string // sentences known by heart; one that ends in "…" is a beginning
}

var (
	tokenSpeaker        = speaker{AtToken, theIdentityProvider, TokenWords, TokenWordsStandard, knownTokenWords}
	userinfoSpeaker     = speaker{AtUserinfo, theIdentityProvider, UserinfoWords, UserinfoStandard, knownUserinfoWords}
	discoverySpeaker    = speaker{AtDiscovery, theIdentityProvider, DiscoveryWords, DiscoveryStandard, knownDiscoveryWords}
	meSpeaker           = speaker{AtMe, theBackend, MeWords, MeWordsStandard, knownBackendWords}
	capabilitiesSpeaker = speaker{AtCapabilities, theBackend, CapabilitiesWords, CapabilitiesStandard, knownBackendWords}
	providersSpeaker    = speaker{AtProviders, theBackend, ProvidersWords, ProvidersStandard, knownBackendWords}

	speakers = []speaker{tokenSpeaker, userinfoSpeaker, discoverySpeaker, meSpeaker, capabilitiesSpeaker, providersSpeaker}
)

const (
	theIdentityProvider = "the identity provider"
	theBackend          = "the back-end"
)

// knownTokenWords are Keycloak's and oidc-provider's sentences at the token endpoint (measured),
// beside those in keycloakRefusals, which mean one thing each.
var knownTokenWords = []string{
	"Invalid scopes: …", "Unsupported grant_type", "For more on this error consult the server log.", "HTTP 404 Not Found", "HTTP 405 Method Not Allowed",
	"Unable to find matching target resource method", "client authentication failed", "requested grant type is not allowed for this client",
	"unsupported grant_type requested", "grant request is invalid", "Too many requests",
}

var knownUserinfoWords = []string{
	"Token verification failed", "Lightweight access token not allowed for userinfo endpoint", "user_not_found", "User not found", "user_disabled",
	"Client disabled", "Missing openid scope", "invalid token provided",
}

var knownDiscoveryWords = []string{
	"Realm does not exist", "HTTPS required", "HTTP 404 Not Found", "Resource not found", "Request path not normalized", "Unable to find matching target resource method",
}

// knownBackendWords are the openEO Python driver's and the aggregator's (measured, and read in
// their sources).
var knownBackendWords = []string{
	"Unauthorized.", "Authentication method not supported.", "OIDC authentication is not supported.", "Basic authentication is not supported.",
	"Authorization token has expired or is invalid. Please authenticate again.",
	"Proper enrollment in openEO Platform virtual organization is required.", "An EGI account is required for using openEO Platform.",
	"Forbidden. The permissions of the authenticated account do not allow to request the requested resource.",
	"Client credentials access token without user mapping: …", "Access token not active.", "Token scope …", "Unexpected '/userinfo' response: …",
	"No service account for …", "No introspection endpoint for …", "Unexpected error while resolving OIDC access token: …", "OIDC Provider is unavailable…",
	"Unsupported version component in URL: …", "The budget required to fulfil the request is not sufficient. A payment is required first.",
	"Authentication failed. Please login on our marketplace …", "Resource not found.",
}

// TokenHint always has a value once the token endpoint answered, so that a rule over it is decided.
var TokenHint = concluded("token.hint", Text, "the kind of the words in the token endpoint's refusal, as in token.words.kind; empty where no phrase fits")

func deriveWords(f Facts) {
	if f.Known(AtToken.Status) {
		f.Set(TokenHint, f.Text(TokenWordsKind))
		if tokenUnsteady(f) || f.Text(TokenReason) == "scope-list" { // words of a refusal that does not last, or of letters
			f.Set(TokenHint, "")
		}
	}
	for _, s := range speakers {
		status, ok := answered(f, s.step)
		if !ok || status < 400 && f.Text(s.step.Error) == "" {
			continue
		}
		words := s.said(f)
		f.Set(s.words, words)
		f.Set(s.standard, s.knows(f, words))
	}
}

// said are the words of the step's answer. A page is not looked at: what stands there is meant for
// another reader.
func (s speaker) said(f Facts) string {
	var texts []string
	if s.step == AtUserinfo {
		texts = append(texts, f.Text(UserinfoWWWDescription))
	}
	texts = append(texts, f.Text(s.step.ErrorDescription), f.Text(s.step.Message))
	if code := f.Text(s.step.Error); strings.Contains(code, " ") { // no code, but a sentence in its place
		texts = append(texts, code)
	}
	if f.Text(s.step.Shape) != "html" {
		texts = append(texts, f.Text(s.step.Detail))
	}
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

func (s speaker) knows(f Facts, words string) bool {
	status, _ := f.Int(s.step.Status)
	switch {
	case words == "", sameWords(words, f.Text(s.step.Error)) && !strings.Contains(words, " "), saysStatus(words, status):
		return true
	case s.step == AtToken && knownRefusal(f, f.Text(AtToken.Error), words):
		return true
	}
	return slices.ContainsFunc(s.known, func(known string) bool {
		if beginning, ok := strings.CutSuffix(known, "…"); ok {
			return strings.HasPrefix(words, beginning)
		}
		return sameWords(words, known)
	})
}

// knownRefusal tells a sentence of a Keycloak that means one thing.
func knownRefusal(f Facts, code, text string) bool {
	keycloak, known := f.Bool(IDPKeycloak)
	if known && !keycloak {
		return false
	}
	return slices.ContainsFunc(keycloakRefusals, func(s sentence) bool { return s.text != "" && s.matches(code, text) || s.text == "" && s.code == text }) || userDisabled(code, text)
}

func sameWords(a, b string) bool {
	return strings.EqualFold(strings.TrimRight(a, " ."), strings.TrimRight(b, " ."))
}

// reasonPhrases are the words of RFC 9110, section 15, and RFC 6585 that servers and proxies
// repeat. Package net/http has them too, but the rules must not be able to reach a server.
var reasonPhrases = map[int]string{
	400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
	406: "Not Acceptable", 407: "Proxy Authentication Required", 408: "Request Timeout", 409: "Conflict", 410: "Gone", 411: "Length Required",
	413: "Request Entity Too Large", 414: "Request URI Too Long", 415: "Unsupported Media Type", 421: "Misdirected Request",
	422: "Unprocessable Entity", 429: "Too Many Requests", 431: "Request Header Fields Too Large", 451: "Unavailable For Legal Reasons",
	500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
}

// saysStatus tells words that only repeat the status: "Not Found", "404 Not Found".
func saysStatus(words string, status int) bool {
	reason := reasonPhrases[status]
	return reason != "" && (sameWords(words, reason) || strings.HasSuffix(words, " "+reason) && len(words) == len(reason)+4)
}

// saying is what somebody said.
type saying struct {
	who, words string
	fact       Name
}

func (s saying) String() string {
	return ended(strings.ToUpper(s.who[:1]) + s.who[1:] + " says: \"" + s.words + "\"")
}

// ownWords returns what a finding should show, and whether that takes its certainty away: the words
// of each refusal that decided it and that are not known by heart. Nothing is taken from what a
// trial proved, or from a status that says it all.
func ownWords(decided []Fact, f Facts) (said []saying, doubtful bool) {
	proved := slices.ContainsFunc(decided, proves)
	for _, b := range decided {
		s, ok := speakerOf(b, f)
		if !ok || f.Is(s.standard) || f.Text(s.words) == "" {
			continue
		}
		if one := (saying{s.who, f.Text(s.words), s.words}); !slices.Contains(said, one) {
			said = append(said, one)
		}
		doubtful = doubtful || !(proved || standing(b))
	}
	return said, doubtful
}

// standing tells the judgement of a value as it was sent. The refusal's words are worth reading
// beside what is odd about the value, but what is odd is seen in the value itself.
func standing(b Fact) bool { return b.Fact == SecretStanding.text || b.Fact == ClientIDStanding.text }

// proves tells observations that need no words: a trial with one thing changed, and statuses that
// mean one thing.
func proves(b Fact) bool {
	switch b.Fact {
	case BasicSaid.text:
		return b.Value == "accepted"
	case ScopesVerdict.text:
		return b.Value == "some" || b.Value == "openid" || b.Value == "both"
	case IDP.Outage.text, Backend.Outage.text:
		return b.Value == "rate-limited"
	case AtMe.Status.text, AtUserinfo.Status.text:
		return b.Value == 431 // RFC 6585, 5
	case TokenAnswer.text:
		return b.Value == "redirect"
	case SecretUnwrappedAnswer.text:
		return b.Value == "accepted"
	case BasicRawOnly.text, BasicEncodingMatters.text:
		return b.Value == true
	}
	return b.Value == true && slices.ContainsFunc(variants, func(v TokenRequest) bool { return b.Fact == v.Authenticated.text || b.Fact == v.Issued.text })
}

// speakerOf names the refusal that an observation was read from.
func speakerOf(b Fact, f Facts) (speaker, bool) {
	switch b.Fact {
	case IDP.Outage.text:
		return bySteps(f, IDP)
	case Backend.Outage.text:
		return bySteps(f, Backend)
	case BasicSaid.text, TokenReasons.text:
		if b.Value != f.Text(TokenReason) {
			return speaker{}, false // a changed request was refused so
		}
		return tokenSpeaker, true
	case SecretStanding.text, ClientIDStanding.text:
		return tokenSpeaker, b.Value == string(standsRefused) || b.Value == string(standsUnjudged)
	case UserinfoVerdict.text:
		return userinfoSpeaker, b.Value == "refused"
	case DiscoveryDocument.text:
		return discoverySpeaker, true
	}
	step, rest, _ := strings.Cut(b.Fact, ".")
	if !slices.Contains([]string{"reason", "answer", "status", "trouble", "code", "error", "words.kind"}, rest) {
		return speaker{}, false
	}
	i := slices.IndexFunc(speakers, func(s speaker) bool { return s.step.ID == step && s.step != AtDiscovery })
	if i < 0 {
		return speaker{}, false
	}
	return speakers[i], true
}

func bySteps(f Facts, party *Side) (speaker, bool) {
	i := slices.IndexFunc(speakers, func(s speaker) bool { return s.step.Title == f.Text(party.StatusStep) })
	if i < 0 {
		return speaker{}, false
	}
	return speakers[i], true
}
