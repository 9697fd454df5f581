package checks

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A condition that no test needs may be missing in the next rule that is copied from this one. So
// each condition of a rule that is certain is dropped once, and some example, exclusion or case of
// the matrices must notice.
func TestEachConditionOfACertainRuleIsNeeded(t *testing.T) {
	c := loadCatalog(t)
	cases := matrixEvidence(t, c)
	for _, d := range c.All() {
		for i, r := range d.Rules {
			if r.Certainty != Certain {
				continue
			}
			for dropped, rest := range withoutOne(t, r.When) {
				m := *d
				m.Rules = slices.Clone(d.Rules)
				m.Rules[i].condition = rest
				if !noticed(t, c, d, &m, cases) {
					t.Errorf("%s, rule %d: nothing notices that %q is gone", d.ID, i+1, dropped)
				}
			}
		}
	}
}

// withoutOne parses the condition with one of its entries left out, for each of them. A rule of one
// entry is not taken apart.
func withoutOne(t *testing.T, when any) map[string]Condition {
	t.Helper()
	entries := when.(map[string]any)
	mutants := map[string]Condition{}
	if len(entries) < 2 {
		return mutants
	}
	for dropped := range entries {
		rest := map[string]any{}
		for key, value := range entries {
			if key != dropped {
				rest[key] = value
			}
		}
		c, err := parseCondition(rest)
		if err != nil {
			t.Fatal(err)
		}
		mutants[fmt.Sprintf("%s: %v", dropped, entries[dropped])] = c
	}
	return mutants
}

// evidence is a case of the matrices with what it is to come out as.
type evidence struct {
	facts Facts
	want  []string
}

func matrixEvidence(t *testing.T, c *Catalog) (cases []evidence) {
	t.Helper()
	for _, group := range [][]matrixCase{
		inputMatrix, transportMatrix, discoveryMatrix, keycloakMatrix, tokenMatrix, scopeMatrix, unreachedMatrix, otherMatrix,
		tokenEndpointMatrix, meMatrix, providerMatrix, backendMatrix,
	} {
		for _, tc := range group {
			f, err := ParseFacts(tc.evidence.of(healthyEvidence))
			if err != nil {
				t.Fatal(err)
			}
			cases = append(cases, evidence{f, tc.want})
		}
	}
	return cases
}

// noticed tells that a test fails with the mutant in the place of its diagnosis.
func noticed(t *testing.T, c *Catalog, d, mutant *Diagnosis, cases []evidence) bool {
	t.Helper()
	for _, ex := range d.Examples {
		if outcome(t, mutant, ex) != ex.Expect || decidedBy(t, mutant, ex) != decidedBy(t, d, ex) {
			return true
		}
	}
	byID := maps.Clone(c.byID)
	byID[d.ID] = mutant
	changed := newCatalog(byID)
	for _, r := range d.Rules {
		for _, x := range r.Excludes {
			if foundBy(t, changed, x.Facts)[d.ID] == Certain {
				return true
			}
		}
	}
	for _, e := range cases {
		f := Derive(e.facts)
		rule, truth := d.evaluate(f)
		if other, now := mutant.evaluate(f); now == truth && (truth != True || rule.Certainty == other.Certainty && rule.Severity == other.Severity && rule.Party == other.Party) {
			continue
		}
		if !cmp.Equal(e.want, report(t, changed, e.facts)) {
			return true
		}
	}
	return false
}

// decidedBy is the number of the rule that decides an example, 0 when none does.
func decidedBy(t *testing.T, d *Diagnosis, ex Example) int {
	t.Helper()
	f, err := ParseFacts(ex.Facts)
	if err != nil {
		t.Fatal(err)
	}
	rule, truth := d.evaluate(Derive(f))
	if truth != True {
		return 0
	}
	for i := range d.Rules {
		if rule == &d.Rules[i] {
			return i + 1
		}
	}
	return 0
}

var update = flag.Bool("update", false, "write the golden file anew")

// The rules of a diagnosis differ in their words too. Which one decides each example is written
// down.
func TestEachExampleIsDecidedByItsRule(t *testing.T) {
	var b strings.Builder
	for _, d := range loadCatalog(t).All() {
		for _, ex := range d.Examples {
			if n := decidedBy(t, d, ex); n > 0 {
				fmt.Fprintf(&b, "%s: rule %d: %s\n", d.ID, n, ex.Name)
			}
		}
	}
	golden := filepath.Join("testdata", "rules.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(b.String(), "\n")); diff != "" {
		t.Errorf("another rule decides (-want +got; go test ./checks -update):\n%s", diff)
	}
}
