package check

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/credentials/accounts"
)

// This file is about what a run of a list leaves undone, and what it takes over from an earlier
// one.

// takenOver is what an earlier run found. What ran out of time there is asked again.
func (l *listRun) takenOver(i int) (checks.Report, bool) {
	r, ok := l.resumed.of(l.c, l.labels[i])
	return r, ok && !r.Facts.Is(checks.CheckDeadline)
}

// maxNamed bounds how many entries are named on the screen.
const maxNamed = 20

// nameLeft says which entries a run that ended early has not checked.
func (l *listRun) nameLeft(why string, left []int) {
	if len(left) == 0 {
		return
	}
	var names []string
	for _, i := range left[:min(len(left), maxNamed)] {
		names = append(names, l.labels[i])
	}
	more := ""
	if n := len(left) - len(names); n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	l.c.Say("%s: %d of %d entries are not checked: %s%s", why, len(left), len(l.labels), strings.Join(names, ", "), more)
	kept := slices.IndexFunc(l.outputs, func(o *listOutput) bool { return o.file != "" && o.format.Name == "json" })
	switch {
	case kept < 0:
		l.c.Say("hint: a run with --output json=FILE can be continued with --resume-from FILE")
	case l.count > 0: // else there is no file
		l.c.Say("hint: the same command with --resume-from %s and another file for the output checks the rest", l.outputs[kept].file)
	}
}

// late is the report of an entry whose turn did not come before the list's deadline.
func (c *checker) late(ctx context.Context, e accounts.Entry, list accounts.List) Result {
	evidence := c.bare(e, checks.Check{ID: "input", Title: "The list's entry", Status: checks.Skipped, Because: "not tried: the deadline of the list passed"})
	evidence.Facts.Set(checks.CheckDeadline, true)
	evidence.Facts.Set(checks.EntryNotChecked, true)
	return c.unread(ctx, e, list, c.judged(evidence, e.Ignore))
}

// cutShort is the report of a check that the list's deadline ended: nobody interrupted it.
func (c *checker) cutShort(r Result, s probe.Subject) Result {
	evidence := r.Evidence
	evidence.Checks = slices.Clone(evidence.Checks)
	for i, step := range evidence.Checks {
		if before, ok := strings.CutSuffix(step.Because, "interrupted"); ok {
			evidence.Checks[i].Because = before + "the deadline of the list passed"
		}
	}
	evidence.Facts.Drop(checks.CheckInterrupted)
	evidence.Facts.Set(checks.CheckDeadline, true)
	return Result{report.Redacted(c.judged(evidence, s.Account.Ignore), r.guard.Own), r.guard}
}
