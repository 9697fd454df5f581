package report

import (
	"fmt"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/text"
)

// verdict writes the cause, or that there is none.
func (p *page) verdict(r checks.Report) {
	if r.Interrupted {
		p.title(p.warned, "Interrupted: what follows is what was seen until then", p.paint.doubt)
		p.blank()
	}
	sure, maybe := likelyErrors(r), possible(r)
	switch {
	case len(sure) == 0 && len(maybe) == 0:
		p.noError(r)
		return
	case len(sure) == 0 && len(maybe) == 1:
		sure, maybe = maybe, nil
	}
	for i, f := range sure {
		if i > 0 {
			p.blank()
		}
		p.cause(f, i == 0 && r.Verdict == checks.Unreachable)
	}
	if len(maybe) > 0 {
		if len(sure) > 0 {
			p.blank()
		}
		p.alternatives(maybe, len(sure) > 0)
	}
}

func (p *page) title(mark, words string, paint func(string) string) {
	p.out.WriteString(paint(mark) + " ")
	indent := text.Width(mark) + 1
	for i, l := range wrap(p.own(words), p.Width-indent) {
		if i > 0 {
			p.out.WriteString(strings.Repeat(" ", indent))
		}
		p.line(p.paint.strong(l))
	}
}

// noError writes what is true where no error was found.
func (p *page) noError(r checks.Report) {
	if r.Verdict == checks.Healthy {
		p.title(p.passed, headline(r), p.paint.good)
		if parts := account(r); len(parts) > 0 {
			p.joined("  ", parts)
		}
		if backendName(r.Subject) == "" {
			p.prose("  ", "No back-end took part in this check.")
		}
		return
	}
	mark, paint := p.verdictMark(r)
	p.title(mark, headline(r), paint)
	p.prose("  ", unexplained(r))
	if r.Settled() {
		return
	}
	if n := len(r.Undecided); n > 0 {
		p.prose("  ", fmt.Sprintf("%s could not be ruled out, because something was not observed.", text.Plural(n, "possible cause")))
	}
}

// cause writes an error in full.
func (p *page) cause(f checks.Finding, unreachable bool) {
	if unreachable {
		p.title(p.unknown, "Cannot tell: "+afterColon(f.Title), p.paint.doubt)
	} else {
		p.title(p.failed, f.Title, p.paint.bad)
	}
	if p.folded {
		p.prose("  ", f.Means+" "+howSure(f))
	} else {
		p.prose("  ", f.Means)
		p.prose("  ", howSure(f))
	}
	p.seen(f)
	p.fix(f)
}

// fix writes who can do something, the steps and the place, set off by a blank line.
func (p *page) fix(f checks.Finding) {
	if len(f.Steps) > 0 || other(f) {
		p.blank()
		p.numbered(whoFixes(f), f.Steps)
	}
	p.place("  ", f)
}

// numbered writes steps after the words that introduce them.
func (p *page) numbered(lead string, steps checks.FixSteps) {
	switch len(steps) {
	case 0:
		p.prose("  ", lead+".")
	case 1:
		p.filled("  ", append(atoms(p.own(lead+":")), p.wordsOf(steps[0])...))
	default:
		p.prose("  ", lead+":")
		for i, step := range steps {
			p.step(fmt.Sprintf("  %d. ", i+1), step)
		}
	}
}

// step writes the words of a step, and its command whole, so that it can be copied.
func (p *page) step(lead string, s checks.FixStep) { p.filled(lead, p.wordsOf(s)) }

func (p *page) wordsOf(s checks.FixStep) []string {
	words := atoms(p.own(s.Lead()))
	if s.Run != "" {
		words = append(words, p.own(s.Run))
	}
	return words
}

func (p *page) place(indent string, f checks.Finding) {
	if place := f.Where.Path(); place != "" {
		p.prose(indent+"Where: ", place)
	}
}

// remark writes a warning or a note.
func (p *page) remark(f checks.Finding, mark string) {
	p.title(mark, f.Title, p.paint.doubt)
	p.prose("  ", f.Means)
	p.seen(f)
	p.prose("  ", howSure(f))
	switch {
	case other(f) && f.Severity != checks.Note:
		p.numbered(whoFixes(f), f.Steps)
	case len(f.Steps) == 1:
		p.step("  ", f.Steps[0])
	case len(f.Steps) > 1:
		p.numbered("Do this", f.Steps)
	}
	p.place("  ", f)
}

// alternatives writes causes that could not be told apart, together.
func (p *page) alternatives(fs []checks.Finding, besides bool) {
	title := "One of these, most likely first"
	switch {
	case besides && len(fs) == 1:
		title = "Besides, one other cause is possible"
	case besides:
		title = "Besides, one of these is possible, most likely first"
	}
	p.title(p.failed, title, p.paint.bad)
	shared := sharedSeparation(fs)
	for i, f := range fs {
		lead := fmt.Sprintf("  %d. ", i+1)
		indent := strings.Repeat(" ", len(lead))
		p.styled(lead, f.Title, p.paint.strong)
		p.prose(indent, f.Means)
		p.seen(f)
		if f.SeparateBy != shared {
			p.prose(indent, "To tell: "+f.SeparateBy)
		}
		p.ifSo(indent, f)
		p.place(indent, f)
	}
	if shared != "" {
		p.prose("  ", "To tell them apart: "+shared)
	}
}

// ifSo says what to do in case that this possible cause is the cause. A command ends its line.
func (p *page) ifSo(indent string, f checks.Finding) {
	var words []string
	switch {
	case other(f):
		words = atoms(p.own("If so, " + fixer(f) + " can fix it."))
	case len(f.Steps) > 0:
		words = []string{"If so:"}
	}
	for _, s := range f.Steps {
		words = append(words, p.wordsOf(s)...)
		if s.Run != "" {
			p.filled(indent, words)
			words = nil
		}
	}
	p.filled(indent, words)
}

// sharedSeparation is what separates all of them, where that is one sentence.
func sharedSeparation(fs []checks.Finding) string {
	for _, f := range fs {
		if f.SeparateBy != fs[0].SeparateBy {
			return ""
		}
	}
	return fs[0].SeparateBy
}

// seen lists the facts that decided, for a help desk.
func (p *page) seen(f checks.Finding) {
	if !p.Verbose || len(f.Because) == 0 {
		return
	}
	p.prose("  Seen: ", strings.Join(each(f.Because, factText), ", "))
}

func factText(b checks.Fact) string {
	if text, ok := b.Show(); ok {
		return b.Fact + " = " + text
	}
	return b.Fact + " is empty"
}

// quiet writes one line for each error and warning.
func (p *page) quiet(r checks.Report) {
	for _, f := range r.Diagnoses {
		switch f.Severity {
		case checks.Error:
			p.line(p.paint.bad(p.failed) + " " + f.Title + " (" + f.ID + ")")
		case checks.Warning:
			p.line(p.paint.doubt(p.warned) + " " + f.Title + " (" + f.ID + ")")
		}
	}
	if len(r.BySeverity(checks.Error)) > 0 || r.Verdict == checks.Healthy {
		return
	}
	mark, paint := p.verdictMark(r)
	said := headline(r)
	if f, _ := r.IgnoredError(); r.Settled() { // the exit code is that of a login that works
		said += " (" + f.ID + ")"
	}
	p.line(paint(mark) + " " + said)
}

// verdictMark is the sign of the verdict and its colour.
func (p *page) verdictMark(r checks.Report) (string, func(string) string) {
	switch {
	case r.Verdict == checks.Healthy:
		return p.passed, p.paint.good
	case r.Settled():
		return p.warned, p.paint.doubt
	case r.Verdict != checks.Misconfigured:
		return p.unknown, p.paint.doubt
	}
	return p.failed, p.paint.bad
}

// verdictInWords names the cause, or all causes that could not be told apart.
func verdictInWords(r checks.Report) string {
	if maybe := possible(r); len(maybe) > 1 && len(likelyErrors(r)) == 0 {
		return "One of: " + strings.Join(each(maybe, func(f checks.Finding) string { return f.Title }), "; ")
	}
	return headline(r)
}
