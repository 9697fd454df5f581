package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/explain"
	"github.com/credguide/credguide/internal/sandbox"
)

// addDiagnoses makes one page for each diagnosis, and their list.
func addDiagnoses(made pages) error {
	catalog, err := checks.LoadCatalog()
	if err != nil {
		return err
	}
	index := newPage("Diagnoses", "checks/diagnoses/*.yaml")
	index.paragraph("Everything that `credguide check` can find, in the order in which a login passes through it. An ID keeps its name: " +
		"reports, CI jobs and these pages refer to it. `credguide explain ID` shows the same page in a terminal.")
	var rows [][]string
	var layer checks.Layer
	flush := func() {
		if layer != "" {
			index.heading(explain.Layer(layer))
			index.table([]string{"ID", "What it says", "Who can fix it"}, rows)
		}
		rows = nil
	}
	for _, d := range catalog.All() {
		if d.Layer != layer {
			flush()
			layer = d.Layer
		}
		p := explain.Of(d)
		rows = append(rows, []string{fmt.Sprintf("[%s](%s.md)", p.ID, p.ID), text(p.Title), p.Who})
		made["docs/diagnoses/"+d.ID+".md"] = diagnosisPage(p)
	}
	flush()
	made["docs/diagnoses/README.md"] = index.bytes()
	return nil
}

func diagnosisPage(p explain.Page) []byte {
	out := newPage(p.Title, "checks/diagnoses/"+p.ID+".yaml")
	out.paragraph(fmt.Sprintf("`%s` · %s · %s · %s", p.ID, text(p.Layer), p.Severity, p.Party))

	out.heading("What it means")
	out.line(strings.Join(texts(p.Means), " "))
	if legend := p.Legend(); legend != "" {
		out.paragraph(text(legend))
	}
	out.heading("How to fix it")
	out.list("1.", stepLines(p.Fix))
	if p.Where != "" {
		out.paragraph("Where: " + text(p.Where))
	}
	if p.SeparateBy != "" {
		out.heading("How to make certain")
		out.line(text(p.SeparateBy))
	}
	if len(p.Says) > 0 {
		out.heading("How programs word it")
		var quoted []string
		for _, s := range p.Says {
			quoted = append(quoted, span(s))
		}
		out.list("-", quoted)
	}
	if faults := faultsOf(p.ID); len(faults) > 0 {
		out.heading("See it on your machine")
		var commands []string
		for _, f := range faults {
			commands = append(commands, "credguide try "+f)
		}
		out.code("sh", strings.Join(commands, "\n"))
	}
	out.heading("How it is decided")
	out.line("The first rule that the evidence meets decides. A fact that was not observed meets no rule.")
	for i, r := range p.Rules {
		out.gap()
		out.line(fmt.Sprintf("%d. %s", i+1, emphasised(r.Head)))
		for _, line := range r.When {
			out.line(strings.Repeat("  ", line.Depth) + "   - " + factLine(line.Text))
		}
		if len(r.Excludes) > 0 {
			out.line("\n   Told apart from: " + links(r.Excludes) + ".")
		}
		ownWords(out, r)
	}
	if len(p.HiddenBy) > 0 {
		out.paragraph("Not shown where one of these explains it: " + links(p.HiddenBy) + ".")
	}
	if len(p.Examples) > 0 {
		out.heading("Examples that the tests prove")
		out.list("-", texts(p.Examples))
	}
	out.heading("See also")
	out.list("-", append(texts(p.Refs), "in a terminal: `credguide explain "+p.ID+"`", "[all diagnoses](README.md), [the facts that rules speak of](../facts.md)"))
	return out.bytes()
}

// stepLines are the steps of a fix, with their commands as code.
func stepLines(steps checks.FixSteps) (lines []string) {
	for _, s := range steps {
		line := text(s.Lead())
		if s.Run != "" {
			line += " " + span(s.Run)
		}
		lines = append(lines, line)
	}
	return lines
}

// ownWords shows what a rule says in place of the page's own words.
func ownWords(out *page, r explain.Rule) {
	if r.Title != "" {
		out.line("\n   Title: " + text(r.Title))
	}
	if len(r.Means) > 0 {
		out.line("\n   Meaning: " + strings.Join(texts(r.Means), " "))
	}
	if len(r.Fix) > 0 {
		out.line("\n   Fix:")
		for _, s := range stepLines(r.Fix) {
			out.line("   - " + s)
		}
	}
	if r.Where != "" {
		out.line("\n   Where: " + text(r.Where))
	}
	if r.SeparateBy != "" {
		out.line("\n   To make certain: " + text(r.SeparateBy))
	}
}

// emphasised marks the certainty, the first word.
func emphasised(head string) string {
	certainty, rest, _ := strings.Cut(head, " ")
	certainty, comma := strings.CutSuffix(certainty, ",")
	if comma {
		rest = ", " + rest
	} else {
		rest = " " + rest
	}
	return "**" + certainty + "**" + strings.Replace(rest, ",  ", ", ", 1)
}

// factLine shows the name of a fact, in brackets at the end, as code.
func factLine(s string) string {
	words, name, ok := strings.Cut(s, " [")
	if !ok {
		return text(s)
	}
	return text(words) + " " + span(strings.TrimSuffix(name, "]"))
}

func links(ids []string) string { return linksIn("", ids) }

// linksIn are links from a page beside the folder of the diagnoses.
func linksIn(folder string, ids []string) string {
	var shown []string
	for _, id := range ids {
		shown = append(shown, fmt.Sprintf("[%s](%s%s.md)", id, folder, id))
	}
	return strings.Join(shown, ", ")
}

// faultsOf lists the sandbox's ways to bring the diagnosis about: ID and ID@variant.
func faultsOf(id string) (faults []string) {
	for _, f := range sandbox.Faults() {
		if base, _, _ := strings.Cut(f.ID, "@"); base == id {
			faults = append(faults, f.ID)
		}
	}
	slices.SortStableFunc(faults, func(a, b string) int { return strings.Count(a, "@") - strings.Count(b, "@") })
	return faults
}
