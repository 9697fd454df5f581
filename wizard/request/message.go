package request

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/credguide/credguide/internal/text"
)

// message says in one sentence where to go, what to enter and what is wrong with what is there.
func (r *Rules) message(f *field, v view, raw any, atForm, atServer *problem) string {
	first := atForm
	if first == nil {
		first = atServer
	}
	text := "On the " + f.tab + " tab, " + r.enter(f, v) + ": " + r.finding(f, v, raw, first)
	if atForm != nil && atServer != nil && atForm.code != atServer.code {
		text += "; to the server, " + r.finding(f, v, raw, atServer)
	}
	text += "."
	if atForm == nil {
		text += " The form lets this pass; the server then refuses the whole request without naming the field."
	}
	return text
}

// enter fills the limits into the field's own words; where form and server differ, the stricter
// limit counts.
func (r *Rules) enter(f *field, v view) string {
	low, high := strictest(f, v)
	return strings.NewReplacer("{min}", number(low), "{max}", number(high), "{options}", strings.Join(f.Options, ", ")).Replace(f.Enter)
}

func strictest(f *field, v view) (low, high *int) {
	formLow, formHigh := limits(&f.form, v)
	serverLow, serverHigh := limits(&f.server, v)
	return pick(formLow, serverLow, 1), pick(formHigh, serverHigh, -1)
}

// pick takes the limit that is there, of two the larger (sign 1) or the smaller (sign -1).
func pick(a, b *int, sign int) *int {
	if a == nil || b != nil && cmp.Compare(*b, *a) == sign {
		return b
	}
	return a
}

func number(n *int) string {
	if n == nil {
		return "any number of"
	}
	return strconv.Itoa(*n)
}

func (r *Rules) finding(f *field, v view, raw any, p *problem) string {
	code := p.code
	environment := v.text(r.form.Roles.Environment)
	if written, isText := raw.(string); code == "missing" && isText && written != "" && (f.Input == "contacts" || f.Input == "list") {
		code = "type" // the form takes a text for an empty list; the person wrote something
	}
	if code == "missing" && slices.Contains(f.form.RequiredIn, environment) {
		code = "missing-here"
	}
	item := p.item
	if item == "" {
		item = shown(raw)
	}
	quoted := quote(item)
	if f.Secret {
		quoted = "the value"
	}
	template := cmp.Or(f.Findings[code], r.form.Findings[code], code)
	return strings.NewReplacer("{length} characters", text.Plural(p.length, "character"), "{item}", quoted, "{environment}", environment, "{length}", strconv.Itoa(p.length),
		"{min}", strconv.Itoa(p.min), "{max}", strconv.Itoa(p.max)).Replace(template)
}

// quote bounds a value and makes what cannot be seen visible: it comes from a file that may be
// anything.
func quote(s string) string { return text.Quote(s, 60) }
