package probe

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/credguide/credguide/checks"
)

// step is one probe. The order of the slice `probes` is the order of the report.
type step struct {
	id, title string
	effect    Effect
	needs     []string
	yields    string // the step whose request goes before this one's, because more waits for its answer
	further   bool   // taken only to tell causes apart, after something failed
	condition string // when it runs, in words, for --plan
	host      func(*pass) string
	// skip says why the step is not taken, or "".
	skip func(*pass) string
	run  func(context.Context, *pass) outcome
}

// outcome is how a step ended, for the list of steps that a person follows. The diagnosis rests on facts alone.
type outcome struct {
	status  checks.Status
	because string
}

func passed(because string) outcome { return outcome{checks.Passed, because} }
func failed(because string) outcome { return outcome{checks.Failed, because} }
func warned(because string) outcome { return outcome{checks.Warned, because} }

// runAll starts each step as soon as those it needs have ended, so that the wall time is the longest chain of round trips.
func (p *pass) runAll(ctx context.Context, steps []step) []checks.Check {
	done, sent := map[string]chan struct{}{}, map[string]*signal{}
	for _, s := range steps {
		done[s.id], sent[s.id] = make(chan struct{}), newSignal()
	}
	list := make([]checks.Check, len(steps))
	var wg sync.WaitGroup
	for i, s := range steps {
		wg.Go(func() {
			defer close(done[s.id])
			defer sent[s.id].give()
			for _, n := range s.needs {
				<-done[n]
			}
			if s.yields != "" {
				sent[s.yields].wait()
			}
			list[i] = p.runOne(withSignal(ctx, sent[s.id]), s)
		})
	}
	wg.Wait()
	return list
}

func (p *pass) runOne(ctx context.Context, s step) (c checks.Check) {
	c = checks.Check{ID: s.id, Title: s.title, Further: s.further}
	started, told := time.Now(), false
	defer func() {
		// A panic is our defect, not the reader's misconfiguration. Its value may hold anything, so it is not shown.
		if recover() != nil {
			c.Status, c.Because = checks.Crashed, "credguide itself failed here; please report it"
		}
		p.client.budget.release(s.id)
		if c.Status == checks.Skipped {
			return
		}
		c.DurationMS = time.Since(started).Milliseconds()
		if !told {
			p.tell(Event{ID: s.id, Title: s.title, State: Started})
		}
		p.tell(Event{ID: s.id, Title: s.title, State: Finished, Status: c.Status})
	}()
	if because := p.whyNot(ctx, s); because != "" {
		c.Status, c.Because = checks.Skipped, because
		return c
	}
	p.tell(Event{ID: s.id, Title: s.title, State: Started})
	told = true
	o := s.run(ctx, p)
	c.Status, c.Because = o.status, o.because
	return c
}

func (p *pass) whyNot(ctx context.Context, s step) string {
	if err := ctx.Err(); err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			return "not tried: the deadline passed"
		}
		return "not tried: interrupted"
	}
	if s.skip == nil {
		return ""
	}
	return s.skip(p)
}

// sideBySide makes several requests of one step at once. A panic in one of them is the step's.
func sideBySide(n int, ask func(i int)) {
	var wg sync.WaitGroup
	var failed atomic.Bool
	for i := range n {
		wg.Go(func() {
			defer func() {
				if recover() != nil {
					failed.Store(true)
				}
			}()
			ask(i)
		})
	}
	wg.Wait()
	if failed.Load() {
		panic("a request that was made beside others")
	}
}

// signal tells that a step's request has its connection, or that the step has ended. A step that yields to another waits
// for it: over HTTP/1.1 only one request at a time goes over a connection, and opening a second one takes round trips that
// the longest chain need not wait for.
type signal struct {
	once sync.Once
	ch   chan struct{}
}

func newSignal() *signal { return &signal{ch: make(chan struct{})} }

func (s *signal) give() { s.once.Do(func() { close(s.ch) }) }

func (s *signal) wait() { <-s.ch }

type signalKey struct{}

func withSignal(ctx context.Context, s *signal) context.Context {
	return context.WithValue(ctx, signalKey{}, s)
}

// giveSignal is called when a request has its connection.
func giveSignal(ctx context.Context) {
	if s, ok := ctx.Value(signalKey{}).(*signal); ok {
		s.give()
	}
}
