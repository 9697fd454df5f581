package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"time"

	"github.com/credguide/credguide/checks"
)

var _ = register(Format{
	Name: "html", About: "one page for a browser, to read, print or send", Machine: true,
	Write: func(w io.Writer, r checks.Report) error { return htmlAll(w, []checks.Report{r}) }, WriteAll: htmlAll,
})

//go:embed html.tmpl
var htmlSource string

// htmlPage escapes every text for the place where it stands (html/template). The page needs no script, loads nothing, and
// forbids both to the browser.
var htmlPage = template.Must(template.New("page").Funcs(template.FuncMap{
	"segments": segments, "sure": howSure, "who": whoFixes, "where": whereTo, "other": other, "fact": factText,
	"ms": milliseconds, "mark": newPage(PlainText).markOf,
}).Parse(htmlSource))

// htmlReport is what the page shows of one report.
type htmlReport struct {
	checks.Report
	Mark, Headline, Name, Client, Account, Sent, When, Unexplained string
	Errors                                                         []checks.Finding // more than possible, or the only one
	Alternatives                                                   []checks.Finding
	Remarks                                                        []checks.Finding
	Steps                                                          []checks.Check
}

// htmlAll writes one page for all reports.
func htmlAll(w io.Writer, reports []checks.Report) error {
	var b bytes.Buffer
	if err := htmlPage.Execute(&b, each(reports, htmlReportOf)); err != nil {
		return fmt.Errorf("write the report as HTML: %w", err)
	}
	_, err := w.Write(b.Bytes())
	return err
}

func htmlReportOf(r checks.Report) htmlReport {
	r = tidy(r, clean)
	h := htmlReport{
		Report: r, Mark: verdictMark(r), Headline: headline(r), Name: subjectName(r.Subject), Client: clientName(r),
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
