package check

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/credentials/guard"
	"github.com/credguide/credguide/internal/text"
)

// This file is about what a run of a list leaves undone, and what it takes over from an earlier
// one.

// takenOver is what an earlier run found. What ran out of time there, or was interrupted, is asked
// again, and so is with --retry-for what could not be told.
func (l *listRun) takenOver(i int) (checks.Report, bool) {
	r, ok := l.resumed.of(l.c, l.labels[i])
	return r, ok && !r.Interrupted && !r.Facts.Is(checks.CheckDeadline) && (l.c.limits.RetryFor == 0 || !cannotTell(r))
}

// ofThis tells the reports that are about an entry of this list as it stands now: a list that was
// mended meanwhile may have another account under an old name, or another entry in an old place.
// The count is of those that are not.
func (c *checker) ofThis(list accounts.List, count *strays) func(checks.Evidence) bool {
	entries := make(map[string]accounts.Entry, len(list.Entries))
	for _, e := range list.Entries {
		entries[e.Label()] = e
	}
	return func(v checks.Evidence) bool {
		e, ok := entries[v.Subject.Name]
		switch {
		case !ok:
			count.unknown++
		case v.Facts.Text(checks.EntryFault) != "":
			count.known++
			return false
		case !c.isAbout(v.Subject, e):
			count.changed++
		default:
			count.known++
			return true
		}
		return false
	}
}

// strays counts the reports of an earlier run: about an entry of this list, about one that is another
// now, and about none.
type strays struct{ known, changed, unknown int }

// tellStrays says what is not taken over, and where none of the reports fits: then the file is
// another list's.
func (c *checker) tellStrays(n strays, from string) {
	if n.changed > 0 {
		c.Say("%s of %s: the list has something else under that name now; its entry is checked", text.Plural(n.changed, "report"), c.Redacted(from))
	}
	if n.unknown > 0 && n.known+n.changed == 0 && len(c.limits.only) == 0 { // with --only, nobody wants those of the others
		c.Say("warning: no report of %s is about an entry of this list; all are checked", c.Redacted(from))
	}
}

// isAbout compares all that an entry says of itself with what was checked. What is not shown there
// is passed over.
func (c *checker) isAbout(s checks.Subject, e accounts.Entry) bool {
	hidden := func(shown string) bool {
		return strings.HasPrefix(shown, "(") || strings.Contains(shown, guard.Redacted)
	}
	environment, _ := c.Environments.Lookup(e.Environment)
	backend, _ := c.Environments.BackendByName(e.Backend, environment)
	switch {
	case e.ClientID != "" && !hidden(s.ClientID) && !report.StandsFor(s.ClientID, e.ClientID),
		e.Environment != "" && !accounts.IsFile(e.Environment) && s.Environment != cmp.Or(environment.ID, e.Environment),
		e.Issuer != "" && !hidden(s.Issuer) && !text.SameIssuer(e.Issuer, s.Issuer),
		e.Backend == "none" && s.Backend != "",
		e.Source.Name != "" && !hidden(s.Secret.Source) && !strings.Contains(s.Secret.Source, filepath.Base(e.Source.Name)):
		return false
	}
	named := []string{e.Backend, backend.ID, backend.URL}
	return e.Backend == "" || e.Backend == "none" || hidden(s.Backend) || s.Backend != "" &&
		(s.BackendID != "" && slices.Contains(named, s.BackendID) || slices.ContainsFunc(named, func(u string) bool { return text.SameIssuer(u, s.Backend) }))
}

// maxNamed bounds how many entries are named on the screen.
const maxNamed = 20

// nameLeft says which entries a run that ended early has not checked.
func (l *listRun) nameLeft(why string, list accounts.List, left []int) {
	if len(left) == 0 {
		return
	}
	var names []string
	for _, i := range left[:min(len(left), maxNamed)] {
		name := l.labels[i]
		if l.c.flags.anonymise {
			name = report.AnonymisedText(list.Entries[i].ClientID)(name)
		}
		names = append(names, name)
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
	case l.count > 0: // else there is nothing to go on from
		l.c.Say("hint: the same command with --resume-from %s and another file for the output checks the rest", l.outputs[kept].file)
	}
}

// late is the report of an entry whose turn did not come before the list's deadline.
func (c *checker) late(ctx context.Context, e accounts.Entry, list accounts.List) Result {
	evidence := c.bare(e, checks.Check{ID: "input", Title: "The list's entry", Status: checks.Skipped, Because: "not tried: the deadline of the list passed"})
	evidence.Facts.Set(checks.CheckDeadline, true)
	evidence.Facts.Set(checks.EntryNotChecked, true)
	return c.unread(ctx, e, list, evidence)
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
	evidence.Facts.Set(checks.EntryCutShort, true)
	return Result{report.Redacted(c.judged(evidence, reasons(s.Account.Ignore, r.guard)), r.guard.Own), r.guard}
}
