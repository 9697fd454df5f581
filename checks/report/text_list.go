package report

import (
	"cmp"
	"fmt"
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
	r := tidy(e.Report, p.shown)
	p.row(e, r, o.NameWidth, !working(e) || warns)
	if r.Facts.Is(checks.EntryNotChecked) { // the end of the list says what to do
		return []string{p.out.String()}
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
	for _, f := range r.BySeverity(checks.Warning) { // often one of all accounts alike
		p.titled(p.warned, f)
		p.out.WriteString(onceMark)
		p.advice(f)
		p.out.WriteString(onceMark)
	}
	return []string{p.out.String()}
}

// row begins an entry: its name and the verdict, and what was checked beside or below. A name that
// is wider than its column has a line of its own.
func (p *page) row(e Entry, r checks.Report, names int, whole bool) {
	names = min(names, p.Width/4)
	label := p.fit(p.shown(e.Label), p.Width)
	if text.Width(label) > max(names, p.Width/2) {
		p.line(label)
		label = ""
	}
	mark, paint := p.verdictMark(r)
	lead := text.Pad(label, names) + "  " + paint(text.Pad(mark, p.widest())) + " "
	said, beside := headline(r), "    "
	if r.Facts.Is(checks.EntryNotChecked) {
		p.prose(lead, said)
		return
	}
	words, rest, short := strings.Cut(said, ": ")
	if first, ok := r.First(); ok && short && strings.HasPrefix(first.Means, rest) { // it stands below
		said = words
	}
	if short = short && working(e); short { // where it works stands behind
		beside, said = lead, words
	}
	free := p.Width - text.Width(beside)
	about := []string{cmp.Or(text.Cut(r.Subject.ClientID, 40, text.Cells), "(no client ID)"), subjectName(r.Subject)}
	if short {
		about = append([]string{said}, about...)
	} else {
		p.prose(lead, said)
	}
	if r.Facts.Is(checks.EntryInvalid) { // nothing of it was taken in
		about = nil
	}
	if whole {
		about = append(about, whoseParts(r.Subject)...)
	}
	if len(about) == 0 {
		return
	}
	p.joined(beside, each(about, func(s string) string { return p.fit(s, min(free, 60)) }))
}

// fit is a text of the program or the report in at most so many columns.
func (p *page) fit(s string, columns int) string {
	if s = p.own(s); text.Width(s) <= columns {
		return s
	}
	return p.own(text.Cut(s, columns+1-text.Width(p.own("…")), text.Cells))
}

// inList writes an error below the line of its entry, with its title where the line does not hold it.
func (p *page) inList(f checks.Finding, titled bool) {
	if titled {
		p.titled(p.failed, f)
	} else {
		p.prose("    ", f.Means)
	}
	if f.Certainty != checks.Certain {
		p.prose("    ", howSure(f))
	}
	p.advice(f)
}

// titled writes what a finding is.
func (p *page) titled(mark string, f checks.Finding) {
	p.prose("    "+mark+" ", f.Title)
	p.prose("    ", f.Means)
}

// advice writes what to do about a finding.
func (p *page) advice(f checks.Finding) {
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

// textBefore ends a list with what does not work, which may stand many screens above, and how many
// do, for whoever did not ask for quiet or has something to do.
func textBefore(section int, t *Totals, o ListOptions) string {
	if section == 0 || o.Text.Quiet && t.Healthy == t.Count && t.Warned == 0 || t.Count == 0 {
		return ""
	}
	p := newPage(o.Text)
	if n := t.failing(); n > 0 {
		lead := "Not working: "
		names := each(t.Failing, func(name string) string { return p.fit(p.shown(name), p.Width-text.Width(lead)-1) })
		if more := n - len(names); more > 0 {
			names = append(names, fmt.Sprintf("and %d more", more))
		}
		p.prose(lead, strings.Join(names, ", "))
	}
	p.prose("", strings.TrimSpace(t.counts())+".")
	return p.out.String()
}
