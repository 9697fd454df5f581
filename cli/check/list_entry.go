package check

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/fleet"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/environments"
)

// Entry checks one entry of a list. Its secret is read now. A fault of the entry is its finding.
func (c *checker) Entry(ctx context.Context, e accounts.Entry, list accounts.List, shared *probe.Shared, on func(probe.Event)) (Result, probe.Subject) {
	if e.Fault != nil {
		return c.faulty(ctx, e, list, e.Fault), probe.Subject{}
	}
	return c.entryOf(ctx, e, list, c.resolve(ctx, e, list), shared, on)
}

// resolved is what an entry stands for, with its secret.
type resolved struct {
	subject probe.Subject
	err     error
}

func (c *checker) resolve(ctx context.Context, e accounts.Entry, list accounts.List) (r resolved) {
	target := c.TargetOf(e, list)
	target.Deadline = c.Options.Deadline
	r.subject, _, r.err = c.Subject(ctx, c.Environments.Clone(), target, false)
	return r
}

// entryOf checks what an entry stands for.
func (c *checker) entryOf(ctx context.Context, e accounts.Entry, list accounts.List, r resolved, shared *probe.Shared, on func(probe.Event)) (Result, probe.Subject) {
	s := r.subject
	if r.err != nil && ctx.Err() == nil {
		return c.faulty(ctx, e, list, fmt.Errorf("%s:%d: %w", list.Path, e.Line, app.Advised(r.err))), s
	}
	if err := c.known(e.Ignore); err != nil {
		return c.faulty(ctx, e, list, fmt.Errorf("%s:%d: ignore: %w", list.Path, e.Line, app.Advised(err))), s
	}
	options, err := c.OptionsFor(ctx, s)
	if err != nil && ctx.Err() == nil {
		return c.faulty(ctx, e, list, fmt.Errorf("%s:%d: %w", list.Path, e.Line, err)), s
	}
	options.Shared = shared
	if accounts.IsFile(e.Environment) { // those of the catalogs were told at the start
		c.redefined.note(s.Environment)
	}
	if r.err != nil { // the time was up before its secret was read, which the entry may hold all the same
		return c.withoutSecret(ctx, e, list, s, options, on), s
	}
	return c.run(ctx, s, options, on), s
}

// redefined are the environments of the files that entries name which have the ID of a built-in one:
// under a name that everybody knows, a report is about another identity provider.
type redefined struct {
	mu    sync.Mutex
	files map[string]bool
	fresh []environments.Environment // not told yet
}

func (r *redefined) note(e environments.Environment) {
	if !e.Redefines() {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.files[e.Origin] {
		return
	}
	if r.files == nil {
		r.files = map[string]bool{}
	}
	r.files[e.Origin] = true
	r.fresh = append(r.fresh, e)
}

// tellRedefined tells each of them once.
func (c *checker) tellRedefined() {
	c.redefined.mu.Lock()
	fresh := c.redefined.fresh
	c.redefined.fresh = nil
	c.redefined.mu.Unlock()
	if !c.flags.Quiet {
		c.TellRedefined(fresh...)
	}
}

// Prepares tells that the secret of an entry comes from a command. That asks no host and may hang,
// so it runs before the check takes a place at its host.
func Prepares(e accounts.Entry) bool {
	return e.Fault == nil && e.Source.Kind == accounts.SecretCommand
}

// commands runs the command of an entry that has its secret from one.
func (l *listRun) commands(list accounts.List) fleet.Preparation {
	return fleet.Preparation{
		Needed: func(i int) bool { return Prepares(list.Entries[i]) },
		Do: func(ctx context.Context, i int) {
			defer func() { _ = recover() }() // the check itself runs into it again, and tells it
			if _, ok := l.takenOver(i); ok {
				return
			}
			r := l.c.resolve(ctx, list.Entries[i], list)
			l.mu.Lock()
			defer l.mu.Unlock()
			l.ready[i] = r
		},
	}
}

// entry checks one entry, with the secret that its command has printed for this check.
func (l *listRun) entry(ctx context.Context, list accounts.List, i int, shared *probe.Shared, live *progress) (Result, probe.Subject) {
	l.mu.Lock()
	r, ok := l.ready[i]
	delete(l.ready, i)
	l.mu.Unlock()
	if ok {
		return l.c.entryOf(ctx, list.Entries[i], list, r, shared, live.On)
	}
	return l.c.Entry(ctx, list.Entries[i], list, shared, live.On)
}

// againOf completes the commands for an entry: one of the person's own accounts has a name, that of
// a list has a name there and values.
func (c *checker) againOf(list accounts.List, e accounts.Entry, r checks.Report) app.InForce {
	file := ""
	if accounts.IsFile(e.Environment) {
		file = e.Environment
	}
	again := app.InForce{}.At(r.Subject.Environment, file)
	if list.Path == c.Places().File().Path && e.Name != "" {
		again.Account = e.Name
		return again
	}
	once := readOnce(list)
	switch {
	case !once:
		again = again.Of(list.Path, e.Label())
	case r.Facts.Text(checks.EntryFault) != "":
		again = again.Of("", e.Label())
	}
	again = again.With("environment", e.Environment).With("issuer", e.Issuer).With("backend", e.Backend).
		With("provider-id", e.ProviderID).With("client-id", e.ClientID)
	if again = again.With("ca-file", c.caFile); c.caFile == "" {
		again = again.Listed("ca-file", e.CAFile)
	}
	switch e.Source.Kind {
	case accounts.SecretFile:
		again = again.With("secret-file", e.Source.Name)
	case accounts.Credentials:
		again = again.With("credentials", e.Source.Name)
	case accounts.SecretVariable:
		several := strings.HasPrefix(e.Source.Name, credentials.CredentialsVariable) // it has the client ID too
		if e.Source.Name != "" && once && (e.ClientID != "" || !several) {
			again = again.From(e.Source.Name)
		}
	}
	for _, dir := range c.Catalogs { // an environment of its own is found only there
		again = again.With("catalog", dir)
	}
	return again
}

// readOnce tells a list from standard input, or from what a shell gave: there is no second one.
func readOnce(list accounts.List) bool {
	return list.Path == standardInput || strings.HasPrefix(list.Path, "/dev/")
}

// HostsOf names what an entry asks, as the list writes it.
func HostsOf(e accounts.Entry) string { return e.Environment + "\x00" + e.Issuer + "\x00" + e.Backend }
