package wizard

import (
	"github.com/credguide/credguide/environments/forms"
)

// PortalPages are the addresses of the registry's start page and of its list of services.
func (w Where) PortalPages() (start, list string) {
	if w.Environment.Registry == nil {
		return "", ""
	}
	return w.Environment.RegistryPage(""), w.Environment.RegistryPage(w.form().Pages.List)
}

// NewPage is the address of an empty form.
func (w Where) NewPage() string {
	if w.Environment.Registry == nil {
		return ""
	}
	return w.Environment.RegistryPage(w.form().Pages.New)
}

// SubmitSteps lead from the values to the pressed button.
func SubmitSteps(w Where) Note { return w.passage(Numbers, w.form().Guide.Submit) }

// SubmitTrouble is what goes wrong at Submit, and the way out.
func SubmitTrouble(w Where) Note { return w.passage(Plain, w.form().Guide.SubmitTrouble) }

// ReviewSteps lead from Submit to a client that can log in.
func ReviewSteps(w Where) Note { return w.passage(Numbers, w.form().Guide.Review) }

// ReviewTrouble is what may come instead, and the way out.
func ReviewTrouble(w Where) Note { return w.passage(Plain, w.form().Guide.ReviewTrouble) }

// SecretPlace is where the registry shows the secret of a submitted client; empty where nothing is
// known of it.
func SecretPlace(w Where) string {
	find := w.form().Guide.Secret.Find
	if find == "" {
		return ""
	}
	_, lines := w.Environment.Passage(w.form(), forms.Passage{Lines: []forms.Line{{Text: find}}})
	return lines[0]
}

// passage is the part of a guide that is meant for this environment, with its addresses.
func (w Where) passage(kind NoteKind, p forms.Passage) Note {
	n := Note{Kind: kind}
	n.Text, n.Lines = w.Environment.Passage(w.form(), p)
	return n
}
