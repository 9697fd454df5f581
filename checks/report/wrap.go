package report

import (
	"strings"
	"unicode"

	"github.com/mattn/go-runewidth"
)

// columns measures texts. It does not depend on the locale: the same report gives the same lines everywhere.
var columns = &runewidth.Condition{}

func width(s string) int { return columns.StringWidth(s) }

// pad fills a text up to a width.
func pad(s string, to int) string { return s + strings.Repeat(" ", max(0, to-width(s))) }

// wrap breaks a text into lines. Words, URLs and what stands in back quotes are never broken; one that is too long has a line
// of its own.
func wrap(text string, to int) []string { return fill(atoms(text), to) }

// fill joins words to lines. A command is one word: it must stay whole, so that it can be copied.
func fill(words []string, to int) []string {
	var lines []string
	line := ""
	for _, word := range words {
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

// atoms splits a text into its words. What stands in back quotes is one word, together with what touches it.
func atoms(text string) (words []string) {
	word := ""
	for _, s := range segments(text) {
		if s.Code {
			word += "`" + s.Text + "`"
			continue
		}
		for _, r := range s.Text {
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
