package forms

import "slices"

// Field is one input of the form.
type Field struct {
	Name  string `yaml:"name" json:"name"`
	Label string `yaml:"label" json:"label"`
	// Aliases are the names of the same field in another configuration of the registry.
	Aliases []string `yaml:"aliases,omitempty" json:"aliases,omitempty"`
	// Check names the rule that judges the field: text, choice, choices, scopes, seconds, tick,
	// switch, contacts, redirect-uri, pkce, entity-id, keys or none.
	Check string `yaml:"check" json:"check"`
	// Input is what a person meets: text, pick (a text of which an entry of a list that opens must
	// be taken), menu, radio, ticks, tick, list, contacts, locked (it is shown, and the form fills
	// it in) or none.
	Input string `yaml:"input" json:"input"`
	// Under is the label of the row in which the form shows the field, where that is not its own.
	Under string `yaml:"under,omitempty" json:"under,omitempty"`
	// IfThere marks a field that only some versions of the registry show. Star marks one that the
	// form calls required although nothing demands it.
	IfThere bool `yaml:"if_there,omitempty" json:"if_there,omitempty"`
	Star    bool `yaml:"star,omitempty" json:"star,omitempty"`
	// Closed is what the form shows in the place of the field while it is hidden.
	Closed *Closed `yaml:"closed,omitempty" json:"closed,omitempty"`
	// How says what to do after the value was typed.
	How string `yaml:"how,omitempty" json:"how,omitempty"`
	// Suggest is a value that may be right for many, with the reason.
	Suggest *Suggestion `yaml:"suggest,omitempty" json:"suggest,omitempty"`
	// Read are pages to read before the box is ticked.
	Read []string `yaml:"read,omitempty" json:"read,omitempty"`
	// Takes says in words which characters the pattern takes.
	Takes string `yaml:"takes,omitempty" json:"takes,omitempty"`
	// Beside is the field that may be filled in place of this one.
	Beside string `yaml:"beside,omitempty" json:"beside,omitempty"`
	// Filled values are set to the default by the server where there is none, before it looks at
	// other fields.
	Filled bool `yaml:"filled,omitempty" json:"filled,omitempty"`
	// Secret values are never shown.
	Secret bool `yaml:"secret,omitempty" json:"secret,omitempty"`
	// Default is what the form holds when it opens; Preset, for a client credentials service, what
	// to put there.
	Default any `yaml:"default" json:"default"`
	Preset  any `yaml:"preset,omitempty" json:"preset,omitempty"`
	// Options are the values that the form offers, with their words where these differ.
	Options []string          `yaml:"options,omitempty" json:"options,omitempty"`
	Labels  map[string]string `yaml:"labels,omitempty" json:"labels,omitempty"`
	// ShownWhen hides the field unless all of it holds.
	ShownWhen []Test `yaml:"shown_when,omitempty" json:"shown_when,omitempty"`
	// Form and Server are what the browser and the server demand.
	Form   Rule `yaml:"form,omitempty" json:"form"`
	Server Rule `yaml:"server,omitempty" json:"server"`
	// Enter says in the imperative what a right answer is.
	Enter    string            `yaml:"enter" json:"enter"`
	Findings map[string]string `yaml:"findings,omitempty" json:"findings,omitempty"`
	Advice   []Advice          `yaml:"advice,omitempty" json:"advice,omitempty"`
	Why      string            `yaml:"why,omitempty" json:"why,omitempty"`
	Traps    []string          `yaml:"traps,omitempty" json:"traps,omitempty"`
	// Only lists the profiles that have the field; Changes is how a profile differs.
	Only    []string          `yaml:"only,omitempty" json:"only,omitempty"`
	Changes map[string]Change `yaml:"changes,omitempty" json:"changes,omitempty"`
	// Live says where the registry's public configuration holds what is so today.
	Live   FieldLive `yaml:"live,omitempty" json:"live"`
	Source string    `yaml:"source" json:"source"`
}

// Suggestion is a value that may be entered, and who says so.
type Suggestion struct {
	Value string `yaml:"value" json:"value"`
	Why   string `yaml:"why" json:"why"`
}

// Closed is a switch that stays off, beside which the field would open.
type Closed struct {
	When  []Test `yaml:"when,omitempty" json:"when,omitempty"`
	Value string `yaml:"value" json:"value"`
}

// Rule is what one side demands of a field. An empty rule demands nothing.
type Rule struct {
	// When limits the rule to requests of which all of it holds (an OIDC service, for example).
	When []Test `yaml:"when,omitempty" json:"when,omitempty"`
	// Required demands a value: always, in some environments, or when all of RequiredWhen holds.
	Required     bool     `yaml:"required,omitempty" json:"required,omitempty"`
	RequiredIn   []string `yaml:"required_in,omitempty" json:"required_in,omitempty"`
	RequiredWhen []Test   `yaml:"required_when,omitempty" json:"required_when,omitempty"`
	// Min and Max limit the length of a text or the size of a number; MaxBy replaces Max by the
	// value of another field.
	Min   *int   `yaml:"min,omitempty" json:"min,omitempty"`
	Max   *int   `yaml:"max,omitempty" json:"max,omitempty"`
	MaxBy *MaxBy `yaml:"max_by,omitempty" json:"max_by,omitempty"`
	// Pattern is the registry's own regular expression, in the dialect of JavaScript.
	Pattern string `yaml:"pattern,omitempty" json:"pattern,omitempty"`
	// Listed says when the value must be one of the options: always, or only where the field is
	// required.
	Listed string `yaml:"listed,omitempty" json:"listed,omitempty"`
	// Untrimmed values are judged with the white space around them. LowerCase ones are folded
	// first.
	Untrimmed bool `yaml:"untrimmed,omitempty" json:"untrimmed,omitempty"`
	LowerCase bool `yaml:"lower_case,omitempty" json:"lower_case,omitempty"`
	// Unique refuses a value that stands twice in a list.
	Unique bool `yaml:"unique,omitempty" json:"unique,omitempty"`
	// Zero says how the server takes false and 0 in place of a text: "skipped" (the default:
	// something was entered, and it is not looked at), "missing" or "judged".
	Zero string `yaml:"zero,omitempty" json:"zero,omitempty"`
	// Optional values that are nothing but white space are not looked at.
	Optional bool `yaml:"optional,omitempty" json:"optional,omitempty"`
	// Typed refuses a switch that is neither true nor false.
	Typed bool `yaml:"typed,omitempty" json:"typed,omitempty"`
}

// MaxBy is a limit that depends on another field; a value that is not listed has the limit of Else.
type MaxBy struct {
	Field string         `yaml:"field" json:"field"`
	Max   map[string]int `yaml:"max" json:"max"`
	Else  string         `yaml:"else" json:"else"`
}

// Test is one condition over the request. Exactly one of Is, Not, Blank, Matches and Longer is
// given. Of a list, Is wants one item among the values, Not wants none; Matches and Longer are
// about any item.
type Test struct {
	Field   string `yaml:"field" json:"field"`
	Is      []any  `yaml:"is,omitempty" json:"is,omitempty"`
	Not     []any  `yaml:"not,omitempty" json:"not,omitempty"`
	Blank   *bool  `yaml:"blank,omitempty" json:"blank,omitempty"`
	Matches string `yaml:"matches,omitempty" json:"matches,omitempty"`
	Longer  *int   `yaml:"longer,omitempty" json:"longer,omitempty"`
}

// Advice is for a value that the registry takes and that will disappoint.
type Advice struct {
	When    []Test `yaml:"when" json:"when"`
	Message string `yaml:"message" json:"message"`
}

// Change is how a profile differs from the field as it stands; what is absent stays.
type Change struct {
	Default   any      `yaml:"default,omitempty" json:"default,omitempty"`
	Preset    any      `yaml:"preset,omitempty" json:"preset,omitempty"`
	Options   []string `yaml:"options,omitempty" json:"options,omitempty"`
	ShownWhen []Test   `yaml:"shown_when,omitempty" json:"shown_when,omitempty"`
	Input     string   `yaml:"input,omitempty" json:"input,omitempty"`
	Advice    []Advice `yaml:"advice,omitempty" json:"advice,omitempty"`
	Form      *Rule    `yaml:"form,omitempty" json:"form,omitempty"`
	Server    *Rule    `yaml:"server,omitempty" json:"server,omitempty"`
}

// in tells whether the field is there in the last of a line of profiles.
func (f *Field) in(line []string) bool {
	return len(f.Only) == 0 || slices.ContainsFunc(line, func(profile string) bool { return slices.Contains(f.Only, profile) })
}

// called tells the field's name, or one that it has in another configuration.
func (f *Field) called(name string) bool {
	return name != "" && f.Name == name || slices.Contains(f.Aliases, name)
}

// changed is the field with the changes of each profile of a line.
func (f Field) changed(line []string) Field {
	changes := f.Changes
	f.Changes = nil
	for _, profile := range line {
		if c, ok := changes[profile]; ok {
			f = f.with(c)
		}
	}
	return f
}

func (f Field) with(c Change) Field {
	if c.Default != nil {
		f.Default = c.Default
	}
	if c.Preset != nil {
		f.Preset = c.Preset
	}
	if c.Options != nil {
		f.Options = c.Options
	}
	if c.ShownWhen != nil {
		f.ShownWhen = c.ShownWhen
	}
	if c.Advice != nil {
		f.Advice = c.Advice
	}
	if c.Input != "" {
		f.Input = c.Input
	}
	if c.Form != nil {
		f.Form = *c.Form
	}
	if c.Server != nil {
		f.Server = *c.Server
	}
	return f
}

// Title is the label with that of its row.
func (f Field) Title() string {
	if f.Under == "" {
		return f.Label
	}
	return f.Under + ": " + f.Label
}

// Usual are a rule's limits where no other field changes them.
func (r Rule) Usual() (low, high *int) {
	if r.MaxBy == nil {
		return r.Min, r.Max
	}
	limit := r.MaxBy.Max[r.MaxBy.Else]
	return r.Min, &limit
}

// LabelOf returns the words that the form shows for a value.
func (f Field) LabelOf(value string) string {
	if l, ok := f.Labels[value]; ok {
		return l
	}
	return value
}
