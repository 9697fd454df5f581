// Package sheet writes what a person needs beside the registry's open form: tab by tab, in the
// form's own order and words, what to do with each field, with which value and why, and the traps
// where they bite; then how to submit and what comes after. It comes as text for a terminal and as
// one page for a browser, with a copy button for each value.
package sheet

import (
	"regexp"
	"strings"

	"github.com/credguide/credguide/wizard"
	"github.com/credguide/credguide/wizard/request"
)

// Sheet is one request, ready to be typed in.
type Sheet struct {
	// Name is what the person calls the request: its file, for example. Title is the service's own
	// name, else that.
	Name, Title string
	// Where is the environment and the back-end that it is for, as far as they are known.
	Where wizard.Where
	// ClientID is the one that the request asks for; empty: it is made at deployment.
	ClientID string
	// Remarks tell which rules were applied, and what could not be found out.
	Remarks []string
	// Tabs are what there is to do; Refused and Advice what the registry's rules say of it.
	Tabs    []Tab
	Refused []request.Refusal
	Advice  []request.Note
	// Tool is the program's name and version.
	Tool string
	// Command completes a command with what is in force; nil leaves it as it is.
	Command func(string) string

	rules *request.Rules
}

// Tab is one page of the form.
type Tab struct {
	Label  string
	Number int
	Traps  []string
	Fields []Field
	Left   []Field // what stays as the form opens
}

// Field is one input of the form.
type Field struct {
	request.Row
	// Do says what to do, up to the value. Shown is the value; it may be copied if the row has a
	// text for that. Then is what to do after it.
	Do, Shown, Then string
	Entries         []Entry
	Advice          []string
}

// Entry is one step of a field that takes several.
type Entry struct {
	request.Step
	Do, Then string
}

// safeArgument is a client ID that a shell takes as it is; of another one, or of one that no
// registry takes, no command line is made.
var safeArgument = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._-]{0,127}$`)

// New works out the sheet of a request by the registry's rules; the verdict is what they say of it.
func New(rules *request.Rules, in request.Input, v request.Verdict) Sheet {
	s := Sheet{Name: in.ID, Title: in.ID, Refused: v.Errors, Advice: v.Advice, rules: rules}
	if id, ok := in.Fields[rules.Form().Roles.ClientID].(string); ok && safeArgument.MatchString(id) {
		s.ClientID = id
	}
	roles := rules.Form().Roles
	if name, ok := in.Fields[roles.Name].(string); ok && strings.TrimSpace(name) != "" {
		s.Title = name
	}
	advice, problems := map[string][]string{}, map[string]string{}
	for _, r := range v.Errors {
		problems[r.Field] = r.Message
	}
	for _, n := range v.Advice {
		advice[n.Field] = append(advice[n.Field], n.Message)
	}
	for i, section := range rules.Sheet(in) {
		t := Tab{Label: section.Tab, Number: i + 1, Traps: section.Traps}
		for _, row := range section.Rows {
			row.Problem = problems[row.Field]
			f := field(row, advice[row.Field])
			if f.asOpened() && row.Field != roles.Environment { // too much hangs on the environment to pass it over
				t.Left = append(t.Left, f)
				continue
			}
			t.Fields = append(t.Fields, f)
		}
		s.Tabs = append(s.Tabs, t)
	}
	return s
}

// Registered tells whether it is known where the request is to be registered.
func (s Sheet) Registered() bool { return s.Where.Environment.Registry != nil }

// Start is the address of the registry, or empty.
func (s Sheet) Start() string {
	start, _ := s.where().PortalPages()
	return start
}

// where is the place with the rules that the sheet was made by.
func (s Sheet) where() wizard.Where {
	w := s.Where
	w.Rules = []*request.Rules{s.rules}
	return w
}

// Notes are what to do with the filled form, in order.
func (s Sheet) Notes() []wizard.Note {
	w := s.where()
	after := s.afterwards()
	if !s.Registered() {
		return append([]wizard.Note{wizard.SubmitTrouble(w)}, after...)
	}
	return append([]wizard.Note{wizard.SubmitSteps(w), wizard.SubmitTrouble(w), wizard.ReviewSteps(w), wizard.ReviewTrouble(w)}, after...)
}

// afterwards is what to do with the credentials, and what they are.
func (s Sheet) afterwards() []wizard.Note {
	flags := ""
	if e := s.Where.Environment; e.ID != "" {
		flags = " --environment " + e.ID
	}
	if s.ClientID != "" {
		flags += " --client-id " + s.ClientID
	}
	run := func(command string) []string {
		if s.Command != nil {
			command = s.Command(command)
		}
		return []string{command}
	}
	before := wizard.BeforeFirstJob(s.Where, run("credguide snippet jobs" + flags)[0])
	before.Lines = append([]string{"Treat the secret as a password: no repository, no notebook, no mail."}, before.Lines...)
	return []wizard.Note{
		{Text: "To wait for the deployment and check the login", Runs: run("credguide wait" + flags)},
		before,
		{Text: "To write the login for your client", Runs: run("credguide snippet python" + flags)},
	}
}
