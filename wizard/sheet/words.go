package sheet

import (
	"github.com/credguide/credguide/wizard/request"
)

// field puts a row into words.
func field(row request.Row, advice []string) Field {
	f := Field{Row: row, Advice: advice}
	f.Do, f.Shown = instruction(row)
	if row.Action == request.Pick {
		f.Then = row.How
	}
	for _, s := range row.Steps {
		e := Entry{Step: s}
		e.Do, e.Then = entry(s)
		f.Entries = append(f.Entries, e)
	}
	if row.IfThere {
		f.Label += " (if it is there)"
	}
	return f
}

// asOpened tells a field that nobody touches and of which there is nothing to say.
func (f Field) asOpened() bool {
	return f.Action == request.Leave && len(f.Steps) == 0 && f.Problem == "" && len(f.Advice) == 0
}

// Kept is what a field is left at.
func (f Field) Kept() string {
	if f.Value == "" {
		return "empty"
	}
	return f.Value
}

// instruction says what to do with a field, and the value apart from it.
func instruction(row request.Row) (do, shown string) {
	switch row.Action {
	case request.Leave:
		if row.Problem != "" { // that says what to do instead
			return "", ""
		}
		switch row.Value {
		case "":
			return "Leave it empty", ""
		case "ticked", "clear":
			return "Leave it " + row.Value, ""
		}
		return "Leave it at", row.Value
	case request.Pick:
		return "Type", row.Value
	case request.Ensure:
		return "Tick each of these. What has no box, type and press +", ""
	case request.Type:
		if row.Value == "" {
			return "Clear it", ""
		}
		return "Type", row.Value
	case request.Choose:
		if row.Value == "" {
			return "Choose nothing", ""
		}
		return "Choose", row.Value
	case request.Tick:
		return "Tick the box", ""
	case request.Untick:
		return "Untick the box", ""
	}
	return "", "" // the steps say it
}

// entry says one step: what to do before its text, and after it.
func entry(s request.Step) (do, then string) {
	switch {
	case s.Action == request.Ensure:
		return "", ""
	case s.Action == request.Tick:
		return "Tick", ""
	case s.Action == request.Untick:
		return "Untick", ""
	case s.Choose != "":
		return "Choose " + s.Choose + ", type", "and press ADD"
	}
	return "Type", "and press +"
}

// HasEntries tells whether the field takes several.
func (f Field) HasEntries() bool { return len(f.Entries) > 0 }
