package report

import (
	"regexp"
	"strings"

	"github.com/credguide/credguide/internal/text"
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

// atom matches what must stay on one line, so that it can be copied: a command in back quotes or with its flags.
var atom = regexp.MustCompile("`[^`]+`\\S*" + `|\bcredguide (?:explain|try|snippet|environments show) [a-z0-9-]+\S*|\bcredguide [a-z]+(?: --[a-z-]+(?:[ =][^\s-]\S*)?)*\S*|\S+`)

// wrap breaks a text into lines. Words, URLs and commands are never broken; one that is too long has a line of its own.
func wrap(s string, to int) []string { return text.Fill(atom.FindAllString(s, -1), to) }
