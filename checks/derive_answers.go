package checks

import (
	"slices"
	"strings"
)

var (
	TokenAnswer             = concluded("token.answer", Text, "what the token endpoint answered: issued, refused (an OAuth error), mute (refused without a code), incomplete, not-json, not-found, redirect, certificate (the server asks for a client certificate), realm-unknown, outage")
	UserinfoVerdict         = concluded("userinfo.verdict", Text, "what userinfo made of the fresh token: accepted, refused, unclear, not-asked")
	KeysAvailable           = concluded("keys.available", Bool, "usable published keys were read")
	WellKnownTooOld         = concluded("well_known.too_old", Bool, "/.well-known/openeo lists versions, and all of them are older than 1.0")
	WellKnownUnusable       = concluded("well_known.unusable", Bool, "/.well-known/openeo lists a version of 1.0 or later, but none with a usable address")
	CapabilitiesAnswer      = concluded("capabilities.answer", Text, "what the API root is: openeo, odd (not openEO itself, but the API below it is), page, other, absent (404), refused (401, 403), certificate (the server asks for a client certificate), version (501), outage")
	ProvidersAnswer         = concluded("providers.answer", Text, "what came of /credentials/oidc: list, partly (some entries are unusable), empty, invalid, absent (404, 501), version, gateway, certificate (the server asks for a client certificate), refused, outage")
	IDPWantsCertificate     = concluded("idp.wants_certificate", Bool, "the identity provider's server refused a request because no client certificate came with it")
	BackendWantsCertificate = concluded("backend.wants_certificate", Bool, "the back-end's server refused a request because no client certificate came with it")
	MeAnswer                = concluded("me.answer", Text, "what came of /me: accepted, invalid (200, but no account), refused, redirect, outage")
	PythonUntitled          = concluded("python.untitled", Bool, "/me accepts the login, but the Python client does not get that far: the provider that it would choose has no title")
	PythonEndsAtList        = concluded("python.ends_at_list", Bool, "/me accepts the login, but the Python client does not get that far: it cannot read the list of providers")
	PythonWithoutToken      = concluded("python.without_token", Bool, "/me accepts the login, but the Python client does not get that far: it sends no token to the address of the API as it is written")
	PythonEndsAtRoot        = concluded("python.ends_at_root", Bool, "/me accepts the login, but the Python client does not get that far: it cannot use the root of the API")
	MeBareAnswer            = concluded("me.bare.answer", Text, "what /me answers without the Authorization header: same (as with it), other, not-asked")
	MeAloneAnswer           = concluded("me.alone.answer", Text, "what /me makes of the token alone, without oidc/ID/ before it: accepted, refused, not-asked")
	MeFailsAlone            = concluded("me.fails_alone", Bool, "/me ended with an internal error (500) that names no cause, while other addresses of the back-end answer")
	MeTrouble               = concluded("me.trouble", Text, "what the back-end failed on while it checked the token: unreadable, incomplete, refused, other")
)

// answered returns the status of a step that was answered in full: an answer that broke off or had
// no end is none.
func answered(f Facts, s *Step) (int, bool) {
	status, ok := f.Int(s.Status)
	return status, ok && f.Text(s.Failure) == ""
}

func deriveAnswers(f Facts) {
	deriveCertificate(f, IDP, IDPWantsCertificate)
	deriveCertificate(f, Backend, BackendWantsCertificate)
	if status, ok := answered(f, AtToken); ok {
		f.Set(TokenAnswer, tokenAnswer(f, status))
	}
	deriveUserinfoVerdict(f)
	deriveKeys(f)
	if f.Known(WellKnownUsable) {
		versions := f.List(WellKnownVersions)
		old := !slices.ContainsFunc(versions, func(v string) bool { return !strings.HasPrefix(v, "0") })
		f.Set(WellKnownTooOld, !f.Is(WellKnownUsable) && len(versions) > 0 && old)
		f.Set(WellKnownUnusable, !f.Is(WellKnownUsable) && !old)
	}
	if status, ok := answered(f, AtCapabilities); ok {
		f.Set(CapabilitiesAnswer, capabilitiesAnswer(f, status))
	}
	if status, ok := answered(f, AtProviders); ok {
		f.Set(ProvidersAnswer, providersAnswer(f, status))
	}
	if status, ok := answered(f, AtMe); ok {
		f.Set(MeAnswer, meAnswer(f, status))
		f.Set(MeFailsAlone, status == 500 && outage(f, AtMe, status) && f.Text(Backend.StatusStep) == AtMe.Title && f.Is(Backend.OthersAnswered))
	}
	if f.Known(AtCapabilities.Status) {
		ends := !slices.Contains([]string{"", "ok", "outage"}, f.Text(PythonConnect))
		f.Set(PythonEndsAtRoot, ends && f.Text(MeAnswer) == "accepted")
	}
	if readable, ok := f.Bool(PythonListReadable); ok {
		f.Set(PythonEndsAtList, !readable && f.Text(MeAnswer) == "accepted")
	}
	if sends, ok := f.Bool(PythonSendsToken); ok || f.Known(AtMe.Status) {
		f.Set(PythonWithoutToken, ok && !sends && f.Text(MeAnswer) == "accepted")
	}
	if titled, ok := f.Bool(PythonProviderTitled); ok {
		f.Set(PythonUntitled, !titled && f.Text(MeAnswer) == "accepted")
	} else if f.Known(AtMe.Status) {
		f.Set(PythonUntitled, false)
	}
	if f.Known(AtMe.Status) {
		f.Set(MeBareAnswer, ifAsked(f, MeBareSame, "same", "other"))
		f.Set(MeAloneAnswer, ifAsked(f, MeAloneAccepted, "accepted", "refused"))
	}
	if f.Text(MeReason) == "resolving" {
		f.Set(MeTrouble, meTrouble(f.Text(AtMe.Message)))
	}
}

// deriveCertificate recognises servers that want a certificate in the TLS handshake and say so in
// their answer: nginx with status 400 and a page of these words, others with a TLS alert.
func deriveCertificate(f Facts, party *Side, wanted Name) {
	if answeredAny(f, party) || f.Text(party.Failure) == "tls-handshake" {
		f.Set(wanted, slices.ContainsFunc(party.steps, func(s *Step) bool { return wantsCertificate(f, s) }))
	}
}

func wantsCertificate(f Facts, s *Step) bool {
	if f.Text(s.Failure) == "tls-handshake" && f.Text(s.FailureDetail) == "certificate required" { // RFC 8446 section 6.2
		return true
	}
	status, ok := f.Int(s.Status)
	return ok && status >= 400 && status < 500 && hints(f.Text(s.Detail)+" "+f.Text(s.Message), "no required ssl certificate was sent", "client certificate required")
}

// ifAsked names the two outcomes of a question, and that it was not asked.
func ifAsked(f Facts, name Name, yes, no string) string {
	switch holds, asked := f.Bool(name); {
	case holds:
		return yes
	case asked:
		return no
	}
	return "not-asked"
}

func tokenAnswer(f Facts, status int) string {
	object, code := f.Text(AtToken.Shape) == "object", f.Text(AtToken.Error)
	switch {
	case f.Is(TokenIssued):
		return "issued"
	case outage(f, AtToken, status):
		return "outage"
	case wantsCertificate(f, AtToken):
		return "certificate"
	case f.Text(TokenReason) == "not-now", f.Text(TokenReason) == "unsteady":
		return "outage" // with any status
	case code == "Realm does not exist":
		return "realm-unknown"
	case status >= 300 && status < 400:
		return "redirect"
	case (status == 404 || status == 405) && (object && !f.Is(TokenWordsStandard) && f.Known(TokenWordsStandard)):
		if code == "" {
			return "mute" // or the words are those of a gateway in front of it
		}
		return "refused" // words of its own: the endpoint is there
	case status == 404, status == 405:
		return "not-found"
	case code != "": // some servers send their errors with status 200
		return "refused"
	case status < 300 && object:
		return "incomplete"
	case object, status >= 400 && f.Text(AtToken.Shape) == "empty":
		return "mute"
	}
	return "not-json"
}

// deriveUserinfoVerdict: a 429, a 5xx or no answer says nothing of the token.
func deriveUserinfoVerdict(f Facts) {
	switch {
	case !f.Is(TokenAnyIssued):
	case f.Is(UserinfoAccepted):
		f.Set(UserinfoVerdict, "accepted")
	case f.Known(UserinfoReason):
		f.Set(UserinfoVerdict, "refused")
	case f.Known(AtUserinfo.Status), f.Is(AtUserinfo.Tried):
		f.Set(UserinfoVerdict, "unclear")
	default:
		f.Set(UserinfoVerdict, "not-asked")
	}
}

func deriveKeys(f Facts) {
	status, came := f.Int(AtKeys.Status)
	count, counted := f.Int(KeysCount)
	switch {
	case f.Known(KeysOffered) && !f.Is(KeysOffered), f.Text(AtKeys.Failure) != "",
		came && status != 200, came && f.Text(AtKeys.Shape) != "object", counted && count == 0:
		f.Set(KeysAvailable, false)
	case counted:
		f.Set(KeysAvailable, true)
	}
}

func capabilitiesAnswer(f Facts, status int) string {
	code := f.Text(CapabilitiesCode)
	providers, _ := f.Int(ProvidersCount)
	switch {
	case f.Is(CapabilitiesIsOpenEO):
		return "openeo"
	case providers > 0: // /credentials/oidc below it answers as the openEO API demands
		return "odd"
	case wantsCertificate(f, AtCapabilities):
		return "certificate"
	case code == "UnsupportedApiVersion":
		return "version"
	case outage(f, AtCapabilities, status):
		return "outage"
	case status == 404, status == 410:
		return "absent"
	case (status == 401 || status == 403) && code == "":
		return "refused"
	case status < 300 && f.Text(AtCapabilities.Shape) == "html":
		return "page"
	}
	return "other"
}

func providersAnswer(f Facts, status int) string {
	code := f.Text(ProvidersCode)
	count, _ := f.Int(ProvidersCount)
	switch {
	case status == 200 && f.Is(ProvidersValid) && count > 0:
		return "list"
	case status == 200 && f.Is(ProvidersValid):
		return "empty"
	case status == 200 && count > 0:
		return "partly"
	case wantsCertificate(f, AtProviders):
		return "certificate"
	case code == "UnsupportedApiVersion":
		return "version"
	case status == 404, status == 501:
		return "absent"
	case outage(f, AtProviders, status):
		return "outage"
	case status < 300:
		return "invalid"
	case (status == 401 || status == 403) && code == "":
		return "gateway"
	}
	return "refused"
}

func meAnswer(f Facts, status int) string {
	switch {
	case status == 200 && f.Is(MeValid):
		return "accepted"
	case outage(f, AtMe, status):
		return "outage"
	case status < 300:
		return "invalid"
	case status < 400:
		return "redirect"
	}
	return "refused"
}

// tokenUnsteady and meUnsteady tell that a request was answered in one way, and a moment later in
// the other.
func tokenUnsteady(f Facts) bool {
	return f.Is(TokenAgainIssued) || f.Is(TokenAgainAccepted) || f.Known(TokenAgainChanged) && !f.Is(TokenAgainChanged)
}

func meUnsteady(f Facts) bool {
	return f.Is(MeAgainAccepted) || f.Known(MeAgainChanged) && !f.Is(MeAgainChanged)
}
