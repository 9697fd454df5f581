package wizard

import (
	"cmp"
	"strings"

	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/environments/forms"
)

// PortalPages are the addresses of the registry's start page and of its list of services, which belongs to the tenant. The
// sandbox, whose calls and pages share one address, has one page for both.
func (w Where) PortalPages() (start, list string) {
	r := w.Environment.Registry
	if r == nil {
		return "", ""
	}
	start = strings.TrimSuffix(r.Portal, "/")
	return start, w.page(w.form().Pages.List)
}

func (w Where) page(path string) string {
	r := w.Environment.Registry
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
func (w Where) passage(kind NoteKind, p forms.Passage) Note {
	n := Note{Kind: kind, Text: p.Title}
	e := w.Environment
	named, places := "", []string{"{contact}", cmp.Or(e.Contact, "the registry's administrators")}
	if e.Registry != nil {
		start, list := w.PortalPages()
		named = e.Registry.IntegrationEnvironment
		places = append(places, "{portal}", start, "{list}", list, "{new}", w.page(w.form().Pages.New))
	}
	fill := strings.NewReplacer(places...)
	for _, l := range p.Lines {
		if l.For(named, cmp.Or(e.Approval, environments.ApprovalOperator)) {
			n.Lines = append(n.Lines, fill.Replace(l.Text))
		}
	}
	return n
}
