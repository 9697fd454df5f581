package checks

import (
	"cmp"
	"slices"
	"strings"
)

// refusalConclusions are what a refused token request and the questions asked after it say together.
func refusalConclusions() []FactDef {
	return []FactDef{
		{"client.seen", Text, "what the authorization endpoint says of the client id: see authorization.client; or not-asked", true},
		{"client.seen_trimmed", Text, "the same of the id without white space, quotes and invisible characters", true},
		{"client.seen_in_lower", Text, "the same of the id in lower case", true},
		{"basic.said", Text, "the same values in the Basic header: accepted, the refusal recognised, unclear or not-asked", true},
		{"secret.accepted_otherwise", Bool, "the refused secret was accepted in another form: in the Basic header, trimmed or without quotes", true},
		{"basic.encoding_matters", Bool, "of the two encodings of the Basic header, the server accepts one and refuses the other", true},
		{"basic.raw_only", Bool, "of the two, it accepts only the one without form encoding", true},
		{"secret.odd", Bool, "the secret has something about it that is seldom meant: white space, quotes, a template's words, a mask, three characters", true},
		{"client_id.odd", Bool, "the same of the client id", true},
		{"client_id.known_otherwise", Bool, "the client id is known without its white space, quotes or invisible characters", true},
		{"client_id.known_in_lower", Bool, "the client id is known in lower case", true},
		{"sisters.found_as", Text, "the form of the client id that a sister environment knows: given, trimmed, lower; or none", true},
		{"sisters.any_know", Bool, "a sister environment knows the client id", true},
		{"sisters.first", Text, "id of the first sister environment that knows it", true},
		{"sisters.all_disabled", Bool, "wherever the client id is known, it is switched off", true},
		{"environment.approved_by", Text, "who approves a new client, in words", true},
		{"issuer.scheme", Text, "scheme of the issuer asked for: http or https", true},
		{"scopes.verdict", Text, "which scopes were refused: some, openid, both, together (each alone is allowed), unclear, untested", true},
	}
}

func deriveRefusal(f Facts) {
	if f.Known("token.status") && !f.Is("token.issued") {
		f.Set("client.seen", orNotAsked(f, "authorization.client"))
		f.Set("client.seen_trimmed", orNotAsked(f, "authorization_trimmed.client"))
		f.Set("client.seen_in_lower", orNotAsked(f, "authorization_lower.client"))
		f.Set("basic.said", basicSaid(f))
		f.Set("secret.accepted_otherwise", slices.ContainsFunc([]string{"token_basic", "token_basic_raw", "token_trimmed", "token_unquoted"},
			func(step string) bool { return f.Is(step + ".authenticated") }))
		f.Set("client_id.known_otherwise", slices.Contains(registered, f.Text("authorization_trimmed.client")))
		f.Set("client_id.known_in_lower", slices.Contains(registered, f.Text("authorization_lower.client")))
		f.Set("sisters.found_as", cmp.Or(f.Text("sisters.known_as"), "none"))
		deriveEncoding(f)
	}
	deriveOddities(f)
	if f.Known("sisters.know") {
		know, disabled := f.List("sisters.know"), f.List("sisters.know_disabled")
		f.Set("sisters.any_know", len(know) > 0)
		f.Set("sisters.all_disabled", len(know) > 0 && len(know) == len(disabled))
		if len(know) > 0 {
			f.Set("sisters.first", know[0])
		}
	}
	if who, ok := approvers[f.Text("environment.approval")]; ok {
		f.Set("environment.approved_by", who)
	}
	if scheme, _, ok := strings.Cut(f.Text("environment.issuer"), "://"); ok {
		f.Set("issuer.scheme", strings.ToLower(scheme))
	}
	switch {
	case f.Text("token.reason") == "scope":
		f.Set("scopes.verdict", scopesVerdict(f))
	case slices.Contains(f.List("token.reasons"), "scope"): // the changed request got past what stopped the clients' own
		f.Set("scopes.verdict", "untested")
	}
}

// registered are the answers of an authorization endpoint to an id that it knows.
var registered = []string{"known", "disabled", "bearer-only", "wrong-protocol"}

// deriveOddities: where a value is odd, a refusal has a likelier cause than that the value is simply another one.
func deriveOddities(f Facts) {
	for value, oddities := range map[string][]string{
		"secret":    {"has_whitespace", "has_invisible", "quoted", "placeholder", "masked", "token", "too_short"},
		"client_id": {"has_whitespace", "has_invisible", "quoted", "placeholder", "malformed", "secret_shaped"},
	} {
		if f.Is(value + ".present") {
			f.Set(value+".odd", slices.ContainsFunc(oddities, func(o string) bool { return f.Is(value + "." + o) }))
		}
	}
}

var approvers = map[string]string{"self": "you approve it yourself", "operator": "an administrator approves it"}

func orNotAsked(f Facts, name string) string {
	if f.Known(name) {
		return f.Text(name)
	}
	return "not-asked"
}

func basicSaid(f Facts) string {
	switch reason := f.Text("token_basic.reason"); {
	case !f.Known("token_basic.status"):
		return "not-asked"
	case f.Is("token_basic.authenticated"):
		return "accepted"
	case reason != "":
		return reason
	}
	return "unclear"
}

// deriveEncoding compares the Basic header with and without form encoding (RFC 6749 section 2.3.1). Both must have been
// judged: an answer about something else (429, 5xx) is no refusal. Without special characters the two are one.
func deriveEncoding(f Facts) {
	if f.Known("token.special_characters") && !f.Is("token.special_characters") {
		f.Set("basic.encoding_matters", false)
		f.Set("basic.raw_only", false)
		return
	}
	encoded, judged := f["token_basic.authenticated"].(bool)
	raw, rawJudged := f["token_basic_raw.authenticated"].(bool)
	if judged && rawJudged {
		f.Set("basic.encoding_matters", encoded != raw)
		f.Set("basic.raw_only", raw && !encoded)
	}
}

func scopesVerdict(f Facts) string {
	openid, refused := f.Text("scopes.openid"), len(f.List("scopes.refused")) > 0
	switch {
	case openid == "refused" && refused:
		return "both"
	case openid == "refused":
		return "openid"
	case refused:
		return "some"
	case !f.Is("scopes.tested"), openid == "" && len(f.List("scopes.allowed")) == 0:
		return "untested"
	case openid == "", len(f.List("scopes.untested")) > 0:
		return "unclear"
	}
	return "together"
}
