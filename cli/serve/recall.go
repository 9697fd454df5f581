package serve

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"runtime"
	"sync/atomic"
	"syscall"

	"golang.org/x/sync/errgroup"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/internal/files"
	"github.com/credguide/credguide/internal/text"
)

// newcomers are the accounts that are not known yet, with what was kept of them. It reads files, so
// no lock is held, and several at once: after a restart all accounts are new, and nobody is answered
// before they are read.
func (m *monitor) newcomers(ctx context.Context, list accounts.List) map[string]*account {
	m.mu.Lock()
	known, gone := m.accounts, m.gone // both are replaced as a whole, and here alone
	m.mu.Unlock()
	var reading errgroup.Group
	reading.SetLimit(runtime.GOMAXPROCS(0))
	var silent atomic.Bool // then each would have to wait for as long
	fresh, faults := map[string]*account{}, make([]error, len(list.Entries))
	for i, e := range list.Entries {
		name := e.Label()
		if known[name] != nil || gone[name] != nil || !m.flags.shard.has(name) {
			continue
		}
		a := &account{}
		fresh[name] = a
		reading.Go(func() error {
			r := record{Name: name}
			if !silent.Load() {
				r, faults[i] = m.state.load(ctx, e, list, m.checker)
			}
			if errors.Is(faults[i], files.ErrSilent) {
				silent.Store(true)
			}
			a.result = resultOf(r, e.Ignore)
			return nil
		})
	}
	_ = reading.Wait()
	if ctx.Err() == nil { // else it was not their fault
		m.sayLost(list, faults)
	}
	return fresh
}

// sayLost tells that what was kept of some entries cannot be used: since when one fails is lost too,
// which should surprise nobody.
func (m *monitor) sayLost(list accounts.List, faults []error) {
	lost, first := 0, error(nil)
	for i, err := range faults {
		if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR) {
			lost, first = lost+1, cmp.Or(first, naming(m.state.file(list.Entries[i].Label()), files.Plain(err)))
		}
	}
	if lost > 0 {
		m.app.Say("warning: %s in %s cannot be used, so these accounts start afresh: %s",
			text.Plural(lost, "saved result"), m.state.dir, app.Plain(m.app.Redacted(first.Error())))
	}
}
