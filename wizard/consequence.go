package wizard

import (
	"fmt"
	"slices"
	"strings"

	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/nearmiss"
)

// Consequence says what the chosen environment means for the person. Until it is clear which one it
// is, there is nothing to say.
func (i *Interview) Consequence(a Answers) []Note {
	w, known := i.Where(a)
	if q, more := i.Next(a); !known || more && isWhere(q.ID) {
		return nil
	}
	e := w.Environment
	n := Note{Kind: Follows, Text: e.Title}
	if w.Backend != nil {
		n.Text += " for " + w.Backend.ID
		if w.Backend.ProviderID != "" {
			n.Text += ", provider ID " + w.Backend.ProviderID
		}
	}
	n.Text += pace(e)
	n.Lines = append(n.Lines, e.Notes...)
	if b := w.Backend; b != nil && b.Note != "" {
		n.Lines = append(n.Lines, b.ID+": "+b.Note)
	}
	var accepts []string
	for _, b := range e.Backends {
		if b.Deprecated == "" {
			accepts = append(accepts, b.ID)
		}
	}
	if len(accepts) > 0 && w.Backend == nil {
		n.Lines = append(n.Lines, "Back-ends known to accept it: "+strings.Join(accepts, ", ")+".")
	}
	if w.Asked {
		n.Lines = append(n.Lines, "How clients are created there is not known here, so its administrators are asked. Its issuer is "+e.Issuer+".")
	}
	if i.Remarks != nil {
		n.Lines = append(n.Lines, i.Remarks(e)...)
	}
	notes := []Note{n}
	if b := w.Backend; b != nil && b.Deprecated != "" {
		notes = append(notes, Note{Kind: Warning, Text: b.ID + " is deprecated " + b.Deprecated + "."})
	}
	for _, s := range ScopeNotes(w) {
		notes = append(notes, Note{Kind: Warning, Text: s})
	}
	return notes
}

// pace says who makes the client, and how long that takes.
func pace(e environments.Environment) string {
	switch {
	case e.Way() == environments.ByDashboard:
		return ". You create the client yourself on a dashboard, in minutes."
	case e.Way() == environments.ByRequest:
		return ". The client is created for you on request: plan days, not minutes."
	case e.Approval == environments.ApprovalSelf:
		return ". You approve the client yourself and can be done in ten minutes."
	case e.Approval == environments.ApprovalOperator:
		return ". An administrator approves the client: plan days, not minutes."
	}
	return "."
}

// Agrees says whether the answers of flags and files go together: a back-end that does not accept
// the environment would make every login fail.
func (i *Interview) Agrees(a Answers) error {
	named, hasEnvironment := a.Text(EnvironmentID)
	name, hasBackend := a.Text(BackendID)
	if hasEnvironment {
		if _, ok := i.byName(named); !ok {
			var ids []string
			for _, e := range i.Environments {
				ids = append(ids, e.ID)
			}
			meant := ""
			if near := nearmiss.Of(named, ids); near != "" {
				meant = " (did you mean " + near + "?)"
			}
			return fmt.Errorf("%s: there is no environment %s%s among those that are offered: %s", EnvironmentID, shown(named), meant, strings.Join(ids, ", "))
		}
	}
	if !hasBackend || name == OtherBackend || name == NoBackend {
		return nil
	}
	fit := i.fitting(name, a)
	if len(fit) == 0 {
		return fmt.Errorf("%s: there is no back-end %s", BackendID, shown(name))
	}
	if !hasEnvironment {
		return nil
	}
	var ids []string
	for _, e := range fit {
		if e.ID == named || slices.Contains(e.Aliases, named) {
			return nil
		}
		ids = append(ids, e.ID)
	}
	return fmt.Errorf("the back-end %s does not accept the environment %s; it accepts %s", name, named, strings.Join(ids, ", "))
}
