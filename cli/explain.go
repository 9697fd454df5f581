package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/explain"
)

func (a *app) explainCommand() *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:   "explain [ID]",
		Short: "Explain one diagnosis, or list them all",
		Example: `  credguide explain
  credguide explain client-secret-wrong`,
		Args: atMost(1),
		RunE: func(_ *cobra.Command, args []string) error {
			catalog, err := checks.LoadCatalog(a.catalogs...)
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return a.listDiagnoses(catalog, format)
			}
			d, ok := catalog.ByID(args[0])
			if !ok {
				return unknown("diagnosis", args[0], catalog.IDs(), "credguide explain lists them")
			}
			if format == "json" {
				return a.printJSON(explanationOf(d))
			}
			return a.print(plain(explainInWords(explain.Of(d), a.width())))
		},
		ValidArgsFunction: completeFrom(a.diagnosisNames, cobra.ShellCompDirectiveNoFileComp),
	}
	a.formatFlag(cmd, &format, "text", "json")
	return cmd
}

func (a *app) listDiagnoses(catalog *checks.Catalog, format string) error {
	if format == "json" {
		list := []explanation{}
		for _, d := range catalog.All() {
			list = append(list, explanationOf(d))
		}
		return a.printJSON(list)
	}
	var b strings.Builder
	var layer checks.Layer
	for _, d := range catalog.All() {
		if d.Layer != layer {
			if layer != "" {
				b.WriteByte('\n')
			}
			layer = d.Layer
			b.WriteString(explain.Layer(layer) + "\n")
		}
		b.WriteString(row(d.ID, explain.Sentence(d.Title), a.width()))
	}
	b.WriteString("\ncredguide explain ID tells more of one of them.\n")
	return a.print(plain(b.String()))
}

// row is a name and what it stands for, on two lines where the name is long.
func row(name, meaning string, width int) string {
	const column = 36
	indent := strings.Repeat(" ", column)
	if len(name) > column-4 {
		return "  " + name + "\n" + item(indent, meaning, width)
	}
	return item(fmt.Sprintf("  %-*s", column-2, name), meaning, width)
}

// explainInWords is the page of one diagnosis.
func explainInWords(p explain.Page, width int) string {
	var b strings.Builder
	section := func(title string) { b.WriteString("\n" + title + "\n") }
	list := func(mark string, items []string) {
		for _, text := range items {
			b.WriteString(item(mark, text, width))
		}
	}
	b.WriteString(item("", p.Title, width))
	b.WriteString(item("", p.ID+" · "+p.Severity+" · "+p.Party, width))

	section("What it means")
	list("  ", p.Means)
	section("How it is decided")
	for _, r := range p.Rules {
		b.WriteString(item("  ", r.Head, width))
		for _, line := range r.When {
			b.WriteString(item(strings.Repeat("  ", line.Depth+2)+"· ", line.Text, width))
		}
	}
	section("How to fix it")
	for i, s := range p.Fix {
		b.WriteString(item(fmt.Sprintf("  %d. ", i+1), s, width))
	}
	if p.Where != "" {
		section("Where")
		b.WriteString(item("  ", p.Where, width))
	}
	if p.SeparateBy != "" {
		section("Where it is not certain, what would tell")
		b.WriteString(item("  ", p.SeparateBy, width))
	}
	if len(p.HiddenBy) > 0 {
		section("Not shown where one of these is the cause")
		b.WriteString(item("  ", strings.Join(p.HiddenBy, ", "), width))
	}
	if len(p.Examples) > 0 {
		section("Examples")
		list("  · ", p.Examples)
	}
	if len(p.Refs) > 0 {
		section("See")
		list("  · ", p.Refs)
	}
	return b.String()
}
