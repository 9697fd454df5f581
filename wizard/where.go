package wizard

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/text"
	"github.com/credguide/credguide/wizard/request"
)

// The questions before the form, and the two answers that name no back-end of the catalog.
const (
	BackendID     = request.Backend
	BackendURLID  = request.BackendURL
	EnvironmentID = request.Environment

	OtherBackend = "other"
	NoBackend    = "none"
)

func isWhere(id string) bool { return id == BackendID || id == BackendURLID || id == EnvironmentID }

// Where is what the first questions lead to: the environment to register in, and the back-end that
// the client is for.
type Where struct {
	Environment environments.Environment
	Backend     *environments.Backend
	Rules       []*request.Rules
	Scopes      []string // that the back-end lists
	Asked       bool     // nothing is known of how a client is made there, so its people are asked
}

// HasForm tells whether there is a form to fill in.
func (w Where) HasForm() bool { return len(w.Rules) > 0 }

// Guided tells whether a client is made without a form, in a way that is described.
func (w Where) Guided() bool {
	way := w.Environment.Way()
	return way == environments.ByDashboard || way == environments.ByRequest
}

// Where works out the environment, if the answers say enough.
func (i *Interview) Where(a Answers) (Where, bool) {
	e, ok := i.environment(a)
	if !ok {
		return Where{}, false
	}
	w := Where{Environment: e, Backend: i.backend(a, e)}
	if w.Asked = e.Way() == ""; w.Asked {
		w.Environment.Registration = e.Asked()
	}
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
	name, ok := i.chosenBackend(a)
	if !ok {
		return environments.Environment{}, false
	}
	if fit := i.fitting(name, a); len(fit) == 1 {
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
	return bare(name)
}

// bare is an identity provider of which only the issuer is known.
func bare(issuer string) (environments.Environment, bool) {
	u, err := text.BaseAddress(issuer)
	if err != nil || u.Scheme != "https" && !text.Loopback(u.Hostname()) {
		return environments.Environment{}, false
	}
	return environments.Environment{Title: text.Host(u.Host), Issuer: issuer}, true
}

// chosenBackend is the back-end that was chosen. One whose address was given is the catalog's,
// where that knows it.
func (i *Interview) chosenBackend(a Answers) (string, bool) {
	name, ok := a.Text(BackendID)
	if name != OtherBackend {
		return name, ok
	}
	address, given := a.Text(BackendURLID)
	if known := i.knownAddress(address); given && known != "" {
		return known, true
	}
	return name, ok
}

// knownAddress is the id of the back-end at an address, by its host.
func (i *Interview) knownAddress(address string) string {
	u, err := url.Parse(fullAddress(address))
	if err != nil || u.Host == "" {
		return ""
	}
	for _, e := range i.Environments {
		for _, b := range e.Backends {
			if known, err := url.Parse(b.URL); err == nil && strings.EqualFold(known.Host, u.Host) {
				return b.ID
			}
		}
	}
	return ""
}

// fullAddress completes an address as openEO clients do.
func fullAddress(address string) string {
	if address == "" || strings.Contains(address, "://") {
		return address
	}
	return "https://" + address
}

// fitting lists the environments that a back-end leaves to choose from. Of one that the catalog
// does not know, its own list of issuers tells them, if it could be asked.
func (i *Interview) fitting(backend string, a Answers) []environments.Environment {
	var fit, formless []environments.Environment
	var logins []Login
	if address, ok := a.Text(BackendURLID); ok && backend == OtherBackend {
		logins = i.logins(fullAddress(address))
	}
	for _, e := range i.Environments {
		var suits bool
		switch backend {
		case OtherBackend:
			suits = len(e.MixedUpWith) == 0 &&
				(len(logins) == 0 && e.Way() != "" || slices.ContainsFunc(logins, func(l Login) bool { return text.SameIssuer(l.Issuer, e.Issuer) }))
		case NoBackend:
			suits = hasForm(e) && len(e.Backends) == 0
		default:
			_, suits = backendOf(e, backend)
		}
		switch {
		case suits && (hasForm(e) || backend == OtherBackend):
			fit = append(fit, e)
		case suits:
			formless = append(formless, e)
		}
	}
	if len(fit)+len(formless) == 0 {
		for _, l := range logins {
			if e, usable := bare(l.Issuer); usable {
				fit = append(fit, e)
			}
		}
		return fit
	}
	if len(fit) == 0 {
		return formless
	}
	slices.SortStableFunc(fit, func(x, y environments.Environment) int { return order(x) - order(y) })
	return fit
}

// order puts registries before other ways, and there what one approves oneself before what others
// do.
func order(e environments.Environment) int {
	switch {
	case !hasForm(e):
		return 2
	case e.Approval == environments.ApprovalSelf:
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
	name, ok := i.chosenBackend(a)
	switch {
	case name == NoBackend:
		return nil
	case name == OtherBackend:
		address, _ := a.Text(BackendURLID)
		address = fullAddress(address)
		b := environments.Backend{ID: address, URL: address}
		if u, err := url.Parse(address); err == nil && u.Host != "" {
			b.ID = u.Host
		}
		for _, l := range i.logins(address) {
			if text.SameIssuer(l.Issuer, e.Issuer) && text.BareWord(l.ID) && len(l.ID) <= longestProviderID {
				b.ProviderID = l.ID
				break
			}
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

// longestProviderID is as the catalog's schema has it.
const longestProviderID = 128

func (i *Interview) logins(address string) []Login {
	if i.Logins == nil {
		return nil
	}
	return i.Logins(address)
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
			ID: BackendURLID, Ask: "Address of the openEO back-end", Kind: Text,
			Why:   "As you give it to an openEO client, for example https://openeo.example.org.",
			Check: webAddress,
		})
		if !a.Has(BackendURLID) {
			return questions
		}
		name, _ = i.chosenBackend(a)
	}
	if a.fixed(EnvironmentID) && i.anyEnvironment(name, a) {
		return questions
	}
	if fit := i.fitting(name, a); len(fit) > 1 || a.Has(EnvironmentID) {
		questions = append(questions, environmentQuestion(fit))
	}
	return questions
}

// anyEnvironment tells that nothing speaks against an environment that was given: there is no
// back-end, or one of which nothing is known.
func (i *Interview) anyEnvironment(backend string, a Answers) bool {
	address, given := a.Text(BackendURLID)
	return backend == NoBackend || backend == OtherBackend && given && len(i.logins(fullAddress(address))) == 0
}

func webAddress(address string) error {
	u, err := text.BaseAddress(fullAddress(address))
	if err == nil && !strings.Contains(address, "://") && !strings.Contains(u.Host, ".") {
		err = errors.New("not an absolute http(s) URL") // a word, and no host
	}
	if err != nil {
		return fmt.Errorf("%w; enter an absolute URL, such as https://openeo.example.org", err)
	}
	return nil
}
