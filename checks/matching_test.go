package checks

import (
	"slices"
	"testing"
)

// TestNoRuleIsPassedOver: the rules that are looked at are all that hold.
func TestNoRuleIsPassedOver(t *testing.T) {
	c := loadCatalog(t)
	observed := []Facts{{}}
	for _, e := range matrixEvidence(t, c) {
		observed = append(observed, e.facts)
	}
	for _, d := range c.All() {
		for _, ex := range d.Examples {
			f, err := ParseFacts(ex.Facts)
			if err != nil {
				t.Fatal(err)
			}
			observed = append(observed, f)
		}
	}
	for _, f := range observed {
		f = Derive(f)
		var want, got []string
		undecided := []string{}
		for _, d := range c.All() {
			switch rule, truth := d.evaluate(f); truth {
			case True:
				want = append(want, d.ID+" "+d.finding(rule, f, f).Title)
			case Unknown:
				undecided = append(undecided, d.ID)
			}
		}
		found := c.matches(f, f)
		for _, m := range found {
			got = append(got, m.d.ID+" "+m.finding.Title)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%v and not %v, of %v", got, want, f)
		}
		if got := c.undecided(f, found); !slices.Equal(got, undecided) {
			t.Errorf("undecided are %v and not %v, of %v", got, undecided, f)
		}
	}
	if len(observed) < 500 {
		t.Errorf("only %d times", len(observed))
	}
}

func BenchmarkConclude(b *testing.B) {
	c, e := loadCatalog(b), Evidence{Facts: Derive(healthyEvidence)}
	for b.Loop() {
		Conclude(c, e)
	}
}
