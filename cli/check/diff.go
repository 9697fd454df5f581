package check

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unique"

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
	d := &differ{checker: c}
	defer d.close()
	if d.before, err = c.byName(ctx, old); err != nil {
		return err
	}
	if d.after, err = c.byName(ctx, now); err != nil {
		return err
	}
	if format == "json" {
		return d.printJSON(ctx)
	}
	return d.print(ctx)
}

// differ compares the reports of two files, one account at a time. What it keeps of an account is
// its name and what a text shows of a change.
type differ struct {
	*checker
	before, after *earlier
}

func (d *differ) close() {
	d.before.close()
	d.after.close()
}

func (d *differ) names() []string {
	all := make(map[string]bool, len(d.after.names))
	for _, e := range []*earlier{d.before, d.after} {
		for name := range e.names {
			all[name] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// each gives what changed of each account, in the order of their names. show: it is told.
func (d *differ) each(ctx context.Context, take func(change report.Change, show bool) error) error {
	names := d.names()
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return err
		}
		old, was := d.before.names[name]
		now, is := d.after.names[name]
		if was && is && old.found == now.found && len(names) > 1 { // most are as they were
			if err := take(report.Change{Name: name, Before: now.found.verdict, After: now.found.verdict}, false); err != nil {
				return err
			}
			continue
		}
		change, err := d.compared(name, old, now)
		if err == nil {
			err = take(change, len(names) == 1 || change.Matters())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// compared reads both reports of an account again. They could be read a moment ago.
func (d *differ) compared(name string, old, now place) (report.Change, error) {
	var pair [2]checks.Report
	for i, p := range []place{old, now} {
		if p.size == 0 {
			continue
		}
		var err error
		if pair[i], err = []*earlier{d.before, d.after}[i].read(d.checker, p); err != nil {
			return report.Change{}, err
		}
	}
	return report.Compare(name, pair[0], pair[1]), nil
}

// print writes first what a person has to act on.
func (d *differ) print(ctx context.Context) error {
	var changes []report.Change
	var all report.Counts
	err := d.each(ctx, func(change report.Change, show bool) error {
		all.Add(change)
		if show {
			changes = append(changes, change.Brief())
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case len(changes) == 0:
		return d.Print("Nothing changed.\n")
	}
	out := &screen{app: d.App}
	report.SortChanges(changes)
	o := d.proseOptions()
	for _, change := range changes {
		if err := report.WriteChange(out, change, o); err != nil {
			return err
		}
	}
	if all.Compared() > 1 {
		_, _ = fmt.Fprintln(out, strings.Join(text.Wrap(all.String(), o.Width), "\n"))
	}
	return out.fault
}

// printJSON writes a list of all changes, each as soon as it is known.
func (d *differ) printJSON(ctx context.Context) error {
	before, end := "[\n ", "[]\n"
	err := d.each(ctx, func(change report.Change, show bool) error {
		if !show {
			return nil
		}
		document, err := json.MarshalIndent(change, " ", " ")
		if err != nil {
			return fmt.Errorf("write JSON: %w", err)
		}
		document = append([]byte(before), d.Document(document)...)
		before, end = ",\n ", "\n]\n"
		return d.Write(document)
	})
	if err != nil {
		return err
	}
	return d.Write([]byte(end))
}

// byName looks through the reports of a file.
func (c *checker) byName(ctx context.Context, file string) (*earlier, error) {
	in, err := c.openSaved(ctx, file)
	if err != nil {
		return nil, err
	}
	e := &earlier{name: file, file: in, names: map[string]place{}}
	var labels report.Labels
	err = c.eachIn(ctx, file, in, false, func(v checks.Evidence, at int64, line []byte) error {
		r := c.judged(v, report.Ignored(line))
		e.names[labels.Of(r)] = place{at, len(line), foundIn(r)}
		return nil
	})
	if err == nil && len(e.names) == 0 {
		err = errors.New(file + " holds no report")
	}
	if err != nil {
		e.close()
		return nil, err
	}
	return e, nil
}

// foundIn is what makes a change, if it is another.
func foundIn(r checks.Report) found {
	var ids []string
	for _, f := range r.Diagnoses {
		ids = append(ids, f.ID)
	}
	slices.Sort(ids)
	return found{string(r.Verdict), unique.Make(strings.Join(slices.Compact(ids), " "))}
}
