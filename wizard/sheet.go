package wizard

import (
	"fmt"
	"strings"

	"github.com/credguide/credguide/wizard/request"
)

// Sheet is what to do on each tab of the form, one note a tab, short enough for a screen. What
// stays as the form opens is only named.
func Sheet(w Where, fields map[string]any) []Note {
	sections := w.Rules[0].Sheet(request.Input{Fields: fields})
	environment := w.form().Roles.Environment
	notes := make([]Note, 0, len(sections))
	for i, s := range sections {
		n := Note{Text: fmt.Sprintf("%s (tab %d of %d)", s.Tab, i+1, len(sections))}
		var left []string
		for _, row := range s.Rows {
			lines := rowLines(row)
			if row.Field == environment && row.Action == request.Leave { // too much hangs on it to pass it over
				lines = []string{row.Label + ": " + row.Value + " (as the form opens)"}
			}
			if len(lines) == 0 {
				left = append(left, row.Label+ifThere(row))
			}
			n.Lines = append(n.Lines, lines...)
		}
		if len(left) > 0 {
			n.Lines = append(n.Lines, "Leave as they are: "+strings.Join(left, ", ")+".")
		}
		notes = append(notes, n)
	}
	return notes
}

// rowLines are what to do with one field; none if nothing.
func rowLines(row request.Row) []string {
	switch row.Action {
	case request.Leave:
		return nil
	case request.Type:
		return []string{row.Label + ": " + row.Value}
	case request.Choose:
		return []string{row.Label + ": choose " + row.Value}
	case request.Pick:
		return []string{row.Label + ": type " + row.Value + ", " + row.How}
	case request.Tick, request.Untick:
		if len(row.Steps) == 0 {
			return []string{row.Label + ": " + row.Action + " the box"}
		}
	}
	return stepLines(row)
}

// stepLines are the steps of one field: those of one kind on one line, so that a tab fits on a
// screen.
func stepLines(row request.Row) []string {
	var lines []string
	var last request.Step
	for n, s := range row.Steps {
		switch {
		case n > 0 && s.Choose != "" && s.Text == last.Text:
			lines[len(lines)-1] += ", " + s.Choose
		case n > 0 && s.Choose == "" && s.Action == last.Action:
			lines[len(lines)-1] += ", " + s.Text
		default:
			line := row.Label + ": " + verb(s.Action) + " " + s.Text
			if s.Choose != "" {
				line += " as " + s.Choose
			}
			lines = append(lines, line)
		}
		last = s
	}
	return lines
}

// ifThere marks a row that some versions of the registry lack.
func ifThere(row request.Row) string {
	if row.IfThere {
		return " (if it is there)"
	}
	return ""
}

func verb(action string) string {
	if action == request.Ensure {
		return "tick, or type and press + what has no box:"
	}
	return action
}
