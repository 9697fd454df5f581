// Package probe observes: it is the only package that opens sockets for a check, and the only
// caller of Secret.Reveal. It turns the world into evidence (typed facts and the frames of
// requests) and gives no opinion; the rules of package checks do. What every probe may do is
// declared: whether it only reads, names the client, sends the secret or makes a token.
package probe

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/guard"
	"github.com/credguide/credguide/credentials/lint"
	"github.com/credguide/credguide/environments"
)

// Effect says what a request does to the world, the mildest first.
type Effect string

// The effects.
const (
	Local       Effect = "local"        // nothing leaves this machine
	Reads       Effect = "reads"        // public documents, or a call with a token already made
	NamesClient Effect = "names-client" // the client ID leaves this machine
	SendsSecret Effect = "sends-secret" // the secret does
	MintsToken  Effect = "mints-token"  // the secret does, and a token comes back
)

// Subject is what to check: the environment, the back-end and the credentials.
type Subject struct {
	Environment environments.Environment
	Catalog     *environments.Catalog
	// Backend is nil when no back-end takes part.
	Backend *environments.Backend
	// BackendInCatalog tells that the catalog knows the back-end; AcceptedEnvironments are the ids
	// it accepts.
	BackendInCatalog     bool
	AcceptedEnvironments []string
	// ProviderID is the provider asked for, and ProviderBy who asked: ByFlag, ByVariable,
	// ByCatalog, or empty.
	ProviderID, ProviderBy string
	Credentials            credentials.Resolved
	Account                Account
	// Public: only what is published is read, and credentials do not matter.
	Public bool
}

// Account is what an account's or a list's entry says beside the credentials; empty where none is
// checked.
type Account struct {
	Name, Owner string
	Labels      map[string]string
	Expires     string // the end date as YYYY-MM-DD; empty: none is known
	DaysLeft    int    // until then; negative: it has passed
	CAFile      string
	Ignore      map[string]string // findings that do not count, each with the reason
}

// Who chose a provider ID.
const (
	ByFlag     = "--provider-id"
	ByVariable = "OPENEO_AUTH_PROVIDER_ID"
	ByCatalog  = "catalog"

	byAuthConfig = "auth-config.json" // nobody asks, and the Python client decides by what it has stored
)

// Options bound the run. Zero values mean the defaults of the public contract.
type Options struct {
	StepTimeout time.Duration // of each request; default 10 s
	Deadline    time.Duration // of the whole; default 60 s
	RootCAs     *x509.CertPool
	NoSiblings  bool
	// AllowTokenHosts may receive the secret although the issuer lives elsewhere.
	AllowTokenHosts []string
	// Lookup reads the environment, for the proxy variables.
	Lookup func(string) (string, bool)
	Tool   checks.Tool
	// Shared is what this check has in common with others; nil: nothing.
	Shared *Shared
}

// Defaults of the public contract.
const (
	DefaultStepTimeout = 10 * time.Second
	DefaultDeadline    = 60 * time.Second
)

// Event tells of progress: a probe started or finished, or a request was made.
type Event struct {
	ID, Title string
	State     string        // Started, Finished or Asked
	Status    checks.Status // of a finished probe
	Request   *checks.Request
}

// States of an Event.
const (
	Started  = "started"
	Finished = "finished"
	Asked    = "asked"
)

// Result is the evidence, and the guard that knows the secret and every token of this run: the
// caller searches its output by it before writing it.
type Result struct {
	Evidence checks.Evidence
	Guard    *guard.Guard
}

// Planned is one probe as `check --plan` lists it.
type Planned struct {
	ID, Title string
	Effect    Effect
	Host      string
	Needs     []string
	When      string // the condition under which it runs, empty for always
}

// Run observes. It ends by itself within the deadline, or sooner when ctx ends; what was observed
// until then is returned.
func Run(ctx context.Context, s Subject, o Options, on func(Event)) Result {
	o = o.withDefaults()
	p := newPass(ctx, s, o, on)
	defer p.client.close()
	whole, clock, stop := startClock(ctx, o.Deadline)
	defer stop()
	p.client.clock = clock
	started := time.Now()
	var beside sync.WaitGroup
	if o.Shared == nil {
		beside.Go(func() { p.registryFacts(ctx) })
	} else {
		p.registryFacts(ctx) // another check has read the form
	}
	list := p.runAll(whole, p.course())
	beside.Wait()
	p.pythonIssuer(whole)
	p.pythonFacts(ctx)
	p.note(ctx, whole)
	return Result{Evidence: p.evidence(started, list), Guard: p.guard}
}

func (o Options) withDefaults() Options {
	if o.StepTimeout <= 0 {
		o.StepTimeout = DefaultStepTimeout
	}
	if o.Deadline <= 0 {
		o.Deadline = DefaultDeadline
	}
	if o.Lookup == nil {
		o.Lookup = func(string) (string, bool) { return "", false }
	}
	return o
}

// Plan lists what Run would do, without doing it.
func Plan(s Subject, o Options) []Planned {
	p := newPass(context.Background(), s, o.withDefaults(), nil)
	var out []Planned
	for _, pr := range p.course().steps {
		out = append(out, Planned{ID: pr.id, Title: pr.title, Effect: pr.effect, Host: pr.host(p), Needs: pr.needs, When: pr.condition})
	}
	return out
}

// Standing is what an identity provider says of a client ID, asked without a secret.
type Standing struct {
	// Client is known, unknown, disabled, bearer-only, wrong-protocol, realm-disabled, or other
	// when the answer says nothing.
	Client string
	// Certain tells that the server is one whose answers are understood (a Keycloak).
	Certain bool
}

// ErrNoAnswer is returned when the identity provider did not answer; the error that wraps it says
// why.
var ErrNoAnswer = errors.New("no answer")

// Watch asks again and again whether an identity provider knows a client ID. The discovery document
// is read once.
type Watch struct {
	pass          *pass
	authorization string
	keycloak      bool
}

// HeldBack is why a client ID is not asked for: it may be the secret, or hold it.
type HeldBack struct{ Why lint.Holding }

func (h *HeldBack) Error() string { return "the client ID is not asked for: " + string(h.Why) }

// NewWatch prepares to ask the environment for the client of the credentials. Nothing is sent yet,
// and never the secret: it is only compared with the client ID.
func NewWatch(ctx context.Context, e environments.Environment, c credentials.Resolved, o Options) *Watch {
	s := Subject{Environment: e}
	s.Credentials.ClientID, s.Credentials.Secret, s.Credentials.Beside = c.ClientID, c.Secret, c.Beside
	p := newPass(ctx, s, o.withDefaults(), nil)
	p.client.budget = nil
	return &Watch{pass: p}
}

// Ask asks once: the discovery document at the first time, then the authorization endpoint with the
// client ID. Where the client ID is held back, nobody is asked at all, and the error is a
// *HeldBack.
func (w *Watch) Ask(ctx context.Context) (Standing, error) {
	if w.pass.held {
		return Standing{}, &HeldBack{w.pass.heldBack}
	}
	if w.authorization == "" {
		if err := w.discover(ctx); err != nil {
			return Standing{}, err
		}
	}
	a := w.pass.askAuthorization(ctx, "authorization", w.authorization, w.pass.subject.Credentials.ClientID)
	if !a.ok() {
		return Standing{}, noAnswer(a)
	}
	if a.status >= 500 || a.status == 429 {
		return Standing{}, noAnswer(a)
	}
	return Standing{Client: checks.ClientByAuthorization(w.keycloak, says(a)), Certain: w.keycloak}, nil
}

// Close ends the connections.
func (w *Watch) Close() { w.pass.client.close() }

func (w *Watch) discover(ctx context.Context) error {
	a := w.pass.client.get(ctx, w.pass.issuer()+discoveryPath, call{step: "discovery", effect: Reads})
	if !usableDocument(a) {
		return noAnswer(a)
	}
	address := endpoint(a, "authorization_endpoint")
	switch {
	case address == "":
		return errors.New("the identity provider names no authorization endpoint, so no client ID can be asked for")
	case !w.pass.mayReceiveSecret(address):
		return fmt.Errorf("the authorization endpoint is on another host than the issuer (%s), so no client ID is sent there", hostOf(address))
	}
	w.authorization = address
	w.keycloak = strings.Contains(w.authorization, "/realms/") && strings.HasSuffix(w.authorization, "/protocol/openid-connect/auth")
	return nil
}

func noAnswer(a answer) error { return &unanswered{a.host, ended(a).because} }

// unanswered is an answer that says nothing of the client: none at all, an outage, or something
// else than was asked for.
type unanswered struct{ host, because string }

func (u *unanswered) Error() string { return u.host + ": " + u.because }
func (u *unanswered) Unwrap() error { return ErrNoAnswer }
