package request

import (
	"fmt"
	"slices"

	"github.com/credguide/credguide/environments/forms"
	"github.com/credguide/credguide/wizard/request/javascript"
)

// Rules judge requests by one form in one of its configurations. They are compiled once and may be
// used by many goroutines.
type Rules struct {
	form   forms.Form
	fields []*field
	byName map[string]*field
	known  map[string]bool
}

// field is a forms.Field ready to judge.
type field struct {
	forms.Field
	tab    string
	form   rule
	server rule
	shown  []test
	closed []test
	advice []advice
	check  check
}

type rule struct {
	forms.Rule
	when, requiredWhen []test
	pattern            *javascript.Pattern
}

type advice struct {
	when    []test
	message string
}

// check judges one kind of field on each side.
type check struct {
	form, server func(asked) *problem
}

// asked is one question: does this value, as one side sees it, break this rule?
type asked struct {
	rules *Rules
	field *field
	rule  *rule
	view  view
	value any
}

func (a asked) applies() bool { return allHold(a.rule.when, a.view) }

func (a asked) required() bool {
	if a.rule.Required {
		return true
	}
	if len(a.rule.RequiredIn) > 0 && slices.Contains(a.rule.RequiredIn, a.environment()) {
		return true
	}
	return len(a.rule.requiredWhen) > 0 && allHold(a.rule.requiredWhen, a.view)
}

// environment is the one that the request names.
func (a asked) environment() string { return a.view.text(a.rules.form.Roles.Environment) }

func (a asked) offered(value string) bool { return slices.Contains(a.field.Options, value) }

// NewRules prepares the form's rules as the named profile has them; "" is the form's default
// profile.
func NewRules(form forms.Form, profile string) (*Rules, error) {
	form, err := form.ForProfile(profile)
	if err != nil {
		return nil, err
	}
	r := &Rules{form: form, byName: map[string]*field{}, known: map[string]bool{}}
	for _, tab := range form.Tabs {
		for _, f := range tab.Fields {
			compiled, err := compileField(f, tab.Label)
			if err != nil {
				return nil, fmt.Errorf("form %s: field %s: %w", form.ID, f.Name, err)
			}
			r.fields = append(r.fields, compiled)
			r.byName[f.Name] = compiled
			r.known[f.Name] = true
			for _, alias := range f.Aliases {
				r.known[alias] = true
			}
		}
	}
	for _, name := range form.OtherFields {
		r.known[name] = true
	}
	return r, nil
}

// Known are the rules of each configuration that the registry is known to have run, those of the
// named profile first: what all of them take, the registry takes.
func Known(form forms.Form, first string) ([]*Rules, error) {
	var list []*Rules
	for _, p := range form.Profiles {
		r, err := NewRules(form, p.ID)
		if err != nil {
			return nil, err
		}
		if p.ID == first {
			list = append([]*Rules{r}, list...)
			continue
		}
		list = append(list, r)
	}
	return list, nil
}

// Form returns the form as these rules have it.
func (r *Rules) Form() forms.Form { return r.form }

func compileField(f forms.Field, tab string) (*field, error) {
	c, ok := checks[f.Check]
	if !ok {
		return nil, fmt.Errorf("unknown check %q", f.Check)
	}
	out := &field{Field: f, tab: tab, check: c}
	var err error
	if out.shown, err = compileTests(f.ShownWhen); err != nil {
		return nil, err
	}
	if f.Closed != nil {
		if out.closed, err = compileTests(f.Closed.When); err != nil {
			return nil, err
		}
	}
	if out.form, err = compileRule(f.Form); err != nil {
		return nil, err
	}
	if out.server, err = compileRule(f.Server); err != nil {
		return nil, err
	}
	if out.lacksPattern() {
		return nil, fmt.Errorf("the check %q needs a pattern", f.Check)
	}
	for _, a := range f.Advice {
		when, err := compileTests(a.When)
		if err != nil {
			return nil, err
		}
		out.advice = append(out.advice, advice{when: when, message: a.Message})
	}
	return out, nil
}

// lacksPattern tells that a check would look for a pattern that the form does not have.
func (f *field) lacksPattern() bool {
	switch f.Check {
	case "keys":
		return f.form.pattern == nil || f.server.pattern == nil
	case "scopes":
		return f.server.pattern == nil
	}
	return false
}

func compileRule(r forms.Rule) (rule, error) {
	out := rule{Rule: r}
	var err error
	if out.when, err = compileTests(r.When); err != nil {
		return out, err
	}
	if out.requiredWhen, err = compileTests(r.RequiredWhen); err != nil {
		return out, err
	}
	if r.Pattern != "" {
		p, err := javascript.Compile(r.Pattern)
		if err != nil {
			return out, err
		}
		out.pattern = &p
	}
	return out, nil
}
