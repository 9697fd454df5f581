package serve

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/check"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/internal/files"
)

// checker is what the monitor needs of a check.
type checker interface {
	List(ctx context.Context, file string) (accounts.List, error)
	Check(ctx context.Context, e accounts.Entry, list accounts.List) checks.Report
	Restore(name string, data []byte, e accounts.Entry, list accounts.List) (checks.Report, error)
}

// monitor holds the accounts and their last results.
type monitor struct {
	app     *app.App
	flags   *flags
	checker checker
	state   *state
	source  source
	process prometheus.Gatherer
	started time.Time
	freed   chan struct{} // a check has ended
	fresh   chan struct{} // there is something to keep
	listed  chan struct{} // the list is another one

	mu       sync.Mutex
	list     accounts.List
	accounts map[string]*account
	order    []*account          // of the list
	gone     map[string]*account // no longer in it, and not due yet
	unsaved  map[*account][]byte // results that are to be kept
	trouble  string              // why the list could not be read again; empty: it could
	read     time.Time           // the list in force
	ticked   time.Time           // when the schedule last looked for what is due; before it does, the start
	complete bool                // the first round is over
	told     bool                // the log says how all accounts stand
}

// account is one entry with its last result.
type account struct {
	entry   accounts.Entry
	hosts   string // what it asks, for the bound of checks at once
	mark    string // of the entry
	next    time.Time
	began   time.Time // its last check
	running bool
	result
}

// record is what is known of an account, and what survives a restart.
type record struct {
	Name    string
	Print   string    // of the entry that was checked
	Since   time.Time // it has this verdict
	Checks  int
	Checked bool
	Report  checks.Report
}

// result is a record as it is shown. Of the report only what the status page needs stays: a whole
// one has ten times the size of its page.
type result struct {
	record
	series []series
	page   []byte // of the report, compressed
}

func resultOf(r record) result {
	if !r.Checked {
		return result{record: r}
	}
	out := result{record: r, series: seriesOf(r), page: pageOf(r.Report)}
	whole := out.Report
	out.Report = checks.Report{Verdict: whole.Verdict, Evidence: checks.Evidence{Started: whole.Started, Subject: whole.Subject}}
	if first, ok := whole.First(); ok {
		out.Report.Diagnoses = []checks.Finding{{Severity: first.Severity, Title: first.Title, Explain: first.Explain, Steps: first.Steps}}
	}
	if ignored, ok := whole.IgnoredError(); ok && whole.Settled() {
		out.Report.Hidden = []checks.Finding{{Severity: ignored.Severity, Title: ignored.Title, Ignored: ignored.Ignored}}
	}
	return out
}

func newMonitor(ctx context.Context, a *app.App, f *flags, file string) (*monitor, error) {
	c, err := check.NewMonitor(ctx, a, &f.Flags, max(f.every/2, time.Second))
	if err != nil {
		return nil, err
	}
	return watch(ctx, a, f, source{given: file, path: c.ListFile(file), stat: files.Stat}, c)
}

// watch reads the list, and what was kept of its accounts.
func watch(ctx context.Context, a *app.App, f *flags, from source, c checker) (*monitor, error) {
	m := &monitor{
		app: a, flags: f, checker: c, source: from, accounts: map[string]*account{}, process: processMetrics(), started: time.Now(),
		freed: make(chan struct{}, 1), fresh: make(chan struct{}, 1),
		listed: make(chan struct{}, 1), unsaved: map[*account][]byte{},
	}
	var err error
	if m.state, err = newState(ctx, f.state); err != nil {
		return nil, err
	}
	_ = m.source.look(ctx) // if it cannot be looked at, nor can it be read
	list, err := c.List(ctx, from.given)
	if err != nil {
		return nil, err
	}
	m.take(ctx, list)
	m.ticked = time.Now()
	return m, nil
}

func (m *monitor) size() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.order)
}

// take takes over a list: what is known of an account stays where its entry does.
func (m *monitor) take(ctx context.Context, list accounts.List) {
	fresh := m.newcomers(ctx, list)
	now := time.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.list, m.read, m.trouble = list, now, ""
	kept := map[string]*account{}
	before := m.accounts
	m.order = m.order[:0:0]
	for _, e := range list.Entries {
		name := e.Label()
		if !m.flags.shard.has(name) {
			continue
		}
		a, known := before[name]
		if !known {
			a, known = m.gone[name]
		}
		mark := fingerprint(e)
		if !known {
			a = fresh[name]
			a.next = m.first(now, a.record, mark)
		} else if a.mark != mark && !a.running {
			a.next = m.soon(now, a)
		}
		a.entry, a.mark, a.hosts = e, mark, check.HostsOf(e)
		kept[name] = a
		m.order = append(m.order, a)
	}
	m.accounts = kept
	m.remember(now, before)
	signal(m.listed)
}

// mostGone bounds how many accounts are remembered that are in the list no more.
const mostGone = 10_000

// remember keeps what is known of accounts that went until their next check would have been due. A
// list that was read while somebody wrote it may lack half of them, and they are back the next
// time.
func (m *monitor) remember(now time.Time, before map[string]*account) {
	gone := map[string]*account{}
	for _, accounts := range []map[string]*account{before, m.gone} {
		for name, a := range accounts {
			if _, ok := m.accounts[name]; !ok && len(gone) < mostGone && (a.running || a.next.After(now)) {
				gone[name] = a
			}
		}
	}
	m.gone = gone
}

// newcomers are the accounts that are not known yet, with what was kept of them. It reads files, so
// no lock is held.
func (m *monitor) newcomers(ctx context.Context, list accounts.List) map[string]*account {
	m.mu.Lock()
	known, gone := m.accounts, m.gone // both are replaced as a whole, and here alone
	m.mu.Unlock()
	fresh := map[string]*account{}
	silent := false // then each would have to wait for as long
	for _, e := range list.Entries {
		name := e.Label()
		if known[name] != nil || gone[name] != nil || !m.flags.shard.has(name) {
			continue
		}
		r := record{Name: name}
		if !silent {
			var err error
			r, err = m.state.load(ctx, e, list, m.checker)
			silent = errors.Is(err, files.ErrSilent)
		}
		fresh[name] = &account{result: resultOf(r)}
	}
	return fresh
}

const (
	// firstRound is within how long the first checks begin; the host gates bound what is asked at
	// once.
	firstRound = 5 * time.Second
	// settle is how old a check must be before a changed entry is checked again, however often the
	// list changes.
	settle = time.Minute
)

// first is when an account is checked first: at once, but no sooner than --every after the check
// that was kept of it. The wall clock is asked once, for the age; a clock that was wrong then or is
// now makes the wait no longer than --every, and what follows is measured without it.
func (m *monitor) first(now time.Time, kept record, mark string) time.Time {
	wait := time.Duration(0)
	if kept.Checked {
		least := m.flags.every
		if kept.Print != mark {
			least = min(least, settle)
		}
		wait = max(least-max(now.Round(0).Sub(kept.Report.Started), 0), 0)
	}
	return now.Add(wait + spread(kept.Name, min(m.flags.every/10, firstRound)))
}

// soon is when an account is checked whose entry has changed.
func (m *monitor) soon(now time.Time, a *account) time.Time {
	at := now
	if !a.began.IsZero() {
		at = a.began.Add(min(m.flags.every, settle))
	}
	if at.Before(now) {
		return now
	}
	return at
}

// fingerprint tells whether an entry is another one than before. It is kept, and nothing can be
// read from it.
func fingerprint(e accounts.Entry) string {
	digest := sha256.Sum256(fmt.Appendf(nil, "%+v\x00%v", e.Account, e.Fault))
	return hex.EncodeToString(digest[:8])
}

// has tells whether an account is this instance's.
func (s shard) has(name string) bool { return s.of == 0 || int(hash(name)%uint64(s.of))+1 == s.part } //nolint:gosec // Set bounds it

func hash(name string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	return h.Sum64()
}

// spread is an account's own moment within a time, so that not all are checked at once; it is the
// same after a restart.
func spread(name string, within time.Duration) time.Duration {
	if within <= 0 {
		return 0
	}
	return time.Duration(hash("when\x00"+name) % uint64(within)) //nolint:gosec // below within
}
