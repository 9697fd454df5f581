package report_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/report"
)

// What a person has to act on stands first, and the sentence at the end counts each account once.
func TestChangesAreSortedAndCounted(t *testing.T) {
	const up, down, unclear, none = checks.Healthy, checks.Misconfigured, checks.Unreachable, checks.Verdict("")
	var all []report.Change
	for _, c := range []struct {
		name          string
		before, after checks.Verdict
	}{
		{"up", up, up},
		{"down", down, down},
		{"other", up, up},
		{"left", down, none},
		{"new", none, up},
		{"mended", unclear, up},
		{"still", down, unclear},
		{"new-broken", none, down},
		{"broke", up, down},
		{"broke-too", up, unclear},
	} {
		after := checks.Report{Verdict: c.after}
		if c.name == "other" {
			after.Diagnoses = []checks.Finding{{ID: "clock-skew"}}
		}
		all = append(all, report.Compare(c.name, checks.Report{Verdict: c.before}, after))
	}
	list := slices.DeleteFunc(slices.Clone(all), func(c report.Change) bool { return !c.Matters() })
	report.SortChanges(list)
	var names []string
	for _, c := range list {
		names = append(names, c.Name)
	}
	if got := strings.Join(names, " "); got != "broke broke-too new-broken still mended new left other" {
		t.Error(got)
	}
	want := "10 compared; 2 no longer work; 1 is new and does not work; 1 still does not work, with other findings; 1 works again; " +
		"1 is new and works; 1 is no longer checked; 1 has other findings; 2 unchanged (1 of them not working)."
	var counts report.Counts
	for _, c := range all {
		counts.Add(c)
	}
	if got := counts.String(); got != want {
		t.Errorf("%s\nnot %s", got, want)
	}
}

// The order of a list is no change.
func TestAListInAnotherOrderIsTheSame(t *testing.T) {
	with := func(values ...string) checks.Report {
		r := checks.Report{Evidence: checks.Evidence{Facts: checks.Facts{}}}
		r.Facts.Set(checks.BackendAcceptedEnvironments, values)
		return r
	}
	if c := report.Compare("a", with("one", "two"), with("two", "one")); len(c.Facts) != 0 {
		t.Errorf("%+v", c.Facts)
	}
	if c := report.Compare("a", with("one", "two"), with("two", "three")); len(c.Facts) != 1 {
		t.Errorf("%+v", c.Facts)
	}
}
