package report

import (
	"regexp"
	"strings"

	"github.com/mattn/go-runewidth"
)

// columns measures texts. It does not depend on the locale: the same report gives the same lines everywhere.
var columns = &runewidth.Condition{}

func width(s string) int { return columns.StringWidth(s) }

// pad fills a text up to a width.
func pad(s string, to int) string { return s + strings.Repeat(" ", max(0, to-width(s))) }

// atom matches what must stay on one line, so that it can be copied: a command in back quotes or with its flags.
var atom = regexp.MustCompile("`[^`]+`\\S*" + `|\bcredguide (?:explain|try|snippet|environments show) [a-z0-9-]+\S*|\bcredguide [a-z]+(?: --[a-z-]+(?:[ =][^\s-]\S*)?)*\S*|\S+`)

// wrap breaks a text into lines. Words, URLs and commands are never broken; one that is too long has a line of its own.
func wrap(text string, to int) []string {
	var lines []string
	line := ""
	for _, word := range atoms(text, to) {
		switch {
		case line == "":
			line = word
		case width(line)+1+width(word) <= to:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// atoms splits a text into words and commands; a command that does not fit a line is split like other text.
func atoms(text string, to int) []string {
	var words []string
	for _, a := range atom.FindAllString(text, -1) {
		if width(a) <= to {
			words = append(words, a)
			continue
		}
		words = append(words, strings.Fields(a)...)
	}
	return words
}
