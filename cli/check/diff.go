package check

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/text"
)

// ReportCommand is `credguide report`.
func ReportCommand(a *app.App) *cobra.Command {
	var format string
	diff := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Show what changed between two saved reports, or two lists of them",
		Long: "diff compares saved JSON reports: which accounts work now and did not before, which findings are new or gone, and " +
			"which observations changed. OLD and NEW hold one report each, or one a line, as check --all writes them.",
		Example: "  credguide report diff monday.jsonl tuesday.jsonl",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) < 2 {
				return app.WithHint(fmt.Errorf("%s needs two saved reports", cmd.CommandPath()), "usage: "+cmd.UseLine())
			}
			return app.AtMost(2)(cmd, args)
		},
	}
	diff.RunE = func(cmd *cobra.Command, args []string) error {
		return showDiff(cmd.Context(), a, args[0], args[1], format)
	}
	a.FormatFlag(diff, &format, "text", "json")
	return app.Group(&cobra.Command{Use: "report", Short: "Work with saved reports"}, diff)
}

func showDiff(ctx context.Context, a *app.App, old, now, format string) error {
	c, err := NewChecker(ctx, a, &Flags{})
	if err != nil {
		return err
	}
	before, err := c.byName(ctx, old)
	if err != nil {
		return err
	}
	after, err := c.byName(ctx, now)
	if err != nil {
		return err
	}
	names := maps.Clone(before)
	maps.Copy(names, after)
	var all []report.Change
	changes := []report.Change{}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		change := report.Compare(name, before[name], after[name])
		all = append(all, change)
		if len(names) == 1 || change.Matters() {
			changes = append(changes, change)
		}
	}
	if format == "json" {
		return a.PrintJSON(changes)
	}
	if len(changes) == 0 {
		return a.Print("Nothing changed.\n")
	}
	out := &screen{app: a}
	report.SortChanges(changes)
	o := report.PlainText
	o.Width, o.Unicode = a.Width(), a.Unicode()
	for _, change := range changes {
		if err := report.WriteChange(out, change, o); err != nil {
			return err
		}
	}
	if len(names) > 1 {
		_, _ = fmt.Fprintln(out, strings.Join(text.Wrap(report.CountChanges(all), o.Width), "\n"))
	}
	return out.fault
}

// byName reads the reports of a file. Two single reports of one account are compared, whatever it
// was called.
func (c *checker) byName(ctx context.Context, file string) (map[string]checks.Report, error) {
	all := map[string]checks.Report{}
	var labels report.Labels
	err := c.eachSaved(ctx, file, false, func(e checks.Evidence, _ int64, line []byte) error {
		r := c.judged(e, report.Ignored(line))
		all[labels.Of(r)] = checks.Report{Evidence: checks.Evidence{Started: r.Started, Facts: r.Facts}, Verdict: r.Verdict, Diagnoses: r.Diagnoses}
		return nil
	})
	if err == nil && len(all) == 0 {
		err = errors.New(file + " holds no report")
	}
	return all, err
}
