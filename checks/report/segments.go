package report

import (
	"strings"
	"unicode"

	"github.com/credguide/credguide/internal/text"
)

// segment is a piece of a text: prose, or something to type.
type segment struct {
	Text string
	Code bool
}

// segments splits a text for formats that set code apart: what stands in back quotes is typed or
// copied.
func segments(s string) []segment {
	var out []segment
	for {
		before, code, after, ok := inQuotes(s)
		if !ok {
			break
		}
		if before != "" {
			out = append(out, segment{before, false})
		}
		out = append(out, segment{code, true})
		s = after
	}
	if s != "" {
		out = append(out, segment{s, false})
	}
	return out
}

// inQuotes finds the first text in back quotes.
func inQuotes(s string) (before, code, after string, ok bool) {
	for at := 0; ; {
		open := strings.IndexByte(s[at:], '`')
		if open < 0 {
			return "", "", "", false
		}
		at += open + 1
		length := strings.IndexByte(s[at:], '`')
		if length > 0 {
			return s[:at-1], s[at : at+length], s[at+length+1:], true
		}
		at += length + 1 // past an empty pair; behind a lone quote there is no other
	}
}

// wrap breaks a text into lines. Words, URLs and what stands in back quotes are never broken; one
// that is too long has a line of its own.
func wrap(s string, to int) []string { return text.Fill(atoms(s), to) }

// atoms splits a text into its words. What stands in back quotes is one word, together with what
// touches it.
func atoms(s string) (words []string) {
	word := ""
	for _, part := range segments(s) {
		if part.Code {
			word += "`" + part.Text + "`"
			continue
		}
		for _, r := range part.Text {
			if !unicode.IsSpace(r) {
				word += string(r)
				continue
			}
			if word != "" {
				words = append(words, word)
			}
			word = ""
		}
	}
	if word != "" {
		words = append(words, word)
	}
	return words
}
