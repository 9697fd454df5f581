package explain

import (
	"cmp"
	"net/url"
	"strconv"
	"strings"

	"github.com/credguide/credguide/checks/phrases"
)

// event is one error that a text tells of.
type event struct {
	from, to int

	headed, linked bool // it has a headline; what comes next came of it
	login          bool // it is of a login, at whatever step

	step, frame string // of the wording, of a traceback's line
	url, host   string
	path        string // of an address whose host stands elsewhere
	status      int
	failure     string
	shape       string
	error, description,
	code, message string // of a body: OAuth's pair, openEO's pair
	cut       string // a description whose end may be missing
	oddError  string // in the place of an error code, and none that is known
	bareError string // a known one, that stands alone
	facts     map[string]any
	phrases   []*phrases.Phrase
	says      []string
}

// events puts together what belongs to one error. A headline begins a new one, unless a traceback
// says that it came of the one before; so does an answer that is another than the one before.
func events(hits []hit) []*event {
	var all []*event
	cur := &event{}
	for _, h := range hits {
		if cur.endsBefore(h) {
			all = append(all, cur)
			cur = &event{}
		}
		cur.add(h)
	}
	return append(all, cur)
}

func (e *event) endsBefore(h hit) bool {
	w := h.wording
	switch {
	case w == nil:
		return false
	case w.Start:
		return e.headed && !e.linked
	case w.Head && e.headed && !e.linked:
		return h.from >= e.to || w.Step != "" && e.step != "" && w.Step != e.step
	case w.Head || e.linked || w.Frame != "":
		return false
	}
	status, _ := strconv.Atoi(h.slots["status"])
	code := h.slots["error"]
	return status != 0 && e.status != 0 && status != e.status || knownErrors[code] && e.error != "" && code != e.error
}

func (e *event) add(h hit) {
	if e.to == 0 {
		e.from = h.from
	}
	e.to = max(e.to, h.to)
	switch {
	case h.phrase != nil:
		e.phrases = append(e.phrases, h.phrase)
	case h.says != "":
		e.says = append(e.says, h.says)
	case h.wording.Link:
		e.linked = true
	case h.wording.Frame == "last", h.wording.Frame == "first" && e.frame == "":
		e.frame = h.wording.Step
	case h.wording.Frame == "" && !h.wording.Start:
		e.addWording(h)
	}
}

func (e *event) addWording(h hit) {
	w := *h.wording
	if w.Head {
		e.headed, e.linked = true, false
	}
	if e.failure == "proxy" && w.Failure != "" {
		w.Failure = e.failure // what the proxy did is why the rest failed
	}
	e.login = e.login || w.Login
	e.step = cmp.Or(w.Step, e.step)
	e.failure = cmp.Or(w.Failure, e.failure)
	e.shape = cmp.Or(w.Shape, e.shape)
	e.bareError = cmp.Or(w.Error, e.bareError)
	if n, _ := strconv.Atoi(h.slots["status"]); n != 0 {
		e.status = n
	} else if w.Status != 0 {
		e.status = w.Status
	}
	for name, value := range w.Facts {
		if e.facts == nil {
			e.facts = map[string]any{}
		}
		e.facts[name] = value
	}
	e.addAddress(h.slots)
	e.addWords(h.slots)
}

func (e *event) addAddress(slots map[string]string) {
	if u, err := url.Parse(slots["url"]); err == nil && u.Host != "" {
		e.url, e.host = slots["url"], strings.ToLower(u.Host)
	}
	if host := strings.ToLower(slots["host"]); host != "" && (e.host == "" || !strings.HasPrefix(e.host, host)) {
		e.host = host
	}
	e.path = cmp.Or(slots["path"], e.path)
}

func (e *event) addWords(slots map[string]string) {
	if s, ok := slots["body"]; ok {
		e.addBody(s)
	}
	if code := slots["error"]; knownErrors[code] || code != "" && slots["message"] != "" && isCode(code) {
		e.error = code
	} else if isCode(code) {
		e.oddError = code
	}
	if code := slots["code"]; code != "" && isCode(code) && !strings.HasPrefix(code, "ERR_") {
		e.code = code
	}
	if message := slots["message"]; message != "" {
		e.description, e.message = message, message
	}
	e.cut = cmp.Or(slots["cut"], e.cut)
}

// isCode tells that a word can be an error code.
func isCode(s string) bool {
	return len(s) >= 4 && !strings.ContainsFunc(s, func(r rune) bool { return r != '_' && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') })
}

// addBody reads what a server answered, in whatever notation it arrived: JSON, or as Python or
// JavaScript print an object.
func (e *event) addBody(s string) {
	s = strings.TrimLeft(s, " \n'\"b")
	switch {
	case strings.HasPrefix(s, "{"):
		e.shape = "object"
	case strings.HasPrefix(s, "<"):
		e.shape = "html"
		return
	case s == "":
		e.shape = "empty"
		return
	default:
		e.shape = "text"
		return
	}
	e.error = cmp.Or(member(s, "error"), e.error)
	e.description = cmp.Or(member(s, "error_description"), e.description)
	e.code = cmp.Or(member(s, "code"), e.code)
	e.message = cmp.Or(member(s, "message"), member(s, "detail"), e.message)
}

// member reads a text member of an object, wherever it stands in it. Its end is a quotation mark
// that something else of the notation follows: quotes inside may have lost their backslashes on the
// way.
func member(s, name string) string {
	for _, quote := range []string{`"`, `'`} {
		_, rest, found := strings.Cut(s, quote+name+quote)
		rest = strings.TrimLeft(rest, " \n")
		if !found || !strings.HasPrefix(rest, ":") {
			continue
		}
		rest = strings.TrimLeft(rest[1:], " \n")
		if rest == "" || rest[0] != '"' && rest[0] != '\'' {
			continue
		}
		rest, quote = rest[1:], rest[:1]
		for at := 0; ; {
			i := strings.Index(rest[at:], quote)
			if i < 0 {
				return ""
			}
			at += i
			if after := strings.TrimLeft(rest[at+1:], " \n"); after == "" || strings.ContainsRune(",}]", rune(after[0])) {
				return rest[:at]
			}
			at++
		}
	}
	return ""
}

// reachBack is how far from its words an error's address may stand, in bytes: some programs write
// it on a line before.
const reachBack = 400

// complete takes from the text around what the words alone do not tell.
func (e *event) complete(t plainText, words *phrases.Catalog) {
	e.mend(t, words)
	switch {
	case e.error != "" || e.code != "":
	case meCodes[e.bareError]:
		e.code = e.bareError
	default:
		e.error = e.bareError
	}
	if e.url == "" && e.path != "" && e.host != "" {
		e.url = "https://" + e.host + e.path
	}
	if e.url != "" || e.step != "" || e.status == 0 {
		return
	}
	around := t.text[max(0, e.from-reachBack):min(len(t.text), e.to+reachBack)]
	for i := strings.LastIndex(around, "http"); i >= 0; i = strings.LastIndex(around[:i], "http") {
		address := around[i:]
		if end := strings.IndexAny(address, " \n'\"),;<>"); end >= 0 {
			address = address[:end]
		}
		address = strings.TrimRight(address, ":.")
		if stepOfPath(address, Host{}) != "" {
			e.addAddress(map[string]string{"url": address})
			return
		}
	}
}

// mend reads an answer that something on the way broke, or whose end is missing: what a server says
// is known with other white space, and by a beginning that no other of its sentences has. A body
// that breaks off before it said anything says nothing.
func (e *event) mend(t plainText, words *phrases.Catalog) {
	if e.description == "" {
		e.description = words.Completed(phrases.Token, e.error, e.cut)
	} else if e.code == "" {
		e.description = mended(words, phrases.Token, e.error, e.description)
	}
	if e.message != "" && e.code != "" {
		e.message = mended(words, phrases.Backend, e.code, e.message)
	}
	if e.shape == "object" && e.error == "" && e.code == "" && !strings.Contains(t.text[e.from:], "}") {
		e.shape = ""
	}
}

func mended(words *phrases.Catalog, place phrases.Place, code, said string) string {
	if len(words.Find(place, code, said)) > 0 {
		return said
	}
	if found := words.FindBroken(place, code, said); len(found) > 0 {
		return found[0].Says
	}
	return cmp.Or(words.Completed(place, code, said), said)
}

// place is the step of a login at which it happened, as far as the text tells: by its own words, by
// the address, by the lines of the traceback, by what the host is, by the words of the answer.
func (e *event) place(role func(host string) Host) string {
	if e.step != "" {
		return e.step
	}
	if step := stepOfPath(e.url, role(e.host)); step != "" {
		if step == "token" && e.error == "" && e.oddError != "" {
			e.error = e.oddError
		}
		return step
	}
	if e.frame != "" {
		return e.frame
	}
	if meCodes[e.code] && e.error == "" {
		return "me"
	}
	if e.error != "" {
		return "token"
	}
	for _, p := range e.phrases {
		switch p.Place {
		case phrases.Token:
			return "token"
		case phrases.Backend:
			return "me"
		}
	}
	switch h := role(e.host); {
	case h.Backend != "" && h.Issuer == "":
		return "capabilities"
	case h.Issuer != "":
		return "discovery"
	case e.login:
		return someStep
	}
	return ""
}

// someStep is the place of an error that is of a login, though the text leaves open of which
// request.
const someStep = "login"

func stepOfPath(address string, host Host) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	path := strings.TrimRight(strings.ToLower(u.Path), "/")
	for _, s := range []struct{ end, step string }{
		{"/.well-known/openid-configuration", "discovery"},
		{"/.well-known/openeo", "well_known"},
		{"/credentials/oidc", "providers"},
		{"/me", "me"},
		{"/userinfo", "userinfo"},
		{"/certs", "keys"},
		{"/jwks", "keys"},
		{"/jwks.json", "keys"},
		{"/token", "token"},
	} {
		if strings.HasSuffix(path, s.end) {
			return s.step
		}
	}
	if host.Backend != "" && host.Issuer == "" && strings.Count(path, "/") <= 2 {
		return "capabilities"
	}
	return ""
}

// knownErrors are the error codes of OAuth 2.0 and OpenID Connect at a token endpoint, and of
// providers who have their own.
var knownErrors = set("invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type",
	"invalid_scope", "access_denied", "server_error", "temporarily_unavailable", "invalid_token", "insufficient_scope",
	"invalid_dpop_proof", "use_dpop_nonce", "disabled_client", "slow_down", "invalid_target", "consent_required")

// meCodes are the openEO error codes that are about the login.
var meCodes = set("AuthenticationRequired", "AuthenticationSchemeInvalid", "TokenInvalid", "PermissionsInsufficient", "AccessTokenError",
	"OidcProviderUnavailable", "UnsupportedApiVersion", "PaymentRequired", "TokenExchangeFailure", "InvalidIssuerConfig",
	"TokenCantBeValidated", "CredentialsInvalid")

func set(words ...string) map[string]bool {
	m := map[string]bool{}
	for _, w := range words {
		m[w] = true
	}
	return m
}
