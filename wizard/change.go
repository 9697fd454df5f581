package wizard

import (
	"strings"

	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/environments/forms"
)

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
