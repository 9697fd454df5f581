package probe

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/guard"
	"github.com/credguide/credguide/credentials/lint"
	"github.com/credguide/credguide/internal/crew"
	"github.com/credguide/credguide/internal/text"
)

// pass is the state of one run: the facts so far, and what later steps need and reports must not
// hold (documents, tokens).
type pass struct {
	subject Subject
	options Options
	client  *client
	on      func(Event)

	held     bool // the client ID is neither shown nor named to anybody but the token endpoint
	heldBack lint.Holding

	secretLint func() lint.SecretLint // worked out once

	mu       sync.Mutex
	facts    checks.Facts
	since    int          // counts the changes of facts
	follows  checks.Facts // what followed from the facts at the last look
	upTo     int          // the change up to which it was looked
	requests []timedRequest
	guard    *guard.Guard        // knows the secret and every token, to keep a server from having them repeated
	redact   func(string) string // by the guard
	doc      document            // the discovery document
	api      api                 // the back-end's API
	bearer   bearer              // the token that later steps use
	keys     keySet

	clockFresh bool // what is known of the clock stood in an answer that no cache gave

	share  sync.Once
	shared asked
}

// bearer is the token at hand and how it was got.
type bearer struct {
	token     credentials.Secret
	asClients bool      // by the request that openEO clients make
	date      time.Time // by the server
	received  time.Time // by the local clock
}

type timedRequest struct {
	at time.Time
	checks.Request
}

// usualFacts is how many facts there are at the end, with those that follow.
const usualFacts = 256

func newPass(ctx context.Context, s Subject, o Options, on func(Event)) *pass {
	own := ownSecret(s.Credentials.Secret)
	p := &pass{subject: s, options: o, on: on, facts: make(checks.Facts, usualFacts), guard: own.Copy()}
	if o.Shared != nil {
		o.Shared.Beside(p.guard)
	}
	p.redact = p.guard.Text
	p.secretLint = sync.OnceValue(func() lint.SecretLint { return lint.Secret(s.Credentials.Secret) })
	p.guard.Add(s.Credentials.Secret)
	p.guard.Public(s.Environment.Issuer, s.Environment.ID, s.Environment.Title)
	if p.heldBack, p.held = lint.HeldBack(s.Credentials.ClientID, s.Credentials.Secret, s.Credentials.Beside...); p.held {
		p.guard.Add(credentials.NewSecret(s.Credentials.ClientID))
	} else {
		p.guard.Public(s.Credentials.ClientID)
	}
	if s.Backend != nil {
		p.guard.Public(s.Backend.ID, s.Backend.URL, s.Backend.Title)
	}
	p.client = newClient(ctx, o, p.record)
	asked := []string{s.Environment.Issuer, usualPaths} // a secret that begins as they do is not in them
	if s.Backend != nil {
		asked = append(asked, s.Backend.URL)
	}
	own.Public(asked...)
	if beside := secretsBeside(s, o); len(beside) > 0 && o.Shared == nil {
		p.client.beside = guard.New(beside...)
		p.client.beside.Public(asked...)
	}
	p.client.guard, p.client.own, p.client.budget = p.guard, own, newBudget()
	p.client.account = s.Environment.Issuer + " " + s.Credentials.ClientID
	bare := credentials.NewSecret(lint.Bare(s.Credentials.Secret.Reveal())) // what a server repeats may lack the white space around it
	if p.client.least = min(bare.Len(), longSecret); lint.IsToken(s.Credentials.Secret.Reveal()) {
		p.client.least = 1
	}
	p.client.paused = p.pause
	return p
}

// usualPaths are in most of the addresses that are asked.
const usualPaths = discoveryPath + " /.well-known/openeo /credentials/oidc /protocol/openid-connect/token /protocol/openid-connect/userinfo /protocol/openid-connect/certs"

// secretsBeside are those of other places. Where nobody logs in, that of the environment is one.
func secretsBeside(s Subject, o Options) []credentials.Secret {
	if variable, _ := o.withDefaults().Lookup(credentials.EnvClientSecret); variable != "" && s.Credentials.Secret.IsZero() {
		return append(slices.Clip(s.Credentials.Beside), credentials.NewSecret(variable))
	}
	return s.Credentials.Beside
}

// ownSecret finds the secret in what is about to be sent. Of one that is a token only the signature
// is in no other token.
func ownSecret(secret credentials.Secret) *guard.Guard {
	if !lint.IsToken(secret.Reveal()) {
		return guard.New(secret)
	}
	g := guard.New()
	g.Token(secret)
	return g
}

// crew is that of all checks which have something in common.
func (p *pass) crew() *crew.Crew {
	if p.options.Shared == nil {
		return nil
	}
	return p.options.Shared.crew
}

// pause records that a host was not asked for what the login needs, because it had asked for a
// pause in another check.
func (p *pass) pause(host string, pause time.Duration) {
	p.set(checks.EntryPausedHost, host)
	p.set(checks.EntryPause, checks.Words(pause.Round(time.Second)))
}

// mint remembers tokens, so that no report will repeat them.
func (p *pass) mint(tokens ...string) {
	for _, t := range tokens {
		p.guard.Token(credentials.NewSecret(t))
	}
}

// set records a fact as it was seen. What is shown of it is redacted at the end, when every secret and
// token is known.
func (p *pass) set(name checks.Name, value any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.setHere(name, value)
}

// setHere is set for who holds the lock.
func (p *pass) setHere(name checks.Name, value any) {
	p.facts.Set(name, value)
	p.since++
}

// setText records a text only when there is one: an absent text stays unknown.
func (p *pass) setText(name checks.Name, value string) {
	if value != "" {
		p.set(name, value)
	}
}

// derived returns the facts so far with what follows from them, so that a step can decide whether
// it is needed. Nobody may change what it returns: as long as no fact is added, it returns the
// same.
func (p *pass) derived() checks.Facts {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.follows == nil || p.upTo != p.since {
		p.follows, p.upTo = checks.Derive(p.facts), p.since
	}
	return p.follows
}

// seen is one fact so far. What follows from others is worked out only for a fact that does.
func seen[T any](p *pass, name checks.Name) (value T, known bool) {
	var all checks.Facts
	if name.Derived() {
		all = p.derived()
	} else {
		p.mu.Lock()
		defer p.mu.Unlock()
		all = p.facts
	}
	value, known = all[name.String()].(T)
	return value, known
}

// is tells that a fact is seen to hold.
func (p *pass) is(name checks.Name) bool {
	holds, _ := seen[bool](p, name)
	return holds
}

func (p *pass) record(at time.Time, r checks.Request) {
	r.URL = p.redact(r.URL)
	p.mu.Lock()
	p.requests = append(p.requests, timedRequest{at, r})
	p.mu.Unlock()
	p.tell(Event{ID: r.Step, State: Asked, Request: &r})
}

func (p *pass) tell(e Event) {
	if p.on != nil {
		p.on(e)
	}
}

// note records that the run was cut short.
func (p *pass) note(caller, whole context.Context) {
	switch {
	case caller.Err() != nil:
		p.set(checks.CheckInterrupted, true)
	case timeUp(whole) != nil:
		p.set(checks.CheckDeadline, true)
	}
}

func (p *pass) evidence(started time.Time, list []checks.Check) checks.Evidence {
	slices.SortStableFunc(p.requests, func(a, b timedRequest) int { return a.at.Compare(b.at) })
	requests := make([]checks.Request, 0, len(p.requests))
	for _, r := range p.requests {
		requests = append(requests, r.Request)
	}
	return p.scrubbed(checks.Evidence{
		Tool: p.options.Tool, Started: started.UTC().Truncate(time.Millisecond), DurationMS: time.Since(started).Milliseconds(),
		Subject: p.shownSubject(), Checks: list, Facts: p.facts, Requests: requests,
	})
}

func (p *pass) shownSubject() checks.Subject {
	c := p.subject.Credentials
	s := checks.Subject{
		Name: p.subject.Account.Name, Owner: p.subject.Account.Owner, Labels: p.subject.Account.Labels,
		Environment: p.subject.Environment.ID, EnvironmentTitle: p.subject.Environment.Title, Issuer: p.subject.Environment.Issuer,
		ClientID: p.facts.Text(checks.ClientIDShown), ClientIDSource: p.facts.Text(checks.ClientIDSource),
		Secret: checks.Secret{Source: p.facts.Text(checks.SecretSource), Length: c.Secret.Len()},
	}
	s.ProviderID = p.facts.Text(checks.ProvidersUsedID)
	if s.ProviderID == "" {
		s.ProviderID = p.subject.ProviderID
	}
	if b := p.subject.Backend; b != nil {
		s.Backend, s.BackendID = b.URL, b.ID
	}
	return s
}

func (p *pass) issuer() string { return strings.TrimRight(p.subject.Environment.Issuer, "/") }

// origin is scheme, host and port of a URL: the party that receives what is sent there.
func origin(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return ""
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[u.Scheme]
	}
	return u.Scheme + "://" + strings.ToLower(u.Hostname()) + ":" + port
}

// hostOf is the host of a URL as it may be shown: a server can name one that is no text.
func hostOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return text.Line(text.Host(u.Host), 253)
}
