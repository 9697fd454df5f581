package checks

import (
	"slices"
	"strings"
)

// answerConclusions are what single answers were, as rules ask for them: a text that is always set once the answer is there,
// so that "not asked" and "no clear answer" are values of their own and not unknown.
func answerConclusions() []FactDef {
	return []FactDef{
		{"token.answer", Text, "what the token endpoint answered: issued, refused (an OAuth error), mute (refused without a code), incomplete, not-json, not-found, redirect, realm-unknown, outage", true},
		{"userinfo.verdict", Text, "userinfo on the fresh token: accepted, refused, unclear, not-asked", true},
		{"keys.available", Bool, "published keys that can be used were read", true},
		{"well_known.too_old", Bool, "versions are listed, and none is 1.0 or later", true},
		{"well_known.unusable", Bool, "a version from 1.0 on is listed, and none of them with an address that can be used", true},
		{"capabilities.answer", Text, "what the API root is: openeo, odd (not itself, but the API below it), page, other, absent (404), refused (401, 403), version (501), outage", true},
		{"providers.answer", Text, "what came of /credentials/oidc: list, partly (some entries unusable), empty, invalid, absent (404, 501), version, gateway, refused, outage", true},
		{"me.answer", Text, "what came of /me: accepted, invalid (200, but no account), refused, redirect, outage", true},
		{"me.trouble", Text, "what the back-end stumbled over while it checked the token: unreadable, incomplete, refused, other", true},
	}
}

// answered returns the status of a step that was answered in full: an answer that broke off or had no end is none.
func answered(f Facts, step string) (int, bool) {
	status, ok := f.Int(step + ".status")
	return status, ok && f.Text(step+".failure") == ""
}

func deriveAnswers(f Facts) {
	if status, ok := answered(f, "token"); ok {
		f.Set("token.answer", tokenAnswer(f, status))
	}
	deriveUserinfoVerdict(f)
	deriveKeys(f)
	if f.Known("well_known.usable") {
		versions := f.List("well_known.versions")
		old := !slices.ContainsFunc(versions, func(v string) bool { return !strings.HasPrefix(v, "0") })
		f.Set("well_known.too_old", !f.Is("well_known.usable") && len(versions) > 0 && old)
		f.Set("well_known.unusable", !f.Is("well_known.usable") && !old)
	}
	if status, ok := answered(f, "capabilities"); ok {
		f.Set("capabilities.answer", capabilitiesAnswer(f, status))
	}
	if status, ok := answered(f, "providers"); ok {
		f.Set("providers.answer", providersAnswer(f, status))
	}
	if status, ok := answered(f, "me"); ok {
		f.Set("me.answer", meAnswer(f, status))
	}
	if f.Text("me.reason") == "resolving" {
		f.Set("me.trouble", meTrouble(f.Text("me.message")))
	}
}

func tokenAnswer(f Facts, status int) string {
	object, code := f.Text("token.shape") == "object", f.Text("token.error")
	switch {
	case f.Is("token.issued"):
		return "issued"
	case outage(f, "token", status):
		return "outage"
	case code == "Realm does not exist":
		return "realm-unknown"
	case status >= 300 && status < 400:
		return "redirect"
	case status == 404, status == 405:
		return "not-found"
	case code != "": // some servers send their errors with status 200
		return "refused"
	case status < 300 && object:
		return "incomplete"
	case object, status >= 400 && f.Text("token.shape") == "empty":
		return "mute"
	}
	return "not-json"
}

// deriveUserinfoVerdict: a 429, a 5xx or no answer says nothing of the token.
func deriveUserinfoVerdict(f Facts) {
	switch {
	case !f.Is("token.any_issued"):
	case f.Is("userinfo.accepted"):
		f.Set("userinfo.verdict", "accepted")
	case f.Known("userinfo.reason"):
		f.Set("userinfo.verdict", "refused")
	case f.Known("userinfo.status"), f.Is("userinfo.tried"):
		f.Set("userinfo.verdict", "unclear")
	default:
		f.Set("userinfo.verdict", "not-asked")
	}
}

func deriveKeys(f Facts) {
	status, came := f.Int("keys.status")
	count, counted := f.Int("keys.count")
	switch {
	case f.Known("keys.offered") && !f.Is("keys.offered"), f.Text("keys.failure") != "",
		came && status != 200, came && f.Text("keys.shape") != "object", counted && count == 0:
		f.Set("keys.available", false)
	case counted:
		f.Set("keys.available", true)
	}
}

func capabilitiesAnswer(f Facts, status int) string {
	code := f.Text("capabilities.code")
	providers, _ := f.Int("providers.count")
	switch {
	case f.Is("capabilities.is_openeo"):
		return "openeo"
	case providers > 0: // /credentials/oidc below it answers as the openEO API demands
		return "odd"
	case code == "UnsupportedApiVersion":
		return "version"
	case outage(f, "capabilities", status):
		return "outage"
	case status == 404, status == 410:
		return "absent"
	case (status == 401 || status == 403) && code == "":
		return "refused"
	case status < 300 && f.Text("capabilities.shape") == "html":
		return "page"
	}
	return "other"
}

func providersAnswer(f Facts, status int) string {
	code := f.Text("providers.code")
	count, _ := f.Int("providers.count")
	switch {
	case status == 200 && f.Is("providers.valid") && count > 0:
		return "list"
	case status == 200 && f.Is("providers.valid"):
		return "empty"
	case status == 200 && count > 0:
		return "partly"
	case code == "UnsupportedApiVersion":
		return "version"
	case status == 404, status == 501:
		return "absent"
	case outage(f, "providers", status):
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
	case status == 200 && f.Is("me.valid"):
		return "accepted"
	case outage(f, "me", status):
		return "outage"
	case status < 300:
		return "invalid"
	case status < 400:
		return "redirect"
	}
	return "refused"
}
