package serve

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/internal/files"
)

// This file is about accounts whose last check got no token. Somebody mends them, and should not
// have to wait for as long as --every to see it: the token that a check makes then is the first one.

// gotNone tells that no token was made, as far as can be seen.
func gotNone(r checks.Report) bool {
	return r.Verdict != checks.Healthy && !slices.ContainsFunc(r.Requests, func(q checks.Request) bool {
		return q.Effect == "mints-token" && (q.Status == 0 || q.Status/100 == 2)
	})
}

// secretFile is the file that an entry has its secret from; empty: none.
func secretFile(e accounts.Entry) string {
	if k := e.Source.Kind; e.Fault != nil || k != accounts.SecretFile && k != accounts.Credentials {
		return ""
	}
	return e.Source.Name
}

// look remembers how the file of a secret looks before a check reads it.
func (m *monitor) look(ctx context.Context, a *account, e accounts.Entry) {
	file := secretFile(e)
	if file == "" {
		return
	}
	info, err := m.source.stat(ctx, file)
	m.mu.Lock()
	defer m.mu.Unlock()
	a.seen, a.looked = nil, true
	if err == nil {
		a.seen = info
	}
}

// unsettled is an account that waits for its turn, and the file of which may be another one now.
type unsettled struct {
	*account
	file   string
	seen   fs.FileInfo
	looked bool
	last   time.Time // the check, by the wall clock
}

// withoutToken are the accounts that wait and whose last check got no token.
func (m *monitor) withoutToken() (list []unsettled) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, a := range m.order {
		if a.Checked && a.noToken && a.phase == resting {
			list = append(list, unsettled{a, secretFile(a.entry), a.seen, a.looked, a.Report.Started})
		}
	}
	return list
}

// lookAtSecrets gives a turn to accounts whose secret lies in another file than their last check
// read: rewritten, replaced, or mounted anew. Of a check before a restart only its time is known. A
// folder that does not answer is passed over: each file in it would have to wait for as long. The
// files that there is no time for are looked at the next time, when those that are silent are known.
func (m *monitor) lookAtSecrets(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, reloadWithin)
	defer cancel()
	silent := map[string]bool{}
	for _, a := range m.withoutToken() {
		folder := filepath.Dir(a.file)
		if a.file == "" || silent[folder] {
			continue
		}
		now, err := m.source.stat(ctx, a.file)
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, files.ErrSilent):
			silent[folder] = true
			continue
		case err != nil:
			now = nil
		}
		if a.looked && other(a.seen, now) || !a.looked && now != nil && now.ModTime().After(a.last) {
			m.askAgain(a.account)
		}
	}
}

// askAllAgain gives a turn to all accounts whose last check got no token.
func (m *monitor) askAllAgain() {
	for _, a := range m.withoutToken() {
		m.askAgain(a.account)
	}
}

// askAgain gives an account its turn soon, where it is not there already.
func (m *monitor) askAgain(a *account) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if at := m.soon(time.Now(), a); a.phase == resting && a.noToken && at.Before(a.next) {
		a.next = at
	}
}

// other tells whether a file is another one: rewritten, replaced, or behind a link that leads
// elsewhere now, as Kubernetes swaps what it mounts. Its time need not be later for that.
func other(before, now fs.FileInfo) bool {
	if before == nil || now == nil {
		return (before == nil) != (now == nil)
	}
	return !os.SameFile(now, before) || !now.ModTime().Equal(before.ModTime()) || now.Size() != before.Size()
}
