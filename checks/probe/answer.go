package probe

import (
	"bytes"
	"encoding/json"
	"html"
	"maps"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/credguide/credguide/checks/body"
	"github.com/credguide/credguide/internal/text"
)

// answer is what came back: a frame, and the parsed document for the step that asked. The body
// itself is not kept.
type answer struct {
	url, host    string
	status       int
	header       http.Header
	shape        string         // object, json, html, text, empty, binary, jwt
	document     map[string]any // when the body is a JSON object
	asIs         map[string]any // the same before anything in it was redacted; nil: nothing was
	keys         func() keySet  // of a document that many checks share; nil: to be read from it
	frames       *sync.Map      // the same: the facts of each *checks.Step that asked for it
	marked       bool           // a byte order mark stands before it (RFC 8259 section 8.1)
	encoding     string         // of a body that is not in UTF-8, and that the Python client does not read
	trips        string         // what of it the library of the Python client does not get over, in words
	deep         bool           // trips is that its JSON is deeper than some versions of Python go
	misnamed     string         // the encoding that Content-Type names and that it is not in, where the Python client goes by the name
	loginPage    bool
	pageText     string // visible text of an HTML page, or a text, or what JSON that is no object says, bounded
	redirect     string
	redirectHost string
	failure      failure
	phase        string // how far a request came that failed
	via          string // the variable that names the proxy in between
	viaScheme    string
	readErr      error
	asked        time.Time
	received     time.Time
}

// ok tells that there was an answer at all.
func (a answer) ok() bool { return a.failure.kind == "" }

// charset is the encoding in which the Python client reads the body.
func (a answer) charset() string { return body.Charset(a.header.Get("Content-Type")) }

// interpret decides what the body is. Everything in it is untrusted.
func (a *answer) interpret(data []byte) {
	data, a.misnamed, a.encoding = body.InUTF8(data, a.charset())
	unmarked, marked := bytes.CutPrefix(data, []byte("\ufeff"))
	trimmed := bytes.Trim(unmarked, space)
	media := a.mediaType()
	switch {
	case len(trimmed) == 0:
		a.shape = "empty"
	case trimmed[0] == '{' && (json.Unmarshal(trimmed, &a.document) == nil || json.Unmarshal(withoutNaN(trimmed), &a.document) == nil):
		a.shape, a.marked = "object", marked
	case json.Valid(trimmed):
		a.shape = "json"
		var list any
		if json.Unmarshal(trimmed, &list) == nil && a.status >= 400 {
			a.pageText = sentence(list, 0)
		}
	case strings.Contains(media, "html") || looksLikeHTML(trimmed):
		a.shape = "html"
		a.pageText = visibleText(trimmed)
		a.loginPage = isLoginPage(a.status, trimmed)
	case looksLikeJWT(trimmed):
		a.shape = "jwt"
	case !utf8.Valid(trimmed) || bytes.IndexByte(trimmed, 0) >= 0:
		a.shape = "binary"
	default:
		a.shape = "text"
		a.pageText = strings.Join(strings.Fields(string(trimmed[:min(len(trimmed), 64<<10)])), " ")
	}
	if a.shape != "object" {
		a.document = nil
	}
	if a.status == http.StatusNetworkAuthenticationRequired { // RFC 6585 section 6
		a.loginPage = true
	}
}

// notNumbers are what Python writes and reads where a number is infinite or none. JSON has no such
// words.
var notNumbers = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|-?Infinity|NaN`)

// withoutNaN is a JSON text with null in place of those.
func withoutNaN(body []byte) []byte {
	return notNumbers.ReplaceAllFunc(body, func(found []byte) []byte {
		if found[0] == '"' {
			return found
		}
		return []byte("null")
	})
}

func (a answer) mediaType() string {
	m, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return m
}

func looksLikeHTML(b []byte) bool {
	head := bytes.ToLower(b[:min(len(b), 512)])
	return bytes.HasPrefix(head, []byte("<!doctype html")) || bytes.Contains(head, []byte("<html"))
}

func looksLikeJWT(b []byte) bool {
	return bytes.Count(b, []byte(".")) == 2 && bytes.HasPrefix(b, []byte("eyJ"))
}

// loginMarks are signs of a captive portal, web filter or login form. They make a suspicion, never
// a certainty.
var loginMarks = []string{`type="password"`, `type='password'`, "captive", "log in", "login", "sign in", "sign-in", "hotspot", "web filter", "has been blocked", "access denied by", "terms of use to continue"}

func isLoginPage(status int, body []byte) bool {
	if status >= 500 || status == http.StatusNotFound {
		return false
	}
	page := strings.ToLower(string(body))
	for _, m := range loginMarks {
		if strings.Contains(page, m) {
			return true
		}
	}
	return false
}

// unseen are elements whose text stands in no page: a browser shows the title elsewhere, and most
// pages repeat it.
var unseen = regexp.MustCompile(`(?is)<(script|style|title)\b.*?</(?:script|style|title)\s*>`)

// visibleText strips tags, crudely: the result is searched for known sentences and quoted in short.
func visibleText(b []byte) string {
	var out strings.Builder
	inTag := false
	page := b[:min(len(b), 64<<10)]
	for _, r := range string(unseen.ReplaceAll(page, []byte(" "))) {
		switch {
		case r == '<':
			inTag = true
		case r == '>':
			inTag = false
			out.WriteByte(' ')
		case !inTag:
			out.WriteRune(r)
		}
	}
	return html.UnescapeString(strings.Join(strings.Fields(out.String()), " "))
}

// text returns a string member of the document, made safe to show.
func (a answer) text(name string) string {
	s, _ := a.document[name].(string)
	return text.Line(s, 300)
}

// errorCode is the error of RFC 6749 section 5.2. Some gateways put an object in its place: an
// error all the same.
func (a answer) errorCode() string {
	switch e := a.document["error"].(type) {
	case map[string]any:
		inner := answer{document: e}
		for _, name := range []string{"code", "status", "type", "message"} {
			if s := inner.text(name); s != "" {
				return s
			}
		}
		return "an object"
	case nil, bool:
		if a.status >= 400 {
			return a.text("errorCode") // Okta's own form
		}
		return ""
	case string:
		return text.Line(e, 300)
	}
	return "not a text"
}

// exact returns a string member as it is: for addresses and tokens, which are used and not shown.
func (a answer) exact(name string) string {
	s, _ := a.used()[name].(string)
	return s
}

// used is the document for what is used and not shown: a secret that has a piece in common with an
// address or a name must not change them.
func (a answer) used() map[string]any {
	if a.asIs != nil {
		return a.asIs
	}
	return a.document
}

// list returns a member that is a list of text, each made safe, at most limit of them. present
// tells that it is there.
func (a answer) list(name string, limit int) (items []string, present bool) {
	raw, present := a.document[name].([]any)
	for _, v := range raw[:min(len(raw), limit)] {
		if s, ok := v.(string); ok {
			items = append(items, text.Line(s, 200))
		}
	}
	return items, present
}

// detail are words that stand outside the members for errors: those of other error formats, as RFC
// 9457 and web frameworks write them, of a challenge (RFC 6750 section 3), and the visible text of
// a page. What a good answer calls its title is none of them.
func (a answer) detail() string {
	switch {
	case a.pageText != "":
		return text.Line(a.pageText, 300)
	case a.status < 400:
		return ""
	}
	if words := a.documentDetail(); words != "" {
		return words
	}
	_, words := challenge(a.header.Values("WWW-Authenticate"))
	return words
}

func (a answer) documentDetail() string {
	for _, name := range []string{"detail", "title", "reason"} {
		if words := a.text(name); words != "" {
			return words
		}
	}
	if a.text("error_description") != "" || a.text("message") != "" {
		return ""
	}
	return text.Line(sentence(a.document, 0), 300)
}

// sayingMembers are where gateways and web frameworks put the words of an error, in lower case:
// AWS's Message, Apigee's fault.faultstring, FastAPI's list of details, lists of errors.
var sayingMembers = []string{
	"detail", "message", "msg", "description", "title", "reason", "errormessage", "error_message", "error_msg", "errorsummary", "faultstring", "text", "error", "errors", "fault",
}

// sentence finds the words in an error of any form. An error that is a text is a code, and no
// words.
func sentence(v any, depth int) string {
	const deepest, longest = 4, 8
	switch x := v.(type) {
	case string:
		return x
	case []any:
		for _, e := range x[:min(len(x), longest)] {
			if words := sentence(e, depth+1); words != "" && depth < deepest {
				return words
			}
		}
	case map[string]any:
		names := slices.Sorted(maps.Keys(x))
		for _, member := range sayingMembers {
			i := slices.IndexFunc(names, func(name string) bool { return strings.EqualFold(name, member) })
			if i < 0 || depth >= deepest {
				continue
			}
			if _, isText := x[names[i]].(string); isText && member == "error" {
				continue
			}
			if words := sentence(x[names[i]], depth+1); words != "" {
				return words
			}
		}
	}
	return ""
}

// words are what a refusal says beside its code, wherever it stands.
func (a answer) words() string {
	return strings.TrimSpace(strings.Join([]string{a.text("error_description"), a.text("message"), a.detail()}, " "))
}

// age is how long ago a cache got the answer, in seconds (RFC 9111 section 5.1).
func (a answer) age() (int, bool) {
	n, err := strconv.Atoi(strings.TrimSpace(a.header.Get("Age")))
	return min(n, 1<<31), err == nil && n >= 0
}

// cached tells that the answer's Date may be that of an earlier one.
func (a answer) cached() bool {
	age, _ := a.age()
	return age > 0 || strings.Contains(strings.ToUpper(a.header.Get("X-Cache")), "HIT") || strings.HasPrefix(strings.ToUpper(a.header.Get("Cf-Cache-Status")), "HIT")
}

// date is the server's clock, from the Date header.
func (a answer) date() (time.Time, bool) {
	t, err := http.ParseTime(a.header.Get("Date"))
	return t, err == nil
}
