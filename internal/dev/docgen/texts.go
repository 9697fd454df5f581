package main

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	inventory "github.com/credguide/credguide/internal/dev/texts"
)

// addTexts lists every text that a person may see, with its place, so that they can be read through
// as a whole.
func addTexts(root string, made pages) error {
	list, err := inventory.List(root)
	if err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString("Every text that a person may see. Made by internal/dev/docgen. Do not edit.\n")
	place := ""
	for _, t := range list {
		if t.Place != place {
			place = t.Place
			b.WriteString("\n" + place + "\n")
		}
		for line := range strings.SplitSeq(strings.TrimSpace(t.Words), "\n") {
			b.WriteString("  " + inSight(line) + "\n")
		}
	}
	made["internal/dev/texts/texts.txt"] = []byte(b.String())
	return nil
}

// inSight writes control characters as Go does: with one as it is, git and grep would take the list
// for a binary file.
func inSight(line string) string {
	if strings.IndexFunc(line, unicode.IsControl) < 0 && utf8.ValidString(line) {
		return line
	}
	return strconv.Quote(line)
}
