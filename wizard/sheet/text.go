package sheet

import (
	"fmt"
	"io"
	"strings"

	"github.com/credguide/credguide/internal/text"
	"github.com/credguide/credguide/wizard"
)

// Text writes the sheet for a terminal of this width. What a file brought in is stripped of
// anything that moves a cursor.
func Text(w io.Writer, s Sheet, width int) error {
	p := &page{width: width}
	p.head(s)
	for _, t := range s.Tabs {
		p.rule(fmt.Sprintf("%s (tab %d of %d)", t.Label, t.Number, len(s.Tabs)))
		p.traps("", t.Traps)
		for _, f := range t.Fields {
			p.field(f)
		}
		p.left(t.Left)
	}
	p.rule("Submission and review")
	for _, n := range s.Notes() {
		p.note(n)
	}
	if _, err := io.WriteString(w, p.String()); err != nil {
		return fmt.Errorf("write the sheet: %w", err)
	}
	return nil
}

// page collects lines.
type page struct {
	strings.Builder
	width int
}

func (p *page) head(s Sheet) {
	title := s.Title
	if s.Where.Environment.Title != "" {
		title += " · " + s.Where.Environment.Title
	}
	p.item("", title)
	if s.Name != s.Title {
		p.item("· ", "The request is "+s.Name+".")
	}
	for _, r := range s.Remarks {
		p.item("· ", r)
	}
	if len(s.Refused) > 0 {
		p.item("× ", refusedHeadline(s))
		for _, r := range s.Refused {
			p.item("  · ", r.Tab+" › "+r.Label+": "+r.Message)
		}
	}
}

func refusedHeadline(s Sheet) string {
	if len(s.Refused) == 1 {
		return "The registry refuses one field of this request. Correct the request first:"
	}
	return fmt.Sprintf("The registry refuses %d fields of this request. Correct the request first:", len(s.Refused))
}

// rule is a heading over the whole width.
func (p *page) rule(title string) {
	title = text.Sanitise(title, text.MarkRemoved) + " "
	fmt.Fprintf(p, "\n%s%s\n", title, strings.Repeat("─", max(p.width-text.Width(title), 2)))
}

func (p *page) field(f Field) {
	label := f.Label
	if f.Star {
		label += " *"
	}
	p.WriteByte('\n')
	p.item("□ ", label)
	switch {
	case f.Shown != "" && f.Then != "":
		p.item("    ", f.Do+": "+f.Shown)
		p.item("    ", "Then "+f.Then+".")
	case f.Shown != "":
		p.item("    ", f.Do+": "+f.Shown)
	case f.Do != "":
		p.item("    ", f.Do)
	}
	for _, e := range f.Entries {
		p.item("  · ", strings.TrimSpace(e.Do+" "+e.Text+" "+e.Then))
	}
	if f.Why != "" {
		p.item("      ", f.Why) // set apart from what is to be typed
	}
	if f.Problem != "" {
		p.item("  × ", f.Problem)
	}
	for _, a := range f.Advice {
		p.item("  ! ", a)
	}
	p.traps("  ", f.Traps)
}

// left names what stays as the form opens, in a line: it is nothing to do.
func (p *page) left(fields []Field) {
	var names []string
	for _, f := range fields {
		names = append(names, f.Label)
	}
	if len(names) > 0 {
		p.WriteByte('\n')
		p.item("  ", "Leave as they are: "+strings.Join(names, ", ")+".")
	}
}

func (p *page) traps(indent string, traps []string) {
	for _, t := range traps {
		p.item(indent+"! ", t)
	}
}

func (p *page) note(n wizard.Note) {
	p.WriteByte('\n')
	p.item("", n.Text)
	for i, line := range n.Lines {
		mark := "  · "
		if n.Kind == wizard.Numbers {
			mark = fmt.Sprintf("  %d ", i+1)
		}
		p.item(mark, line)
	}
	for _, command := range n.Runs { // never broken: it is there to be copied
		p.WriteString("  " + text.Sanitise(command, text.MarkRemoved) + "\n")
	}
}

// item is a paragraph that hangs on a mark. It may hold foreign text.
func (p *page) item(mark, words string) {
	p.WriteString(text.Hang(mark, text.Sanitise(words, text.MarkRemoved), p.width))
}
