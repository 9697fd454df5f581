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
