// Package explain puts a diagnosis into words: what it means, what the evidence must be, how to fix it and where. The
// command `credguide explain` and the pages in docs/diagnoses are two layouts of what is made here, so that they cannot
// tell different things.
package explain

import (
	"regexp"
	"strings"

	"github.com/credguide/credguide/checks"
)

// Page is all that can be said of one diagnosis before anything was observed.
type Page struct {
	ID, Title       string
	Layer           string // the part of a login that it belongs to, in words
	Severity, Party string // in words
	Means, Fix      []string
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
	Head string
	When []Line

	Title      string
	Means, Fix []string
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
		ID: d.ID, Title: Sentence(d.Title), Layer: Layer(d.Layer), Severity: severities[d.Severity], Party: Party(d.Party),
		Means: sentences(d.Means), Fix: sentences(d.Fix.Lines()), Where: where(d.Where), SeparateBy: Sentence(d.SeparateBy),
		HiddenBy: d.HiddenBy, Refs: d.Refs, Says: d.Says,
	}
	for _, r := range d.Rules {
		p.Rules = append(p.Rules, Rule{
			Head: head(r), When: condition(r.When, 0),
			Title: Sentence(r.Title), Means: sentences(r.Means), Fix: sentences(r.Fix.Lines()), Where: where(r.Where), SeparateBy: Sentence(r.SeparateBy),
		})
	}
	for _, ex := range d.Examples {
		p.Examples = append(p.Examples, ex.Name+": "+outcome(ex.Expect))
	}
	return p
}

// head names what a match of the rule is worth, and what it changes.
func head(r checks.Rule) string {
	var changes []string
	if r.Severity != "" {
		changes = append(changes, severities[r.Severity])
	}
	if r.Party != "" {
		changes = append(changes, Party(r.Party))
	}
	if len(changes) == 0 {
		return string(r.Certainty) + ", where"
	}
	return string(r.Certainty) + " (" + strings.Join(changes, "; ") + "), where"
}

var factName = regexp.MustCompile(`\{([a-z_0-9]+(?:\.[a-z_0-9]+)+)\}`)

// Sentence shows a sentence of the catalog as it stands there, before the facts of a check are filled in.
func Sentence(s string) string { return factName.ReplaceAllString(s, "‹$1›") }

func sentences(list []string) []string {
	var shown []string
	for _, s := range list {
		shown = append(shown, Sentence(s))
	}
	return shown
}

// where is the path to the place to change.
func where(w *checks.Where) string {
	if w == nil {
		return ""
	}
	var parts []string
	for _, part := range []string{system(w.System), w.Tab, w.Label} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	text := Sentence(strings.Join(parts, " › "))
	if w.Value != "" {
		text += ": " + Sentence(w.Value)
	}
	return text
}
