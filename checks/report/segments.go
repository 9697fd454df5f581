package report

import (
	"regexp"
	"strings"
)

// segment is a piece of a text: prose, or something to type.
type segment struct {
	Text string
	Code bool
}

// typed matches what a reader types or copies: a text in back quotes, or a command of this program with its flags.
var typed = regexp.MustCompile("`[^`]+`" + `|\bcredguide (?:explain|try|snippet|environments show) [a-z0-9-]+|\bcredguide [a-z]+(?: --[a-z-]+(?:[ =][^\s-]\S*[^\s.,;:)])?)+`)

// segments splits a text for formats that set code apart.
func segments(text string) []segment {
	var out []segment
	at := 0
	add := func(s string, code bool) {
		if s != "" {
			out = append(out, segment{s, code})
		}
	}
	for _, m := range typed.FindAllStringIndex(text, -1) {
		add(text[at:m[0]], false)
		add(strings.Trim(text[m[0]:m[1]], "`"), true)
		at = m[1]
	}
	add(text[at:], false)
	return out
}
