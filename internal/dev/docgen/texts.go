package main

import (
	"strings"

	inventory "github.com/credguide/credguide/internal/dev/texts"
)

// addTexts lists every text that a person may see, with its place, so that they can be read through as a whole.
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
		b.WriteString("  " + strings.ReplaceAll(strings.TrimSpace(t.Words), "\n", "\n  ") + "\n")
	}
	made["internal/dev/texts/texts.txt"] = []byte(b.String())
	return nil
}
