package report

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/credguide/credguide/checks"
)

var _ = register(Format{
	Name: "markdown", About: "Markdown, for a CI job's summary or a mail to a help desk",
	Write: Markdown, List: Sheet{Sections: 3, Part: markdownParts, Before: markdownBefore},
})

// Markdown writes the report in GitHub's Markdown (CommonMark with tables). Texts of the report
// stay texts: none of their characters becomes markup, except that commands are set as code.
func Markdown(w io.Writer, r checks.Report) error {
	var m markdown
	r = tidy(r, clean)
	m.report(r, r.Subject.Name)
	_, err := io.WriteString(w, m.String())
	return err
}

// markdownParts are a row for an account that does not work, or one for an account that does, and
// the report of the former.
func markdownParts(e Entry, _ ListOptions) []string {
	r := tidy(e.Report, clean)
	var row, whole markdown
	row.row(verdictMark(r), escapeMarkdown(clean(e.Label)), escapeMarkdown(whose(r.Subject)), escapeMarkdown(clientName(r)), escapeMarkdown(subjectName(r.Subject)), escapeMarkdown(result(r)))
	if working(e) && len(r.BySeverity(checks.Warning)) == 0 {
		return []string{"", row.String(), ""}
	}
	whole.WriteString("\n---\n\n")
	whole.report(r, clean(e.Label))
	if working(e) {
		return []string{"", row.String(), whole.String()}
	}
	return []string{row.String(), "", whole.String()}
}

func markdownBefore(section int, t *Totals, _ ListOptions) string {
	const head = "| | name | owner, labels | client | checked | result |\n|---|---|---|---|---|---|\n"
	switch section {
	case 0:
		return "# credguide: " + t.counts() + "\n\n" + head
	}
	return ""
}

func verdictMark(r checks.Report) string {
	switch {
	case r.Interrupted, r.Settled():
		return unicodeSymbols.warned
	case r.Verdict == checks.Healthy:
		return unicodeSymbols.passed
	case r.Verdict == checks.Misconfigured:
		return unicodeSymbols.failed
	}
	return unicodeSymbols.unknown
}

type markdown struct{ strings.Builder }

// block writes lines that are Markdown already, as a paragraph of their own.
func (m *markdown) block(text string) {
	if m.Len() > 0 && !strings.HasSuffix(m.String(), "\n\n") {
		m.WriteString("\n")
	}
	m.WriteString(text + "\n")
}

// text writes a paragraph of the report's own words.
func (m *markdown) text(parts ...string) {
	if text := strings.TrimSpace(strings.Join(parts, " ")); text != "" {
		m.block(mixed(text))
	}
}

func (m *markdown) row(cells ...string) {
	m.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

// report writes the report of what is called by a name, or has none.
func (m *markdown) report(r checks.Report, name string) {
	title := mixed(headline(r))
	if name != "" {
		title = escapeMarkdown(name) + ": " + title
	}
	m.block("## " + verdictMark(r) + " " + title)
	who := []string{escapeMarkdown(subjectName(r.Subject)), "client " + code(clientName(r))}
	if from := r.Subject.Secret.Source; from != "" {
		who = append(who, "secret from "+code(from))
	}
	m.block(joinDots(who))
	m.text(whose(r.Subject))
	if r.Interrupted {
		m.text("The check was interrupted. What follows is what was seen until then.")
	}
	if r.Verdict == checks.Healthy {
		m.text(joinDots(account(r)))
	}
	m.errors(r)
	for _, severity := range []checks.Severity{checks.Warning, checks.Note} {
		for _, f := range r.BySeverity(severity) {
			m.block("### " + strings.ToUpper(string(severity[:1])) + string(severity[1:]) + ": " + mixed(f.Title))
			m.finding(f)
		}
	}
	m.steps(r)
	m.text(whatWasSent(r))
	m.block(escapeMarkdown(fmt.Sprintf("%s %s, %s", r.Tool.Name, r.Tool.Version, r.Started.UTC().Format(time.RFC3339))))
}

// errors writes the causes. The headline holds the title of the first one, unless several are
// possible.
func (m *markdown) errors(r checks.Report) {
	sure, maybe := likelyErrors(r), possible(r)
	if len(sure)+len(maybe) == 0 && r.Verdict != checks.Healthy {
		m.text(unexplained(r))
	}
	for i, f := range append(sure, maybe...) {
		switch {
		case i == len(sure) && len(maybe) > 1:
			m.text("One of these, most likely first. Not proven:")
			fallthrough
		case i > 0:
			m.block("### " + mixed(f.Title))
		}
		m.finding(f)
	}
}

func (m *markdown) finding(f checks.Finding) {
	m.text(f.Means)
	m.text(howSure(f))
	switch {
	case len(f.Steps) > 0:
		m.block("**" + escapeMarkdown(whoFixes(f)) + ":**")
		m.WriteString("\n")
		for i, step := range f.Steps {
			fmt.Fprintf(m, "%d. %s\n", i+1, mixedStep(step))
		}
	case other(f):
		m.block("**" + escapeMarkdown(whoFixes(f)) + ".**")
	}
	if place := f.Where.Path(); place != "" {
		m.block("**Where:** " + escapeMarkdown(place))
	}
	var seen []string
	for _, b := range f.Because {
		seen = append(seen, code(factText(b)))
	}
	if len(seen) > 0 {
		m.block("Seen: " + strings.Join(seen, ", "))
	}
	m.block("More: " + code(f.Explain))
}

func (m *markdown) steps(r checks.Report) {
	if len(r.Checks) == 0 {
		return
	}
	m.block("<details><summary>Steps</summary>\n\n| | step | seen | time |\n|---|---|---|--:|")
	for _, c := range r.Checks {
		if c.Further && c.Status == checks.Skipped {
			continue
		}
		m.row(newPage(PlainText).markOf(c.Status), escapeMarkdown(c.Title), escapeMarkdown(c.Because), milliseconds(c.DurationMS))
	}
	m.WriteString("\n</details>\n")
}

// mixed writes prose with its commands set as code.
func mixed(text string) string {
	var b strings.Builder
	for i, s := range segments(text) {
		switch {
		case s.Code:
			b.WriteString(code(s.Text))
		case i == 0:
			b.WriteString(escapeMarkdown(s.Text))
		default:
			b.WriteString(escapeInline(s.Text))
		}
	}
	return b.String()
}

// mixedStep writes a step with its command set as code.
func mixedStep(s checks.FixStep) string {
	if s.Run == "" {
		return mixed(s.Text)
	}
	return mixed(s.Lead()) + " " + code(s.Run)
}

// code writes a code span. Its fence is longer than any run of back quotes within (CommonMark 6.1).
// In a table's cell a bar would end it, so there is none in tables.
func code(s string) string {
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " "
	}
	if strings.TrimSpace(s) == "" {
		return ""
	}
	return fence + s + fence
}

var (
	markup = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "&", "&amp;",
		"|", `\|`, "~", `\~`, "#", `\#`, "$", `\$`, "!", `\!`)
	// An underscore inside a word makes no emphasis (CommonMark 6.2), so names of variables stay
	// readable.
	looseUnderscore = regexp.MustCompile(`(^|[^A-Za-z0-9])(_+)|(_+)([^A-Za-z0-9_]|$)`)
	listStart       = regexp.MustCompile(`^(\d*)([-+=]|[.)](?:\s|$))`)
)

// live is what GitHub and others turn into a link or a mention wherever it stands in prose.
var live = regexp.MustCompile(`(?i)(?:[a-z][a-z0-9+.-]*://|www\.|mailto:|xmpp:)[^\s|]+|[\w.+-]*@[\w-][\w./-]*|#\d+|\bGH-\d+`)

// escapeInline makes a text one that Markdown shows as it is. What would come to life is set as
// code.
func escapeInline(s string) string {
	var b strings.Builder
	at := 0
	for _, found := range live.FindAllStringIndex(s, -1) {
		end := found[0] + len(strings.TrimRight(s[found[0]:found[1]], ".,;:!?)]}'\""))
		if end <= found[0] {
			continue
		}
		b.WriteString(escapeProse(s[at:found[0]]) + code(s[found[0]:end]))
		at = end
	}
	return b.String() + escapeProse(s[at:])
}

func escapeProse(s string) string {
	return looseUnderscore.ReplaceAllStringFunc(markup.Replace(s), func(m string) string {
		return strings.ReplaceAll(m, "_", `\_`)
	})
}

// escapeMarkdown does the same for a text at the start of a line, where more means something.
func escapeMarkdown(s string) string {
	return listStart.ReplaceAllString(escapeInline(s), `$1\$2`)
}
