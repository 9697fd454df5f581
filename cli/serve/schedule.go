package serve

import (
	"cmp"
	"context"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/check"
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
	most      = 64 // bounds the checks that run at once; the gates bound those of one host
	preparers = 32 // and the commands, of which one host's accounts run as many as it is asked at once
	// holdsPlace is how long a check keeps others waiting. One that hangs in what nobody can
	// interrupt, such as a mount, takes no place from them for ever. It is not begun again before
	// it ends.
	holdsPlace = 15 * time.Minute
)

// phase is what an account is at.
type phase int

const (
	resting   phase = iota // until its time has come, and then until it is its turn
	preparing              // its command runs, which asks no host and may hang
	prepared               // until there is a place at its host
	checking
)

// waits tells that nothing is under way.
func (p phase) waits() bool { return p == resting || p == prepared }

// host is how those stand that ask the same, at the moment when the schedule looks.
type host struct {
	checking, preparing int
	first               []*account // of those that are due, as many as may be asked at once
}

// begin starts the checks that are due, those that wait for longest first. Times are compared as
// the process counts them, so that a wall clock that jumps moves no check.
func (m *monitor) begin(ctx context.Context, running *sync.WaitGroup) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	m.followClock(now)
	m.ticked = now
	checks, commands := m.underWay(now)
	for _, a := range m.due(now, commands) {
		entry, list, mark := a.entry, m.list, a.mark
		switch prepares := a.phase == resting && check.Prepares(entry); {
		case prepares && commands < preparers && a.host.preparing < m.flags.PerHost:
			commands++
			a.host.preparing++
			a.phase, a.began = preparing, now
			running.Go(func() { m.prepare(ctx, a, entry, list, mark) })
		case !prepares && checks < most:
			checks++
			ready := a.ready
			a.phase, a.began, a.ready = checking, now, nil
			running.Go(func() { m.check(ctx, a, entry, list, mark, ready) })
		}
	}
}

// underWay counts what runs.
func (m *monitor) underWay(now time.Time) (checks, commands int) {
	for _, h := range m.hosts {
		h.checking, h.preparing, h.first = 0, 0, h.first[:0]
	}
	for _, a := range m.order {
		switch {
		case a.phase.waits() || now.Sub(a.began) >= holdsPlace:
		case a.phase == preparing:
			commands++
			a.host.preparing++
		default:
			checks++
			a.host.checking++
		}
	}
	return checks, commands
}

// due are the accounts that may begin something. A command is run only when its account is among
// the next of its host, because the secret that it prints ages.
func (m *monitor) due(now time.Time, commands int) (due []*account) {
	for _, a := range m.order {
		if !a.phase.waits() || a.next.After(now) {
			continue
		}
		if a.phase == resting && check.Prepares(a.entry) && (commands >= preparers || a.host.preparing >= m.flags.PerHost) {
			continue // and keeps nobody waiting that is behind it
		}
		a.host.line(a, m.flags.PerHost)
	}
	for _, h := range m.hosts {
		free := m.flags.PerHost - h.checking
		for _, a := range h.first {
			if a.phase == resting && check.Prepares(a.entry) {
				due = append(due, a)
			} else if free > 0 {
				free--
				due = append(due, a)
			}
		}
		if len(due) >= 8*most { // of many, only the first are needed; the others have their turn
			due = longestWaiting(due)[:most]
		}
	}
	return longestWaiting(due)
}

// line keeps the accounts that wait for longest, in order.
func (h *host) line(a *account, most int) {
	at, _ := slices.BinarySearchFunc(h.first, a, byTurn)
	if at < most {
		h.first = slices.Insert(h.first, at, a)
		h.first = h.first[:min(len(h.first), most)]
	}
}

func byTurn(a, b *account) int { return cmp.Or(a.next.Compare(b.next), cmp.Compare(a.Name, b.Name)) }

func longestWaiting(due []*account) []*account {
	slices.SortFunc(due, byTurn)
	return due
}

// prepare runs the command of an account, which then waits for a place at its host.
func (m *monitor) prepare(ctx context.Context, a *account, e accounts.Entry, list accounts.List, mark string) {
	ready, ok := m.prepared(ctx, e, list)
	said := ""
	m.mu.Lock()
	a.rest()
	switch {
	case !ok:
		a.next = m.after(a)
	case a.mark != mark: // the list was read again meanwhile
		said = m.asksElse(time.Now(), a)
	case m.accounts[a.Name] == a:
		a.phase, a.ready = prepared, ready
	}
	m.mu.Unlock()
	m.say(said)
	signal(m.freed)
}

func (m *monitor) prepared(ctx context.Context, e accounts.Entry, list accounts.List) (ready check.Ready, ok bool) {
	defer m.defect(func() { ready, ok = nil, false })
	return m.checker.Prepare(ctx, e, list), true
}

// rest ends what an account is at.
func (a *account) rest() { a.phase, a.ready = resting, nil }

// after is when an account is checked again: up to a tenth later than asked for, so that instances
// and accounts do not fall into step; never sooner.
func (m *monitor) after(a *account) time.Time {
	return time.Now().Add(m.flags.every + spread(a.Name+a.Report.Started.String(), m.flags.every/10))
}

// check checks one account and keeps the result.
func (m *monitor) check(ctx context.Context, a *account, e accounts.Entry, list accounts.List, mark string, ready check.Ready) {
	found, kept, ok := m.once(ctx, a, e, list, mark, ready)
	m.mu.Lock()
	now := time.Now()
	m.followClock(now)
	if a.hurries && !found.faulty {
		a.hurried = a.began
	}
	a.hurries = false
	a.rest()
	var said []string
	if ok {
		if a.Checked || m.told { // the first results are told together
			said = append(said, turned(a.record, found.record))
		}
		a.result, a.ended = found, now
	}
	a.next = m.after(a)
	if a.mark != mark { // the list was read again meanwhile
		said = append(said, m.asksElse(time.Now(), a))
	}
	if kept != nil {
		m.unsaved[a] = kept
	}
	m.mu.Unlock()
	m.rejudge(a)
	m.say(said...)
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

// dawn is before every check that this program can have made.
var dawn = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// after is the record with a new result. Since when it holds is never later than the check, nor
// earlier than can be, wherever the clock stood before.
func (r record) after(result checks.Report, mark string) record {
	wrong := r.Since.After(result.Started) || r.Since.Before(dawn) && !result.Started.Before(dawn)
	if !r.Checked || r.Report.Verdict != result.Verdict || wrong {
		r.Since = result.Started
	}
	r.Checked, r.Report, r.Print = true, result, mark
	r.Checks++
	return r
}

// once makes one check. An interrupted one is no result.
func (m *monitor) once(ctx context.Context, a *account, e accounts.Entry, list accounts.List, mark string, ready check.Ready) (found result, kept []byte, ok bool) {
	defer m.defect(func() { found, kept, ok = result{}, nil, false })
	if ready == nil {
		m.look(ctx, a, e)
		ready = m.checker.Prepare(ctx, e, list)
	}
	r := ready(ctx)
	if r.Interrupted {
		return result{}, nil, false
	}
	m.mu.Lock()
	at := time.Now()
	m.followClock(at)
	before := a.record
	r.Started = corrected(r.Started, between(a.began, at), at)
	m.mu.Unlock()
	now := before.after(r, mark)
	return resultOf(now, e.Ignore), m.state.encoded(now), true
}

// defect is deferred: the others are checked all the same.
func (m *monitor) defect(undo func()) {
	if recover() != nil {
		m.app.Say("error: %v", app.Defect())
		undo()
	}
}
