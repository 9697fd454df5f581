package request

import (
	"github.com/credguide/credguide/environments/forms"
	"github.com/credguide/credguide/wizard/request/javascript"
)

// What a person does with an input of the form.
const (
	Leave  = "leave"  // as the form opens
	Type   = "type"   // a text
	Choose = "choose" // an entry of a menu or a radio button
	Tick   = "tick"
	Untick = "untick"
	Add    = "add"    // type or choose, then press the button beside it
	Pick   = "pick"   // type, and take an entry of the list that opens
	Ensure = "ensure" // tick it if it has a box that is clear, else type it and press the button
	Change = "change" // several of these, step by step
)

// Section is one tab of the form, to be filled in from top to bottom.
type Section struct {
	Tab   string   `json:"tab"`
	Traps []string `json:"traps,omitempty"`
	Rows  []Row    `json:"rows"`
}

// Row is one field: what to do, with which value, why, and what goes wrong there.
type Row struct {
	Field  string `json:"field"`
	Label  string `json:"label"`
	Action string `json:"action"`
	// Value is what the form then shows: the text, or the words of the entry. Steps replace it
	// where there are several.
	Value string `json:"value,omitempty"`
	// Copy is the text to paste; empty where there is nothing to type, and always for a secret.
	Copy     string `json:"copy,omitempty"`
	Steps    []Step `json:"steps,omitempty"`
	Required bool   `json:"required,omitempty"`
	// Star tells that the form marks the field as required, IfThere that only some versions of the
	// registry show it.
	Star    bool `json:"star,omitempty"`
	IfThere bool `json:"if_there,omitempty"`
	// How says what to do after the value was typed.
	How   string   `json:"how,omitempty"`
	Why   string   `json:"why,omitempty"`
	Traps []string `json:"traps,omitempty"`
	// Problem is the refusal of the value, if it is refused.
	Problem string `json:"problem,omitempty"`
}

// Step is one tick, or one entry of a list.
type Step struct {
	Action string `json:"action"`
	Text   string `json:"text"`
	Copy   string `json:"copy,omitempty"`
	Choose string `json:"choose,omitempty"` // the entry of the menu beside it: a contact's type
}

// Sheet lists what to do tab by tab in the order of the form. Fields that the form does not show
// are left out.
func (r *Rules) Sheet(in Input) []Section {
	values := r.filled(in)
	v := r.formView(values)
	problems := map[string]string{}
	for _, e := range r.Validate(in, Target{}).Errors {
		problems[e.Field] = e.Message
	}
	var sections []Section
	for _, tab := range r.form.Tabs {
		s := Section{Tab: tab.Label, Traps: tab.Traps}
		for _, described := range tab.Fields {
			f := r.byName[described.Name]
			row, shown := r.row(f, values[f.Name], v)
			if !shown {
				continue
			}
			row.Problem = problems[f.Name]
			s.Rows = append(s.Rows, row)
		}
		sections = append(sections, s)
	}
	return sections
}

// row is what to do with a field, if the form shows it.
func (r *Rules) row(f *field, value any, v view) (row Row, shown bool) {
	row = Row{Field: f.Name, Label: f.Title(), Why: f.Why, Traps: f.Traps, How: f.How, IfThere: f.IfThere, Star: f.Star}
	switch {
	case f.Input == "none":
		return row, false
	case !allHold(f.shown, v):
		row.Action, row.Star = Leave, false
		if f.Closed != nil {
			row.Value = f.Closed.Value
		}
		return row, f.Closed != nil && allHold(f.closed, v)
	}
	row.Required = f.requiredBySomebody(r, v)
	row.Star = row.Star || row.Required
	switch f.Input {
	case "locked":
		row.Action, row.Value, row.Required, row.Star = Leave, "locked", false, false
	case "tick":
		row.Action = tickAction(castSwitch(value) == true, f.Default == true)
		row.Value = map[bool]string{true: "ticked", false: "clear"}[castSwitch(value) == true]
	case "ticks":
		row.Steps = tickSteps(f, textList(v.get(f.Name)))
		row.Action = stepsAction(row.Steps)
	case "list":
		row.Steps = listSteps(f, textList(v.get(f.Name)))
		row.Action = stepsAction(row.Steps)
	case "contacts":
		row.Steps = contactSteps(r.form.Contacts, v.get(f.Name))
		row.Action = stepsAction(row.Steps)
	default:
		r.singleValue(&row, f, value)
	}
	return row, true
}

func (f *field) requiredBySomebody(r *Rules, v view) bool {
	for _, rule := range []*rule{&f.form, &f.server} {
		a := asked{rules: r, field: f, rule: rule, view: v}
		if a.applies() && a.required() {
			return true
		}
	}
	return false
}

func (r *Rules) singleValue(row *Row, f *field, value any) {
	text := javascript.String(castText(value))
	if javascript.Absent(value) {
		text = ""
	}
	row.Value = f.LabelOf(text)
	switch {
	case text == javascript.String(castText(f.Default)):
		row.Action = Leave
		return
	case f.Input == "menu" || f.Input == "radio":
		row.Action = Choose
	case f.Input == "pick":
		row.Action, row.Copy = Pick, text
	default:
		row.Action, row.Copy = Type, text
	}
	if f.Secret {
		row.Value, row.Copy = "your own secret (not shown here)", ""
	}
}

func tickAction(wanted, is bool) string {
	switch {
	case wanted == is:
		return Leave
	case wanted:
		return Tick
	default:
		return Untick
	}
}

// stepsAction sums the steps up in one word: the only action there is, else a change.
func stepsAction(steps []Step) string {
	if len(steps) == 0 {
		return Leave
	}
	for _, s := range steps[1:] {
		if s.Action != steps[0].Action {
			return Change
		}
	}
	return steps[0].Action
}

func contactSteps(rules forms.ContactRules, value any) []Step {
	list, _ := value.([]any)
	var steps []Step
	for _, item := range list {
		contact, _ := item.(map[string]any)
		email, _ := contact["email"].(string)
		kind, _ := contact["type"].(string)
		for _, t := range rules.Types {
			if t.Value == kind {
				kind = t.Label
			}
		}
		steps = append(steps, Step{Action: Add, Text: email, Copy: email, Choose: kind})
	}
	return steps
}
