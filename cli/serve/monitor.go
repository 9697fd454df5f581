package serve

import (
	"context"
	"hash/fnv"
	"io/fs"
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
	Prepare(ctx context.Context, e accounts.Entry, list accounts.List) check.Ready
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
	hosts    map[string]*host    // what the accounts of the list ask
	gone     map[string]*account // no longer in it, and not due yet
	unsaved  map[*account][]byte // results that are to be kept, compressed
	trouble  string              // why the list could not be read again; empty: it could
	read     time.Time           // the list in force
	born     time.Time           // when it started, by the clock as it is set now
	clock    time.Time           // when it was last looked at
	ticked   time.Time           // when the schedule last looked for what is due; before it does, the start
	complete bool                // the first round is over
	told     bool                // the log says how all accounts stand
}

// account is one entry with its last result.
type account struct {
	entry accounts.Entry
	host  *host
	mark  string // of what the entry asks
	next  time.Time
	phase phase
	began time.Time // its phase
	ready check.Ready
	ended time.Time // the check that found the result
	past  []past    // what was found before, within --every

	hurries bool      // its next check is out of turn
	hurried time.Time // when the last one began that was, and that asked somebody

	seen   fs.FileInfo // the secret's file before the last check; nil: it was not there
	looked bool
	result
}

// record is what is known of an account, and what survives a restart.
type record struct {
	Name    string
	Print   string    // the mark of the entry that was checked
	Since   time.Time // it has this verdict
	Checks  int
	Checked bool
	Report  checks.Report
}

// result is a record as it is shown. Of the report only what the status page needs stays, and a
// compressed document where there is something to judge: a whole one has ten times the size of its
// page.
type result struct {
	record
	series   []series
	page     []byte            // of the report, compressed
	document []byte            // the report, compressed; nil: nothing in it can be judged otherwise
	ignored  map[string]string // by what it was judged
	noToken  bool              // the check got none
	faulty   bool              // the entry could not be used, so the check asked nobody
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
	if m.state, err = newState(ctx, f.state, f.shard); err != nil {
		return nil, err
	}
	_ = m.source.look(ctx) // if it cannot be looked at, nor can it be read
	list, err := c.List(ctx, from.given)
	if err != nil {
		return nil, err
	}
	m.take(ctx, list)
	m.ticked = time.Now()
	m.clock, m.born = m.ticked, m.ticked.Round(0)
	return m, nil
}

func (m *monitor) size() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.order)
}

// unnamed counts the accounts that have no name of their own.
func (m *monitor) unnamed() (n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, a := range m.order {
		if a.entry.Name == "" {
			n++
		}
	}
	return n
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
