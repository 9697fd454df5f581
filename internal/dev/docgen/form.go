package main

import (
	"fmt"
	"strings"

	"github.com/credguide/credguide/environments/forms"
)

// addForms makes the page of the registry's form: what to enter in each field, and who refuses
// what.
func addForms(made pages) error {
	all, err := forms.Load()
	if err != nil {
		return err
	}
	out := newPage("The registry's form", "environments/forms/*.yaml")
	out.paragraph("The fields of the registry's form that a service account needs, tab by tab, in the form's order. " +
		"`credguide request validate FILE` applies these rules to a registration request, and `credguide request show FILE` lays one out like this. Registries can be configured " +
		"differently; the rules here are those of the first known configuration.")
	for _, described := range all {
		form, err := described.ForProfile("")
		if err != nil {
			return err
		}
		out.heading(form.Title)
		for _, tab := range form.Tabs {
			out.gap()
			out.line("### " + text(tab.Label))
			if len(tab.Traps) > 0 {
				out.list("-", texts(tab.Traps))
			}
			for _, f := range tab.Fields {
				if forClientCredentials(f) {
					describeField(out, form, f)
				}
			}
		}
		out.paragraph("Facts from: " + text(form.Source))
	}
	made["docs/form.md"] = out.bytes()
	return nil
}

// forClientCredentials leaves out what the form shows for another protocol only.
func forClientCredentials(f forms.Field) bool {
	for _, test := range f.ShownWhen {
		if test.Field == "protocol" && len(test.Is) == 1 && test.Is[0] == "saml" {
			return false
		}
	}
	return f.Input != "none"
}

func describeField(out *page, form forms.Form, f forms.Field) {
	out.gap()
	out.line("#### " + text(f.Title()))
	out.gap()
	out.line(fmt.Sprintf("`%s` · %s. %s", f.Name, required(form, f), text(sentence(enter(f)))))
	if f.Why != "" {
		out.line(text(f.Why))
	}
	if f.Preset != nil {
		out.line("The form opens with " + shownValue(f, f.Default) + ". For client credentials: **" + shownValue(f, f.Preset) + "**.")
	}
	if len(f.Traps) > 0 {
		out.list("-", texts(f.Traps))
	}
}

// required says where the form or the server demands a value.
func required(form forms.Form, f forms.Field) string {
	for _, r := range []forms.Rule{f.Form, f.Server} {
		switch {
		case r.Required:
			return "required"
		case len(r.RequiredIn) > 0:
			var labels []string
			for _, e := range form.Environments {
				for _, in := range r.RequiredIn {
					if e.Value == in {
						labels = append(labels, e.Label)
					}
				}
			}
			return "required in " + strings.Join(labels, " and ")
		case len(r.RequiredWhen) > 0:
			return "required in some cases"
		}
	}
	return "optional"
}

// enter is the advice with the tighter of the two sides' limits filled in.
func enter(f forms.Field) string {
	pick := func(a, b *int, tighter func(x, y int) int) string {
		switch {
		case a == nil && b == nil:
			return ""
		case a == nil:
			return fmt.Sprint(*b)
		case b == nil:
			return fmt.Sprint(*a)
		}
		return fmt.Sprint(tighter(*a, *b))
	}
	formLow, formHigh := f.Form.Usual()
	serverLow, serverHigh := f.Server.Usual()
	least := pick(formLow, serverLow, func(x, y int) int { return max(x, y) })
	most := pick(formHigh, serverHigh, func(x, y int) int { return min(x, y) })
	var options []string
	for _, o := range f.Options {
		options = append(options, f.LabelOf(o))
	}
	return strings.NewReplacer("{min}", least, "{max}", most, "{options}", strings.Join(options, ", ")).Replace(f.Enter)
}

func sentence(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

func shownValue(f forms.Field, v any) string {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	var words []string
	for _, x := range list {
		words = append(words, text(f.LabelOf(fmt.Sprint(x))))
	}
	if shown := strings.Join(words, ", "); shown != "" {
		return shown
	}
	return "nothing"
}
