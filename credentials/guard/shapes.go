package guard

import (
	"regexp"
	"slices"
	"strings"
)

var (
	// tokenText matches a JSON Web Token, also one that was cut off: a server may show the token of
	// another session, or one of this check before the check knows it.
	tokenText = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}\.(?:eyJ|[A-Za-z0-9_-]{16,})[A-Za-z0-9_.-]*`)
	// authorization matches what an Authorization header holds.
	authorization = regexp.MustCompile(`(?i)\b(?:basic|bearer)[ +]+([A-Za-z0-9._~+/=-]{12,})`)
)

// shapes finds what is secret by its form alone.
func shapes(text string) (spans []span) {
	const least = 15 // what both match is longer
	if len(text) < least {
		return nil
	}
	if strings.IndexByte(text, 'J') >= 0 && strings.Contains(text, "eyJ") { // a byte is found sooner
		for _, at := range tokenText.FindAllStringIndex(text, -1) {
			spans = append(spans, span{at[0], at[1]})
		}
	}
	if !namesScheme(text) {
		return spans
	}
	for _, at := range authorization.FindAllStringSubmatchIndex(text, -1) {
		if slices.Contains(plainBytes(text[at[2]:at[3]]), false) {
			spans = append(spans, span{at[2], at[3]})
		}
	}
	return spans
}

// namesScheme tells that there is something for authorization to match: it is looked for in every
// text.
func namesScheme(text string) bool {
	const basic, bearer = "basic", "bearer"
	for i := len(basic); i < len(text); i++ {
		if c := text[i]; (c == ' ' || c == '+') && (lower[text[i-1]] == 'c' || lower[text[i-1]] == 'r') {
			if begins(text[i-len(basic):], basic) || i >= len(bearer) && begins(text[i-len(bearer):], bearer) {
				return true
			}
		}
	}
	return false
}

func begins(text, word string) bool {
	return len(text) >= len(word) && strings.EqualFold(text[:len(word)], word)
}
