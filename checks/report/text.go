package report

import (
	"io"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/text"
)

var _ = register(Format{
	Name: "text", About: "for people at a terminal: the cause, what to do, the steps",
	Write: func(w io.Writer, r checks.Report) error { return Text(w, r, PlainText) },
	List:  Sheet{Sections: 1, Streams: true, Once: true, Part: textPart, Before: textBefore},
})

// TextOptions fit the text to its reader.
type TextOptions struct {
	Width   int  // columns; 0 means 80
	Color   bool // terminal colours, for marks and titles only
	Unicode bool // the terminal shows UTF-8; otherwise ASCII alone is written
	Verbose bool // also the further steps, the facts that decided and every request
	Rows    int  // lines of the terminal; 0 means that nothing scrolls away
	Quiet   bool // one line for each error and warning, and nothing where there is none
}

// PlainText suits a file or a pipe.
var PlainText = TextOptions{Width: 80, Unicode: true}

const (
	defaultWidth = 80
	minWidth     = 40
	maxWidth     = 100 // longer lines are hard to read
	screenLines  = 24
)

// Text writes the report for people: the cause first, then what to do, then the steps.
func Text(w io.Writer, r checks.Report, o TextOptions) error {
	p := newPage(o)
	r = tidy(r, p.shown)
	if o.Quiet {
		p.quiet(r)
	} else {
		p.report(r)
		// What is needed should not scroll away: on a small screen the steps that passed share a
		// line.
		if !o.Verbose && p.lines() > screenLines {
			p = newPage(o)
			p.folded = true
			p.report(r)
		}
		if o.Rows > 0 && p.lines() >= o.Rows {
			p.again(r)
		}
	}
	_, err := io.WriteString(w, p.out.String())
	return err
}

// page is a text in the making.
type page struct {
	TextOptions
	symbols
	paint  paint
	folded bool // the steps that passed share a line
	out    strings.Builder
}

func newPage(o TextOptions) *page {
	if o.Width == 0 {
		o.Width = defaultWidth
	}
	o.Width = min(max(o.Width, minWidth), maxWidth)
	p := &page{TextOptions: o, symbols: unicodeSymbols, paint: newPaint(o.Color)}
	if !o.Unicode {
		p.symbols = asciiSymbols
	}
	return p
}

// shown makes a text of the report fit for this page.
func (p *page) shown(s string) string {
	s = clean(s)
	if !p.Unicode {
		s = toASCII(s)
	}
	return s
}

// again repeats the verdict below a report that is longer than the screen, where it would have
// scrolled away.
func (p *page) again(r checks.Report) {
	mark, paint := p.verdictMark(r)
	p.blank()
	p.title(mark, verdictInWords(r), paint)
}

func (p *page) lines() int { return strings.Count(p.out.String(), "\n") }

func (p *page) report(r checks.Report) {
	p.header(r)
	p.blank()
	p.verdict(r)
	for _, f := range r.BySeverity(checks.Warning) {
		p.blank()
		p.remark(f, p.warned)
	}
	for _, f := range r.BySeverity(checks.Note) {
		p.blank()
		p.remark(f, p.note)
	}
	p.blank()
	p.steps(r)
	if p.Verbose {
		p.requests(r)
		p.background(r)
	}
	p.blank()
	p.closing(r)
}

// line writes one line as it is.
func (p *page) line(text string) {
	p.out.WriteString(strings.TrimRight(text, " "))
	p.out.WriteByte('\n')
}

// blank sets two parts off, once.
func (p *page) blank() {
	if !strings.HasSuffix(p.out.String(), "\n\n") {
		p.out.WriteByte('\n')
	}
}

// own makes the program's own words fit for this page; those of the report already are.
func (p *page) own(s string) string {
	if p.Unicode {
		return s
	}
	return toASCII(s)
}

// prose writes a text in lines of at most the page's width. The first line starts with lead, the
// others below its end.
func (p *page) prose(lead, words string) { p.styled(lead, words, noPaint) }

func (p *page) styled(lead, words string, paint func(string) string) {
	p.hanging(lead, wrap(p.own(words), p.Width-text.Width(lead)), paint)
}

// filled writes words, as prose writes a text.
func (p *page) filled(lead string, words []string) {
	p.hanging(lead, text.Fill(words, p.Width-text.Width(lead)), noPaint)
}

func (p *page) hanging(lead string, lines []string, paint func(string) string) {
	indent := strings.Repeat(" ", text.Width(lead))
	for i, l := range lines {
		if i > 0 {
			lead = indent
		}
		p.line(lead + paint(l))
	}
}

// header says what was checked.
func (p *page) header(r checks.Report) {
	var parts []string
	if name := r.Subject.Name; name != "" {
		parts = append(parts, p.own(text.Cut(name, 60, text.Cells)))
	}
	parts = append(parts, p.own(text.Cut(subjectName(r.Subject), 60, text.Cells)))
	if id := r.Subject.ClientID; id != "" {
		parts = append(parts, p.own(clientWords(id)))
	}
	if from := r.Subject.Secret.Source; from != "" {
		parts = append(parts, p.own("secret from "+text.Cut(strings.TrimPrefix(from, "environment "), p.Width-len("secret from "), text.Cells)))
	}
	p.joined("", parts)
	if more := whoseParts(r.Subject); len(more) > 0 {
		p.joined("", each(more, func(s string) string { return p.own(text.Cut(s, 60, text.Cells)) }))
	}
}

// clientWords names the client. One that is held back has a sentence in its place.
func clientWords(id string) string {
	if strings.HasPrefix(id, "(not shown") {
		return "client ID " + id
	}
	return "client " + text.Cut(id, 60, text.Cells)
}

// joined writes parts with dots between them and breaks lines only there.
func (p *page) joined(lead string, parts []string) {
	indent := strings.Repeat(" ", text.Width(lead))
	line := ""
	for _, part := range parts {
		next := part
		if line != "" {
			next = line + p.own(" · ") + part
		}
		if line != "" && text.Width(lead)+text.Width(next) > p.Width {
			p.line(lead + line)
			lead, next = indent, part
		}
		line = next
	}
	p.line(lead + line)
}

// closing says what was sent where, and where to read on.
func (p *page) closing(r checks.Report) {
	more := ""
	if first, ok := r.First(); ok && first.Explain != "" && first.Severity != checks.Note {
		more = "More: " + first.Explain
	}
	lines := wrap(p.own(whatWasSent(r)), p.Width-2)
	if last := lines[len(lines)-1]; more != "" && text.Width(last)+1+text.Width(more) <= p.Width-2 {
		lines[len(lines)-1] = last + " " + more
	} else if more != "" {
		lines = append(lines, more)
	}
	for _, l := range lines {
		p.line("  " + l)
	}
}
