package environments

import (
	"errors"
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/credguide/credguide/internal/text"
)

// Ways in which a client is made.
const (
	ByForm      = "form"      // a registry's form, which package forms describes
	ByDashboard = "dashboard" // a page of the provider where a person makes it
	ByRequest   = "request"   // by writing to the people who make it
)

// Registration is how a client is made at an environment, and how it gets a new secret.
type Registration struct {
	Kind string `yaml:"kind" json:"kind"`
	// URL is the page where it is done.
	URL string `yaml:"url,omitempty" json:"url,omitempty"`
	// Needs are what to have at hand, as sentences.
	Needs []string `yaml:"needs,omitempty" json:"needs,omitempty"`
	// Steps are the clicks there, as sentences. Placeholders stand for what a person answered.
	Steps []string `yaml:"steps,omitempty" json:"steps,omitempty"`
	// To is the mail address or the page to which Text is sent.
	To   string `yaml:"to,omitempty" json:"to,omitempty"`
	Text string `yaml:"text,omitempty" json:"text,omitempty"`
	// Expires tells that a client may have an end date.
	Expires bool `yaml:"expires,omitempty" json:"expires,omitempty"`
	// Rotate are the steps to a new secret.
	Rotate []string `yaml:"rotate,omitempty" json:"rotate,omitempty"`
}

// Placeholders of steps and texts. Name, Purpose and Mail are the person's; the others are known.
const (
	PlaceName        = "{name}"        // of the service account
	PlacePurpose     = "{purpose}"     // what it is for
	PlaceMail        = "{mail}"        // of the person who asks
	PlaceBackend     = "{backend}"     // the address of the back-end
	PlaceEnvironment = "{environment}" // its title
	PlaceClientID    = "{client_id}"   // in the steps to a new secret
)

var places = []string{PlaceName, PlacePurpose, PlaceMail, PlaceBackend, PlaceEnvironment, PlaceClientID}

var placeholder = regexp.MustCompile(`\{[A-Za-z_ ]*\}`)

// Way is the kind of registration; empty where nothing is known.
func (e Environment) Way() string {
	switch {
	case e.Registry != nil && e.Registry.Form != "":
		return ByForm
	case e.Registration != nil:
		return e.Registration.Kind
	}
	return ""
}

// Asked is the way that is left where nothing is known of how a client is made: to ask the people
// who run the identity provider.
func (e Environment) Asked() *Registration {
	who := "the administrators of " + e.Title
	r := &Registration{
		Kind: ByRequest, To: who, Expires: true,
		Steps: []string{"Send the text below to " + who + ".", "They create the client and answer with its client ID and secret. Ask how you receive the secret: not by mail."},
		Text: strings.Join([]string{
			"I would like a service account (an OIDC client with the client credentials grant) for openEO.", "",
			"Name: " + PlaceName, "Purpose: " + PlacePurpose, "Back-end: " + PlaceBackend, "Identity provider: " + e.Issuer,
			"Needed: the grant type client_credentials with client authentication by a secret (client_secret_basic or client_secret_post), and the scopes that the back-end lists under /credentials/oidc.",
			"Contact: " + PlaceMail, "",
			"Please tell me the client ID, how I can receive the client secret safely, and whether the client expires.",
		}, "\n"),
		Rotate: []string{"Write to " + who + " and ask for a new secret for the client " + PlaceClientID + "."},
	}
	if e.Contact != "" {
		r.To = e.Contact
		r.Steps[0] = "Send the text below to " + e.Contact + "."
	} else {
		r.Steps = append([]string{"Find out who runs " + e.Issuer + ": the help desk of the back-end knows."}, r.Steps...)
	}
	return r
}

// Aged tells that the facts were read more than a year before.
func (e Environment) Aged(now time.Time) bool {
	read, err := time.Parse(time.DateOnly, e.Read)
	return err == nil && now.After(read.AddDate(1, 0, 0))
}

func (e Environment) validRegistration() error {
	r := e.Registration
	if r == nil {
		return nil
	}
	form := e.Registry != nil && e.Registry.Form != ""
	switch {
	case form && r.Kind != ByForm:
		return fmt.Errorf("kind: registry.form means the kind form, not %s", r.Kind)
	case !form && r.Kind == ByForm:
		return errors.New("kind: form needs registry.form, the form to fill in")
	case r.Kind == ByDashboard && r.URL == "":
		return errors.New("url is missing: a dashboard has an address")
	case r.Kind == ByDashboard && len(r.Steps) == 0:
		return errors.New("steps is missing: what to do on the dashboard")
	case r.Kind == ByRequest && r.To == "":
		return errors.New("to is missing: the mail address or the page to write to")
	case r.Kind == ByRequest && strings.TrimSpace(r.Text) == "":
		return errors.New("text is missing: what to send")
	}
	if err := page("url", r.URL); err != nil {
		return err
	}
	if err := recipient(r.To); err != nil {
		return err
	}
	for name, texts := range map[string][]string{"needs": r.Needs, "steps": r.Steps, "rotate": r.Rotate} {
		for i, text := range texts {
			if err := sentence(text, false); err != nil {
				return fmt.Errorf("%s: number %d: %w", name, i+1, err)
			}
		}
	}
	if err := sentence(r.Text, true); err != nil {
		return fmt.Errorf("text: %w", err)
	}
	return nil
}

// sentence refuses what a terminal or a mail program would obey, and a placeholder that nobody
// fills in.
func sentence(s string, lines bool) error {
	for _, r := range s {
		if text.Hidden(r) && (!lines || r != '\n') {
			return fmt.Errorf("the control character %U in it is not allowed", r)
		}
	}
	for _, name := range placeholder.FindAllString(s, -1) {
		if !slices.Contains(places, name) {
			return fmt.Errorf("%s is none of %s", name, strings.Join(places, ", "))
		}
	}
	return nil
}

// recipient is a mail address or a page.
func recipient(to string) error {
	if to == "" || strings.Contains(to, "://") {
		return page("to", to)
	}
	if a, err := mail.ParseAddress(to); err != nil || a.Address != to {
		return fmt.Errorf("to: %q is neither a mail address nor an https URL", to)
	}
	return nil
}

// page is an address that is opened in a browser: https, or http to this machine.
func page(name, raw string) error {
	if raw == "" {
		return nil
	}
	u, err := text.WebAddress(raw)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", name, err)
	case sentence(raw, false) != nil:
		return fmt.Errorf("%s: %q is not an absolute https URL", name, raw)
	case u.Scheme == "https", u.Scheme == "http" && text.Loopback(u.Hostname()):
		return nil
	}
	return fmt.Errorf("%s: %q must begin with https://", name, raw)
}
