//go:build acceptance

package acceptance

import (
	"fmt"
	"slices"
	"strings"
)

// Report is what the judge reads of a JSON report (schema credguide.report/1).
type Report struct {
	Verdict   string     `json:"verdict"`
	Diagnoses []Finding  `json:"diagnoses"`
	Requests  []struct{} `json:"requests"`
}

// Finding is one diagnosis of a report.
type Finding struct {
	ID        string `json:"id"`
	Severity  string `json:"severity"`
	Certainty string `json:"certainty"`
}

func (f Finding) String() string { return f.ID + " (" + f.Certainty + ")" }

func (r Report) hasAny(ids []string) bool {
	return slices.ContainsFunc(r.Diagnoses, func(f Finding) bool { return slices.Contains(ids, f.ID) })
}

// Promises tells whether the report says that the Python client logs in here.
func (r Report) Promises() bool {
	differs := Finding{ID: "python-client-differs", Severity: "warning", Certainty: "certain"}
	return r.Verdict == "healthy" && !slices.Contains(r.Diagnoses, differs)
}

// Judge says what is wrong with a report of the case. Nothing: it is right.
func Judge(c Case, report Report) []string {
	complaints := c.missed(report)
	for _, finding := range report.Diagnoses {
		switch {
		case finding.Severity == "note" || c.Allows(finding.ID):
			if c.Uncertain && finding.Severity == "error" && finding.Certainty == "certain" {
				complaints = append(complaints, "nobody can be certain of "+finding.ID)
			}
		case finding.Certainty == "certain":
			complaints = append(complaints, "certain and wrong: "+finding.ID)
		default:
			complaints = append(complaints, "stray: "+finding.String())
		}
	}
	switch healthy := report.Promises(); {
	case healthy && !c.Works:
		complaints = append(complaints, "called healthy, but the login fails")
	case !healthy && c.Works && (c.Expect == Healthy || c.Backend != NoBackend) && !report.hasAny(c.Or):
		complaints = append(complaints, "called "+report.Verdict+", but the login works")
	}
	return complaints
}

// missed: the cause must be there, and the first entry must be one to act on.
func (c Case) missed(report Report) []string {
	if c.Expect == Healthy || c.Expect == Inconclusive {
		return nil // whether there is anything too much is seen above
	}
	var complaints []string
	if causes := append([]string{c.Expect}, c.Or...); !report.hasAny(causes) {
		complaints = append(complaints, "missed: "+strings.Join(causes, " or "))
	}
	for _, id := range c.And {
		if !report.hasAny([]string{id}) {
			complaints = append(complaints, "missed as well: "+id)
		}
	}
	if len(report.Diagnoses) > 0 {
		first := report.Diagnoses[0].ID
		if first != c.Expect && !slices.Contains(c.Or, first) && !slices.Contains(c.And, first) {
			complaints = append(complaints, "named first: "+first)
		}
	}
	return complaints
}

// Confusion counts what was reported where something was expected.
type Confusion struct {
	counts map[[3]string]int
}

// Add counts the first finding of a report.
func (m *Confusion) Add(c Case, report Report) {
	if m.counts == nil {
		m.counts = map[[3]string]int{}
	}
	reported, certainty := report.Verdict, ""
	if len(report.Diagnoses) > 0 && report.Diagnoses[0].Severity != "note" {
		reported, certainty = report.Diagnoses[0].ID, report.Diagnoses[0].Certainty
	}
	expected := c.Expect
	if expected == Healthy {
		expected = "healthy"
	}
	m.counts[[3]string{expected, reported, certainty}]++
}

// String is the table: expected, reported, certainty, how often. Lines in
// which two things were taken for each other are marked.
func (m *Confusion) String() string {
	var lines []string
	for key, count := range m.counts {
		mark := " "
		if key[0] != key[1] {
			mark = "≠"
		}
		lines = append(lines, fmt.Sprintf("%-38s %s %-38s %-9s %3d", key[0], mark, key[1], key[2], count))
	}
	slices.Sort(lines)
	header := fmt.Sprintf("%-38s   %-38s %-9s %3s", "expected", "reported first", "certainty", "n")
	return strings.Join(append([]string{header}, lines...), "\n")
}
