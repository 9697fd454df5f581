package lint

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"html"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/credguide/credguide/credentials"
)

// Form is what a secret seems to stand in. The names are those that facts and diagnosis files use.
type Form string

// The forms.
const (
	InJSON      Form = "json"      // an object, as secret stores and downloads give it
	InHeader    Form = "header"    // Authorization: Basic …
	InLine      Form = "line"      // NAME=value, of a file, a shell or a manifest
	InPair      Form = "pair"      // client ID and secret in one
	InComment   Form = "comment"   // one stands behind it
	InSemicolon Form = "semicolon" // one stands behind it, perhaps with another command
	InHTML      Form = "html"      // escapes
	InPercent   Form = "percent"   // escapes
	InDollars   Form = "dollars"   // doubled, as Compose files need them
	InBackslash Form = "backslash" // escapes of a shell or of JSON
	InBrackets  Form = "brackets"  // as in the template that it replaced
	InTwice     Form = "twice"     // pasted two times
	InBase64    Form = "base64"
)

// maxWrappings is how many layers are taken off: a secret store's JSON may hold Base64 of a line of
// a file.
const maxWrappings = 3

// Unwrapped is the secret out of what it seems to be wrapped in, and what that is. A secret may
// look so by its nature, so this is worth a try after a refusal, and no more.
func Unwrapped(secret credentials.Secret, clientID string) (inner credentials.Secret, form Form, ok bool) {
	text := outermost(secret.Reveal())
	for range maxWrappings {
		within, found := unwrap(text, Bare(clientID))
		within = outermost(within)
		if found == "" || within == "" || within == text {
			break
		}
		form = cmp.Or(form, found)
		text = within
	}
	if text = Bare(text); form == "" || text == "" || text == Bare(secret.Reveal()) {
		return secret, "", false
	}
	return credentials.NewSecret(text), form, true
}

// outermost is a text without the white space and quotes around it. Line ends and tabs inside say
// where a line of a file ends.
func outermost(text string) string {
	text = strings.TrimSpace(strings.TrimPrefix(text, "\ufeff"))
	if inner, ok := unquote(text); ok {
		text = strings.TrimSpace(inner)
	}
	return text
}

// unwrap takes one layer off. The forms that say most of themselves come first.
func unwrap(text, clientID string) (inner string, form Form) {
	for _, one := range []struct {
		form Form
		of   func(string) string
	}{
		{InJSON, ofJSON},
		{InHeader, ofHeader},
		{InLine, ofAssignment},
		{InPair, func(s string) string { return ofPair(s, clientID) }},
		{InComment, ofComment},
		{InSemicolon, ofSemicolon},
		{InHTML, ofEntities},
		{InBrackets, ofBrackets},
		{InTwice, ofTwice},
		{InPercent, ofPercent},
		{InDollars, ofDollars},
		{InBackslash, ofBackslash},
		{InBase64, ofBase64},
	} {
		if got := one.of(text); got != "" && got != text {
			return got, one.form
		}
	}
	return "", ""
}

// secretNames are what the members of JSON objects are called in which stores and downloads keep a
// client secret, the more telling first, without case and separators.
var secretNames = []string{"openeoauthclientsecret", "clientsecret", "secretstring", "secretvalue", "secret", "password", "value"}

func ofJSON(text string) string {
	var root map[string]any
	if !strings.HasPrefix(text, "{") || json.Unmarshal([]byte(text), &root) != nil {
		return ""
	}
	const deep = 3 // Vault nests data in data
	if named := memberOf(root, deep); named != "" || len(root) != 1 {
		return named
	}
	for _, only := range root {
		text, _ := only.(string)
		return text
	}
	return ""
}

func memberOf(object map[string]any, deep int) string {
	plain := map[string]string{}
	for name, value := range object {
		if s, ok := value.(string); ok {
			plain[lettersAndDigits(name)] = s
		}
	}
	for _, name := range secretNames {
		if plain[name] != "" {
			return plain[name]
		}
	}
	if deep == 0 {
		return ""
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if inside, ok := object[name].(map[string]any); ok {
			if found := memberOf(inside, deep-1); found != "" {
				return found
			}
		}
	}
	return ""
}

func lettersAndDigits(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(name))
}

var authorization = regexp.MustCompile(`(?i)^(?:Authorization:\s*)?(Basic|Bearer)\s+(\S+)$`)

func ofHeader(text string) string {
	if !strings.ContainsAny(text, "\t\n\f\r ") { // most texts are one word
		return ""
	}
	m := authorization.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	if strings.EqualFold(m[1], "Bearer") {
		return m[2]
	}
	_, secret, ok := strings.Cut(decodedBase64(m[2]), ":")
	if !ok {
		return ""
	}
	if plain, err := url.QueryUnescape(secret); err == nil { // RFC 6749 section 2.3.1
		return plain
	}
	return secret
}

// assigned is a line of a file, a shell or a manifest, in which the name says that a secret
// follows.
var assigned = regexp.MustCompile(`(?im)(?:^|[\s{,;])(?:export\s+|set\s+(?:-\w+\s+)*|setx\s+|\$env:|--)?["']?[\w.-]*(?:secret|password)[\w.-]*["']?(?:\s*[=:]\s*|\s+)(\S.*?)\s*[,;}]?\s*$`)

// assigns tells that a text gives a secret to a name. Nothing does without one of these characters.
func assigns(text string) bool {
	return strings.ContainsAny(text, "=: \t\n\v\f\r") && assigned.MatchString(text)
}

func ofAssignment(text string) string {
	if !strings.ContainsAny(text, "=: ") {
		return ""
	}
	if m := assigned.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

// ofPair cuts the client ID off, in front of the secret; without knowing it, only in front of what
// looks made by a generator.
func ofPair(text, clientID string) string {
	if clientID != "" {
		for _, between := range []string{":", " ", "/", ","} {
			if _, secret, ok := strings.Cut(text, clientID+between); ok {
				return secret
			}
		}
	}
	id, secret, ok := strings.Cut(text, ":")
	if ok && IDShaped(id) && SecretShaped(Bare(secret)) {
		return secret
	}
	return ""
}

func ofComment(text string) string {
	for i := 1; i < len(text); i++ {
		if text[i] == '#' && (text[i-1] == ' ' || text[i-1] == '\t') {
			return strings.TrimSpace(text[:i])
		}
	}
	return ""
}

func ofSemicolon(text string) string {
	if before, _, ok := strings.Cut(text, "; "); ok {
		return before
	}
	return strings.TrimRight(text, ";,")
}

// ofBrackets: who fills a template in may leave its brackets. What has no digit, or a blank, is the
// template itself.
func ofBrackets(text string) string {
	const shortest = 16
	for _, pair := range []string{"<>", "[]", "{}", "()"} {
		inner, opens := strings.CutPrefix(text, pair[:1])
		inner, closes := strings.CutSuffix(inner, pair[1:])
		if classes := ClassesOf(inner); opens && closes && len(inner) >= shortest && classes.Digit && !strings.ContainsAny(inner, " \t\r\n") {
			return inner
		}
	}
	return ""
}

func ofTwice(text string) string {
	const shortest = 16
	half := len(text) / 2
	if half < shortest || text[:half] != text[half:] {
		return ""
	}
	return text[:half]
}

var entity = regexp.MustCompile(`&(?:amp|lt|gt|quot|apos|#[0-9]{1,5}|#[xX][0-9a-fA-F]{1,5});`)

func ofEntities(text string) string {
	if !strings.Contains(text, "&") || !entity.MatchString(text) {
		return ""
	}
	return html.UnescapeString(text)
}

var percented = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)

func ofPercent(text string) string {
	if !strings.Contains(text, "%") || !percented.MatchString(text) {
		return ""
	}
	plain, err := url.PathUnescape(text)
	if err != nil {
		return ""
	}
	return plain
}

// ofDollars undoes what Compose files need.
func ofDollars(text string) string { return strings.ReplaceAll(text, "$$", "$") }

var backslashed = regexp.MustCompile(`\\([^A-Za-z0-9])`)

func ofBackslash(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	return backslashed.ReplaceAllString(text, "$1")
}

// base64Text tells a text in either alphabet of Base64, long enough to be one by no accident.
func base64Text(text string) bool {
	const shortest = 8
	digits := strings.TrimSuffix(strings.TrimSuffix(text, "="), "=")
	for i := range len(digits) {
		switch c := digits[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '+', c == '/', c == '_', c == '-':
		default:
			return false
		}
	}
	return len(digits) >= shortest
}

// ofBase64 wants text inside: what a generator made decodes to bytes of all sorts.
func ofBase64(text string) string {
	joined := strings.Join(strings.Fields(text), "") // encoders break lines
	if !base64Text(joined) {
		return ""
	}
	return decodedBase64(joined)
}

// leastSecret is how many characters a text has at least that may be a secret.
const leastSecret = 4

var standardAlphabet = strings.NewReplacer("-", "+", "_", "/")

// decodedBase64 is the text that either alphabet encodes, "" where it is none.
func decodedBase64(text string) string {
	text = strings.TrimRight(standardAlphabet.Replace(text), "=")
	plain, err := base64.RawStdEncoding.DecodeString(text)
	plain = []byte(strings.TrimRight(string(plain), "\r\n"))
	if err != nil || len(plain) < leastSecret || slices.ContainsFunc(plain, func(b byte) bool { return b < ' ' || b > '~' }) {
		return ""
	}
	return string(plain)
}
