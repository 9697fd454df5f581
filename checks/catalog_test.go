package checks

import (
	"reflect"
	"testing"
)

func loadCatalog(t testing.TB) *Catalog {
	t.Helper()
	c, err := LoadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Every diagnosis file proves itself: its examples must come out as it says, and there must be a
// match, a no-match and an unknown among them.
func TestEveryDiagnosisHasItsExamples(t *testing.T) {
	for _, d := range loadCatalog(t).All() {
		t.Run(d.ID, func(t *testing.T) {
			kinds := map[string]bool{}
			for _, ex := range d.Examples {
				got := outcome(t, d, ex)
				if got != ex.Expect {
					t.Errorf("%s: %s, want %s", ex.Name, got, ex.Expect)
				}
				kinds[kindOf(ex.Expect)] = true
			}
			for _, k := range []string{"match", "no", "unknown"} {
				if !kinds[k] {
					t.Errorf("no example for %s", k)
				}
			}
		})
	}
}

func outcome(t *testing.T, d *Diagnosis, ex Example) string {
	t.Helper()
	f, err := ParseFacts(ex.Facts)
	if err != nil {
		t.Fatalf("%s: %v", ex.Name, err)
	}
	f = Derive(f)
	rule, truth := d.evaluate(f)
	switch truth {
	case True:
		return string(d.finding(rule, f, f).Certainty)
	case Unknown:
		return "unknown"
	}
	return "no"
}

func kindOf(expect string) string {
	if expect == "no" || expect == "unknown" {
		return expect
	}
	return "match"
}

// Without their examples the diagnoses are the same ones.
func TestRulesAreTheDiagnosesWithoutTheirExamples(t *testing.T) {
	whole := loadCatalog(t)
	rules, err := LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	if len(whole.All()) != len(rules.All()) {
		t.Fatalf("%d of %d", len(rules.All()), len(whole.All()))
	}
	for i, d := range whole.All() {
		other := *rules.All()[i]
		if len(d.Examples) == 0 || len(other.Examples) > 0 {
			t.Errorf("%s: %d examples, and %d", d.ID, len(d.Examples), len(other.Examples))
		}
		if other.Examples = d.Examples; !reflect.DeepEqual(*d, other) {
			t.Errorf("%s differs", d.ID)
		}
	}
}

// evaluate returns the rule that the facts fulfil, or nil and whether that could not be told.
func (d *Diagnosis) evaluate(f Facts) (*Rule, Truth) {
	t := False
	for i := range d.Rules {
		switch d.Rules[i].condition.eval(f) {
		case True:
			return &d.Rules[i], True
		case Unknown:
			t = Unknown
		}
	}
	return nil, t
}
