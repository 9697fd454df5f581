package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/text"
)

// stepRow is one line of the list of steps; in brackets stands why several of them share it.
type stepRow struct{ mark, title, because, brackets, time string }

// steps lists what was done, in the order of a login.
func (p *page) steps(r checks.Report) {
	rows := p.stepRows(r.Checks)
	titles := 0
	for _, row := range rows {
		titles = max(titles, text.Width(row.title))
	}
	for _, row := range rows {
		p.stepRow(row, titles)
	}
}

// maxTitle bounds a step's title, in columns.
const maxTitle = 26

// timeColumns are kept free at the right of a step for its time.
const timeColumns = 10

func (p *page) stepRow(row stepRow, titles int) {
	mark := p.paintMark(row.mark) + strings.Repeat(" ", p.widest()-text.Width(row.mark))
	lead := text.Pad(row.title, titles)
	indent := 2 + p.widest() + 1 + titles + 2
	free := p.Width - indent
	if row.time != "" {
		free -= timeColumns
	}
	text := row.because
	if row.brackets != "" {
		text += " (" + row.brackets + ")"
	}
	lines := wrap(text, max(free, 10))
	if len(lines) == 0 {
		lines = []string{""}
	}
	p.line("  " + mark + " " + lead + "  " + rightAligned(lines[0], row.time, p.Width-indent))
	for _, l := range lines[1:] {
		p.line(strings.Repeat(" ", indent) + l)
	}
}

func rightAligned(left, right string, to int) string {
	if right == "" {
		return left
	}
	return text.Pad(left, to-text.Width(right)) + right
}

// stepRows makes the rows. Steps that were not taken for the same reason share one; so do those
// that passed, on a folded page. Steps that only tell causes apart are shown when asked for: the
// cause is told above.
func (p *page) stepRows(list []checks.Check) []stepRow {
	var rows []stepRow
	at := map[string]int{} // row of each group
	for _, c := range list {
		if c.Further && !p.Verbose {
			continue
		}
		row := stepRow{p.markOf(c.Status), p.stepTitle(c), c.Because, "", milliseconds(c.DurationMS)}
		group := p.sharedRow(c)
		if group == "" {
			rows = append(rows, row)
			continue
		}
		if i, ok := at[group]; ok {
			rows[i].because += ", " + c.Title
			continue
		}
		at[group] = len(rows)
		title, why, _ := strings.Cut(group, ": ")
		rows = append(rows, stepRow{row.mark, title, c.Title, why, ""})
	}
	return rows
}

// stepTitle leaves room for what the step saw.
func (p *page) stepTitle(c checks.Check) string {
	room := min(maxTitle, p.Width/3)
	if text.Width(c.Title) <= room {
		return c.Title
	}
	return p.own(text.Cut(c.Title, room+1-text.Width(p.own("…")), text.Cells)) // its ellipsis is longer in ASCII
}

// sharedRow names the row that a step shares with others, or "".
func (p *page) sharedRow(c checks.Check) string {
	switch {
	case p.Verbose:
	case c.Status == checks.Skipped:
		return "not tried: " + strings.TrimPrefix(c.Because, "not tried: ")
	case c.Status == checks.Passed && p.folded:
		return "passed"
	}
	return ""
}

func (p *page) markOf(status checks.Status) string {
	switch status {
	case checks.Passed:
		return p.passed
	case checks.Warned:
		return p.warned
	case checks.Failed, checks.Crashed:
		return p.failed
	case checks.Skipped:
		return p.skipped
	}
	return p.unknown
}

func (p *page) paintMark(mark string) string {
	switch mark {
	case p.passed:
		return p.paint.good(mark)
	case p.failed:
		return p.paint.bad(mark)
	case p.skipped:
		return p.paint.quiet(mark)
	}
	return p.paint.doubt(mark)
}

// milliseconds writes a time; a step without a round trip has none worth showing.
func milliseconds(ms int64) string {
	switch {
	case ms <= 0:
		return ""
	case ms < 10_000:
		return fmt.Sprintf("%d ms", ms)
	}
	return fmt.Sprintf("%.1f s", float64(ms)/1000)
}

// requests lists every request; the address comes last, so that it is never broken.
func (p *page) requests(r checks.Report) {
	if len(r.Requests) == 0 {
		return
	}
	p.blank()
	p.line("  Requests (+ on a new connection)")
	for _, q := range r.Requests {
		connection := " "
		if q.NewConnection {
			connection = "+"
		}
		status := fmt.Sprintf("%3d", q.Status)
		if q.Status == 0 {
			status = " " + p.own("–") + " "
		}
		p.line(fmt.Sprintf("  %s %8s %s %-4s %-12s %s", status, cmp.Or(milliseconds(q.DurationMS), "0 ms"), connection, q.Method, q.Effect, q.URL))
		if q.Failure != "" {
			p.line(strings.Repeat(" ", 35) + q.Failure)
		}
	}
}

// background names what the report holds besides: effects of the causes, what does not count, and
// what stayed open.
func (p *page) background(r checks.Report) {
	var effects, ignored []string
	for _, f := range r.Hidden {
		if f.Ignored == "" {
			effects = append(effects, f.ID)
		} else {
			ignored = append(ignored, f.ID+" ("+f.Ignored+")")
		}
	}
	if len(effects) > 0 {
		p.blank()
		p.prose("  Effects of the causes above: ", strings.Join(effects, ", "))
	}
	if len(ignored) > 0 {
		p.blank()
		p.prose("  Ignored: ", strings.Join(ignored, ", "))
	}
	if len(r.Undecided) > 0 {
		p.blank()
		p.prose("  Not ruled out, because something was not observed: ", strings.Join(slices.Sorted(slices.Values(r.Undecided)), ", "))
	}
}
