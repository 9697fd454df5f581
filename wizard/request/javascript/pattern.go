package javascript

import (
	"fmt"
	"regexp"
	"strings"
)

// Pattern is a regular expression written for JavaScript, without flags or with "i".
type Pattern struct{ re *regexp.Regexp }

// JavaScript's \s and the dot differ from those of Go: \s knows the Unicode spaces, the dot stops
// at four line ends.
const (
	spaceRanges = `\t-\r \x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}`
	notLineEnd  = `[^\n\r\x{2028}\x{2029}]`
)

// Compile translates the pattern. What Go cannot express (lookahead, back references) is an error.
func Compile(pattern string) (Pattern, error) {
	re, err := regexp.Compile(translate(pattern))
	if err != nil {
		return Pattern{}, fmt.Errorf("pattern %q: %w", pattern, err)
	}
	return Pattern{re}, nil
}

// Match reports whether the pattern is found anywhere in s.
func (p Pattern) Match(s string) bool { return p.re.MatchString(Units(s)) }

// Units spells a text in UTF-16 units, because that is what a JavaScript pattern without the "u"
// flag sees: each half of a surrogate pair is a character of its own. The halves move to a private
// plane, where no pattern names them.
func Units(s string) string {
	plain := true
	for _, r := range s {
		if r > 0xFFFF {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if r > 0xFFFF {
			r -= 0x10000
			b.WriteRune(0xF0000 + r>>10)
			b.WriteRune(0xF0400 + r&0x3FF)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func translate(pattern string) string {
	var b strings.Builder
	inClass := false
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		switch {
		case c == '\\' && i+1 < len(pattern):
			i++
			b.WriteString(escape(pattern[i], inClass))
		case c == '[' && !inClass:
			inClass = true
			b.WriteByte(c)
		case c == '[':
			b.WriteString(`\[`)
		case c == ']':
			inClass = false
			b.WriteByte(c)
		case c == '.' && !inClass:
			b.WriteString(notLineEnd)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func escape(c byte, inClass bool) string {
	switch {
	case c == 's' && inClass:
		return spaceRanges
	case c == 's':
		return "[" + spaceRanges + "]"
	case c == 'S' && !inClass:
		return "[^" + spaceRanges + "]"
	default:
		return `\` + string(rune(c))
	}
}
