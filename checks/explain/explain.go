// Package explain puts a diagnosis into words: what it means, what the evidence must be, how to fix
// it and where. The command `credguide explain` and the pages in docs/diagnoses are two layouts of
// what is made here, so that they cannot tell different things.
package explain

import (
	"regexp"
	"slices"
	"strings"

	"github.com/credguide/credguide/checks"
)

// Page is all that can be said of one diagnosis before anything was observed.
type Page struct {
	ID, Title       string
	Layer           string // the part of a login that it belongs to, in words
	Severity, Party string // in words
	Who             string // can fix it
	Means           []string
	Fix             checks.FixSteps
	Rules           []Rule
	Where           string
	SeparateBy      string
	HiddenBy        []string // ids
	Examples        []string
	Refs            []string
	Says            []string // texts by which people meet it
}

// Rule is one kind of evidence for the diagnosis, and what it says in place of the diagnosis.
type Rule struct {
	Head     string
	When     []Line
	Excludes []string // ids of the causes that were considered and told apart

	Title      string
	Means      []string
	Fix        checks.FixSteps
	Where      string
	SeparateBy string
}

// Line is one line of a nested list.
type Line struct {
	Depth int
	Text  string
}

// Of makes the page of a diagnosis.
func Of(d *checks.Diagnosis) Page {
	p := Page{
		ID: d.ID, Title: Sentence(d.Title), Layer: Layer(d.Layer), Severity: severities[d.Severity], Party: fixer(d.Party, d.Who), Who: whoFixes(d.Party, d.Who),
		Means: sentences(d.Means), Fix: steps(d.Fix), Where: Sentence(d.Where.Path()), SeparateBy: Sentence(d.SeparateBy),
		HiddenBy: d.HiddenBy, Refs: d.Refs, Says: d.Says,
	}
	for _, r := range d.Rules {
		p.Rules = append(p.Rules, Rule{
			Head: head(r), When: condition(r.When, 0), Excludes: excluded(r),
			Title: Sentence(r.Title), Means: sentences(r.Means), Fix: steps(r.Fix), Where: Sentence(r.Where.Path()), SeparateBy: Sentence(r.SeparateBy),
		})
	}
	for _, ex := range d.Examples {
		p.Examples = append(p.Examples, ex.Name+": "+outcome(ex.Expect))
	}
	return p
}

// excluded are the other causes that the rule was told apart from. One that is the diagnosis itself
// is another certainty of it.
func excluded(r checks.Rule) (ids []string) {
	for _, x := range r.Excludes {
		if !slices.Contains(ids, x.Cause) {
			ids = append(ids, x.Cause)
		}
	}
	return ids
}

// head names what a match of the rule is worth, and what it changes.
func head(r checks.Rule) string {
	var changes []string
	if r.Severity != "" {
		changes = append(changes, severities[r.Severity])
	}
	if r.Party != "" || r.Who != "" && !byEvidence(r.Who) {
		changes = append(changes, fixer(r.Party, r.Who))
	}
	if len(changes) == 0 {
		return string(r.Certainty) + ", where"
	}
	return string(r.Certainty) + " (" + strings.Join(changes, "; ") + "), where"
}

var factName = regexp.MustCompile(`\{([a-z_0-9]+(?:\.[a-z_0-9]+)+)\}`)

// Sentence shows a sentence of the catalog as it stands there, before the facts of a check are
// filled in.
func Sentence(s string) string { return factName.ReplaceAllString(s, "‹$1›") }

// Legend says what the names in ‹ › stand for; it is empty where the page has none.
func (p Page) Legend() string {
	shown := append(slices.Clone(p.Means), p.Where, p.SeparateBy)
	for _, s := range p.Fix {
		shown = append(shown, s.Text, s.Run)
	}
	if !strings.Contains(strings.Join(shown, ""), "‹") {
		return ""
	}
	return "A check shows its own values in place of the names in ‹ ›."
}

func sentences(list []string) []string {
	var shown []string
	for _, s := range list {
		shown = append(shown, Sentence(s))
	}
	return shown
}

func steps(list checks.FixSteps) (shown checks.FixSteps) {
	for _, s := range list {
		shown = append(shown, checks.FixStep{Text: Sentence(s.Text), Run: Sentence(s.Run)})
	}
	return shown
}
