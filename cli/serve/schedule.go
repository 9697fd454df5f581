package serve

import (
	"context"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials/accounts"
)

const (
	lookAgain = 5 * time.Second // how often the list's file is looked at
	saveAgain = time.Minute     // how often a folder is tried that could not be written to
)

// schedule checks each account when its time has come, until ctx ends.
func (m *monitor) schedule(ctx context.Context, hangups <-chan os.Signal) {
	var running sync.WaitGroup
	defer running.Wait()
	looked, tried := time.Now(), time.Now()
	tick := time.NewTicker(min(m.flags.every/4, 250*time.Millisecond))
	defer tick.Stop()
	for {
		m.begin(ctx, &running)
		select {
		case <-ctx.Done():
			return
		case <-hangups:
			m.reload(ctx)
		case <-m.freed:
		case <-tick.C:
		}
		if time.Since(looked) >= min(lookAgain, m.flags.every) {
			looked = time.Now()
			if m.source.changed() {
				m.reload(ctx)
			}
		}
		if time.Since(tried) >= saveAgain {
			tried = time.Now()
			m.saveLeft()
		}
	}
}

// most bounds the checks that run at once; the gates bound those of one host.
const most = 64

// begin starts the checks that are due, those that wait for longest first. Times are compared as the process counts them,
// so that a wall clock that jumps moves no check.
func (m *monitor) begin(ctx context.Context, running *sync.WaitGroup) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now, n := time.Now(), 0
	m.ticked = now
	perHost := map[string]int{}
	var due []*account
	for _, a := range m.order {
		if a.running {
			n++
			perHost[a.hosts]++
		}
	}
	for _, a := range m.order {
		if a.running || a.next.After(now) || perHost[a.hosts] >= m.flags.PerHost {
			continue
		}
		if due = append(due, a); len(due) == 8*most { // of many, only the first are needed; the others have their turn
			due = longestWaiting(due)[:most]
		}
	}
	for _, a := range longestWaiting(due) {
		if n >= most {
			return
		}
		if perHost[a.hosts] >= m.flags.PerHost {
			continue
		}
		n++
		perHost[a.hosts]++
		a.running, a.began = true, now
		entry, list, mark := a.entry, m.list, a.mark
		running.Go(func() { m.check(ctx, a, entry, list, mark) })
	}
}

func longestWaiting(due []*account) []*account {
	slices.SortStableFunc(due, func(a, b *account) int { return a.next.Compare(b.next) })
	return due
}

// check checks one account and keeps the result.
func (m *monitor) check(ctx context.Context, a *account, e accounts.Entry, list accounts.List, mark string) {
	found, kept, ok := m.once(ctx, a, e, list, mark)
	m.mu.Lock()
	a.running = false
	// Up to a tenth later, so that instances and accounts do not fall into step; never more often than asked for.
	a.next = time.Now().Add(m.flags.every + spread(a.Name+found.Report.Started.String(), m.flags.every/10))
	if a.mark != mark { // the list was read again meanwhile
		a.next = m.soon(time.Now(), a)
	}
	if ok {
		a.result, a.unsaved = found, kept
	}
	m.mu.Unlock()
	select {
	case m.freed <- struct{}{}: // its place is another one's
	default:
	}
	if kept != nil {
		m.save(a, kept)
	}
}

// after is the record with a new result. Since when it holds is never later than the check, wherever the clock stood before.
func (r record) after(result checks.Report, mark string) record {
	if !r.Checked || r.Report.Verdict != result.Verdict || r.Since.After(result.Started) {
		r.Since = result.Started
	}
	r.Checked, r.Report, r.Print = true, result, mark
	r.Checks++
	return r
}

// once makes one check. An interrupted one is no result.
func (m *monitor) once(ctx context.Context, a *account, e accounts.Entry, list accounts.List, mark string) (found result, kept []byte, ok bool) {
	defer func() {
		if recover() != nil { // the others are checked all the same
			m.app.Say("error: %v", app.Defect())
			found, kept, ok = result{}, nil, false
		}
	}()
	r := m.checker.Check(ctx, e, list)
	if r.Interrupted {
		return result{}, nil, false
	}
	m.mu.Lock()
	before := a.record
	m.mu.Unlock()
	now := before.after(r, mark)
	return resultOf(now), m.state.encoded(now), true
}

// save keeps a result across restarts, and tells whether that could be done. On a disk that is nearly full some can be kept:
// all is well again only when none is left.
func (m *monitor) save(a *account, kept []byte) bool {
	if err := m.state.save(a.Name, kept); err != nil {
		m.state.tell(m.app, err)
		return false
	}
	m.mu.Lock()
	if len(a.unsaved) > 0 && &a.unsaved[0] == &kept[0] { // not a later one
		a.unsaved = nil
	}
	left := slices.ContainsFunc(m.order, func(a *account) bool { return a.unsaved != nil })
	m.mu.Unlock()
	if !left {
		m.state.tell(m.app, nil)
	}
	return true
}

// saveLeft keeps what could not be kept, such as while the disk was full.
func (m *monitor) saveLeft() {
	m.mu.Lock()
	left := map[*account][]byte{}
	for _, a := range m.order {
		if a.unsaved != nil && !a.running {
			left[a] = a.unsaved
		}
	}
	m.mu.Unlock()
	for a, kept := range left {
		if !m.save(a, kept) {
			return
		}
	}
}
