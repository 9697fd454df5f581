package wizard

import (
	"cmp"
	"strings"

	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/environments/forms"
)

// PortalPages are the addresses of the registry's start page and of its list of services.
func (w Where) PortalPages() (start, list string) {
	if w.Environment.Registry == nil {
		return "", ""
	}
	return page(w.Environment, ""), page(w.Environment, w.form().Pages.List)
}

// NewPage is the address of an empty form.
func (w Where) NewPage() string {
	if w.Environment.Registry == nil {
		return ""
	}
	return page(w.Environment, w.form().Pages.New)
}

// page is an address below the portal, which belongs to the tenant. The sandbox, whose calls and pages share one address,
// has one page for all.
func page(e environments.Environment, path string) string {
	r := e.Registry
	start := strings.TrimSuffix(r.Portal, "/")
	if path == "" || r.Tenant == "" || r.API == r.Portal {
		return start
	}
	return start + "/" + strings.ReplaceAll(path, "{tenant}", r.Tenant)
}

// SubmitSteps lead from the values to the pressed button.
func SubmitSteps(w Where) Note { return w.passage(Numbers, w.form().Guide.Submit) }

// SubmitTrouble is what goes wrong at Submit, and the way out.
func SubmitTrouble(w Where) Note { return w.passage(Plain, w.form().Guide.SubmitTrouble) }

// ReviewSteps lead from Submit to a client that can log in.
func ReviewSteps(w Where) Note { return w.passage(Numbers, w.form().Guide.Review) }

// ReviewTrouble is what may come instead, and the way out.
func ReviewTrouble(w Where) Note { return w.passage(Plain, w.form().Guide.ReviewTrouble) }

// passage is the part of a guide that is meant for this environment, with its addresses.
func (w Where) passage(kind NoteKind, p forms.Passage) Note { return w.fill(kind, p, w.form()) }

func (w Where) fill(kind NoteKind, p forms.Passage, form forms.Form) Note {
	n := Note{Kind: kind, Text: p.Title}
	e := w.Environment
	named, places := "", []string{"{contact}", cmp.Or(e.Contact, "the registry's administrators")}
	if e.Registry != nil {
		named = e.Registry.IntegrationEnvironment
		places = append(places, "{portal}", page(e, ""), "{list}", page(e, form.Pages.List), "{new}", page(e, form.Pages.New))
	}
	fill := strings.NewReplacer(places...)
	n.Text = fill.Replace(n.Text)
	for _, l := range p.Lines {
		if l.For(named, cmp.Or(e.Approval, environments.ApprovalOperator)) {
			n.Lines = append(n.Lines, fill.Replace(l.Text))
		}
	}
	return n
}

// Change is one field of a registered client that must get another value.
type Change struct{ Tab, Label, Value string }

// ChangeSteps lead to a changed field of a client that is registered already. Where the client was not made in a form,
// there are none.
func ChangeSteps(e environments.Environment, form forms.Form, c Change) Note {
	w := Where{Environment: e}
	n := w.fill(Numbers, form.Guide.Change, form)
	what := strings.NewReplacer("{tab}", c.Tab, "{field}", c.Label, "{value}", c.Value)
	n.Text = what.Replace(n.Text)
	for k, line := range n.Lines {
		n.Lines[k] = what.Replace(line)
	}
	return n
}
