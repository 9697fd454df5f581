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
		Example: "  " + text.Fed("credguide explain -", "nightly.log") + `
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
			b.WriteString(text.Hang("", explain.Layer(layer), a.Width()))
		}
		b.WriteString(app.Row(d.ID, explain.Sentence(d.Title), a.Width()))
	}
	b.WriteString("\n" + text.HangRun("", "To read about one of them:", "credguide explain ID", a.Width()) +
		text.HangRun("", "To find the cause in an error text:", text.Fed("credguide explain -", "FILE"), a.Width()))
	return a.Print(app.Plain(b.String()))
}

// explainInWords is the page of one diagnosis: what to do first, how it is decided only where that
// is asked for.
func explainInWords(p explain.Page, verbose bool, width int) string {
	out := prose{width: width}
	out.hang("", p.Title)
	out.hang("", p.ID+" · "+p.Severity+" · "+p.Party)
	out.list("What it means", "  ", p.Means...)
	out.steps(p)
	out.list("Where", "  ", p.Where)
	out.list("How to make certain", "  ", p.SeparateBy)
	out.list("How programs word it", "  · ", p.Says...)
	if verbose {
		out.list("Not shown where one of these is the cause", "  ", strings.Join(p.HiddenBy, ", "))
		out.rules(p)
		out.list("Examples", "  · ", p.Examples...)
	}
	out.list("See", "  · ", p.Refs...)
	if legend := p.Legend(); legend != "" {
		out.WriteString("\n" + text.Hang("", legend, width))
	}
	if !verbose {
		out.WriteString("\n" + text.HangRun("", "How it is decided:", "credguide explain "+p.ID+" --verbose", width))
	}
	return out.String()
}

// prose is a page of sections, in lines of some width.
type prose struct {
	strings.Builder
	width int
}

func (o *prose) hang(mark, words string) { o.WriteString(text.Hang(mark, words, o.width)) }

func (o *prose) section(title string) { o.WriteString("\n" + title + "\n") }

// list is a section, left out where there is nothing to say.
func (o *prose) list(title, mark string, items ...string) {
	if strings.Join(items, "") == "" {
		return
	}
	o.section(title)
	for _, item := range items {
		o.hang(mark, item)
	}
}

func (o *prose) steps(p explain.Page) {
	o.section("How to fix it")
	for i, s := range p.Fix {
		mark := fmt.Sprintf("  %d. ", i+1)
		if s.Run == "" {
			o.hang(mark, s.Text)
		} else {
			o.WriteString(text.HangRun(mark, s.Lead(), s.Run, o.width))
		}
	}
}

// rules tell how the finding is decided.
func (o *prose) rules(p explain.Page) {
	o.section("How it is decided")
	for _, r := range p.Rules {
		o.hang("  ", r.Head)
		for _, line := range r.When {
			o.hang(strings.Repeat("  ", line.Depth+2)+"· ", line.Text)
		}
		if len(r.Excludes) > 0 {
			o.hang("    ", "told apart from: "+strings.Join(r.Excludes, ", "))
		}
	}
}
