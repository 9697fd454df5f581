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

// schedule checks each account when its time has come, until ctx ends and what was found is kept.
// It waits for no file: what reads and writes them goes its own way.
func (m *monitor) schedule(ctx context.Context, hangups <-chan os.Signal) {
	var beside, running sync.WaitGroup
	defer beside.Wait()
	beside.Go(func() { m.follow(ctx, hangups) })
	if m.state.dir != "" {
		over := make(chan struct{})
		beside.Go(func() { m.keep(ctx, over) })
		defer close(over)
	}
	defer running.Wait()
	tick := time.NewTicker(min(m.flags.every/4, 250*time.Millisecond))
	defer tick.Stop()
	for {
		m.begin(ctx, &running)
		m.tellAll()
		select {
		case <-ctx.Done():
			return
		case <-m.freed:
		case <-tick.C:
		}
	}
}

const (
	most = 64 // bounds the checks that run at once; the gates bound those of one host
	// holdsPlace is how long a check keeps others waiting. One that hangs in what nobody can
	// interrupt, such as a mount, takes no place from them for ever. It is not begun again before
	// it ends.
	holdsPlace = 15 * time.Minute
)

// begin starts the checks that are due, those that wait for longest first. Times are compared as
// the process counts them, so that a wall clock that jumps moves no check.
func (m *monitor) begin(ctx context.Context, running *sync.WaitGroup) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now, n := time.Now(), 0
	m.ticked = now
	perHost := map[string]int{}
	var due []*account
	for _, a := range m.order {
		if a.running && now.Sub(a.began) < holdsPlace {
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
	// Up to a tenth later, so that instances and accounts do not fall into step; never more often
	// than asked for.
	a.next = time.Now().Add(m.flags.every + spread(a.Name+found.Report.Started.String(), m.flags.every/10))
	if a.mark != mark { // the list was read again meanwhile
		a.next = m.soon(time.Now(), a)
	}
	said := ""
	if ok {
		said = turned(a.record, found.record)
		a.result = found
	}
	if kept != nil {
		m.unsaved[a] = kept
	}
	m.mu.Unlock()
	if said != "" {
		m.app.Say("%s", said)
	}
	signal(m.freed) // its place is another one's
	if kept != nil {
		signal(m.fresh)
	}
}

// signal tells who waits, and waits for nobody.
func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// after is the record with a new result. Since when it holds is never later than the check,
// wherever the clock stood before.
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
