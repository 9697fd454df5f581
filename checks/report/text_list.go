package report

import (
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/text"
)

// textPart is one line for an account that works. For one that does not, the cause, what to do and
// the command follow. A person who wants quiet hears of errors and warnings only.
func textPart(e Entry, o ListOptions) []string {
	p := newPage(o.Text)
	warns := len(e.BySeverity(checks.Warning)) > 0
	if p.Quiet && working(e) && !warns {
		return nil
	}
	p.out.WriteString(text.Pad(p.shown(e.Label), o.NameWidth) + "  ")
	p.line(Line(e.Report, o.Text))
	r := tidy(e.Report, p.shown)
	if more := whose(r.Subject); more != "" && (!working(e) || warns) {
		p.prose("    ", more)
	}
	sure, maybe := likelyErrors(r), possible(r)
	switch found := append(sure, maybe...); {
	case len(found) > 0:
		for i, f := range found {
			p.inList(f, i > 0 || len(maybe) > 1 && len(sure) == 0)
		}
	case !working(e):
		p.prose("    ", unexplained(r))
	}
	for _, f := range r.BySeverity(checks.Warning) {
		p.inList(f, true)
	}
	return []string{p.out.String()}
}

// inList writes a finding below the line of its entry, with its title where the line does not hold
// it.
func (p *page) inList(f checks.Finding, titled bool) {
	if titled {
		mark := p.failed
		if f.Severity == checks.Warning {
			mark = p.warned
		}
		p.prose("    "+mark+" ", f.Title)
	}
	p.prose("    ", f.Means)
	if f.Severity == checks.Error && f.Certainty != checks.Certain {
		p.prose("    ", howSure(f))
	}
	switch {
	case len(f.Steps) > 0:
		p.prose("    ", whoFixes(f)+":")
	case other(f):
		p.prose("    ", whoFixes(f)+".")
	}
	for _, s := range f.Steps {
		p.step("    - ", s)
	}
	p.place("    ", f)
	if f.Explain != "" {
		p.line("    " + p.own("More: "+f.Explain))
	}
}

// textBefore ends a list with how many work, for whoever did not ask for quiet or has something to
// do.
func textBefore(section int, t *Totals, o ListOptions) string {
	if section == 0 || o.Text.Quiet && t.Healthy == t.Count && t.Warned == 0 || t.Count == 0 {
		return ""
	}
	p := newPage(o.Text)
	p.line(p.own(strings.TrimSpace(t.counts()) + "."))
	return p.out.String()
}
