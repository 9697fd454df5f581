package report

import (
	"testing"

	"github.com/credguide/credguide/checks"
)

func TestExitCode(t *testing.T) {
	warning := checks.Finding{Severity: checks.Warning}
	note := checks.Finding{Severity: checks.Note}
	for _, c := range []struct {
		name        string
		r           checks.Report
		lax, strict int
	}{
		{"healthy", checks.Report{Verdict: checks.Healthy}, 0, 0},
		{"healthy with a note", checks.Report{Verdict: checks.Healthy, Diagnoses: []checks.Finding{note}}, 0, 0},
		{"healthy with a warning", checks.Report{Verdict: checks.Healthy, Diagnoses: []checks.Finding{warning, note}}, 0, 1},
		{"misconfigured", checks.Report{Verdict: checks.Misconfigured}, 1, 1},
		{"unreachable", checks.Report{Verdict: checks.Unreachable}, 3, 3},
		{"inconclusive", checks.Report{Verdict: checks.Inconclusive}, 3, 3},
		{"inconclusive with a warning", checks.Report{Verdict: checks.Inconclusive, Diagnoses: []checks.Finding{warning}}, 3, 1},
		{"interrupted", checks.Report{Verdict: checks.Misconfigured, Interrupted: true}, 130, 130},
		{"no verdict at all", checks.Report{}, 3, 3},
	} {
		if got := ExitCode(c.r, false); got != c.lax {
			t.Errorf("%s: %d, want %d", c.name, got, c.lax)
		}
		if got := ExitCode(c.r, true); got != c.strict {
			t.Errorf("%s, strict: %d, want %d", c.name, got, c.strict)
		}
	}
}

func TestExitCodeOfManyIsTheWorst(t *testing.T) {
	healthy, broken := checks.Report{Verdict: checks.Healthy}, checks.Report{Verdict: checks.Misconfigured}
	outage, interrupted := checks.Report{Verdict: checks.Unreachable}, checks.Report{Verdict: checks.Healthy, Interrupted: true}
	for _, c := range []struct {
		reports []checks.Report
		want    int
	}{
		{nil, 0},
		{[]checks.Report{healthy, healthy}, 0},
		{[]checks.Report{healthy, outage}, 3},
		{[]checks.Report{outage, broken, healthy}, 1},
		{[]checks.Report{broken, outage}, 1},
		{[]checks.Report{broken, interrupted, outage}, 130},
	} {
		if got := ExitCodeAll(c.reports, false); got != c.want {
			t.Errorf("%v: %d, want %d", c.reports, got, c.want)
		}
	}
}
