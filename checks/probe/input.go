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
	"github.com/credguide/credguide/internal/text"
)

// runInput records what can be told before anything is sent: where the values came from, and what
// their text shows.
func runInput(_ context.Context, p *pass) outcome {
	p.subjectFacts()
	if p.subject.Public {
		p.set(checks.CheckPublic, true)
		return passed("none are used: only what is published is read")
	}
	c := p.subject.Credentials
	p.clientIDFacts(c)
	p.secretFacts(c)
	p.sourceFacts(c)
	switch {
	case p.is(checks.SourcesUnreadableAny):
		return failed("a file cannot be read")
	case !p.is(checks.ClientIDPresent):
		return failed("no client ID")
	case !p.is(checks.SecretPresent):
		return failed("no client secret")
	case p.oddInput():
		return warned("the credentials look unusual")
	}
	return passed("client ID and secret found" + p.remarks())
}

func (p *pass) oddInput() bool {
	return slices.ContainsFunc([]checks.Name{
		checks.ClientIDHasWhitespace, checks.ClientIDHasInvisible, checks.ClientIDQuoted, checks.ClientIDPlaceholder,
		checks.SecretHasWhitespace, checks.SecretHasInvisible, checks.SecretQuoted, checks.SecretPlaceholder, checks.SecretMasked, checks.SecretToken,
		checks.CredentialsSwappedShape, checks.CredentialsConflict,
	}, p.is)
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
	p.setText(checks.EnvironmentEntitlements, e.Entitlements)
	p.setText(checks.EnvironmentContact, e.Contact)
	if e.Registration != nil {
		p.setText(checks.EnvironmentRegistrationURL, e.Registration.URL)
	}
	p.set(checks.EnvironmentHasRegistry, e.Registry != nil)
	p.set(checks.EnvironmentHasBackends, len(e.Backends) > 0)
	if e.Registry != nil {
		p.setText(checks.EnvironmentPortal, e.Registry.Portal)
	}
	p.retiredFacts(e)
	p.set(checks.BackendWanted, p.subject.Backend != nil)
	b := p.subject.Backend
	if b == nil {
		return
	}
	p.set(checks.BackendID, shownBackend(*b))
	p.set(checks.BackendURL, b.URL)
	p.setText(checks.BackendBilling, b.Billing)
	p.setText(checks.BackendHelpdesk, b.Helpdesk)
	if b.WebEditor != environments.Unknown {
		p.setText(checks.BackendWebEditor, b.WebEditor)
	}
	p.set(checks.BackendInCatalog, p.subject.BackendInCatalog)
	if p.subject.BackendInCatalog {
		p.set(checks.BackendAcceptsEnvironment, slices.Contains(p.subject.AcceptedEnvironments, e.ID))
		p.set(checks.BackendAcceptedEnvironments, p.subject.AcceptedEnvironments)
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
	p.set(checks.ClientIDSecretShaped, l.SecretShaped)
}

// shownClientID hides a client ID that is held back.
func (p *pass) shownClientID() string {
	if p.held {
		return fmt.Sprintf("(not shown: %s)", p.heldBack)
	}
	return text.Line(p.subject.Credentials.ClientID, 128)
}

// registryFacts are what the registry of the environment says of a client ID and a secret. Its form
// takes milliseconds to read and no request waits for it, so a check that is made alone reads it
// beside the steps. Of a registry without a form, or whose form cannot be read, nothing is claimed
// but that few systems make a secret of fewer than four characters.
func (p *pass) registryFacts(ctx context.Context) {
	defer func() { _ = recover() }() // what is missing then stays unknown
	e, c := p.subject.Environment, p.subject.Catalog
	r := sharedly(ctx, p.options.Shared, rulesKey{e.Registry}, func() registryRules { return rulesOf(e, c) })
	p.setText(checks.EnvironmentRegistrySystem, r.system)
	if len(r.change) > 0 {
		p.set(checks.RegistryChange, r.change)
	}
	if r.length > 0 {
		p.set(checks.SecretRegistryLength, r.length)
	}
	given := p.subject.Credentials
	refusal := r.limits.ClientID.Refusal(given.ClientID)
	p.set(checks.ClientIDMalformed, given.HasClientID() && refusal != "")
	p.setText(checks.ClientIDMalformedReason, refusal)
	// A mask or a word of a template is told as what it is, not as too short.
	l := p.secretLint()
	whole := given.HasSecret() && !l.Blank && !l.Masked && l.Placeholder == ""
	p.set(checks.SecretTooShort, whole && r.limits.Secret.Short(l.Core))
}

// registryRules are what the form of an environment's registry says, the same for all accounts there.
type registryRules struct {
	limits forms.Limits
	system string
	change []string // how to change a client
	length int      // of the secrets that it makes; 0: not known
}

// rulesKey is the key of a registry's rules: entries have catalogs of their own, but the same registry.
type rulesKey struct{ *environments.Registry }

func rulesOf(e environments.Environment, c *environments.Catalog) registryRules {
	r := registryRules{limits: forms.Limits{Secret: forms.Limit{Min: 4}}}
	if e.Registry != nil {
		r.length = e.Registry.SecretLength
	}
	if form, err := c.Form(e); err == nil {
		r.limits, r.system = form.Limits(), form.System
		_, r.change = e.Passage(form, form.Guide.Change)
		r.length = cmp.Or(r.length, form.Guide.Secret.Length)
	}
	return r
}

func (p *pass) secretFacts(c credentials.Resolved) {
	p.set(checks.SecretPresent, c.HasSecret())
	p.set(checks.SecretSetButEmpty, c.SecretSetButEmpty)
	if !c.SecretSource.IsZero() {
		p.set(checks.SecretSource, c.SecretSource.String())
		if c.SecretSetButEmpty {
			p.set(checks.SecretEmptySource, c.SecretSource.Words())
		}
	}
	l := p.secretLint()
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
	p.set(checks.SecretClasses, classWords(l.Classes))
	p.set(checks.SecretSecretShaped, lint.SecretShaped(strings.TrimSpace(c.Secret.Reveal())))
	p.set(checks.CredentialsSwappedShape, c.HasClientID() && c.HasSecret() && lint.Swapped(c.ClientID, c.Secret))
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
