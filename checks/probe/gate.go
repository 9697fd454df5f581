package probe

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
	"golang.org/x/time/rate"
)

// gate bounds what one host is asked, and is closed while the host asks for a pause.
type gate struct {
	places *semaphore.Weighted // nil: no limit
	pace   *rate.Limiter       // nil: no limit

	mu      sync.Mutex
	until   time.Time            // closed until then
	limited map[string]time.Time // closed until then for one account
	moved   time.Time            // when a request last began or ended here
}

// guestPatience is how long a check waits for a place at a host of another environment while that
// host answers nobody: a host that hangs holds up its own entries only.
const guestPatience = 2 * time.Second

// errSilent is the answer to a guest at such a host.
var errSilent = errors.New("not asked: the host answers nobody at the moment")

// usualPause is that of a host which limits requests and does not say for how long; no pause is
// taken for longer than longestPause.
const (
	usualPause   = 10 * time.Second
	longestPause = time.Hour
)

// maxGates is how many there are before those that nobody needs go: a program that runs for months
// meets hosts without end where a server names another one each time.
const maxGates = 4096

// idle tells whether nobody is at the host, and no pause has to be kept.
func (g *gate) idle(places int64) bool {
	if g.owed() > 0 {
		return false
	}
	if g.places == nil {
		return true
	}
	if !g.places.TryAcquire(places) {
		return false
	}
	g.places.Release(places)
	return true
}

func (s *Shared) gate(host string) *gate {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, ok := s.gates[host]
	if !ok {
		if len(s.gates) >= maxGates {
			maps.DeleteFunc(s.gates, func(_ string, g *gate) bool { return g.idle(int64(s.limits.PerHost)) })
		}
		g = &gate{}
		if s.limits.PerHost > 0 {
			g.places = semaphore.NewWeighted(int64(s.limits.PerHost))
		}
		if s.limits.Rate > 0 {
			g.pace = rate.NewLimiter(rate.Limit(s.limits.Rate), 1) // a second in hand would make two of the first
		}
		s.gates[host] = g
	}
	return g
}

// Pause is how long a host wants to be left alone.
func (s *Shared) Pause(host string) time.Duration { return s.gate(host).pause() }

func (g *gate) pause() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return max(time.Until(g.until), 0)
}

// owed is the longest pause that somebody owes the host.
func (g *gate) owed() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	owed := time.Until(g.until)
	for _, until := range g.limited {
		owed = max(owed, time.Until(until))
	}
	return max(owed, 0)
}

// pauseFor is the pause that is owed to the host by one account, or by all.
func (g *gate) pauseFor(account string) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return max(time.Until(g.until), time.Until(g.limited[account]), 0)
}

// enter waits for a place at the host. The wait does not count as the host's: it has not been
// asked. A host that asked for a pause is left alone; leave is nil then. The account is that which a
// request is made for; empty: the request names none.
func (g *gate) enter(ctx context.Context, guest bool, account string) (leave func(), pause time.Duration, err error) {
	leave = func() {}
	if pause = g.pauseFor(account); pause > 0 {
		return nil, pause, nil
	}
	if g.pace != nil {
		if err := g.turn(ctx); err != nil {
			return nil, 0, err
		}
	}
	if g.places != nil {
		if err := g.place(ctx, guest); err != nil {
			return nil, 0, err
		}
		g.move()
		leave = func() {
			g.move()
			g.places.Release(1)
		}
	}
	if pause = g.pauseFor(account); pause > 0 { // it was asked for meanwhile
		leave()
		return nil, pause, nil
	}
	return leave, 0, nil
}

// turn waits for the host's next turn, or for the end of the context: one that comes too early for the
// turn is known from the start, but has not come yet, and what it means is told when it has.
func (g *gate) turn(ctx context.Context) error {
	turn := g.pace.Reserve()
	timer := time.NewTimer(turn.Delay())
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		turn.Cancel()
		return ctx.Err()
	}
}

// place waits for a place; a guest waits only while others come and go.
func (g *gate) place(ctx context.Context, guest bool) error {
	if !guest {
		return g.places.Acquire(ctx, 1)
	}
	for !g.places.TryAcquire(1) {
		g.mu.Lock()
		left := guestPatience - time.Since(g.moved)
		g.mu.Unlock()
		if left <= 0 {
			return errSilent
		}
		waiting, cancel := context.WithTimeout(ctx, left)
		err := g.places.Acquire(waiting, 1)
		cancel()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

func (g *gate) move() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.moved = time.Now()
}

// heed closes the gate where the answer asks for a pause: 429, and 503 with Retry-After (RFC 6585
// section 4, RFC 9110 section 15.6.4). Many servers count the requests of each account, so what one
// account is told with 429 holds for all only once a second one is told it too.
func (g *gate) heed(a answer, account string) {
	if a.failure.kind != "" {
		return
	}
	seconds, said := a.retryAfter()
	pause := time.Duration(seconds) * time.Second
	switch {
	case a.status == http.StatusTooManyRequests && !said:
		pause = usualPause
	case a.status != http.StatusTooManyRequests && (a.status != http.StatusServiceUnavailable || !said):
		return
	}
	until := a.received.Add(min(pause, longestPause))
	g.mu.Lock()
	defer g.mu.Unlock()
	if a.status == http.StatusTooManyRequests && account != "" {
		maps.DeleteFunc(g.limited, func(_ string, until time.Time) bool { return !a.received.Before(until) })
		if g.limited == nil {
			g.limited = map[string]time.Time{}
		}
		if g.limited[account] = until; len(g.limited) == 1 {
			return
		}
	}
	if until.After(g.until) {
		g.until = until
	}
}
