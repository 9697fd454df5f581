package probe

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/lint"
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
	case f.Is(checks.SourcesUnreadableAny):
		return failed("a file cannot be read")
	case !f.Is(checks.ClientIDPresent):
		return failed("no client ID")
	case !f.Is(checks.SecretPresent):
		return failed("no client secret")
	case p.oddInput(f):
		return warned("the credentials look unusual")
	}
	return passed("client ID and secret found" + p.remarks())
}

// remarks are what is unusual about the files that the values came from, as far as a line of the report holds it. Nothing of
// it keeps this login from working, but another program may read the same file in another way.
func (p *pass) remarks() string {
	const enough = 2
	notes := p.derived().List(checks.SourcesNotes)
	if len(notes) == 0 {
		return ""
	}
	text := strings.Join(notes[:min(len(notes), enough)], "; ")
	if n := len(notes) - enough; n > 0 {
		text += fmt.Sprintf("; and %d more", n)
	}
	return "; " + text
}

func (p *pass) oddInput(f checks.Facts) bool {
	return slices.ContainsFunc([]checks.Name{
		checks.ClientIDHasWhitespace, checks.ClientIDHasInvisible, checks.ClientIDQuoted, checks.ClientIDPlaceholder, checks.ClientIDMalformed,
		checks.SecretHasWhitespace, checks.SecretHasInvisible, checks.SecretQuoted, checks.SecretPlaceholder, checks.SecretMasked, checks.SecretToken,
		checks.SecretTooShort, checks.CredentialsSwappedShape, checks.CredentialsConflict,
	}, f.Is)
}

func (p *pass) subjectFacts() {
	p.set(checks.EntryFault, "")
	if a := p.subject.Account; a.Name != "" {
		p.set(checks.EntryName, a.Name)
		if a.Expires != "" {
			p.set(checks.AccountExpires, a.Expires)
			p.set(checks.AccountExpiresInDays, a.DaysLeft)
		}
	}
	e := p.subject.Environment
	p.set(checks.EnvironmentID, e.ID)
	p.set(checks.EnvironmentTitle, e.Title)
	p.set(checks.EnvironmentIssuer, e.Issuer)
	p.set(checks.EnvironmentApproval, e.Approval)
	p.set(checks.EnvironmentHasRegistry, e.Registry != nil)
	p.set(checks.EnvironmentHasBackends, len(e.Backends) > 0)
	if e.Registry != nil {
		p.setText(checks.EnvironmentPortal, e.Registry.Portal)
		p.registryFacts(*e.Registry)
	}
	p.retiredFacts(e)
	p.set(checks.BackendWanted, p.subject.Backend != nil)
	b := p.subject.Backend
	if b == nil {
		return
	}
	p.set(checks.BackendID, shownBackend(*b))
	p.set(checks.BackendURL, b.URL)
	p.set(checks.BackendInCatalog, p.subject.BackendInCatalog)
	if p.subject.BackendInCatalog {
		p.set(checks.BackendAcceptsEnvironment, slices.Contains(p.subject.AcceptedEnvironments, e.ID))
		p.set(checks.BackendAcceptedEnvironments, p.subject.AcceptedEnvironments)
	}
}

func (p *pass) registryFacts(r environments.Registry) {
	length := r.SecretLength
	if form, err := p.subject.Catalog.Form(p.subject.Environment); err == nil {
		p.setText(checks.EnvironmentRegistrySystem, form.System)
		length = cmp.Or(length, form.Guide.Secret.Length)
	}
	if length > 0 {
		p.set(checks.SecretRegistryLength, length)
	}
}

func (p *pass) retiredFacts(e environments.Environment) {
	p.set(checks.IssuerRetired, false)
	if p.subject.Catalog == nil {
		return
	}
	if known, ok := p.subject.Catalog.ByIssuer(e.Issuer); ok {
		p.set(checks.EnvironmentKnownAs, known.Title)
		return
	}
	if now, ok := p.subject.Catalog.ByRetiredIssuer(e.Issuer); ok {
		p.set(checks.IssuerRetired, true)
		p.set(checks.IssuerReplacement, now.Issuer)
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
	p.set(checks.ClientIDPresent, c.HasClientID())
	p.set(checks.ClientIDSetButEmpty, c.ClientIDSetButEmpty)
	if !c.ClientIDSource.IsZero() {
		p.set(checks.ClientIDSource, c.ClientIDSource.String())
	}
	l := lint.ClientID(c.ClientID)
	p.set(checks.ClientIDShown, p.shownClientID())
	p.set(checks.ClientIDHeldBack, p.held)
	p.set(checks.ClientIDHoldsSecret, p.heldBack == lint.HoldsSecret)
	p.set(checks.ClientIDLength, l.Characters)
	p.set(checks.ClientIDHasWhitespace, c.HasClientID() && l.HasWhitespace())
	p.setText(checks.ClientIDWhitespace, markWords(l.Leading, l.Inner, l.Trailing))
	p.set(checks.ClientIDHasInvisible, len(l.Invisible) > 0)
	p.setText(checks.ClientIDInvisible, markWords(l.Invisible))
	p.set(checks.ClientIDQuoted, l.Quoted != "")
	p.set(checks.ClientIDPlaceholder, l.Placeholder != "" || l.Masked)
	p.setText(checks.ClientIDPlaceholderKind, l.Placeholder)
	refusal := p.limits().ClientID.Refusal(c.ClientID)
	p.set(checks.ClientIDMalformed, c.HasClientID() && refusal != "")
	p.setText(checks.ClientIDMalformedReason, refusal)
	p.set(checks.ClientIDSecretShaped, l.SecretShaped)
}

// shownClientID hides a client ID that is held back.
func (p *pass) shownClientID() string {
	if p.held {
		return fmt.Sprintf("(not shown: %s)", p.heldBack)
	}
	return sanitize(p.subject.Credentials.ClientID, 128)
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
	p.set(checks.SecretPresent, c.HasSecret())
	p.set(checks.SecretSetButEmpty, c.SecretSetButEmpty)
	if !c.SecretSource.IsZero() {
		p.set(checks.SecretSource, c.SecretSource.String())
		if c.SecretSetButEmpty {
			p.set(checks.SecretEmptySource, c.SecretSource.String())
		}
	}
	l := lint.Secret(c.Secret)
	p.set(checks.SecretLength, l.Characters)
	p.set(checks.SecretHasWhitespace, c.HasSecret() && l.HasWhitespace())
	p.setText(checks.SecretWhitespace, markWords(l.Leading, l.Trailing))
	p.set(checks.SecretHasInvisible, len(l.Invisible) > 0)
	p.setText(checks.SecretInvisible, markWords(l.Invisible))
	p.set(checks.SecretNonASCII, l.NonASCII)
	p.set(checks.SecretQuoted, l.Quoted != "")
	p.set(checks.SecretPlaceholder, l.Placeholder != "")
	p.setText(checks.SecretPlaceholderKind, l.Placeholder)
	p.set(checks.SecretMasked, l.Masked)
	p.set(checks.SecretToken, l.Token)
	p.set(checks.SecretQuoteStray, l.StrayQuote)
	_, form, _ := lint.Unwrapped(c.Secret, c.ClientID)
	p.set(checks.SecretUnwrappedForm, string(form))
	// A mask or a word of a template is told as what it is, not as too short.
	whole := !l.Blank && !l.Masked && l.Placeholder == ""
	p.set(checks.SecretTooShort, c.HasSecret() && whole && p.limits().Secret.Short(l.Core))
	p.set(checks.SecretClasses, classWords(l.Classes))
	p.set(checks.SecretSecretShaped, lint.SecretShaped(strings.TrimSpace(c.Secret.Reveal())))
	p.set(checks.CredentialsSwappedShape, c.HasClientID() && c.HasSecret() && lint.Swapped(c.ClientID, c.Secret))
}

func (p *pass) sourceFacts(c credentials.Resolved) {
	p.set(checks.CredentialsConflict, false)
	var conflicts []string
	for _, x := range c.Conflicts {
		if x.Value != credentials.ClientID && x.Value != credentials.ClientSecret {
			continue
		}
		text := fmt.Sprintf("%s: %s is used, %s differs", x.Value, x.Used, x.Other)
		if x.PythonTakesOther {
			p.set(checks.CredentialsPythonTakes, x.Other.String())
		}
		conflicts = append(conflicts, text)
	}
	if len(conflicts) > 0 {
		p.set(checks.CredentialsConflict, true)
		p.set(checks.CredentialsConflicts, conflicts)
	}
	var looked []string
	for _, l := range c.Looked {
		if missedHere(c, l) {
			looked = append(looked, sanitize(placeWords(l), 200))
		}
	}
	p.set(checks.SourcesLooked, looked)
	p.fileFacts(c)
	method := c.AuthMethod
	p.set(checks.AuthMethodValue, sanitize(method.Value, 60))
	p.set(checks.AuthMethodWrong, method.Set && method.Value != "" && method.Value != "client_credentials")
	if fromVariable(c.ProviderID) {
		p.set(checks.ProviderVariableValue, sanitize(c.ProviderID.Value, 60))
		p.set(checks.ProviderVariableSource, c.ProviderID.Source.String())
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
	return s.Set && !s.Source.Chosen() && (s.Source.Kind == credentials.KindEnvironment || s.Source.Kind == credentials.KindDotenv)
}

// fileFacts: a file that the user named must be readable. One that was merely found counts where the values are missing, for
// they may stand in it.
func (p *pass) fileFacts(c credentials.Resolved) {
	var unreadable, exposed, notes []string
	for _, n := range c.Notes {
		notes = append(notes, sanitize(n.Source.String()+": "+n.Text, 200))
	}
	for _, u := range c.Unreadable {
		if u.Explicit || !c.HasClientID() || !c.HasSecret() {
			unreadable = append(unreadable, u.String())
		} else {
			notes = append(notes, sanitize("not read: "+u.String(), 200))
		}
	}
	for _, e := range c.Exposed {
		exposed = append(exposed, e.String())
	}
	p.set(checks.SourcesUnreadableAny, len(unreadable) > 0)
	p.set(checks.SourcesUnreadable, unreadable)
	p.set(checks.SourcesExposedAny, len(exposed) > 0)
	p.set(checks.SourcesExposed, exposed)
	p.set(checks.SourcesNotes, notes)
}

func markWords(groups ...[]lint.Mark) string {
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

func classWords(c lint.Classes) string {
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
