package wizard

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// longestSuggestion keeps a suggested id short enough to be typed.
const longestSuggestion = 40

// suggestID makes a client ID of a service's name: words of ASCII letters and digits, joined by
// dashes. "" if too little is left of it.
func suggestID(name string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(name)) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r): // an accent, apart from its letter
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	id := b.String()
	if len(id) > longestSuggestion {
		id = id[:longestSuggestion]
		if cut := strings.LastIndexByte(id, '-'); cut > longestSuggestion/2 {
			id = id[:cut]
		}
	}
	if id = strings.Trim(id, "-"); len(id) < 3 {
		return ""
	}
	return id
}
