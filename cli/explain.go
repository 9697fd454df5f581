package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/explain"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/text"
)

func explainCommand(a *app.App) *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:   "explain [ID]",
		Short: "Explain one diagnosis, or list them all",
		Example: `  credguide explain
  credguide explain client-secret-wrong`,
		Args: app.AtMost(1),
		RunE: func(_ *cobra.Command, args []string) error {
			catalog, err := checks.LoadCatalog(a.Catalogs...)
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return listDiagnoses(a, catalog, format)
			}
			d, ok := catalog.ByID(args[0])
			if !ok {
				return app.Unknown("diagnosis", args[0], catalog.IDs(), "credguide explain lists them")
			}
			if format == "json" {
				return a.PrintJSON(explain.ExplanationOf(d))
			}
			return a.Print(app.Plain(explainInWords(explain.Of(d), a.Width())))
		},
		ValidArgsFunction: app.CompleteFrom(a.DiagnosisNames, cobra.ShellCompDirectiveNoFileComp),
	}
	a.FormatFlag(cmd, &format, "text", "json")
	return cmd
}

func listDiagnoses(a *app.App, catalog *checks.Catalog, format string) error {
	if format == "json" {
		list := []explain.Explanation{}
		for _, d := range catalog.All() {
			list = append(list, explain.ExplanationOf(d))
		}
		return a.PrintJSON(list)
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
		b.WriteString(app.Row(d.ID, explain.Sentence(d.Title), a.Width()))
	}
	b.WriteString("\ncredguide explain ID tells more of one of them.\n")
	return a.Print(app.Plain(b.String()))
}

// explainInWords is the page of one diagnosis.
func explainInWords(p explain.Page, width int) string {
	var b strings.Builder
	section := func(title string) { b.WriteString("\n" + title + "\n") }
	list := func(mark string, items []string) {
		for _, item := range items {
			b.WriteString(text.Hang(mark, item, width))
		}
	}
	b.WriteString(text.Hang("", p.Title, width))
	b.WriteString(text.Hang("", p.ID+" · "+p.Severity+" · "+p.Party, width))

	section("What it means")
	list("  ", p.Means)
	section("How it is decided")
	for _, r := range p.Rules {
		b.WriteString(text.Hang("  ", r.Head, width))
		for _, line := range r.When {
			b.WriteString(text.Hang(strings.Repeat("  ", line.Depth+2)+"· ", line.Text, width))
		}
	}
	section("How to fix it")
	for i, s := range p.Fix {
		b.WriteString(text.Hang(fmt.Sprintf("  %d. ", i+1), s, width))
	}
	if p.Where != "" {
		section("Where")
		b.WriteString(text.Hang("  ", p.Where, width))
	}
	if p.SeparateBy != "" {
		section("Where it is not certain, what would tell")
		b.WriteString(text.Hang("  ", p.SeparateBy, width))
	}
	if len(p.HiddenBy) > 0 {
		section("Not shown where one of these is the cause")
		b.WriteString(text.Hang("  ", strings.Join(p.HiddenBy, ", "), width))
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
