package check

import (
	"bytes"
	"testing"
	"time"

	"github.com/credguide/credguide/cli/app"
)

// On a terminal, a report that comes while the line is drawn stands on a line of its own, also where
// a check goes on meanwhile. Elsewhere it is not in the way.
func TestTheLineOfAListIsAwayWhileAReportIsWritten(t *testing.T) {
	const line, row = "\r\x1b[K… 0 of 30", "job-7  works\n"
	for shared, want := range map[bool]string{true: line + "\r\x1b[K" + row + line, false: line + row} {
		var terminal bytes.Buffer
		a := &app.App{Sys: app.System{
			Stdout: &terminal, Stderr: &terminal, StdoutIsTerminal: shared, StderrIsTerminal: true, Now: time.Now,
			Lookup: func(string) (string, bool) { return "", false },
		}}
		live := &progress{c: &checker{App: a}, line: true, running: []string{"token"}, total: 30}
		live.draw()
		live.beside(func() {
			live.draw()
			_, _ = (&screen{app: a}).Write([]byte(row))
		})
		if got := terminal.String(); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

// The time left goes by what this run has checked, and by the deadline of the list.
func TestTheTimeLeftOfAList(t *testing.T) {
	now := time.Now()
	for _, c := range []struct {
		p           *progress
		waited, own time.Duration
		want        string
	}{
		{&progress{total: 100}, time.Minute, time.Minute, "0 of 100"},
		{&progress{total: 100, count: 1}, time.Second, time.Second, "1 of 100"},
		{&progress{total: 100, count: 10}, 10 * time.Second, 10 * time.Second, "10 of 100, about 90 seconds left"},
		{&progress{total: 100, count: 90, taken: 90}, 10 * time.Second, 0, "90 of 100"},
		{&progress{total: 100, count: 90, taken: 85}, time.Minute, 10 * time.Second, "90 of 100, about 20 seconds left"},
		{&progress{total: 100, count: 100, taken: 85}, 10 * time.Second, 10 * time.Second, "100 of 100, about 1 second left"},
		{&progress{total: 100, count: 10, limit: time.Hour}, 10 * time.Second, 10 * time.Second, "10 of 100, about 90 seconds left"},
		{&progress{total: 100, count: 10, limit: 40 * time.Second}, 10 * time.Second, 10 * time.Second, "10 of 100, deadline in 30 seconds, about 60 will not be checked"},
		{&progress{total: 100, count: 50, taken: 40, limit: 40 * time.Second}, 20 * time.Second, 10 * time.Second, "50 of 100, deadline in 20 seconds, about 30 will not be checked"},
		{&progress{total: 100, count: 10, limit: 5 * time.Second}, 10 * time.Second, 10 * time.Second, "10 of 100, deadline in 1 second, about 90 will not be checked"},
	} {
		c.p.started, c.p.own = now.Add(-c.waited), now.Add(-c.own)
		if got := c.p.counted(now); got != c.want {
			t.Errorf("%d of %d after %s: %q, not %q", c.p.count, c.p.total, c.waited, got, c.want)
		}
	}
}

// What was taken over from an earlier run takes a time of its own.
func TestTheTimeLeftBeginsWithTheFirstCheck(t *testing.T) {
	p := &progress{total: 10}
	p.next(true)
	began := p.own
	p.next(false)
	p.next(true)
	if began.IsZero() || p.own != began || p.count != 3 || p.taken != 2 {
		t.Errorf("%+v", p)
	}
}
