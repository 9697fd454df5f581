package probe

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/credguide/credguide/checks"
)

// outcome is how a step ended, for the list of steps that a person follows. The diagnosis rests on
// facts alone.
type outcome struct {
	status  checks.Status
	because string
}

func passed(because string) outcome { return outcome{checks.Passed, because} }
func failed(because string) outcome { return outcome{checks.Failed, because} }
func warned(because string) outcome { return outcome{checks.Warned, because} }

// runAll starts each step as soon as those it needs have ended, so that the wall time is the
// longest chain of round trips.
func (p *pass) runAll(ctx context.Context, c course) []checks.Check {
	r := newRunning(c)
	var run func(now, slow []int)
	run = func(now, slow []int) { // steps, and behind each those that waited for it; the slow ones beside them
		for {
			if len(now) == 0 && len(slow) > 0 {
				now, slow = slow[:1], slow[1:]
			}
			for _, other := range slow {
				p.crew().Run(&r.group, func() { run([]int{other}, nil) })
			}
			if len(now) == 0 {
				return
			}
			i := now[0]
			if yields := c.steps[i].yields; yields != "" && !r.quick[i] {
				r.sent[yields].wait()
			}
			r.list[i] = p.runOne(withSignal(ctx, r.sent[c.steps[i].id]), c.steps[i], r.skipped[i])
			var quick []int
			quick, slow = p.split(r, r.end(i))
			now = append(now[1:], quick...)
		}
	}
	run(p.split(r, c.first))
	r.group.Wait()
	return r.list
}

// split tells the steps that wait for nobody from those that may: there is nothing to ask, or another
// check has asked.
func (p *pass) split(r *running, ready []int) (quick, slow []int) {
	for _, i := range ready {
		s := r.steps[i]
		r.skipped[i] = p.whyNot(s)
		r.quick[i] = s.effect == Local || r.skipped[i] != "" || s.document != nil && p.atHand(s.document(p))
		if r.quick[i] {
			quick = append(quick, i)
		} else {
			slow = append(slow, i)
		}
	}
	return quick, slow
}

// atHand tells that a public document need not be asked for.
func (p *pass) atHand(address string) bool {
	return p.options.Shared != nil && p.options.Shared.has(documentKey{p.options.RootCAs, address})
}

// running is the state of the steps.
type running struct {
	course
	list  []checks.Check
	group sync.WaitGroup
	sent  map[string]*signal // of the steps that others yield to

	// Of each step that may begin: why it is not taken, and that it waits for nobody.
	skipped []string
	quick   []bool

	mu   sync.Mutex
	left []int // how many steps each still waits for
}

func newRunning(c course) *running {
	n := len(c.steps)
	r := &running{
		course: c, list: make([]checks.Check, n), sent: map[string]*signal{}, left: slices.Clone(c.needs),
		skipped: make([]string, n), quick: make([]bool, n),
	}
	for _, s := range c.steps {
		if s.yields != "" {
			r.sent[s.yields] = newSignal()
		}
	}
	return r
}

// end returns the steps that waited for this one alone.
func (r *running) end(i int) (ready []int) {
	r.sent[r.steps[i].id].give()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, other := range r.after[i] {
		if r.left[other]--; r.left[other] == 0 {
			ready = append(ready, other)
		}
	}
	return ready
}

func (p *pass) runOne(ctx context.Context, s step, skipped string) (c checks.Check) {
	c = checks.Check{ID: s.id, Title: s.title, Further: s.further}
	started, told := time.Now(), false
	defer func() {
		// A panic is our defect, not the reader's misconfiguration. Its value may hold anything, so
		// it is not shown.
		if recover() != nil {
			c.Status, c.Because = checks.Crashed, failedHere
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
	if skipped == failedHere {
		panic(failedHere)
	}
	if because := cmp.Or(cutShort(ctx), skipped); because != "" {
		c.Status, c.Because = checks.Skipped, because
		return c
	}
	p.tell(Event{ID: s.id, Title: s.title, State: Started})
	told = true
	o := s.run(ctx, p)
	c.Status, c.Because = o.status, o.because
	if c.Status != checks.Passed {
		p.client.doubt(s.id)
	}
	return c
}

// failedHere is told of a step in which this program has a defect.
const failedHere = "credguide itself failed here; please report it"

// whyNot says why a step is not taken, or "".
func (p *pass) whyNot(s step) (because string) {
	defer func() {
		if recover() != nil {
			because = failedHere
		}
	}()
	if s.skip == nil {
		return ""
	}
	return s.skip(p)
}

// cutShort says why a step is not taken for which there is no time left.
func cutShort(ctx context.Context) string {
	switch {
	case ctx.Err() == nil:
		return ""
	case timeUp(ctx) != nil:
		return "not tried: the deadline passed"
	}
	return "not tried: interrupted"
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

// signal tells that a step's request has its connection, or that the step has ended. A step that
// yields to another waits for it: over HTTP/1.1 only one request at a time goes over a connection,
// and opening a second one takes round trips that the longest chain need not wait for.
type signal struct {
	once sync.Once
	ch   chan struct{}
}

func newSignal() *signal { return &signal{ch: make(chan struct{})} }

// give tells it; to nobody where nothing yields.
func (s *signal) give() {
	if s != nil {
		s.once.Do(func() { close(s.ch) })
	}
}

func (s *signal) wait() { <-s.ch }

type signalKey struct{}

func withSignal(ctx context.Context, s *signal) context.Context {
	if s == nil {
		return ctx
	}
	return context.WithValue(ctx, signalKey{}, s)
}

// giveSignal is called when a request has its connection.
func giveSignal(ctx context.Context) {
	if s, ok := ctx.Value(signalKey{}).(*signal); ok {
		s.give()
	}
}
