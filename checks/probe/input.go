package probe

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/environments/forms"
)

// runInput records what can be told before anything is sent: where the values came from, and what their text shows.
func runInput(_ context.Context, p *pass) outcome {
	p.subjectFacts()
	c := p.subject.Credentials
	p.clientIDFacts(c)
	p.secretFacts(c)
	p.sourceFacts(c)
	f := p.derived()
	switch {
	case f.Is("sources.unreadable_any"):
		return failed("a file cannot be read")
	case !f.Is("client_id.present"):
		return failed("no client id")
	case !f.Is("secret.present"):
		return failed("no client secret")
	case p.oddInput(f):
		return warned("something is odd about the values")
	}
	return passed("client id and secret found")
}

func (p *pass) oddInput(f checks.Facts) bool {
	return slices.ContainsFunc([]string{
		"client_id.has_whitespace", "client_id.has_invisible", "client_id.quoted", "client_id.placeholder", "client_id.malformed",
		"secret.has_whitespace", "secret.has_invisible", "secret.quoted", "secret.placeholder", "secret.masked", "secret.token",
		"secret.too_short", "credentials.swapped_shape", "credentials.conflict",
	}, f.Is)
}

func (p *pass) subjectFacts() {
	e := p.subject.Environment
	p.set("environment.id", e.ID)
	p.set("environment.title", e.Title)
	p.set("environment.issuer", e.Issuer)
	p.set("environment.approval", e.Approval)
	p.set("environment.has_registry", e.Registry != nil)
	p.set("environment.has_backends", len(e.Backends) > 0)
	if e.Registry != nil {
		p.setText("environment.portal", e.Registry.Portal)
		p.registryFacts(*e.Registry)
	}
	p.retiredFacts(e)
	p.set("backend.wanted", p.subject.Backend != nil)
	b := p.subject.Backend
	if b == nil {
		return
	}
	p.set("backend.id", shownBackend(*b))
	p.set("backend.url", b.URL)
	p.set("backend.in_catalog", p.subject.BackendInCatalog)
	if p.subject.BackendInCatalog {
		p.set("backend.accepts_environment", slices.Contains(p.subject.AcceptedEnvironments, e.ID))
		p.set("backend.accepted_environments", p.subject.AcceptedEnvironments)
	}
}

func (p *pass) registryFacts(r environments.Registry) {
	length := r.SecretLength
	if form, err := p.subject.Catalog.Form(p.subject.Environment); err == nil {
		p.setText("environment.registry_system", form.System)
		length = cmp.Or(length, form.Guide.Secret.Length)
	}
	if length > 0 {
		p.set("secret.registry_length", length)
	}
}

func (p *pass) retiredFacts(e environments.Environment) {
	p.set("issuer.retired", false)
	if p.subject.Catalog == nil {
		return
	}
	if known, ok := p.subject.Catalog.ByIssuer(e.Issuer); ok {
		p.set("environment.known_as", known.Title)
		return
	}
	if now, ok := p.subject.Catalog.ByRetiredIssuer(e.Issuer); ok {
		p.set("issuer.retired", true)
		p.set("issuer.replacement", now.Issuer)
	}
}

// shownBackend is how the back-end is named to people.
func shownBackend(b environments.Backend) string {
	if b.ID != "" {
		return b.ID
	}
	return hostOf(b.URL)
}

func (p *pass) clientIDFacts(c credentials.Resolved) {
	p.set("client_id.present", c.HasClientID())
	p.set("client_id.set_but_empty", c.ClientIDSetButEmpty)
	if !c.ClientIDSource.IsZero() {
		p.set("client_id.source", c.ClientIDSource.String())
	}
	l := credentials.LintClientID(c.ClientID)
	p.set("client_id.shown", shownClientID(c, l))
	p.set("client_id.length", l.Characters)
	p.set("client_id.has_whitespace", c.HasClientID() && l.HasWhitespace())
	p.setText("client_id.whitespace", markWords(l.Leading, l.Inner, l.Trailing))
	p.set("client_id.has_invisible", len(l.Invisible) > 0)
	p.setText("client_id.invisible", markWords(l.Invisible))
	p.set("client_id.quoted", l.Quoted != "")
	p.set("client_id.placeholder", l.Placeholder != "" || l.Masked)
	p.setText("client_id.placeholder_kind", l.Placeholder)
	refusal := p.limits().ClientID.Refusal(c.ClientID)
	p.set("client_id.malformed", c.HasClientID() && refusal != "")
	p.setText("client_id.malformed_reason", refusal)
	p.set("client_id.secret_shaped", l.SecretShaped)
}

// shownClientID hides a client id that may be the secret in the wrong place.
func shownClientID(c credentials.Resolved, l credentials.IDLint) string {
	if c.ClientID == "" {
		return ""
	}
	if l.SecretShaped || c.Secret.Equal(credentials.NewSecret(c.ClientID)) {
		return fmt.Sprintf("(not shown: %d characters that look like a secret)", l.Characters)
	}
	return sanitize(c.ClientID, 128)
}

// limits are those of the registry where the environment's clients are made. Of another one, or of a form that cannot be
// read, nothing is claimed but that few systems make a secret of fewer than four characters.
func (p *pass) limits() forms.Limits {
	form, err := p.subject.Catalog.Form(p.subject.Environment)
	if err != nil {
		return forms.Limits{Secret: forms.Limit{Min: 4}}
	}
	return form.Limits()
}

func (p *pass) secretFacts(c credentials.Resolved) {
	p.set("secret.present", c.HasSecret())
	p.set("secret.set_but_empty", c.SecretSetButEmpty)
	if !c.SecretSource.IsZero() {
		p.set("secret.source", c.SecretSource.String())
		if c.SecretSetButEmpty {
			p.set("secret.empty_source", c.SecretSource.String())
		}
	}
	l := credentials.LintSecret(c.Secret)
	p.set("secret.length", l.Characters)
	p.set("secret.has_whitespace", c.HasSecret() && l.HasWhitespace())
	p.setText("secret.whitespace", markWords(l.Leading, l.Trailing))
	p.set("secret.has_invisible", len(l.Invisible) > 0)
	p.setText("secret.invisible", markWords(l.Invisible))
	p.set("secret.non_ascii", l.NonASCII)
	p.set("secret.quoted", l.Quoted != "")
	p.set("secret.placeholder", l.Placeholder != "")
	p.setText("secret.placeholder_kind", l.Placeholder)
	p.set("secret.masked", l.Masked)
	p.set("secret.token", l.Token)
	// A mask or a word of a template is told as what it is, not as too short.
	whole := !l.Blank && !l.Masked && l.Placeholder == ""
	p.set("secret.too_short", c.HasSecret() && whole && p.limits().Secret.Short(l.Core))
	p.set("secret.classes", classWords(l.Classes))
	p.set("secret.secret_shaped", credentials.SecretShaped(strings.TrimSpace(c.Secret.Reveal())))
	p.set("credentials.swapped_shape", c.HasClientID() && c.HasSecret() && credentials.Swapped(c.ClientID, c.Secret))
}

func (p *pass) sourceFacts(c credentials.Resolved) {
	p.set("credentials.conflict", false)
	var conflicts []string
	for _, x := range c.Conflicts {
		if x.Value != credentials.ClientID && x.Value != credentials.ClientSecret {
			continue
		}
		text := fmt.Sprintf("%s: %s is used, %s differs", x.Value, x.Used, x.Other)
		if x.PythonTakesOther {
			p.set("credentials.python_takes", x.Other.String())
		}
		conflicts = append(conflicts, text)
	}
	if len(conflicts) > 0 {
		p.set("credentials.conflict", true)
		p.set("credentials.conflicts", conflicts)
	}
	var looked []string
	for _, l := range c.Looked {
		if missedHere(c, l) {
			looked = append(looked, sanitize(placeWords(l), 200))
		}
	}
	p.set("sources.looked", looked)
	p.fileFacts(c)
	method := c.AuthMethod
	p.set("auth_method.value", sanitize(method.Value, 60))
	p.set("auth_method.wrong", method.Set && method.Value != "" && method.Value != "client_credentials")
	if fromVariable(c.ProviderID) {
		p.set("provider_variable.value", sanitize(c.ProviderID.Value, 60))
		p.set("provider_variable.source", c.ProviderID.Source.String())
	}
}

// missedHere tells that a value which was not found anywhere was looked for at this place. The other places and values only
// hide it.
func missedHere(c credentials.Resolved, l credentials.Looked) bool {
	switch {
	case l.Outcome == credentials.Found, l.Outcome == credentials.Exposed:
		return false
	case l.Value == credentials.ClientID:
		return !c.HasClientID()
	case l.Value == credentials.ClientSecret:
		return !c.HasSecret()
	}
	return l.Value == "" && !(c.HasClientID() && c.HasSecret())
}

// placeWords names a place, with what was odd about it in brackets.
func placeWords(l credentials.Looked) string {
	why := l.Detail
	switch {
	case l.Outcome == credentials.Absent:
	case why == "":
		why = string(l.Outcome)
	default:
		why = string(l.Outcome) + ": " + why
	}
	if why == "" {
		return l.Source.String()
	}
	return l.Source.String() + " (" + why + ")"
}

// fromVariable tells that a setting is OPENEO_AUTH_PROVIDER_ID, in the environment or a credentials file, and not a flag.
func fromVariable(s credentials.Setting) bool {
	return s.Set && (s.Source.Kind == credentials.KindEnvironment || s.Source.Kind == credentials.KindDotenv)
}

func (p *pass) fileFacts(c credentials.Resolved) {
	var unreadable, exposed []string
	for _, u := range c.Unreadable {
		if u.Explicit {
			unreadable = append(unreadable, u.String())
		}
	}
	for _, e := range c.Exposed {
		exposed = append(exposed, e.String())
	}
	p.set("sources.unreadable_any", len(unreadable) > 0)
	p.set("sources.unreadable", unreadable)
	p.set("sources.exposed_any", len(exposed) > 0)
	p.set("sources.exposed", exposed)
}

func markWords(groups ...[]credentials.Mark) string {
	var words []string
	for _, g := range groups {
		for _, m := range g {
			words = append(words, m.String())
		}
	}
	const enough = 3
	if n := len(words); n > enough {
		words = append(words[:enough], fmt.Sprintf("and %d more", n-enough))
	}
	return strings.Join(words, "; ")
}

func classWords(c credentials.Classes) string {
	var words []string
	for _, x := range []struct {
		there bool
		word  string
	}{{c.Lower, "lower-case letters"}, {c.Upper, "upper-case letters"}, {c.Digit, "digits"}, {c.Punctuation, "punctuation"}, {c.Space, "spaces"}, {c.Other, "other characters"}} {
		if x.there {
			words = append(words, x.word)
		}
	}
	return strings.Join(words, ", ")
}
