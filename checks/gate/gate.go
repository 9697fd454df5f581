// Package gate bounds what is asked of each host by all checks together: how many requests at once,
// how many in a second, and none while the host asks for a pause.
package gate

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

// Gates are those of all hosts. They are safe for concurrent use.
type Gates struct {
	perHost int
	rate    float64

	mu    sync.Mutex
	hosts map[string]*Gate
}

// New opens the gates: each host gets at most perHost requests at once, and so many a second. 0 is no
// limit.
func New(perHost int, rate float64) *Gates {
	return &Gates{perHost: perHost, rate: rate, hosts: map[string]*Gate{}}
}

// Gate bounds what one host is asked, and is closed while the host asks for a pause.
type Gate struct {
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

// ErrSilent is the answer to a guest at such a host.
var ErrSilent = errors.New("not asked: the host answers nobody at the moment")

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
func (g *Gate) idle(places int64) bool {
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

// At is the gate of a host.
func (g *Gates) At(host string) *Gate {
	g.mu.Lock()
	defer g.mu.Unlock()
	at, ok := g.hosts[host]
	if !ok {
		if len(g.hosts) >= maxGates {
			maps.DeleteFunc(g.hosts, func(_ string, at *Gate) bool { return at.idle(int64(g.perHost)) })
		}
		at = &Gate{}
		if g.perHost > 0 {
			at.places = semaphore.NewWeighted(int64(g.perHost))
		}
		if g.rate > 0 {
			at.pace = rate.NewLimiter(rate.Limit(g.rate), 1) // a second in hand would make two of the first
		}
		g.hosts[host] = at
	}
	return at
}

// Pause is how long the host wants to be left alone.
func (g *Gate) Pause() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return max(time.Until(g.until), 0)
}

// owed is the longest pause that somebody owes the host.
func (g *Gate) owed() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	owed := time.Until(g.until)
	for _, until := range g.limited {
		owed = max(owed, time.Until(until))
	}
	return max(owed, 0)
}

// pauseFor is the pause that is owed to the host by one account, or by all.
func (g *Gate) pauseFor(account string) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return max(time.Until(g.until), time.Until(g.limited[account]), 0)
}

// Enter waits for a place at the host. The wait does not count as the host's: it has not been
// asked. A host that asked for a pause is left alone; leave is nil then. The account is that which a
// request is made for; empty: the request names none.
func (g *Gate) Enter(ctx context.Context, guest bool, account string) (leave func(), pause time.Duration, err error) {
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
func (g *Gate) turn(ctx context.Context) error {
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
func (g *Gate) place(ctx context.Context, guest bool) error {
	if !guest {
		return g.places.Acquire(ctx, 1)
	}
	for !g.places.TryAcquire(1) {
		g.mu.Lock()
		left := guestPatience - time.Since(g.moved)
		g.mu.Unlock()
		if left <= 0 {
			return ErrSilent
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

func (g *Gate) move() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.moved = time.Now()
}

// Answer is what an answer says about asking again.
type Answer struct {
	Status   int
	Received time.Time
	Asks     bool // for a pause, by Retry-After
	Pause    time.Duration
}

// Heed closes the gate where the answer asks for a pause: 429, and 503 with Retry-After (RFC 6585
// section 4, RFC 9110 section 15.6.4). Many servers count the requests of each account, so what one
// account is told with 429 holds for all only once a second one is told it too.
func (g *Gate) Heed(a Answer, account string) {
	pause := a.Pause
	switch {
	case a.Status == http.StatusTooManyRequests && !a.Asks:
		pause = usualPause
	case a.Status != http.StatusTooManyRequests && (a.Status != http.StatusServiceUnavailable || !a.Asks):
		return
	}
	until := a.Received.Add(min(pause, longestPause))
	g.mu.Lock()
	defer g.mu.Unlock()
	if a.Status == http.StatusTooManyRequests && account != "" {
		maps.DeleteFunc(g.limited, func(_ string, until time.Time) bool { return !a.Received.Before(until) })
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
