package forms

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Live says where the registry's public configuration, which it shows without a login, holds what
// is so today. A place is a path of names with dots between; of a list of objects, the last name is
// taken from each.
type Live struct {
	// Needs are the lists without which the answer is no such configuration.
	Needs            []string `yaml:"needs,omitempty" json:"needs,omitempty"`
	Environments     string   `yaml:"environments,omitempty" json:"environments,omitempty"`
	TestEnvironments string   `yaml:"test_environments,omitempty" json:"test_environments,omitempty"`
	ContactTypes     string   `yaml:"contact_types,omitempty" json:"contact_types,omitempty"`
	ContactsRequired string   `yaml:"contacts_required,omitempty" json:"contacts_required,omitempty"`
	Disabled         string   `yaml:"disabled,omitempty" json:"disabled,omitempty"` // names of fields
	Defaults         string   `yaml:"defaults,omitempty" json:"defaults,omitempty"` // values by name of field
	Ticks            NewTicks `yaml:"ticks,omitempty" json:"ticks"`
}

// NewTicks are tick boxes that a tenant adds: a new policy to agree to, for example.
type NewTicks struct {
	At   string `yaml:"at,omitempty" json:"at,omitempty"`     // objects by name of field, with title, type and required
	Type string `yaml:"type,omitempty" json:"type,omitempty"` // that a tick box has
	// ServerWhen limits the server's demand, as When of a rule does.
	ServerWhen []Test `yaml:"server_when,omitempty" json:"server_when,omitempty"`
}

// FieldLive is the same of one field.
type FieldLive struct {
	Present    string `yaml:"present,omitempty" json:"present,omitempty"` // where this is not, there is no such field
	Label      string `yaml:"label,omitempty" json:"label,omitempty"`
	Options    string `yaml:"options,omitempty" json:"options,omitempty"`
	Labels     string `yaml:"labels,omitempty" json:"labels,omitempty"` // the words of the options, in their order
	RequiredIn string `yaml:"required_in,omitempty" json:"required_in,omitempty"`
	HiddenIn   string `yaml:"hidden_in,omitempty" json:"hidden_in,omitempty"`
	// WhereRequired is all that the form demands, and only in the environments of RequiredIn.
	WhereRequired *Rule      `yaml:"where_required,omitempty" json:"where_required,omitempty"`
	Min           Numbers    `yaml:"min,omitempty" json:"min"`
	Max           Numbers    `yaml:"max,omitempty" json:"max"`
	MaxBy         *LiveMaxBy `yaml:"max_by,omitempty" json:"max_by,omitempty"`
}

// Numbers are the places of a limit: the first that holds a number counts, else Else. Without one
// the limit stays.
type Numbers struct {
	At   []string `yaml:"at,omitempty" json:"at,omitempty"`
	Else *int     `yaml:"else,omitempty" json:"else,omitempty"`
}

// LiveMaxBy is the place of limits that depend on another field, by its values.
type LiveMaxBy struct {
	At    string `yaml:"at" json:"at"`
	Field string `yaml:"field" json:"field"`
	Else  string `yaml:"else" json:"else"`
}

// ErrNoConfiguration is returned for an answer that is not the configuration of a form.
var ErrNoConfiguration = errors.New("the answer is not the configuration of a form")

// maxTenant bounds the answer in bytes; EGI's is about twenty thousand.
const maxTenant = 1 << 20

// Today is the form with the lists and limits of the registry's own answer, so that a request is
// judged by today's rules. Its profile is called "live". The answer is a server's text: what does
// not look like such a configuration is refused.
func (f Form) Today(data []byte) (Form, error) {
	if len(data) > maxTenant {
		return Form{}, fmt.Errorf("the registry's configuration is larger than %d bytes", maxTenant)
	}
	var root any
	if err := json.Unmarshal(data, &root); err != nil {
		return Form{}, ErrNoConfiguration
	}
	t := &tenant{root: root, form: f}
	for _, place := range f.Live.Needs {
		if list, _ := t.list(place); len(list) == 0 {
			return Form{}, ErrNoConfiguration
		}
	}
	today, err := t.apply()
	if err != nil {
		return Form{}, err
	}
	if t.fault != nil {
		return Form{}, fmt.Errorf("read the registry's configuration: %w", t.fault)
	}
	return today, nil
}

// apply puts the answer over the profile that it is nearest to.
func (t *tenant) apply() (Form, error) {
	f, err := t.form.ForProfile(t.profile())
	if err != nil {
		return Form{}, err
	}
	tabs := make([]Tab, len(f.Tabs))
	for i, tab := range f.Tabs {
		tabs[i] = tab
		tabs[i].Fields = nil
		for _, field := range tab.Fields {
			// A condition may name any field, so only ticks, which no condition names, are dropped.
			if field.Check == "tick" && field.Live.Present != "" && !t.has(field.Live.Present) {
				continue
			}
			tabs[i].Fields = append(tabs[i].Fields, t.field(field))
		}
	}
	f.Tabs = tabs
	f.Tabs[0].Fields = append(f.Tabs[0].Fields, t.newTicks(f)...)
	live := f.Live
	if list, _ := t.list(live.Environments); len(list) > 0 {
		f.Environments = choices(list, f.Environments)
	}
	if list, _ := t.list(live.ContactTypes); len(list) > 0 {
		f.Contacts.Types = choices(list, f.Contacts.Types)
	}
	if t.has(live.ContactsRequired) {
		f.Contacts.Required, _ = t.list(live.ContactsRequired)
	}
	if t.has(live.TestEnvironments) {
		f.TestEnvironments, _ = t.list(live.TestEnvironments)
	}
	f.Profile = "live"
	f.Profiles = append(slices.Clip(f.Profiles), Profile{ID: "live", Title: "Today's configuration", Source: "the registry's own answer"})
	return f, nil
}

// profile is the built-in one that the configuration is nearest to, by the tick boxes that it has.
func (t *tenant) profile() string {
	for _, field := range t.form.Fields() {
		if len(field.Only) > 0 && t.has(field.Live.Present) {
			return field.Only[0]
		}
	}
	return t.form.Profiles[0].ID
}

// newTicks are boxes that no profile knows.
func (t *tenant) newTicks(f Form) []Field {
	ticks := f.Live.Ticks
	boxes, _ := t.at(ticks.At).(map[string]any)
	if err := decent(slices.Collect(maps.Keys(boxes))); err != nil {
		t.fail(err)
		return nil
	}
	var added []Field
	for _, name := range slices.Sorted(maps.Keys(boxes)) {
		box := ticks.At + "." + name
		if _, known := f.Field(name); known || t.text(box+".type") != ticks.Type {
			continue
		}
		required, _ := t.list(box + ".required")
		rule := Rule{RequiredIn: required}
		server := rule
		server.When = ticks.ServerWhen
		label := t.text(box + ".title")
		if label == "" {
			label = name
		}
		added = append(added, Field{
			Name: name, Label: label, Check: "tick", Input: "tick", Default: false, Form: rule, Server: server,
			Enter: "tick the box if you agree", Source: "the registry's own answer",
		})
	}
	return added
}

func choices(values []string, known []Choice) []Choice {
	out := make([]Choice, 0, len(values))
	for _, value := range values {
		c := Choice{Value: value, Label: value}
		for _, k := range known {
			if k.Value == value {
				c = k
			}
		}
		out = append(out, c)
	}
	return out
}
