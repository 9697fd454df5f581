package checks

import "testing"

func TestWhatIsIgnoredDoesNotCount(t *testing.T) {
	r := Report{
		Evidence:  Evidence{Facts: Derive(healthyEvidence)},
		Diagnoses: []Finding{{ID: "a", Severity: Error, Certainty: Certain, Layer: LayerClient}, {ID: "b", Severity: Warning}},
		Hidden:    []Finding{{ID: "c"}}, Verdict: Misconfigured,
	}
	got := r.Without(map[string]string{"a": "agreed", "z": "unknown"})
	if len(got.Diagnoses) != 1 || got.Diagnoses[0].ID != "b" || len(got.Hidden) != 2 || got.Hidden[1].ID != "a" || got.Hidden[1].Ignored != "agreed" || got.Hidden[0].Ignored != "" || got.Verdict != Healthy {
		t.Errorf("%+v", got)
	}
	if len(r.Diagnoses) != 2 || len(r.Hidden) != 1 || r.Verdict != Misconfigured {
		t.Error("the report itself was changed")
	}
	none := r.Without(map[string]string{"a": "x", "b": "y"})
	if none.Diagnoses == nil || len(none.Diagnoses) != 0 {
		t.Errorf("%+v", none.Diagnoses)
	}
}

// An ignored cause leaves nothing to do: it ends no job, and makes no login work.
func TestWhereOnlyAnIgnoredCauseIsLeft(t *testing.T) {
	refused := Finding{ID: "a", Severity: Error, Certainty: Certain, Layer: LayerClient, Party: PartyYou}
	for name, c := range map[string]struct {
		findings []Finding
		facts    Facts
		code     int
		settled  bool
	}{
		"the cause":            {[]Finding{refused}, Facts{}, ExitHealthy, true},
		"an outage":            {[]Finding{{ID: "a", Severity: Error, Certainty: Certain, Layer: LayerNetwork}}, Facts{}, ExitHealthy, true},
		"and a warning":        {[]Finding{refused, {ID: "b", Severity: Warning}}, Facts{}, ExitHealthy, true},
		"and another cause":    {[]Finding{refused, {ID: "b", Severity: Error, Certainty: Likely, Layer: LayerClient}}, Facts{}, ExitMisconfigured, false},
		"and another outage":   {[]Finding{refused, {ID: "b", Severity: Error, Certainty: Certain, Layer: LayerService}}, Facts{}, ExitCannotTell, false},
		"a warning alone":      {[]Finding{{ID: "a", Severity: Warning}}, Facts{}, ExitCannotTell, false},
		"the time was over":    {[]Finding{refused}, Facts{"check.deadline": true}, ExitCannotTell, false},
		"the login works then": {[]Finding{refused}, healthyEvidence, ExitHealthy, false},
	} {
		r := Report{Evidence: Evidence{Facts: Derive(c.facts)}, Diagnoses: c.findings}.Without(map[string]string{"a": "until the move"})
		if code := ExitCode(r, false); code != c.code || r.Settled() != c.settled {
			t.Errorf("%s: exit code %d, settled %v, verdict %s", name, code, r.Settled(), r.Verdict)
		}
		if c.settled && (r.Verdict != Inconclusive || ExitCode(Report{Interrupted: true, Evidence: r.Evidence, Verdict: r.Verdict, Hidden: r.Hidden}, false) != ExitInterrupted) {
			t.Errorf("%s: verdict %s", name, r.Verdict)
		}
	}
	crashed := Report{Diagnoses: []Finding{refused}, Evidence: Evidence{Checks: []Check{{ID: "token", Status: Crashed}}}}.Without(map[string]string{"a": "until the move"})
	if code := ExitCode(crashed, false); code != ExitCannotTell || crashed.Settled() {
		t.Errorf("a step crashed: exit code %d, settled %v", code, crashed.Settled())
	}
	strict := Report{Diagnoses: []Finding{refused, {ID: "b", Severity: Warning}}}.Without(map[string]string{"a": "until the move"})
	if code := ExitCode(strict, true); code != ExitMisconfigured {
		t.Errorf("strict: exit code %d", code)
	}
}
