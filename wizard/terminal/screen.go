// Package terminal asks the wizard's questions of a person: with menus and line editing on a full
// terminal, and line by line where there is none. It is the only package that knows the prompt
// library.
package terminal

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/credguide/credguide/internal/text"
	"github.com/credguide/credguide/wizard"
)

// screen writes what is told, within its width.
type screen struct {
	out   io.Writer
	width int
}

const (
	usualWidth   = 80
	usualHeight  = 24
	largestWidth = 100
)

func newScreen(out io.Writer, width int) screen {
	if width <= 0 {
		width = usualWidth
	}
	return screen{out, min(width, largestWidth)}
}

// line writes one line. Text of foreign origin (a catalog's, a server's) must not command the
// terminal.
func (s screen) line(words string) {
	// A terminal that has gone away is noticed at the next question.
	_, _ = fmt.Fprintln(s.out, text.Sanitise(words, text.KeepLines, text.MarkRemoved))
}

// paragraph writes text behind a mark, later lines below the text.
func (s screen) paragraph(mark, words string) {
	s.line(strings.TrimSuffix(text.Hang(mark, words, s.width), "\n"))
}

var marks = map[wizard.NoteKind]string{
	wizard.Plain: "", wizard.Good: "√ ", wizard.Warning: "‼ ", wizard.Refused: "× ", wizard.Follows: "→ ", wizard.Numbers: "", wizard.Quoted: "",
}

// Say writes a note.
func (s screen) Say(n wizard.Note) {
	s.line("")
	if n.Text != "" {
		s.paragraph(marks[n.Kind], n.Text)
	}
	for i, line := range n.Lines {
		mark := "  · "
		switch n.Kind {
		case wizard.Numbers:
			mark = fmt.Sprintf("  %d  ", i+1)
		case wizard.Good, wizard.Follows, wizard.Quoted:
			mark = "  "
		}
		s.paragraph(mark, line)
	}
	for _, command := range n.Runs {
		s.line("  " + command)
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

// columns lays choices out in two: the label, and what it means.
func columns(choices []wizard.Choice, width int) (labels, notes []string) {
	const widest = 40
	labels, notes, whole := inColumns(choices, width, widest)
	if !whole { // a narrow terminal: better uneven than cut
		labels, notes, _ = inColumns(choices, width, width/3)
	}
	return labels, notes
}

// inColumns sets the meanings below each other, but for those of labels that are wider than the
// widest column. It tells whether every meaning is there in full.
func inColumns(choices []wizard.Choice, width, widest int) (labels, notes []string, whole bool) {
	column := 0
	whole = true
	for _, c := range choices {
		if n := text.Width(c.Label); c.Note != "" && n <= widest {
			column = max(column, n)
		}
	}
	for _, c := range choices {
		label := text.Cut(c.Label, width, text.Cells)
		if c.Note != "" {
			label = text.Pad(label, column)
		}
		labels = append(labels, label)
		note, room := c.Note, width-2-text.Width(label)
		if room < 2 {
			note, room = "", 0
		}
		notes = append(notes, text.Cut(note, room, text.Cells))
		whole = whole && notes[len(notes)-1] == c.Note
	}
	return labels, notes, whole
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
