package check

import (
	"cmp"
	"context"
	"path/filepath"
	"sync"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/credentials/guard"
	"github.com/credguide/credguide/internal/text"
)

// This file is about secrets that are read only to be kept out of reports.

// unread judges an entry that is not checked, and keeps its secret out of the report: an owner, a
// label, an address or a reason may hold it, and there also one that somebody chose is looked for.
func (c *checker) unread(ctx context.Context, e accounts.Entry, list accounts.List, evidence checks.Evidence) Result {
	g := guard.New()
	if c.mayHoldSecret(e, evidence) {
		g.Add(c.ownSecret(ctx, e, list))
		if c.shared != nil { // a broken entry may tell of no source, and hold the secret of another
			c.shared.Beside(g)
		}
	}
	name := evidence.Subject.Name
	evidence.Subject = text.Map(evidence.Subject, g.Text)
	evidence.Subject.Name = name
	if fault := evidence.Facts.Text(checks.EntryFault); fault != "" {
		evidence.Facts.Set(checks.EntryFault, g.Text(fault))
	}
	r := c.judged(evidence, reasons(e.Ignore, g))
	return Result{report.Redacted(r, func(s string) string { return g.Own(c.Redacted(s)) }), g}
}

// withoutSecret is the check of an entry whose secret was not read in time, and is kept out of what the
// entry says.
func (c *checker) withoutSecret(ctx context.Context, e accounts.Entry, list accounts.List, s probe.Subject, options probe.Options, on func(probe.Event)) Result {
	g := guard.New(c.ownSecret(ctx, e, list))
	s.Account.Ignore = reasons(s.Account.Ignore, g)
	r := c.run(ctx, s, options, on)
	name := r.Subject.Name
	r.Subject = text.Map(r.Subject, g.Text)
	r.Subject.Name = name
	return r
}

// reasons are those for which findings are ignored, as they may be shown.
func reasons(ignored map[string]string, g *guard.Guard) map[string]string {
	if len(ignored) == 0 { // as of most entries of a long list
		return nil
	}
	shown := make(map[string]string, len(ignored))
	for id, reason := range ignored {
		shown[id] = g.Text(reason)
	}
	return shown
}

// ownSecret is the secret of an entry that is not checked, where it may be read: a command that prints
// it is not run for that, and nobody is asked.
func (c *checker) ownSecret(ctx context.Context, e accounts.Entry, list accounts.List) credentials.Secret {
	own := c.TargetOf(e, list).Own
	if own == nil || len(own.SecretCommand) > 0 || own.Keyring {
		return credentials.Secret{}
	}
	folder := "of auth-config.json"
	if file := cmp.Or(own.SecretFile, own.Credentials); file != "" {
		folder = filepath.Dir(file)
	}
	if c.silent.has(folder) {
		return credentials.Secret{}
	}
	soon, cancel := context.WithTimeout(context.WithoutCancel(ctx), readToHide) // what ends a check early is no reason to show its secret
	defer cancel()
	q := c.Query()
	q.Own = own
	found, err := credentials.Resolve(soon, q)
	if err != nil {
		if soon.Err() != nil {
			c.silent.add(folder)
		}
		return credentials.Secret{}
	}
	return found.Secret
}

// silence remembers the folders that did not answer in time. A list may have ten thousand entries
// with their files in one, and each would have to wait for as long: nothing would be left of a
// deadline.
type silence struct {
	mu      sync.Mutex
	folders map[string]time.Time
}

// forgive is after how long such a folder is asked again.
const forgive = time.Minute

func (s *silence) has(folder string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := s.folders[folder]
	return ok && time.Since(at) < forgive
}

func (s *silence) add(folder string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.folders == nil {
		s.folders = map[string]time.Time{}
	}
	s.folders[folder] = time.Now()
}

// hidden reads what secrets it may of a list of which an earlier run has reports: their file may have
// been in other hands, and hold them, also those of other entries.
func (c *checker) hidden(ctx context.Context, list accounts.List, shared *probe.Shared) []credentials.Secret {
	const inAll = 10 * readToHide
	ctx, cancel := context.WithTimeout(ctx, inAll)
	defer cancel()
	all := make([]credentials.Secret, len(list.Entries)) // and no guards: a list may have ten thousand
	for i, e := range list.Entries {
		if ctx.Err() != nil {
			break
		}
		all[i] = c.ownSecret(ctx, e, list)
		shared.Beside(guard.New(all[i]))
	}
	return all
}

// mayHoldSecret tells that the report of an entry that is not checked repeats what somebody wrote, and
// could have written the secret in its place.
func (c *checker) mayHoldSecret(e accounts.Entry, evidence checks.Evidence) bool {
	_, known := c.Environments.Lookup(e.Environment)
	return evidence.Facts.Text(checks.EntryFault) != "" || e.Owner != "" || len(e.Labels) > 0 || len(e.Ignore) > 0 || e.Issuer != "" || e.Environment != "" && !known
}

// readToHide is how long a secret may take that is read only to be kept out.
const readToHide = time.Second
