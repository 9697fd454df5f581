package lint

import (
	"encoding/base64"
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/credguide/credguide/credentials"
)

// The sorts of wrapping, as a sentence names them: "the secret stands in …".
const (
	inJSON       = "a JSON object"
	inHeader     = "an Authorization header"
	inAssignment = "a line that sets a variable"
	inPair       = "a pair of client ID and secret"
	inComment    = "a text with a comment behind it"
	inSemicolon  = "a text with a semicolon behind it"
	inEntities   = "HTML escapes"
	inPercent    = "percent escapes"
	inBackslash  = "backslash escapes"
	inDollars    = "doubled dollar signs"
	inBase64     = "Base64"
)

// maxWrappings is how many layers are taken off: a secret store's JSON may hold Base64 of a line of a file.
const maxWrappings = 3

// Unwrapped is the secret out of what it seems to be wrapped in, and what that is. A secret may look so by its nature, so
// this is worth a try after a refusal, and no more.
func Unwrapped(secret credentials.Secret, clientID string) (inner credentials.Secret, wrapping string, ok bool) {
	text := outermost(secret.Reveal())
	for range maxWrappings {
		within, sort := unwrap(text, Bare(clientID))
		within = outermost(within)
		if sort == "" || within == "" || within == text {
			break
		}
		if wrapping == "" {
			wrapping = sort
		}
		text = within
	}
	if text = Bare(text); wrapping == "" || text == "" || text == Bare(secret.Reveal()) {
		return secret, "", false
	}
	return credentials.NewSecret(text), wrapping, true
}

// outermost is a text without the white space and quotes around it. Line ends and tabs inside say where a line of a file ends.
func outermost(text string) string {
	text = strings.TrimSpace(strings.TrimPrefix(text, "\ufeff"))
	if inner, ok := unquote(text); ok {
		text = strings.TrimSpace(inner)
	}
	return text
}

// unwrap takes one layer off. The forms that say most of themselves come first.
func unwrap(text, clientID string) (inner, sort string) {
	for _, form := range []struct {
		sort string
		of   func(string) string
	}{
		{inJSON, ofJSON},
		{inHeader, ofHeader},
		{inAssignment, ofAssignment},
		{inPair, func(s string) string { return ofPair(s, clientID) }},
		{inComment, ofComment},
		{inSemicolon, ofSemicolon},
		{inEntities, ofEntities},
		{inPercent, ofPercent},
		{inDollars, ofDollars},
		{inBackslash, ofBackslash},
		{inBase64, ofBase64},
	} {
		if got := form.of(text); got != "" && got != text {
			return got, form.sort
		}
	}
	return "", ""
}

// secretNames are what the members of JSON objects are called in which stores and downloads keep a client secret, the more
// telling first, without case and separators.
var secretNames = []string{"openeoauthclientsecret", "clientsecret", "secretstring", "secretvalue", "secret", "password", "value"}

func ofJSON(text string) string {
	var root map[string]any
	if !strings.HasPrefix(text, "{") || json.Unmarshal([]byte(text), &root) != nil {
		return ""
	}
	const deep = 3 // Vault nests data in data
	return memberOf(root, deep)
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
	if deep > 0 {
		for _, value := range object {
			if inside, ok := value.(map[string]any); ok {
				if found := memberOf(inside, deep-1); found != "" {
					return found
				}
			}
		}
	}
	if len(object) == 1 {
		for _, only := range plain {
			return only
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

// assigned is a line of a file, a shell or a manifest, in which the name says that a secret follows.
var assigned = regexp.MustCompile(`(?im)(?:^|[\s{,;])(?:export\s+|set\s+(?:-\w+\s+)*|setx\s+|\$env:|--)?["']?[\w.-]*(?:secret|password)[\w.-]*["']?(?:\s*[=:]\s*|\s+)(\S.*?)\s*[,;}]?\s*$`)

func ofAssignment(text string) string {
	m := assigned.FindStringSubmatch(text)
	if m == nil || !strings.ContainsAny(text, "=: ") {
		return ""
	}
	return m[1]
}

// ofPair cuts the client ID off, in front of the secret; without knowing it, only in front of what looks made by a generator.
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

var entity = regexp.MustCompile(`&(?:amp|lt|gt|quot|apos|#[0-9]{1,5}|#[xX][0-9a-fA-F]{1,5});`)

func ofEntities(text string) string {
	if !entity.MatchString(text) {
		return ""
	}
	return html.UnescapeString(text)
}

var percented = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)

func ofPercent(text string) string {
	if !percented.MatchString(text) {
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

func ofBackslash(text string) string { return backslashed.ReplaceAllString(text, "$1") }

var base64Text = regexp.MustCompile(`^[A-Za-z0-9+/_-]{8,}={0,2}$`)

// ofBase64 wants text inside: what a generator made decodes to bytes of all sorts.
func ofBase64(text string) string {
	joined := strings.Join(strings.Fields(text), "") // encoders break lines
	if !base64Text.MatchString(joined) {
		return ""
	}
	return decodedBase64(joined)
}

// leastSecret is how many characters a text has at least that may be a secret.
const leastSecret = 4

// decodedBase64 is the text that either alphabet encodes, "" where it is none.
func decodedBase64(text string) string {
	text = strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(text), "=")
	plain, err := base64.RawStdEncoding.DecodeString(text)
	plain = []byte(strings.TrimRight(string(plain), "\r\n"))
	if err != nil || len(plain) < leastSecret || slices.ContainsFunc(plain, func(b byte) bool { return b < ' ' || b > '~' }) {
		return ""
	}
	return string(plain)
}
