package checks

import "slices"

// rules are those of all diagnoses in order, and where to find the few that evidence may fulfil:
// most of hundreds need a fact that has another value. Each rule is found by the first test that it
// needs.
type rules struct {
	all    []ruleOf
	byFact []testsOf
	always []bool // by the rule's number: it has no such test
}

type ruleOf struct {
	diagnosis *Diagnosis
	rule      *Rule
}

// testsOf are the tests of one fact.
type testsOf struct {
	fact  string
	tests []testOf
}

// testOf is a value that a rule needs.
type testOf struct {
	value any
	text  string // the same, of a text: most are, and hundreds lie together here
	rule  int
}

func rulesOf(diagnoses []*Diagnosis) (r rules) {
	places := map[string]int{}
	for _, d := range diagnoses {
		for i := range d.Rules {
			n := len(r.all)
			r.all = append(r.all, ruleOf{d, &d.Rules[i]})
			first, ok := firstTest(d.Rules[i].condition)
			r.always = append(r.always, !ok)
			if !ok {
				continue
			}
			at, known := places[first.fact]
			if !known {
				at = len(r.byFact)
				places[first.fact] = at
				r.byFact = append(r.byFact, testsOf{fact: first.fact})
			}
			for _, value := range first.any {
				text, _ := value.(string)
				r.byFact[at].tests = append(r.byFact[at].tests, testOf{value, text, n})
			}
		}
	}
	return r
}

// firstTest is a test that must hold for the condition to hold.
func firstTest(c Condition) (is, bool) {
	switch c := c.(type) {
	case is:
		return c, true
	case allOf:
		for _, part := range c {
			if test, ok := part.(is); ok {
				return test, true
			}
		}
	}
	return is{}, false
}

// candidates tells of each rule that the facts may fulfil it.
func (r rules) candidates(f Facts) []bool {
	may := slices.Clone(r.always)
	for _, of := range r.byFact {
		v, known := f[of.fact]
		if !known {
			continue
		}
		text, isText := v.(string)
		for _, test := range of.tests {
			if isText && text == test.text || !isText && equal(v, test.value) {
				may[test.rule] = true
			}
		}
	}
	return may
}

// matches are the diagnoses that the facts show, in order, each by the first rule that holds and in
// sentences of what was told.
func (c *Catalog) matches(f, told Facts) (found []match) {
	may := c.rules.candidates(f)
	for i, r := range c.rules.all {
		if !may[i] || len(found) > 0 && found[len(found)-1].d == r.diagnosis {
			continue
		}
		if r.rule.condition.eval(f) == True {
			found = append(found, match{r.diagnosis, r.rule, r.diagnosis.finding(r.rule, f, told)})
		}
	}
	return found
}

// undecided are the diagnoses beside those found that lack a fact.
func (c *Catalog) undecided(f Facts, found []match) []string {
	ids := []string{}
	for _, d := range c.all {
		if !slices.ContainsFunc(found, func(m match) bool { return m.d == d }) && d.open(f) {
			ids = append(ids, d.ID)
		}
	}
	return ids
}

// open tells that some rule lacks a fact.
func (d *Diagnosis) open(f Facts) bool {
	for i := range d.Rules {
		if d.Rules[i].condition.eval(f) == Unknown {
			return true
		}
	}
	return false
}
