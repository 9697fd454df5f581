package check

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/fleet"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/credentials/guard"
)

// listRun is the check of a list: what it writes, and how it stands.
type listRun struct {
	c       *checker
	outputs []*listOutput
	screen  *screen
	labels  []string
	resumed *earlier             // of --resume-from; nil: from the beginning
	hidden  []credentials.Secret // of the entries, which its reports may hold
	file    string               // the list's, as reports name it; empty: they do not

	alert     string // the file at which alerts point
	alertLine int    // 0: that of the entry

	mu      sync.Mutex
	about   map[int]report.About // of reports whose turn has not come
	changes []report.Change      // since --previous
	tries   map[int]int
	ready   map[int]resolved // entries whose secret a command has printed

	count  int // of the reports that are written
	exit   int
	faults []error

	stopped bool // by a signal, before each entry had a report
}

func (c *checker) newListRun(outputs []output, labels []string) *listRun {
	l := &listRun{c: c, labels: labels, about: map[int]report.About{}, tries: map[int]int{}, ready: map[int]resolved{}}
	l.outputs, l.screen = listOutputs(c.App, outputs, labels, c.flags)
	return l
}

// rendered is what a check leaves behind: the parts of all outputs, one after the other.
type rendered struct {
	parts       []string
	interrupted bool
	taken       bool // of an earlier run
}

// checkAll checks the entries, hosts side by side, and writes the reports in the order of the list.
func (l *listRun) checkAll(ctx context.Context, list accounts.List) error {
	c := l.c
	defer frugal(len(list.Entries))()
	whole, cancel := ctx, func() {}
	if d := c.limits.listDeadline; d > 0 {
		whole, cancel = context.WithTimeout(ctx, d)
	}
	defer cancel()
	shared := probe.NewShared(probe.Limits{PerHost: c.limits.PerHost, Rate: c.limits.Rate.PerSecond})
	defer shared.Close()
	c.shared = shared
	if l.resumed != nil {
		l.hidden = c.hidden(ctx, list, shared)
	}
	memory := c.memory(ctx, list)
	l.alert, l.alertLine = placeOf(c.App, list.Path, 0)
	live := c.StartProgress(l.asOutputs())
	live.expect(len(list.Entries), c.limits.listDeadline)
	order := fleet.NewOrder(l.write)
	var cut []int // interrupted while they ran
	retryFor := c.limits.RetryFor
	if d := c.limits.listDeadline; d > 0 { // what is known by then is told, and no try begins that has no time left
		retryFor = min(retryFor, d)
	}
	left := fleet.Run(whole, fleet.Options{PerQueue: c.limits.PerHost, RetryFor: retryFor}, fleet.Tasks[rendered]{
		Count: len(list.Entries),
		Queue: func(i int) string { return HostsOf(list.Entries[i]) },
		First: l.commands(list),
		Do: func(_ context.Context, i int) fleet.Outcome[rendered] {
			return l.checkOne(ctx, whole, list, i, shared, memory, live)
		},
		Done: func(i int, r rendered) {
			if r.interrupted {
				cut = append(cut, i)
				l.fault(order.Skip(i))
				return
			}
			live.next(r.taken)
			live.beside(func() { l.fault(order.Put(i, r.parts)) })
		},
	})
	live.Stop()
	c.tellRedefined()
	late := ctx.Err() == nil && whole.Err() != nil
	for _, i := range left {
		if late {
			l.fault(order.Put(i, l.render(i, list, c.late(ctx, list.Entries[i], list))))
		} else {
			l.fault(order.Skip(i))
		}
	}
	l.fault(order.Close())
	memory.end(c)
	if late {
		err := l.conclude()
		l.nameLeft("the deadline of the list passed", list, left)
		return err
	}
	return l.over(ctx, list, slices.Sorted(slices.Values(slices.Concat(left, cut))))
}

// over ends a run that no deadline ended.
func (l *listRun) over(ctx context.Context, list accounts.List, unchecked []int) error {
	l.stopped = ctx.Err() != nil && len(unchecked) > 0
	err := l.conclude()
	switch {
	case ctx.Err() == nil:
		return err
	case len(unchecked) > 0:
		l.nameLeft("interrupted", list, unchecked)
	default: // all that was left was the next try of some
		l.c.Say("interrupted: every entry has a result, and none is tried again")
	}
	return errors.Join(onlyFaults(err), app.ExitCode(app.ExitInterrupted))
}

// onlyFaults leaves out an exit code, which an interruption outdoes.
func onlyFaults(err error) error {
	if _, ok := errors.AsType[app.ExitCode](err); ok {
		return nil
	}
	return err
}

// checkOne checks one entry within the deadline of the whole list, or takes over what an earlier
// run found.
func (l *listRun) checkOne(ctx, whole context.Context, list accounts.List, i int, shared *probe.Shared, memory *memory, live *progress) (o fleet.Outcome[rendered]) {
	defer l.crashed(&o.Result)
	if r, ok := l.takenOver(i); ok {
		g := guard.New(l.hidden[i])
		shared.Beside(g)
		r = report.Redacted(r.Without(list.Entries[i].Ignore), g.Text)
		return fleet.Outcome[rendered]{Result: rendered{parts: l.render(i, list, Result{r, g}), taken: true}}
	}
	r, s := l.entry(whole, list, i, shared, live)
	if r.Interrupted {
		o.Cut, o.Result.interrupted = true, true
		if errors.Is(whole.Err(), context.DeadlineExceeded) { // that of the list
			o.Finish = func() (done rendered) {
				defer l.crashed(&done)
				return rendered{parts: l.render(i, list, l.c.cutShort(r, s))}
			}
		}
		return o
	}
	if l.c.limits.RetryFor > 0 && cannotTell(r.Report) {
		l.mu.Lock()
		n := l.tries[i]
		l.tries[i]++
		l.mu.Unlock()
		o.Again = l.c.pauseAfter(n, r.Report)
	}
	if s.Account.Name == "" {
		memory = nil
	}
	o.Finish = func() (done rendered) {
		defer l.crashed(&done)
		before, _ := l.c.previous.of(l.c, l.labels[i])
		r = l.c.withPast(r, s, l.c.past(ctx, s, r.Report, memory, before))
		return rendered{parts: l.render(i, list, r)}
	}
	return o
}

// crashed is deferred: the defect of one entry is told, and the others are checked all the same.
func (l *listRun) crashed(r *rendered) {
	if recover() != nil {
		*r = rendered{interrupted: true}
		l.fault(app.Defect())
	}
}

// render writes the parts of one report for all outputs.
func (l *listRun) render(i int, list accounts.List, r Result) []string {
	again := l.c.againOf(list, list.Entries[i], r.Report)
	r.Report = r.WithCommands(func(run string) string { return r.guard.Text(l.c.Redacted(again.Command(run))) })
	line := list.Entries[i].Line
	if r.Subject.List = nil; l.file != "" {
		r.Subject.List = &checks.Listed{File: r.guard.Text(l.c.Redacted(l.file)), Line: line}
	}
	e := report.Entry{Report: r.Report, Label: l.labels[i]}
	e.File, e.Line = l.alert, cmp.Or(l.alertLine, line)
	if before, ok := l.c.previous.of(l.c, e.Label); ok {
		if change := report.Compare(e.Label, before, r.Report); change.Matters() {
			l.mu.Lock()
			l.changes = append(l.changes, change)
			l.mu.Unlock()
		}
	}
	e = l.shown(e, r.guard, list.Entries[i].ClientID)
	parts := l.parts(e, r.guard)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.about[i] = report.AboutOf(e)
	l.exit = checks.Worse(l.exit, checks.ExitCode(r.Report, l.c.flags.Strict))
	return parts
}

// shown is the entry as the documents have it. What it is called may hold the secret, or the client
// ID, whether it was checked or not.
func (l *listRun) shown(e report.Entry, g *guard.Guard, clientID string) report.Entry {
	e.Label, e.File = g.Text(l.c.Redacted(e.Label)), g.Text(l.c.Redacted(e.File))
	if l.c.flags.anonymise {
		called := e.Report
		called.Subject.Name = e.Label
		e.Label = report.Anonymised(called, clientID).Subject.Name
		e.Report = report.Anonymised(e.Report, clientID)
	}
	return e
}

func (l *listRun) parts(e report.Entry, g *guard.Guard) (parts []string) {
	for _, o := range l.outputs {
		parts = append(parts, o.writer.Render(e, g.Document)...)
	}
	return parts
}

// write puts the next report into the documents.
func (l *listRun) write(i int, parts []string) error {
	l.mu.Lock()
	about := l.about[i]
	delete(l.about, i)
	l.mu.Unlock()
	return l.add(about, parts)
}

func (l *listRun) add(about report.About, parts []string) error {
	l.count++
	var faults []error
	for _, o := range l.outputs {
		n := o.format.List.Sections
		faults = append(faults, o.writer.Add(about, parts[:n]))
		parts = parts[n:]
	}
	return errors.Join(faults...)
}

// addNow writes a report whose turn it is.
func (l *listRun) addNow(e report.Entry, g *guard.Guard) error {
	l.exit = checks.Worse(l.exit, checks.ExitCode(e.Report, l.c.flags.Strict))
	e = l.shown(e, g, "")
	return l.add(report.AboutOf(e), l.parts(e, g))
}

// fault remembers the first faults of the outputs; one that cannot be written has the same with
// each report.
func (l *listRun) fault(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil && len(l.faults) < 3 {
		l.faults = append(l.faults, err)
	}
}

// conclude ends the documents, and says how it all ended.
func (l *listRun) conclude() error {
	faults := l.faults
	for _, o := range l.outputs {
		if l.stopped && o.keepsOlder() {
			l.c.Say("%s stays as it was: metrics of a part of the list would clear the alerts about the rest", o.file)
			_ = o.writer.Close()
			continue
		}
		faults = append(faults, o.finish())
	}
	faults = append(faults, l.screen.fault)
	if !l.c.flags.Quiet {
		slices.SortFunc(l.changes, func(a, b report.Change) int { return strings.Compare(a.Name, b.Name) })
		for _, change := range l.changes {
			l.c.sayChange(change)
		}
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	if l.exit == app.ExitHealthy {
		return nil
	}
	return app.ExitCode(l.exit)
}

func (l *listRun) asOutputs() (list []output) {
	for _, o := range l.outputs {
		list = append(list, o.output)
	}
	return list
}
