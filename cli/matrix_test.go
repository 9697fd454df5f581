package cli

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/internal/sandbox"
)

// besides may stand beside a fault's own diagnosis: a remark that is true of every service account,
// or a second sight of the same fault, never another cause.
var besides = []string{"service-account-is-not-you", "no-openeo-backend"}

// maxRequests is the most that a diagnosis may take; a healthy login takes at most eight.
const maxRequests, maxHealthy = 16, 8

// TestEachFaultYieldsItsDiagnosis plays every fault of the sandbox and expects its diagnosis first.
func TestEachFaultYieldsItsDiagnosis(t *testing.T) {
	for _, fault := range sandbox.Shown() {
		t.Run(fault.ID, func(t *testing.T) {
			t.Parallel()
			r := tried(t, fault.ID)
			want, _, _ := strings.Cut(fault.ID, "@")
			ids := idsOf(r)
			if !slices.Contains(ids, want) {
				t.Fatalf("reported %v, not %s", ids, want)
			}
			if first := ids[0]; first != want && !slices.Contains(besides, want) {
				t.Errorf("%s comes first: %v", first, ids)
			}
			if n := len(r.Requests); n > maxRequests {
				t.Errorf("%d requests, at most %d", n, maxRequests)
			}
		})
	}
}

// exitOf is the public contract of verdicts and exit codes.
var exitOf = map[checks.Verdict]int{
	checks.Healthy: app.ExitHealthy, checks.Misconfigured: app.ExitMisconfigured, checks.Unreachable: app.ExitCannotTell, checks.Inconclusive: app.ExitCannotTell,
}

func tried(t *testing.T, fault ...string) checks.Report {
	t.Helper()
	m := newMachine(t)
	code := m.run(t.Context(), append(append([]string{"try"}, fault...), "--output", "json")...)
	var r checks.Report
	if err := json.Unmarshal(m.out.Bytes(), &r); err != nil {
		t.Fatalf("exit %d, no report: %v\n%s", code, err, &m.err)
	}
	if want := exitOf[r.Verdict]; code != want {
		t.Errorf("verdict %s, exit %d, not %d", r.Verdict, code, want)
	}
	return r
}

func idsOf(r checks.Report) []string {
	ids := make([]string, 0, len(r.Diagnoses))
	for _, d := range r.Diagnoses {
		ids = append(ids, d.ID)
	}
	return ids
}

func TestAHealthyTryIsHealthy(t *testing.T) {
	r := tried(t)
	if r.Verdict != checks.Healthy || len(r.BySeverity(checks.Error))+len(r.BySeverity(checks.Warning)) != 0 {
		t.Errorf("%s: %v", r.Verdict, idsOf(r))
	}
	if n := len(r.Requests); n > maxHealthy {
		t.Errorf("%d requests, at most %d", n, maxHealthy)
	}
}

// Every other diagnosis of a login is a fault of the sandbox; this one is about what a list says.
func TestTheEndDateOfAnAccountIsAFinding(t *testing.T) {
	l := newListed(t, sandbox.Options{})
	now := time.Now()
	l.Now = func() time.Time { return now }
	ends := func(days int) string { return ", expires: " + now.UTC().AddDate(0, 0, days).Format(time.DateOnly) }
	file := write(t, l.entry("soon", "sandbox", "GOOD", ends(accounts.SoonDays))+l.entry("later", "sandbox", "GOOD", ends(accounts.SoonDays+1))+
		l.entry("past", "sandbox", "GOOD", ends(-1))+l.entry("past-and-refused", "sandbox", "WRONG", ends(-1)))
	l.run(t.Context(), l.args(file, "--output", "json")...)
	got := map[string]string{}
	for _, r := range reportsOf(t, l.out.Bytes()) {
		for _, f := range r.Diagnoses {
			if f.ID == "client-expires-soon" {
				got[r.Subject.Name] = string(f.Certainty) + ": " + f.Title
			}
		}
	}
	want := map[string]string{
		"soon": "certain: The client's end date is near",
		"past": "certain: The client's end date has passed, and it still works", "past-and-refused": "likely: The client's end date has passed",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
