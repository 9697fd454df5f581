package main

import (
	"slices"
	"strings"

	"github.com/credguide/credguide/checks"
)

// addFacts makes the page of the vocabulary: every name that a rule may speak of and a report may
// hold.
func addFacts(made pages) error {
	out := newPage("Facts", "checks/observed_*.go, checks/step.go and checks/derive*.go")
	out.paragraph("Evidence is a set of named facts. Probes observe them, and some follow from others. A fact that was not observed is " +
		"unknown, never false. Rules ([diagnoses](diagnoses/README.md)) speak of facts by these names, and the JSON report lists them under " +
		"`facts`. No fact holds a secret, a token or the body of an answer.")
	groups := map[string][][]string{}
	var order []string
	for _, d := range checks.Vocabulary() {
		prefix, rest, _ := strings.Cut(d.Name, ".")
		group, name := prefix, d.Name
		switch {
		case prefix == checks.HTTPSteps[0] && commonToSteps(rest):
			group, name = "STEP", "STEP."+rest
		case slices.Contains(checks.HTTPSteps, prefix) && commonToSteps(rest):
			continue
		case prefix == checks.Variants[0] && commonToVariants(rest):
			group, name = "VARIANT", "VARIANT."+rest
		case slices.Contains(checks.Variants, prefix) && commonToVariants(rest):
			continue
		}
		if _, ok := groups[group]; !ok {
			order = append(order, group)
		}
		origin := "observed"
		if d.Derived {
			origin = "derived"
		}
		groups[group] = append(groups[group], []string{span(name), string(d.Kind), text(d.Means), origin})
	}
	for _, g := range order {
		out.heading(g)
		switch g {
		case "STEP":
			out.line("For each request of a login, where STEP is one of " + spans(checks.HTTPSteps) + ".")
		case "VARIANT":
			out.line("After a refusal, for each token request with one thing changed, where VARIANT is one of " + spans(checks.Variants) + ".")
		}
		out.table([]string{"Fact", "Kind", "Meaning", "Origin"}, groups[g])
	}
	made["docs/facts.md"] = out.bytes()
	return nil
}

// names are the facts that exist, for telling which ones every step has.
var names = func() map[string]bool {
	all := map[string]bool{}
	for _, d := range checks.Vocabulary() {
		all[d.Name] = true
	}
	return all
}()

func commonToSteps(rest string) bool { return everyOf(checks.HTTPSteps, rest) }

func commonToVariants(rest string) bool { return everyOf(checks.Variants, rest) }

func everyOf(prefixes []string, rest string) bool {
	return !slices.ContainsFunc(prefixes, func(p string) bool { return !names[p+"."+rest] })
}
