package serve

import (
	"context"
	"hash/fnv"
	"os"
	"sync"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/check"
	"github.com/credguide/credguide/credentials/accounts"
)

// monitor holds the accounts and their last results.
type monitor struct {
	app     *app.App
	flags   *flags
	file    string
	checker *check.Monitor
	state   state

	mu       sync.Mutex
	list     accounts.List
	accounts map[string]*account
	order    []string
	trouble  string // why the list could not be read again; empty: it could
	read     time.Time
}

// account is one entry with its last result.
type account struct {
	entry   accounts.Entry
	next    time.Time
	running bool
	record
}

// record is what is known of an account, and what survives a restart.
type record struct {
	Name    string
	Since   time.Time // it has this verdict
	Checks  int
	Checked bool
	Report  checks.Report
}

func newMonitor(ctx context.Context, a *app.App, f *flags, file string) (*monitor, error) {
	m := &monitor{app: a, flags: f, file: file, accounts: map[string]*account{}, state: state{dir: f.state}}
	var err error
	if m.checker, err = check.NewMonitor(ctx, a, &f.Flags, max(f.every/2, time.Second)); err != nil {
		return nil, err
	}
	if err := m.state.prepare(); err != nil {
		return nil, err
	}
	list, err := m.checker.List(ctx, file)
	if err != nil {
		return nil, err
	}
	m.take(list)
	return m, nil
}

func (m *monitor) size() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.order)
}

// take takes over a list: what is known of an account stays where its entry does.
func (m *monitor) take(list accounts.List) {
	now := time.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.list, m.read, m.trouble = list, now, ""
	m.order = nil
	kept := map[string]*account{}
	for _, e := range list.Entries {
		name := e.Label()
		if !m.flags.shard.has(name) {
			continue
		}
		known, ok := m.accounts[name]
		if !ok {
			known = &account{next: now.Add(spread(name, min(m.flags.every/10, firstRound)))}
			known.record = m.state.load(name, m.checker)
			known.Name = name
		}
		known.entry = e
		kept[name] = known
		m.order = append(m.order, name)
	}
	m.accounts = kept
}

// firstRound is within how long the first checks begin; the host gates bound what is asked at once.
const firstRound = 5 * time.Second

// has tells whether an account is this instance's.
func (s shard) has(name string) bool { return s.of == 0 || int(hash(name)%uint64(s.of))+1 == s.part }

func hash(name string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	return h.Sum64()
}

// spread is an account's own moment within a time, so that not all are checked at once; it is the same after a restart.
func spread(name string, within time.Duration) time.Duration {
	if within <= 0 {
		return 0
	}
	return time.Duration(hash("when\x00"+name) % uint64(within))
}

// lookAgain is how often the list's file is looked at.
const lookAgain = 5 * time.Second

// schedule checks each account when its time has come, until ctx ends.
func (m *monitor) schedule(ctx context.Context, hangup <-chan os.Signal) {
	var running sync.WaitGroup
	defer running.Wait()
	looked := time.Now()
	tick := time.NewTicker(min(m.flags.every/4, 250*time.Millisecond))
	defer tick.Stop()
	for {
		m.begin(ctx, &running)
		select {
		case <-ctx.Done():
			return
		case <-hangup:
			m.reload(ctx)
		case <-tick.C:
			if time.Since(looked) >= min(lookAgain, m.flags.every) {
				looked = time.Now()
				if m.changed() {
					m.reload(ctx)
				}
			}
		}
	}
}

// most bounds the checks that run at once; the gates bound those of one host.
const most = 64

// begin starts the checks that are due.
func (m *monitor) begin(ctx context.Context, running *sync.WaitGroup) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now, n := time.Now(), 0
	perHost := map[string]int{}
	for _, name := range m.order {
		if a := m.accounts[name]; a.running {
			n++
			perHost[check.HostsOf(a.entry)]++
		}
	}
	for _, name := range m.order {
		a := m.accounts[name]
		hosts := check.HostsOf(a.entry)
		// A clock that was set back must not keep an account from its check.
		if late := a.next.Sub(now) > 2*m.flags.every; a.running || !late && a.next.After(now) || n >= most || perHost[hosts] >= m.flags.PerHost {
			continue
		}
		n++
		perHost[hosts]++
		a.running = true
		entry, list := a.entry, m.list
		running.Go(func() { m.check(ctx, a, entry, list) })
	}
}

// check checks one account and keeps the result.
func (m *monitor) check(ctx context.Context, a *account, e accounts.Entry, list accounts.List) {
	r, ok := m.once(ctx, e, list)
	m.mu.Lock()
	a.running = false
	// A tenth earlier or later, so that instances and accounts do not fall into step; never more often than asked for.
	a.next = time.Now().Add(m.flags.every + spread(a.Name+r.Started.String(), m.flags.every/10))
	if !ok || r.Interrupted {
		m.mu.Unlock()
		return
	}
	if !a.Checked || a.Report.Verdict != r.Verdict {
		a.Since = r.Started
	}
	a.Checked, a.Report = true, r
	a.Checks++
	saved := a.record
	m.mu.Unlock()
	if err := m.state.save(saved); err != nil {
		m.state.say(m.app, err)
	}
}

func (m *monitor) once(ctx context.Context, e accounts.Entry, list accounts.List) (r checks.Report, ok bool) {
	defer func() {
		if recover() != nil {
			m.app.Say("error: %v", app.Defect())
		}
	}()
	return m.checker.Check(ctx, e, list), true
}

// changed tells whether the list's file is another one, as a mounted one is after an update.
func (m *monitor) changed() bool {
	info, err := os.Stat(m.checker.ListFile(m.file))
	if err != nil || m.file == "-" {
		return false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return info.ModTime().After(m.read)
}

// reload reads the list again. One with a fault changes nothing, and the pages say so.
func (m *monitor) reload(ctx context.Context) {
	list, err := m.checker.List(ctx, m.file)
	if err != nil {
		m.app.Say("the list stays as it was: %v", err)
		m.mu.Lock()
		defer m.mu.Unlock()
		m.trouble, m.read = app.Plain(err.Error()), time.Now()
		return
	}
	m.take(list)
	m.app.Say("the list was read again: %d accounts", m.size())
}
