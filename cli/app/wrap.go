package app

import (
	"fmt"
	"strings"
)

// Wrap breaks text into lines of at most width columns. Lines after the first start with the indent. Line ends in the
// text are kept apart only where a line is empty: they part paragraphs.
func Wrap(text string, width int, indent string) string {
	var b strings.Builder
	for i, paragraph := range strings.Split(text, "\n\n") {
		if i > 0 {
			b.WriteString("\n\n" + indent)
		}
		column := len(indent)
		for j, word := range strings.Fields(paragraph) {
			length := len([]rune(word))
			switch {
			case j == 0:
			case column+1+length > width:
				b.WriteString("\n" + indent)
				column = len(indent)
			default:
				b.WriteByte(' ')
				column++
			}
			b.WriteString(word)
			column += length
		}
	}
	return b.String()
}

// Item is a paragraph that hangs on a mark: "1. ", "· ".
func Item(mark, text string, width int) string {
	indent := strings.Repeat(" ", len([]rune(mark)))
	return mark + Wrap(text, width, indent) + "\n"
}

// Row is a name and what it stands for, on two lines where the name is long.
func Row(name, meaning string, width int) string {
	const column = 36
	indent := strings.Repeat(" ", column)
	if len(name) > column-4 {
		return "  " + name + "\n" + Item(indent, meaning, width)
	}
	return Item(fmt.Sprintf("  %-*s", column-2, name), meaning, width)
}
