package probe

import (
	"context"
	"errors"
	"sync"
	"time"
)

// maxRequests is the most that one check may cost the servers, whatever they answer.
const maxRequests = 16

// ownRequest are the steps that a login consists of. One request is set aside for each from the
// start, so that nothing that is asked besides can keep a login from being tried to its end.
var ownRequest = []string{"discovery", "well-known", "capabilities", "providers", "token", "keys", "userinfo", "me"}

// neededByLogin are those of them without which there is no login.
var neededByLogin = []string{"discovery", "well-known", "capabilities", "providers", "token", "me"}

// budget is what one check may still ask. A request is paid for before it is made: steps run side
// by side, and two that each counted what the other had not made yet would together exceed the
// limit.
//
// A refused token request is made again at once, before all else that is asked besides: nothing is
// certain by a refusal that may be that of one of several servers.
//
// What is dropped first when it runs short, in this order: the second time that a request is made
// again, without which a form is no longer certain to be at fault, the sister environments in lower case,
// the sister environments, scopes of their own (the rest is asked for together), the signing keys
// and /me once more, the client ID in lower case and without what is odd about it, the Basic header
// without encoding, the Basic header, and last the secret as it may have been meant. Redirects of
// public documents are paid for as they come: a server that redirects a lot leaves less for all of
// these, and nothing less for the login.
type budget struct {
	mu    sync.Mutex
	left  int
	aside map[string]bool // the steps whose own request is still set aside
}

func newBudget() *budget {
	b := &budget{left: maxRequests, aside: map[string]bool{}}
	for _, step := range ownRequest {
		b.aside[step] = true
	}
	return b
}

// pay takes one request: the step's own the first time, and later one that is not set aside for
// another step. A nil budget is that of somebody who asks one thing again and again, at a pace of
// his own.
func (b *budget) pay(step string) bool {
	if b == nil {
		return true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.aside[step] && b.left <= len(b.aside) {
		return false
	}
	delete(b.aside, step)
	b.left--
	return true
}

// free is how many requests are not set aside.
func (b *budget) free() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.left - len(b.aside)
}

// release gives back what was set aside for a step that has ended.
func (b *budget) release(step string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.aside, step)
}

// unpaid stands in for the answer to a request that there was no room for. It says nothing of the
// server.
var unpaid = failure{kind: "not-made", detail: "not asked: this check has made as many requests as it may"}

// asked are the further requests that a refused token gives rise to. Two steps make them side by
// side, so what each of them gets is decided in one place and before: first the client ID alone,
// then what the secret may have been meant to be, then the other ways to send it, and last the
// other ways to write the client ID.
type asked struct {
	forms    []idForm
	variants []tokenRequest
}

// furtherRequests shares out what is left after a refused token. It says the same to both steps:
// what it goes by does not change between their beginning and their end.
func (p *pass) furtherRequests() asked {
	p.share.Do(func() {
		var a asked
		room := p.client.budget.free() - turns // of the clients' own request, where a changed one is accepted
		take := func(want int) int {
			n := min(max(room, 0), want)
			room -= n
			return n
		}
		forms, variants := p.idForms(), p.variants()
		first := take(min(len(forms), 1))
		a.variants = variants[:take(len(variants))]
		a.forms = forms[:first+take(len(forms)-first)]
		p.shared = a
	})
	return p.shared
}

// clock ends a check when its time is over. It stands while a request waits for its turn at a host,
// or for a document that another check asks for: whoever has many checks made at once, or few
// requests a second, has not made a host slow. A nil clock does nothing.
type clock struct {
	mu      sync.Mutex
	left    time.Duration
	since   time.Time // it runs since then
	waiting int       // requests that wait
	timer   *time.Timer
}

// startClock is a context that ends with the clock.
func startClock(ctx context.Context, limit time.Duration) (context.Context, *clock, func()) {
	ctx, end := context.WithCancelCause(ctx)
	c := &clock{left: limit, since: time.Now(), timer: time.AfterFunc(limit, func() { end(context.DeadlineExceeded) })}
	return ctx, c, func() {
		c.timer.Stop()
		end(nil)
	}
}

// pause stops the clock until the function that it returns is called.
func (c *clock) pause() (goOn func()) {
	if c == nil {
		return func() {}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting++; c.waiting == 1 && c.timer.Stop() {
		c.left -= time.Since(c.since)
	}
	return c.goOn
}

func (c *clock) goOn() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting--; c.waiting == 0 {
		c.since = time.Now()
		c.timer.Reset(max(c.left, 0))
	}
}

// timeUp is the end of a check's time, where that is why its context ended.
func timeUp(ctx context.Context) error {
	if ctx.Err() != nil && errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		return context.DeadlineExceeded
	}
	return nil
}
