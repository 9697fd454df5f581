//go:build acceptance

package acceptance

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestJudge: a judge that never complains would make every table green.
func TestJudge(t *testing.T) {
	finding := func(id, severity, certainty string) Finding { return Finding{id, severity, certainty} }
	wrongSecret := finding("client-secret-wrong", "error", "certain")
	disabled := Case{Expect: "client-disabled", Backend: BackendBoth}
	both := Case{Expect: "client-disabled", And: []string{"provider-id-unknown"}, Backend: BackendBoth}
	vague := Case{Expect: "client-credentials-rejected", Or: []string{"client-secret-wrong"}, Uncertain: true}
	healthy := Case{Works: true, Backend: BackendBoth}
	cases := []struct {
		name   string
		c      Case
		report Report
		want   []string
	}{
		{"right", disabled, Report{Verdict: "misconfigured", Diagnoses: []Finding{finding("client-disabled", "error", "certain")}}, nil},
		{
			"wrong", disabled,
			Report{Verdict: "misconfigured", Diagnoses: []Finding{wrongSecret}},
			[]string{"missed: client-disabled", "named first: client-secret-wrong", "certain and wrong: client-secret-wrong"},
		},
		{
			"wrong, but modest", disabled,
			Report{Verdict: "misconfigured", Diagnoses: []Finding{finding("client-disabled", "error", "likely"), finding("client-secret-wrong", "error", "possible")}},
			[]string{"stray: client-secret-wrong (possible)"},
		},
		{"nothing said", disabled, Report{Verdict: "inconclusive", Diagnoses: nil}, []string{"missed: client-disabled"}},
		{"called healthy", disabled, Report{Verdict: "healthy", Diagnoses: []Finding{finding("client-disabled", "warning", "certain")}}, []string{"called healthy, but the login fails"}},
		{"second fault missed", both, Report{Verdict: "misconfigured", Diagnoses: []Finding{finding("client-disabled", "error", "certain")}}, []string{"missed as well: provider-id-unknown"}},
		{"second fault first", both, Report{Verdict: "misconfigured", Diagnoses: []Finding{finding("provider-id-unknown", "error", "certain"), finding("client-disabled", "error", "certain")}}, nil},
		{"too sure", vague, Report{Verdict: "misconfigured", Diagnoses: []Finding{wrongSecret}}, []string{"nobody can be certain of client-secret-wrong"}},
		{"alternative", vague, Report{Verdict: "misconfigured", Diagnoses: []Finding{finding("client-secret-wrong", "error", "possible")}}, nil},
		{"healthy", healthy, Report{Verdict: "healthy", Diagnoses: []Finding{finding("service-account-is-not-you", "note", "certain")}}, nil},
		{"false alarm", healthy, Report{Verdict: "misconfigured", Diagnoses: []Finding{wrongSecret}}, []string{"certain and wrong: client-secret-wrong", "called misconfigured, but the login works"}},
		{"false warning", healthy, Report{Verdict: "healthy", Diagnoses: []Finding{finding("clock-skew", "warning", "certain")}}, []string{"certain and wrong: clock-skew"}},
		{"healthy or else", Case{Works: true, Or: []string{"userinfo-rejects-token"}}, Report{Verdict: "misconfigured", Diagnoses: []Finding{finding("userinfo-rejects-token", "error", "certain")}}, nil},
		{"honest", Case{Expect: Inconclusive}, Report{Verdict: "inconclusive", Diagnoses: nil}, nil},
		{"dishonest", Case{Expect: Inconclusive}, Report{Verdict: "misconfigured", Diagnoses: []Finding{wrongSecret}}, []string{"certain and wrong: client-secret-wrong"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, Judge(c.c, c.report)); diff != "" {
				t.Errorf("complaints (-want +got):\n%s", diff)
			}
		})
	}
}
