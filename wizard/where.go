package wizard

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/wizard/request"
)

// The questions before the form, and the two answers that name no back-end of the catalog.
const (
	BackendID     = "backend"
	BackendURLID  = "backend_url"
	EnvironmentID = "environment"

	OtherBackend = "other"
	NoBackend    = "none"
)

func isWhere(id string) bool { return id == BackendID || id == BackendURLID || id == EnvironmentID }

// Where is what the first questions lead to: the environment to register in, and the back-end that the client is for.
type Where struct {
	Environment environments.Environment
	Backend     *environments.Backend
	Rules       []*request.Rules
	Scopes      []string // that the back-end lists
}

// HasForm tells whether there is a form to fill in.
func (w Where) HasForm() bool { return len(w.Rules) > 0 }

// Where works out the environment, if the answers say enough.
func (i *Interview) Where(a Answers) (Where, bool) {
	e, ok := i.environment(a)
	if !ok {
		return Where{}, false
	}
	w := Where{Environment: e, Backend: i.backend(a, e)}
	if hasForm(e) && i.Rules != nil {
		w.Rules = i.Rules(e)
	}
	if w.Backend != nil {
		w.Scopes = w.Backend.Scopes
		if i.Scopes != nil {
			w.Scopes = i.Scopes(e, *w.Backend)
		}
	}
	return w, true
}

func hasForm(e environments.Environment) bool { return e.Registry != nil && e.Registry.Form != "" }

// environment is the one that was named, else the only one that the back-end leaves.
func (i *Interview) environment(a Answers) (environments.Environment, bool) {
	if named, ok := a.Text(EnvironmentID); ok {
		return i.byName(named)
	}
	name, ok := a.Text(BackendID)
	if !ok {
		return environments.Environment{}, false
	}
	if fit := i.fitting(name); len(fit) == 1 {
		return fit[0], true
	}
	return environments.Environment{}, false
}

func (i *Interview) byName(name string) (environments.Environment, bool) {
	for _, e := range i.Environments {
		if e.ID == name || slices.Contains(e.Aliases, name) {
			return e, true
		}
	}
	return environments.Environment{}, false
}

// fitting lists the environments that a back-end leaves to choose from.
func (i *Interview) fitting(backend string) []environments.Environment {
	var fit, formless []environments.Environment
	for _, e := range i.Environments {
		var suits bool
		switch backend {
		case OtherBackend:
			suits = hasForm(e)
		case NoBackend:
			suits = hasForm(e) && len(e.Backends) == 0
		default:
			_, suits = backendOf(e, backend)
		}
		switch {
		case suits && hasForm(e):
			fit = append(fit, e)
		case suits:
			formless = append(formless, e)
		}
	}
	if len(fit) == 0 {
		return formless
	}
	slices.SortStableFunc(fit, func(x, y environments.Environment) int { return selfFirst(x) - selfFirst(y) })
	return fit
}

func selfFirst(e environments.Environment) int {
	if e.Approval == environments.ApprovalSelf {
		return 0
	}
	return 1
}

func backendOf(e environments.Environment, id string) (environments.Backend, bool) {
	for _, b := range e.Backends {
		if b.ID == id || b.URL == id {
			return b, true
		}
	}
	return environments.Backend{}, false
}

// backend is the chosen one, else the environment's default. nil is none.
func (i *Interview) backend(a Answers, e environments.Environment) *environments.Backend {
	name, ok := a.Text(BackendID)
	switch {
	case name == NoBackend:
		return nil
	case name == OtherBackend:
		address, _ := a.Text(BackendURLID)
		b := environments.Backend{ID: address, URL: address}
		if u, err := url.Parse(address); err == nil && u.Host != "" {
			b.ID = u.Host
		}
		return &b
	case ok:
		if b, found := backendOf(e, name); found {
			return &b
		}
		return nil
	}
	if b, there := e.DefaultBackend(); there {
		return &b
	}
	return nil
}

func (i *Interview) whereQuestions(a Answers) []Question {
	if a.Has(EnvironmentID) && !a.Has(BackendID) {
		return nil // it was given, and has its default back-end
	}
	questions := []Question{i.backendQuestion()}
	name, ok := a.Text(BackendID)
	if !ok {
		return questions
	}
	if name == OtherBackend {
		questions = append(questions, Question{
			ID: BackendURLID, Ask: "Address of the openEO back-end", Kind: Text, Flag: "--backend",
			Why:   "As you give it to an openEO client, for example https://openeo.example.org.",
			Check: webAddress,
		})
	}
	if fit := i.fitting(name); len(fit) > 1 || a.Has(EnvironmentID) {
		questions = append(questions, environmentQuestion(fit))
	}
	return questions
}

func webAddress(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("enter an absolute URL, such as https://openeo.example.org")
	}
	return nil
}

// Consequence says what the chosen environment means for the person. Until it is clear which one it is, there is nothing
// to say.
func (i *Interview) Consequence(a Answers) []Note {
	w, known := i.Where(a)
	if q, more := i.Next(a); !known || more && isWhere(q.ID) {
		return nil
	}
	e := w.Environment
	n := Note{Kind: Follows, Text: e.Title}
	if w.Backend != nil {
		n.Text += " for " + w.Backend.ID
		if w.Backend.ProviderID != "" {
			n.Text += ", provider id " + w.Backend.ProviderID
		}
	}
	switch e.Approval {
	case environments.ApprovalSelf:
		n.Text += ". You approve the client yourself and can be done in ten minutes."
	case environments.ApprovalOperator:
		n.Text += ". An administrator approves the client: plan days, not minutes."
	}
	n.Lines = append(n.Lines, e.Notes...)
	if b := w.Backend; b != nil && b.Note != "" {
		n.Lines = append(n.Lines, b.ID+": "+b.Note)
	}
	var accepts []string
	for _, b := range e.Backends {
		if b.Deprecated == "" {
			accepts = append(accepts, b.ID)
		}
	}
	if len(accepts) > 0 {
		n.Lines = append(n.Lines, "Back-ends known to accept it: "+strings.Join(accepts, ", ")+".")
	}
	if !w.HasForm() && e.Contact != "" {
		n.Lines = append(n.Lines, "Ask here: "+e.Contact)
	}
	if i.Remarks != nil {
		n.Lines = append(n.Lines, i.Remarks(e)...)
	}
	notes := []Note{n}
	if b := w.Backend; b != nil && b.Deprecated != "" {
		notes = append(notes, Note{Kind: Warning, Text: b.ID + " is deprecated " + b.Deprecated + "."})
	}
	for _, s := range ScopeNotes(w) {
		notes = append(notes, Note{Kind: Warning, Text: s})
	}
	return notes
}

// Agrees says whether the answers of flags and files go together: a back-end that does not accept the environment would
// make every login fail.
func (i *Interview) Agrees(a Answers) error {
	named, hasEnvironment := a.Text(EnvironmentID)
	name, hasBackend := a.Text(BackendID)
	if hasEnvironment {
		if _, ok := i.byName(named); !ok {
			return fmt.Errorf("%s: there is no environment %q", EnvironmentID, named)
		}
	}
	if !hasBackend || name == OtherBackend || name == NoBackend {
		return nil
	}
	fit := i.fitting(name)
	if len(fit) == 0 {
		return fmt.Errorf("%s: there is no back-end %q", BackendID, name)
	}
	if !hasEnvironment {
		return nil
	}
	var ids []string
	for _, e := range fit {
		if e.ID == named || slices.Contains(e.Aliases, named) {
			return nil
		}
		ids = append(ids, e.ID)
	}
	return fmt.Errorf("the back-end %s does not accept the environment %s; it accepts %s", name, named, strings.Join(ids, ", "))
}
