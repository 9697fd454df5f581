package probe

import (
	"context"
	"errors"
	"sync"
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
		wg.Add(1)
		go func() {
			defer wg.Done()
			defer close(done[s.id])
			defer sent[s.id].give()
			for _, n := range s.needs {
				<-done[n]
			}
			if s.yields != "" {
				sent[s.yields].wait()
			}
			list[i] = p.runOne(withSignal(ctx, sent[s.id]), s)
		}()
	}
	wg.Wait()
	return list
}

func (p *pass) runOne(ctx context.Context, s step) (c checks.Check) {
	c = checks.Check{ID: s.id, Title: s.title, Further: s.further}
	if because := p.whyNot(ctx, s); because != "" {
		c.Status, c.Because = checks.Skipped, because
		return c
	}
	started := time.Now()
	p.tell(Event{ID: s.id, Title: s.title, State: Started})
	defer func() {
		// A panic is our defect, not the reader's misconfiguration. Its value may hold anything, so it is not shown.
		if recover() != nil {
			c.Status, c.Because = checks.Crashed, "credguide itself failed here; please report it"
		}
		c.DurationMS = time.Since(started).Milliseconds()
		p.tell(Event{ID: s.id, Title: s.title, State: Finished, Status: c.Status})
	}()
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
