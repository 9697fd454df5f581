package lint

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/credguide/credguide/internal/text"
)

// Mark is one character that should not be there.
type Mark struct {
	Rune     rune
	Position int    // in characters, from 1
	Where    string // "at the start", "at the end" or "inside"
}

// String is as reports show it: "U+000A line feed at the end".
func (m Mark) String() string {
	text := fmt.Sprintf("U+%04X %s %s", m.Rune, characterName(m.Rune), m.Where)
	if m.Where == inside {
		text += fmt.Sprintf(", character %d", m.Position)
	}
	return text
}

// maxMarks bounds each list of marks: a file of blanks is told by its first
// ones.
const maxMarks = 16

const (
	atStart = "at the start"
	atEnd   = "at the end"
	inside  = "inside"
)

var characterNames = map[rune]string{
	'\t': "tab", '\n': "line feed", '\v': "line tabulation", '\f': "form feed", '\r': "carriage return",
	' ': "space", 0x7F: "delete", 0x85: "next line", 0xA0: "no-break space", 0xAD: "soft hyphen",
	0x034F: "combining grapheme joiner", 0x061C: "Arabic letter mark", 0x180E: "Mongolian vowel separator",
	0x2007: "figure space", 0x200B: "zero width space", 0x200C: "zero width non-joiner",
	0x200D: "zero width joiner", 0x200E: "left-to-right mark", 0x200F: "right-to-left mark",
	0x2028: "line separator", 0x2029: "paragraph separator", 0x202A: "left-to-right embedding",
	0x202B: "right-to-left embedding", 0x202C: "pop directional formatting", 0x202D: "left-to-right override",
	0x202E: "right-to-left override", 0x202F: "narrow no-break space", 0x2060: "word joiner",
	0x2066: "left-to-right isolate", 0x2067: "right-to-left isolate", 0x2068: "first strong isolate",
	0x2069: "pop directional isolate", 0x2800: "braille blank", 0x3000: "ideographic space",
	0x3164: "Hangul filler", 0xFEFF: "byte order mark",
}

func characterName(r rune) string {
	if name, ok := characterNames[r]; ok {
		return name
	}
	switch {
	case unicode.IsControl(r):
		return "control character"
	case unicode.IsSpace(r):
		return "space of another width"
	}
	return "invisible character"
}

// trimmable is the white space that counts as such at the ends. A no-break
// space is not: it is counted among the invisible characters, because it
// comes from copying and survives the usual trimming.
func trimmable(r rune) bool { return unicode.IsSpace(r) && !noBreak(r) }

func noBreak(r rune) bool { return r == 0xA0 || r == 0x2007 || r == 0x202F }

// cutSpace separates the white space at both ends.
func cutSpace(text string) (lead, body, trail string) {
	rest := strings.TrimLeftFunc(text, trimmable)
	body = strings.TrimRightFunc(rest, trimmable)
	return text[:len(text)-len(rest)], body, rest[len(body):]
}

// innerSpace lists the white space between the first and the last other
// character. In a client ID it is always wrong.
func innerSpace(text, body string) []Mark {
	start := strings.Index(text, body)
	var list []Mark
	for i, r := range body {
		if trimmable(r) && len(list) < maxMarks {
			list = append(list, markAt(text, start+i, r, inside))
		}
	}
	return list
}

// marks lists every character of text[from:to].
func marks(text string, from, to int) []Mark {
	where := atStart
	if from > 0 {
		where = atEnd
	}
	var list []Mark
	for i, r := range text[from:to] {
		if len(list) == maxMarks {
			break
		}
		list = append(list, markAt(text, from+i, r, where))
	}
	return list
}

func markAt(text string, offset int, r rune, where string) Mark {
	return Mark{Rune: r, Position: utf8.RuneCountInString(text[:offset]) + 1, Where: where}
}

// invisibleIn lists the invisible characters of text[from:to].
func invisibleIn(text string, from, to int) []Mark {
	var list []Mark
	for i, r := range text[from:to] {
		if len(list) == maxMarks || !invisible(text, from+i, r) {
			continue
		}
		where := inside
		if from+i == 0 {
			where = atStart
		} else if from+i+utf8.RuneLen(r) == len(text) {
			where = atEnd
		}
		list = append(list, markAt(text, from+i, r, where))
	}
	return list
}

// withoutInvisible drops them.
func withoutInvisible(s string) string {
	if text.Plain(s) {
		return s
	}
	var kept strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if !invisible(s, i, r) {
			kept.WriteString(s[i : i+size])
		}
		i += size
	}
	return kept.String()
}

// invisible reports a character that shows as nothing, or as an ordinary
// space without being one. RFC 6749 A.2 allows none of them. Joiners
// between other non-ASCII characters are left alone: emoji and some scripts
// are written with them.
func invisible(text string, offset int, r rune) bool {
	switch {
	case ' ' <= r && r <= '~': // most of all text
		return false
	case r < 0x20, r == 0x7F, 0x80 <= r && r <= 0x9F:
		return true
	case noBreak(r), r == 0x2028, r == 0x2029:
		return true
	case r == 0x034F, r == 0x115F, r == 0x1160, r == 0x3164, r == 0xFFA0, r == 0x2800:
		return true
	case unicode.Is(unicode.Prepended_Concatenation_Mark, r):
		return false // of the same class as the invisible ones, but they show
	case r == 0x200C, r == 0x200D, 0xE0020 <= r && r <= 0xE007F:
		return !betweenNonASCII(text, offset, utf8.RuneLen(r))
	}
	return unicode.Is(unicode.Cf, r)
}

func betweenNonASCII(text string, offset, size int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:offset])
	after, _ := utf8.DecodeRuneInString(text[offset+size:])
	tag := 0xE0020 <= before || 0xE0020 <= after
	return before > 0xA0 && (after > 0xA0 || tag) &&
		before != utf8.RuneError && after != utf8.RuneError || tag && before > 0xA0
}

func visibleNonASCII(text string) bool {
	for i, r := range text {
		if r > 0x7E && !invisible(text, i, r) {
			return true
		}
	}
	return false
}

// ClassesOf tells which classes of characters a text has.
func ClassesOf(text string) Classes {
	var c Classes
	for _, r := range text {
		switch {
		case 'a' <= r && r <= 'z':
			c.Lower = true
		case 'A' <= r && r <= 'Z':
			c.Upper = true
		case '0' <= r && r <= '9':
			c.Digit = true
		case r == ' ':
			c.Space = true
		case r > ' ' && r <= '~':
			c.Punctuation = true
		default:
			c.Other = true
		}
	}
	return c
}
