package explain

import (
	"strings"
	"unicode/utf8"
)

// narrowest is the least width, in characters, that a window is taken to have had.
const narrowest = 40

// unwrapped puts lines together again that a window broke at its width, in the middle of words: who
// copies from a terminal copies its rows. A row that is full goes on in the next one. The longest
// line of a text that nothing broke is full by chance, so a caller looks at both texts, and at how
// many rows were full.
func unwrapped(s string) (joined string, full int) {
	rows := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s), "\n")
	width := 0
	for i, row := range rows {
		rows[i] = inside(row)
		width = max(width, utf8.RuneCountInString(rows[i]))
	}
	if width < narrowest {
		return s, 0
	}
	var b strings.Builder
	b.Grow(len(s))
	for i, row := range rows {
		b.WriteString(row)
		if i == len(rows)-1 {
			break
		}
		if utf8.RuneCountInString(row) == width && rows[i+1] != "" {
			full++
			continue
		}
		b.WriteByte('\n')
	}
	return b.String(), full
}

// inside is a row without what a mail or a box around the text puts at its edges.
func inside(row string) string {
	row = strings.TrimRight(row, " \t")
	for {
		rest, quoted := strings.CutPrefix(row, ">")
		if !quoted {
			break
		}
		row = strings.TrimPrefix(rest, " ")
	}
	for _, edge := range []string{"│", "┃", "║"} {
		if rest, boxed := strings.CutSuffix(row, edge); boxed {
			rest = strings.TrimRight(rest, " ")
			return strings.TrimPrefix(strings.TrimPrefix(strings.TrimLeft(rest, " "), edge), " ")
		}
	}
	return row
}
