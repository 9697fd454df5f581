// Package terminal asks the wizard's questions of a person: with menus and line editing on a full terminal, and line by
// line where there is none. It is the only package that knows the prompt library.
package terminal

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"github.com/credguide/credguide/wizard"
)

// screen writes what is told, within its width.
type screen struct {
	out   io.Writer
	width int
}

const (
	usualWidth   = 80
	largestWidth = 100
)

func newScreen(out io.Writer, width int) screen {
	if width <= 0 {
		width = usualWidth
	}
	return screen{out, min(width, largestWidth)}
}

// line writes one line. Text of foreign origin (a catalog's, a server's) must not command the terminal.
func (s screen) line(text string) {
	safe := strings.Map(func(r rune) rune {
		if r != '\n' && !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
	_, _ = fmt.Fprintln(s.out, safe) // a terminal that has gone away is noticed at the next question
}

// paragraph writes text behind a mark, later lines below the text.
func (s screen) paragraph(mark, text string) {
	indent := strings.Repeat(" ", len([]rune(mark)))
	line, column := mark, len([]rune(mark))
	for n, word := range strings.Fields(text) {
		length := len([]rune(word))
		switch {
		case n == 0:
		case column+1+length > s.width:
			s.line(line)
			line, column = indent, len([]rune(indent))
		default:
			line += " "
			column++
		}
		line += word
		column += length
	}
	s.line(line)
}

var marks = map[wizard.NoteKind]string{
	wizard.Plain: "", wizard.Good: "√ ", wizard.Warning: "‼ ", wizard.Refused: "× ", wizard.Follows: "→ ", wizard.Numbers: "",
}

// Say writes a note.
func (s screen) Say(n wizard.Note) {
	s.line("")
	s.paragraph(marks[n.Kind], n.Text)
	for i, text := range n.Lines {
		mark := "  · "
		switch n.Kind {
		case wizard.Numbers:
			mark = fmt.Sprintf("  %d  ", i+1)
		case wizard.Good, wizard.Follows:
			mark = "  "
		}
		s.paragraph(mark, text)
	}
}

// heading writes what stands above a question.
func (s screen) heading(q wizard.Question) {
	s.line("")
	if rule := q.Place.Line(s.width - 1); rule != "" {
		s.line(rule)
	}
	if q.Why != "" {
		s.paragraph("  ", q.Why)
	}
}

func (s screen) refuse(err error) { s.paragraph("× ", err.Error()) }

// cut shortens a line to the width.
func cut(text string, width int) string {
	if r := []rune(text); len(r) > width {
		return string(r[:width-1]) + "…"
	}
	return text
}

// columns lays choices out in two: the label, and what it means.
func columns(choices []wizard.Choice, width int) (labels, notes []string) {
	const widest = 40
	column := 0
	for _, c := range choices {
		if n := len([]rune(c.Label)); c.Note != "" && n <= widest {
			column = max(column, n)
		}
	}
	for _, c := range choices {
		label := cut(c.Label, width)
		if c.Note != "" {
			label += strings.Repeat(" ", max(0, column-len([]rune(label))))
		}
		labels = append(labels, label)
		note, room := c.Note, width-2-len([]rune(label))
		if room < 2 {
			note, room = "", 0
		}
		notes = append(notes, cut(note, room))
	}
	return labels, notes
}

// rows writes choices one below the other.
func rows(choices []wizard.Choice, width int) []string {
	labels, notes := columns(choices, width)
	for i := range labels {
		if notes[i] != "" {
			labels[i] += "  " + notes[i]
		}
	}
	return labels
}

// Files are the two ends of a terminal, if both streams are files.
func Files(in io.Reader, out io.Writer) (*os.File, *os.File, bool) {
	input, ok := in.(*os.File)
	output, also := out.(*os.File)
	return input, output, ok && also
}
