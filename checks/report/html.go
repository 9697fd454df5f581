package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/credguide/credguide/checks"
)

var _ = register(Format{
	Name: "html", About: "one page for a browser, to read, print or send",
	Write: htmlOne, List: Sheet{Sections: 3, Part: htmlParts, Before: htmlBefore},
})

//go:embed html.tmpl
var htmlSource string

// htmlPage escapes every text for the place where it stands (html/template). The page needs no
// script, loads nothing, and forbids both to the browser. It is read when the first page is
// written: every run of the program would pay for it otherwise.
var htmlPage = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Funcs(template.FuncMap{
		"segments": segments, "sure": howSure, "who": whoFixes, "where": (*checks.Where).Path, "other": other, "fact": factText,
		"ms": milliseconds, "mark": newPage(PlainText).markOf,
	}).Parse(htmlSource))
})

// htmlReport is what the page shows of one report.
type htmlReport struct {
	checks.Report
	Label, Whose                                                   string // what the account is called, who looks after it, and its labels
	ID                                                             string // of a list's entry
	InList                                                         bool
	Mark, Headline, Name, Client, Account, Sent, When, Unexplained string
	Errors                                                         []checks.Finding // more than possible, or the only one
	Alternatives                                                   []checks.Finding
	Remarks                                                        []checks.Finding
	Steps                                                          []checks.Check
}

// htmlOne writes one page for one report.
func htmlOne(w io.Writer, r checks.Report) error {
	h := htmlReportOf(r)
	title := h.Headline
	if h.Label != "" {
		title = h.Label + ": " + title
	}
	_, err := io.WriteString(w, piece("head", htmlHead{Title: title})+"<main>\n"+piece("report", h)+piece("foot", nil))
	return err
}

// htmlHead is what the page has above its content.
type htmlHead struct{ Title string }

// htmlRow is an account in the table of a list.
type htmlRow struct {
	htmlReport
	Linked bool   // its report stands below
	Result string // in one line
}

// htmlParts are a row for what does not work, or one for what does, and the report of the former.
func htmlParts(e Entry, _ ListOptions) []string {
	row := htmlRow{htmlReport: htmlReportOf(e.Report)}
	row.Label, row.InList, row.Result = clean(e.Label), true, result(row.Report)
	row.ID = anchor(e.Label)
	row.Linked = !working(e) || len(row.Remarks) > 0 && len(e.BySeverity(checks.Warning)) > 0
	parts := []string{"", "", ""}
	if working(e) {
		parts[1] = piece("row", row)
	} else {
		parts[0] = piece("row", row)
	}
	if row.Linked {
		parts[2] = piece("report", row.htmlReport)
	}
	return parts
}

// anchor is a place in the page, by the entry's name.
func anchor(label string) string {
	var b strings.Builder
	b.WriteString("account-")
	for _, r := range label {
		if r < 128 && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-') {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "_%x", r)
		}
	}
	return b.String()
}

func htmlBefore(section int, t *Totals, _ ListOptions) string {
	switch section {
	case 0:
		return piece("head", htmlHead{Title: "credguide: " + t.counts()}) + piece("list", t.counts())
	case 2:
		return "</tbody></table>\n</section>\n<main>\n"
	case 3:
		return piece("foot", nil)
	}
	return ""
}

// piece is one template with its values.
func piece(name string, values any) string {
	var b strings.Builder
	if err := htmlPage().ExecuteTemplate(&b, name, values); err != nil { // into memory, with values of our own types
		panic(err)
	}
	return b.String()
}

func htmlReportOf(r checks.Report) htmlReport {
	r = tidy(r, clean)
	h := htmlReport{
		Report: r, Label: r.Subject.Name, Whose: whose(r.Subject), Mark: verdictMark(r), Headline: headline(r), Name: subjectName(r.Subject), Client: clientName(r),
		Sent: whatWasSent(r), When: r.Started.UTC().Format(time.RFC1123),
		Errors: likelyErrors(r), Alternatives: possible(r),
	}
	if r.Verdict == checks.Healthy {
		h.Account = joinDots(account(r))
	}
	if len(h.Errors)+len(h.Alternatives) == 0 && r.Verdict != checks.Healthy {
		h.Unexplained = unexplained(r)
	}
	if len(h.Alternatives) == 1 {
		h.Errors, h.Alternatives = append(h.Errors, h.Alternatives...), nil
	}
	h.Remarks = append(r.BySeverity(checks.Warning), r.BySeverity(checks.Note)...)
	for _, c := range r.Checks {
		if !c.Further || c.Status != checks.Skipped {
			h.Steps = append(h.Steps, c)
		}
	}
	return h
}
