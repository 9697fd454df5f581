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
	format, verbose := "text", false
	cmd := &cobra.Command{
		Use:   "explain [ID|TEXT|-]",
		Short: "Explain an error text or a diagnosis, or list the diagnoses",
		Long: `explain takes what a program said when it failed (a traceback, a log, a JSON
body, a status line; - reads it from standard input) and names the causes that
fit, the most likely first, and the check that tells them apart. It never
shows the text, which may contain a secret.

With the ID of a diagnosis it says what that means and how to fix it.`,
		Example: `  credguide explain - < nightly.log
  credguide explain "401 Unauthorized: invalid_client"
  credguide explain client-secret-wrong
  credguide explain`,
		Args: cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 && !isID(args) {
				return explainText(a, args, format)
			}
			catalog, err := checks.LoadCatalog(a.Catalogs...)
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return listDiagnoses(a, catalog, format)
			}
			d, ok := catalog.ByID(args[0])
			if !ok {
				return unknownDiagnosis(args[0], catalog.IDs())
			}
			if format == "json" {
				return a.PrintJSON(explain.ExplanationOf(d))
			}
			return a.Print(app.Plain(explainInWords(explain.Of(d), verbose, a.Width())))
		},
		ValidArgsFunction: app.CompleteFrom(a.DiagnosisNames, cobra.ShellCompDirectiveNoFileComp),
	}
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "also show the rules that decide it, with their examples")
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

// explainInWords is the page of one diagnosis: what to do first, how it is decided only where that is asked for.
func explainInWords(p explain.Page, verbose bool, width int) string {
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
	section("How to fix it")
	for i, s := range p.Fix {
		mark := fmt.Sprintf("  %d. ", i+1)
		if s.Run == "" {
			b.WriteString(text.Hang(mark, s.Text, width))
		} else {
			b.WriteString(text.HangRun(mark, s.Lead(), s.Run, width))
		}
	}
	if p.Where != "" {
		section("Where")
		b.WriteString(text.Hang("  ", p.Where, width))
	}
	if p.SeparateBy != "" {
		section("How to make certain")
		b.WriteString(text.Hang("  ", p.SeparateBy, width))
	}
	if len(p.Says) > 0 {
		section("How programs word it")
		list("  · ", p.Says)
	}
	if verbose {
		if len(p.HiddenBy) > 0 {
			section("Not shown where one of these is the cause")
			b.WriteString(text.Hang("  ", strings.Join(p.HiddenBy, ", "), width))
		}
		section("How it is decided")
		for _, r := range p.Rules {
			b.WriteString(text.Hang("  ", r.Head, width))
			for _, line := range r.When {
				b.WriteString(text.Hang(strings.Repeat("  ", line.Depth+2)+"· ", line.Text, width))
			}
			if len(r.Excludes) > 0 {
				b.WriteString(text.Hang("    ", "told apart from: "+strings.Join(r.Excludes, ", "), width))
			}
		}
		if len(p.Examples) > 0 {
			section("Examples")
			list("  · ", p.Examples)
		}
	}
	if len(p.Refs) > 0 {
		section("See")
		list("  · ", p.Refs)
	}
	if !verbose {
		b.WriteString("\n" + text.HangRun("", "How it is decided:", "credguide explain "+p.ID+" --verbose", width))
	}
	return b.String()
}
