package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/credguide/credguide/checks"
)

// About is what the document as a whole needs to know of a report.
type About struct {
	Label       string
	Verdict     checks.Verdict
	Interrupted bool
	Left        bool // its turn did not come before the deadline of the list
	Settled     bool
	Warns       bool
	Started     time.Time
	DurationMS  int64
	Tool        checks.Tool
}

// AboutOf is that of an entry.
func AboutOf(e Entry) About {
	r := e.Report
	return About{
		Label: e.Label, Verdict: r.Verdict, Interrupted: r.Interrupted, Left: r.Facts.Is(checks.EntryNotChecked), Settled: r.Settled(),
		Warns:   len(r.BySeverity(checks.Warning)) > 0,
		Started: r.Started, DurationMS: r.DurationMS, Tool: r.Tool,
	}
}

// Totals are what is known of the reports so far.
type Totals struct {
	Count, Healthy, Broken, Unknown, Warned int
	Left                                    int      // of the unknown, those that were not checked
	Settled                                 int      // do not work, for a reason that is ignored
	Failing                                 []string // the first that were checked and do not work
	Started                                 time.Time
	DurationMS                              int64 // of all checks together
	Tool                                    checks.Tool
	Findings                                []checks.Finding // each ID once, in the order of the IDs
	Parts                                   []int            // bytes in each section
	Lines, Dropped                          []int            // of each section that has a limit: what stands there, and what does not
}

func (t *Totals) add(a About) {
	if t.Count == 0 || a.Started.Before(t.Started) {
		t.Started = a.Started
	}
	if t.Count == 0 {
		t.Tool = a.Tool
	}
	t.Count++
	t.DurationMS += max(a.DurationMS, 0)
	switch {
	case a.Settled:
		t.Settled++
	case a.Interrupted || a.Verdict != checks.Healthy && a.Verdict != checks.Misconfigured:
		t.Unknown++
	case a.Verdict == checks.Misconfigured:
		t.Broken++
	default:
		t.Healthy++
	}
	if a.Warns {
		t.Warned++
	}
	if a.Left {
		t.Left++
	}
	if t.failing() <= mostFailing && t.failing() > len(t.Failing) {
		t.Failing = append(t.Failing, a.Label)
	}
}

// mostFailing bounds how many entries that do not work are named together.
const mostFailing = 20

// failing is how many were checked and do not work.
func (t *Totals) failing() int { return t.Broken + t.Unknown - t.Left }

// counts says in words how many work.
func (t *Totals) counts() string {
	parts := []string{fmt.Sprintf("%d checked", t.Count-t.Left), fmt.Sprintf("%d work", t.Healthy)}
	if t.Broken > 0 {
		parts = append(parts, fmt.Sprintf("%d misconfigured", t.Broken))
	}
	if n := t.Unknown - t.Left; n > 0 {
		parts = append(parts, fmt.Sprintf("%d unclear", n))
	}
	if t.Left > 0 {
		parts = append(parts, fmt.Sprintf("%d not checked", t.Left))
	}
	if t.Settled > 0 {
		parts = append(parts, fmt.Sprintf("%d ignored", t.Settled))
	}
	if t.Warned > 0 {
		parts = append(parts, fmt.Sprintf("%d with warnings", t.Warned))
	}
	return strings.Join(parts, ", ")
}
