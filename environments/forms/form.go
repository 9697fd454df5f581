// Package forms describes the forms of client registries: tabs, fields, labels, defaults, the
// limits of the browser form and of the server behind it, and the advice that goes with each field.
// It is data: one YAML file a registry, checked against schema.json. What data cannot say is named
// by a field's `check` and written in Go by the package that applies the rules.
package forms

import (
	"fmt"
	"slices"
	"strings"
)

// Form is one registry's form for a new service.
type Form struct {
	ID       string `yaml:"id" json:"id"`
	Title    string `yaml:"title" json:"title"`
	Software string `yaml:"software,omitempty" json:"software,omitempty"`
	// System is the registry's name in a report: it tells that a field of this form is meant.
	System string `yaml:"system,omitempty" json:"system,omitempty"`
	// Roles name the fields that are more than a line of the form.
	Roles    Roles     `yaml:"roles" json:"roles"`
	Profiles []Profile `yaml:"profiles" json:"profiles"`
	// Environments are the registry's own names, with the words its menu shows.
	Environments []Choice `yaml:"environments" json:"environments"`
	// TestEnvironments allow redirect URIs without https, private addresses and review by the
	// owner.
	TestEnvironments []string `yaml:"test_environments,omitempty" json:"test_environments,omitempty"`
	// Contacts says which contact types exist and which are demanded.
	Contacts ContactRules `yaml:"contacts" json:"contacts"`
	// Findings are the sentences for a refusal, by problem code; a field may have its own.
	Findings map[string]string `yaml:"findings" json:"findings"`
	// OtherFields belong to a request but not to this form (the other protocol's, the registry's
	// own): known, not judged.
	OtherFields []string `yaml:"other_fields,omitempty" json:"other_fields,omitempty"`
	Tabs        []Tab    `yaml:"tabs" json:"tabs"`
	// Pages are the registry's own addresses, below its portal.
	Pages Pages `yaml:"pages,omitempty" json:"pages"`
	// Guide is what to do with the filled form.
	Guide Guide `yaml:"guide,omitempty" json:"guide"`
	// Live says where the registry's public configuration holds what is so today.
	Live   Live   `yaml:"live,omitempty" json:"live"`
	Source string `yaml:"source" json:"source"`

	// Profile is the configuration whose rules these are; Origin says which file they were read
	// from.
	Profile string `yaml:"-" json:"profile,omitempty"`
	Origin  string `yaml:"-" json:"origin,omitempty"`
}

// Roles name fields by the part that they play: the wizard asks for the client ID, the rules look
// at the environment, and the secret is never shown, whatever a registry calls them. An empty role
// is played by no field.
type Roles struct {
	Environment     string `yaml:"environment" json:"environment"`
	ClientID        string `yaml:"client_id" json:"client_id"`
	Secret          string `yaml:"secret,omitempty" json:"secret,omitempty"`
	GenerateSecret  string `yaml:"generate_secret,omitempty" json:"generate_secret,omitempty"`
	Name            string `yaml:"name,omitempty" json:"name,omitempty"`
	Description     string `yaml:"description,omitempty" json:"description,omitempty"`
	Contacts        string `yaml:"contacts,omitempty" json:"contacts,omitempty"`
	ApplicationType string `yaml:"application_type,omitempty" json:"application_type,omitempty"`
}

// all lists the fields that play a role.
func (r Roles) all() []string {
	list := []string{r.Environment, r.ClientID, r.Secret, r.GenerateSecret, r.Name, r.Description, r.Contacts, r.ApplicationType}
	return slices.DeleteFunc(list, func(name string) bool { return name == "" })
}

// Profile is a configuration of the registry's software. The first one of a form is the default.
type Profile struct {
	ID    string `yaml:"id" json:"id"`
	Title string `yaml:"title" json:"title"`
	// From is another profile, of which this one has all that it does not change.
	From   string `yaml:"from,omitempty" json:"from,omitempty"`
	Source string `yaml:"source" json:"source"`
}

// Choice is a value and the words that the form shows for it.
type Choice struct {
	Value string `yaml:"value" json:"value"`
	Label string `yaml:"label" json:"label"`
}

// ContactRules is what a list of contacts must hold.
type ContactRules struct {
	Types []Choice `yaml:"types" json:"types"`
	// Required types must each be there; an entry of several types, with spaces between, wants one
	// of them.
	Required []string `yaml:"required" json:"required"`
}

// Tab is one page of the form.
type Tab struct {
	ID     string   `yaml:"id" json:"id"`
	Label  string   `yaml:"label" json:"label"`
	Traps  []string `yaml:"traps,omitempty" json:"traps,omitempty"`
	Fields []Field  `yaml:"fields" json:"fields"`
}

// Fields returns every field in form order.
func (f Form) Fields() []Field {
	var all []Field
	for _, t := range f.Tabs {
		all = append(all, t.Fields...)
	}
	return all
}

// Field finds a field by its name or by a name it has in another configuration.
func (f Form) Field(name string) (Field, bool) {
	for _, t := range f.Tabs {
		for _, field := range t.Fields {
			if field.called(name) {
				return field, true
			}
		}
	}
	return Field{}, false
}

// ForProfile returns the form as the named configuration has it. An empty name is the form's
// default profile, or the one that it has already.
func (f Form) ForProfile(id string) (Form, error) {
	if f.Profile != "" && (id == "" || id == f.Profile) {
		return f, nil
	}
	if id == "" && len(f.Profiles) > 0 {
		id = f.Profiles[0].ID
	}
	line := f.line(id)
	if len(line) == 0 {
		return Form{}, fmt.Errorf("the form %s has no profile %q; it has %s", f.ID, id, strings.Join(f.profileIDs(), ", "))
	}
	tabs := make([]Tab, len(f.Tabs))
	for i, t := range f.Tabs {
		tabs[i] = t
		tabs[i].Fields = nil
		for _, field := range t.Fields {
			if field.in(line) {
				tabs[i].Fields = append(tabs[i].Fields, field.changed(line))
			}
		}
	}
	f.Tabs, f.Profile = tabs, id
	return f, nil
}

// line is a profile behind those that it comes from; empty for an unknown one.
func (f Form) line(id string) []string {
	var line []string
	for range f.Profiles { // no line is longer, even where one comes from itself
		n := slices.IndexFunc(f.Profiles, func(p Profile) bool { return p.ID == id })
		if n < 0 {
			break
		}
		line = append([]string{id}, line...)
		id = f.Profiles[n].From
	}
	return line
}

func (f Form) profileIDs() []string {
	ids := make([]string, len(f.Profiles))
	for i, p := range f.Profiles {
		ids[i] = p.ID
	}
	return ids
}
