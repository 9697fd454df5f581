package text

import "strings"

// Wrap breaks a text into lines of at most width cells. Words are never broken, so that addresses
// and identifiers can be copied: one that is too long has a line of its own.
func Wrap(s string, width int) []string { return Fill(strings.Fields(s), width) }

// Fill joins words to lines of at most width cells. A word with blanks in it, such as a command,
// stays whole too, so that it can be copied.
func Fill(words []string, width int) (lines []string) {
	var line strings.Builder
	column := 0
	for _, word := range words {
		length := Width(word)
		switch {
		case line.Len() == 0:
		case column+1+length > width:
			lines = append(lines, line.String())
			line.Reset()
			column = 0
		default:
			line.WriteByte(' ')
			column++
		}
		line.WriteString(word)
		column += length
	}
	if line.Len() > 0 {
		lines = append(lines, line.String())
	}
	return lines
}

// Hang writes a text behind a mark ("1. ", "  · ") and lets its later lines hang below the first.
// An empty line parts paragraphs, other line ends are blanks. The last line is ended.
func Hang(mark, s string, width int) string {
	var b strings.Builder
	b.WriteString(mark)
	indent := strings.Repeat(" ", Width(mark))
	for i, paragraph := range strings.Split(s, "\n\n") {
		if i > 0 {
			b.WriteString("\n\n" + indent)
		}
		b.WriteString(strings.Join(Wrap(paragraph, width-len(indent)), "\n"+indent))
	}
	b.WriteByte('\n')
	return b.String()
}

// HangRun is Hang for words that end with a command. The command is never broken, however long it
// is, so that it can be copied: a terminal wraps it without a line end.
func HangRun(mark, s, command string, width int) string {
	indent := strings.Repeat(" ", Width(mark))
	return mark + strings.Join(Fill(append(strings.Fields(s), command), width-len(indent)), "\n"+indent) + "\n"
}
