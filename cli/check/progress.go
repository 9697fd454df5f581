package check

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/text"
)

// progress tells a person what goes on while a check runs: on a terminal one line that is wiped
// away at the end, and with --verbose each request as it is answered. It writes to standard error
// only.
type progress struct {
	c    *checker
	line bool // there is a line to draw
	ask  bool // each request is told; the text report would list them anyway

	mu      sync.Mutex
	running []string
	started time.Time
	own     time.Time     // of a list: when the first check of this run began
	hidden  bool          // while something else is written to the terminal
	drawn   string        // what the line shows now
	total   int           // entries of a list; 0: one check
	count   int           // of them that have ended
	taken   int           // of those, the ones that an earlier run checked
	limit   time.Duration // of the list; 0: none
	ended   chan struct{}
	done    sync.WaitGroup
}

// redraw is how often the elapsed time is shown anew.
const redraw = 200 * time.Millisecond

func (c *checker) StartProgress(outputs []output) *progress {
	kind, _ := c.Sys.Lookup("TERM")
	p := &progress{
		c: c, started: time.Now(), own: time.Now(), ended: make(chan struct{}),
		line: c.Sys.StderrIsTerminal && !c.flags.Quiet && kind != "dumb",
	}
	p.ask = c.flags.verbose && !textOnStdout(outputs)
	if p.line {
		p.done.Go(p.tick)
	}
	return p
}

func (p *progress) tick() {
	ticker := time.NewTicker(redraw)
	defer ticker.Stop()
	for {
		select {
		case <-p.ended:
			return
		case <-ticker.C:
			p.mu.Lock()
			p.draw()
			p.mu.Unlock()
		}
	}
}

// expect tells how many entries a list has, and how long it may take.
func (p *progress) expect(total int, limit time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.total, p.limit = total, limit
}

// next counts an entry that has ended, or was taken over from an earlier run.
func (p *progress) next(taken bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count++
	if taken {
		p.taken++
	}
	if p.taken == p.count { // what is taken over takes a time of its own
		p.own = time.Now()
	}
}

// counted says how far a list is, and how long the rest may take: by what this run has checked
// itself, and the time since it began to.
func (p *progress) counted(now time.Time) string {
	words := fmt.Sprintf("%d of %d", p.count, p.total)
	checked, took := p.count-p.taken, now.Sub(p.own)
	if checked == 0 || took <= 2*time.Second {
		return words
	}
	each := float64(took) / float64(checked)
	left := time.Duration(each * float64(p.total-p.count))
	if limit := max(p.limit-now.Sub(p.started), 0); p.limit > 0 && left > limit {
		unchecked := p.total - p.count - int(float64(limit)/each)
		return words + fmt.Sprintf(", deadline in %s, about %d will not be checked", checks.Words(max(limit, time.Second)), unchecked)
	}
	return words + ", about " + checks.Words(max(left, time.Second)) + " left"
}

// beside writes to the terminal that shows the line: the line goes away, and comes back below.
func (p *progress) beside(write func()) {
	if !p.line || !p.c.Sys.StdoutIsTerminal {
		write()
		return
	}
	p.mu.Lock()
	p.wipe()
	p.hidden = true
	p.mu.Unlock()
	write()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hidden = false
	p.draw()
}

// On takes an event; events come from several steps at once.
func (p *progress) On(e probe.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e.State {
	case probe.Started:
		p.running = append(p.running, e.Title)
	case probe.Finished:
		if i := slices.Index(p.running, e.Title); i >= 0 {
			p.running = slices.Delete(p.running, i, i+1)
		}
	case probe.Asked:
		if p.ask && e.Request != nil {
			p.wipe()
			p.request(*e.Request)
		}
	}
	if p.total == 0 {
		p.draw()
	}
}

// request is one line about a request, never of a body.
func (p *progress) request(r checks.Request) {
	answer := r.Failure
	if r.Status != 0 {
		answer = fmt.Sprint(r.Status)
	}
	p.c.Say("%-4s %s  %s  %d ms", r.Method, r.URL, answer, r.DurationMS)
}

func (p *progress) draw() {
	if !p.line || p.hidden || len(p.running) == 0 {
		return
	}
	dots := "…"
	if !p.c.Unicode() {
		dots = "..."
	}
	line := dots + " " + strings.Join(p.running, ", ")
	if p.total > 0 {
		line = dots + " " + p.counted(time.Now())
	}
	if waited := time.Since(p.started); waited >= time.Second && p.total == 0 {
		line += fmt.Sprintf("  %d s", int(waited.Seconds()))
	}
	line = text.Cut(app.Plain(line), p.c.Width()-len(dots), text.Cells)
	if !p.c.Unicode() {
		line = strings.ReplaceAll(line, "…", dots)
	}
	if line == p.drawn {
		return
	}
	_, _ = fmt.Fprint(p.c.Sys.Stderr, "\r\x1b[K"+line)
	p.drawn = line
}

func (p *progress) wipe() {
	if p.drawn != "" {
		_, _ = fmt.Fprint(p.c.Sys.Stderr, "\r\x1b[K")
		p.drawn = ""
	}
}

// Stop ends the display and leaves no trace of its line.
func (p *progress) Stop() {
	close(p.ended)
	p.done.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wipe()
}
