package report

import "strings"

// segment is a piece of a text: prose, or something to type.
type segment struct {
	Text string
	Code bool
}

// segments splits a text for formats that set code apart: what stands in back quotes is typed or copied.
func segments(text string) []segment {
	var out []segment
	for {
		before, code, after, ok := inQuotes(text)
		if !ok {
			break
		}
		if before != "" {
			out = append(out, segment{before, false})
		}
		out = append(out, segment{code, true})
		text = after
	}
	if text != "" {
		out = append(out, segment{text, false})
	}
	return out
}

// inQuotes finds the first text in back quotes.
func inQuotes(text string) (before, code, after string, ok bool) {
	for at := 0; ; {
		open := strings.IndexByte(text[at:], '`')
		if open < 0 {
			return "", "", "", false
		}
		at += open + 1
		length := strings.IndexByte(text[at:], '`')
		if length > 0 {
			return text[:at-1], text[at : at+length], text[at+length+1:], true
		}
		at += length + 1 // past an empty pair; behind a lone quote there is no other
	}
}
