package request

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// Who refuses a field.
const (
	ByForm   = "form"   // the browser form: a message stands under the field
	ByServer = "server" // the server alone: the form lets it pass, then Submit ends in a bare 422
	ByBoth   = "both"
)

// Verdict is what the registry would say of one request.
type Verdict struct {
	ID         string    `json:"id"`
	Acceptable bool      `json:"acceptable"`
	Errors     []Refusal `json:"errors"`
	Advice     []Note    `json:"advice"`

	number bool // the id is a number
}

// MarshalJSON gives the id back as it was given: a number stays one.
func (v Verdict) MarshalJSON() ([]byte, error) {
	type plain Verdict // without this method
	if !v.number {
		return json.Marshal(plain(v))
	}
	return json.Marshal(struct {
		ID json.Number `json:"id"`
		plain
	}{json.Number(v.ID), plain(v)})
}

// Refusal is a field that is refused, and what to enter instead.
type Refusal struct {
	Field     string `json:"field"`
	Tab       string `json:"tab"`
	Label     string `json:"label"`
	Message   string `json:"message"`
	RefusedBy string `json:"refused_by"`
}

// Note is advice on a field that is accepted.
type Note struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// Target is what the request is meant for, as far as it is known. It changes the advice, never the
// refusals.
type Target struct {
	Backend string   // the back-end's name for messages
	Scopes  []string // what the back-end lists; its clients ask for all of them
	// Environment is the registry's name of the environment that the client is meant for.
	Environment string
}

// Validate says which fields the form and the server refuse, in form order, each once, and what
// else deserves a word.
func (r *Rules) Validate(in Input, target Target) Verdict {
	values := r.filled(in)
	form := r.formView(values)
	v := Verdict{ID: in.ID, number: in.number, Errors: r.refusals(values, form), Advice: []Note{}}
	v.Acceptable = len(v.Errors) == 0
	v.Advice = append(append(v.Advice, r.notYetJudged(values, form, v.Errors)...), r.advise(in, form, target)...)
	return v
}

// refusals judges every field as form and server see it.
func (r *Rules) refusals(values map[string]any, form view) []Refusal {
	server := r.serverView(values)
	list := []Refusal{}
	for _, f := range r.fields {
		atForm := f.check.form(asked{rules: r, field: f, rule: &f.form, view: form, value: form.get(f.Name)})
		atServer := f.check.server(asked{rules: r, field: f, rule: &f.server, view: server, value: server.get(f.Name)})
		if atServer == nil && slices.ContainsFunc(texts(values[f.Name]), func(s string) bool { return strings.ContainsRune(s, 0) }) {
			atServer = &problem{code: "null-character"} // behind the checks: the database takes no text with it
		}
		if atForm == nil && atServer == nil {
			continue
		}
		list = append(list, Refusal{
			Field: f.Name, Tab: f.tab, Label: f.Label, RefusedBy: refusedBy(atForm, atServer),
			Message: r.message(f, form, values[f.Name], atForm, atServer),
		})
	}
	return list
}

// notYetJudged is what the registry refuses next, once the menus that a request leaves empty are
// set: until then it looks at none of the fields that depend on them.
func (r *Rules) notYetJudged(values map[string]any, form view, refused []Refusal) []Note {
	var set []string
	next := maps.Clone(values)
	for _, f := range r.fields {
		if choice, ok := f.Preset.(string); ok && blank(form.get(f.Name)) && isRefused(refused, f.Name) {
			next[f.Name] = choice
			set = append(set, f.Label+" is "+choice)
		}
	}
	if set == nil {
		return nil
	}
	var notes []Note
	for _, next := range r.refusals(next, r.formView(next)) {
		if !isRefused(refused, next.Field) {
			notes = append(notes, Note{Field: next.Field, Message: "Refused as soon as " + strings.Join(set, " and ") + ". " + next.Message})
		}
	}
	return notes
}

func isRefused(list []Refusal, name string) bool {
	return slices.ContainsFunc(list, func(e Refusal) bool { return e.Field == name })
}

func refusedBy(atForm, atServer *problem) string {
	switch {
	case atForm != nil && atServer != nil:
		return ByBoth
	case atForm != nil:
		return ByForm
	default:
		return ByServer
	}
}
