package report

import (
	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/text"
)

// maxShown bounds each text of a report, in characters: a server must not be able to push the cause off the screen.
const maxShown = 2000

// clean makes a text safe to show on one line.
func clean(s string) string { return text.Line(s, maxShown) }

// Redacted returns a copy of the report in which redact has been applied to every text.
func Redacted(r checks.Report, redact func(string) string) checks.Report { return tidy(r, redact) }

// tidy returns a copy of the report in which show has been applied to every text, and no list is nil. Renderers work on such
// a copy only.
func tidy(r checks.Report, show func(string) string) checks.Report {
	r = text.Map(r, show)
	for _, list := range [][]checks.Finding{r.Diagnoses, r.Hidden} {
		for i := range list {
			list[i].Fix = list[i].Steps.Lines()
		}
	}
	return r
}

// each maps a list into a new one, which is never nil.
func each[T, U any](in []T, f func(T) U) []U {
	out := make([]U, 0, len(in))
	for _, v := range in {
		out = append(out, f(v))
	}
	return out
}
