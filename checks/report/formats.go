// Package report writes a checks.Report for its readers: people at a terminal, browsers, CI systems
// and monitors. It sees the report and nothing else, so it can neither decide nor leak anything.
// Each format is one file that registers itself; every text in a report may come from a hostile
// server and is made harmless for the format before it is written.
package report

import (
	"io"
	"maps"
	"slices"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/text"
)

// Format is one way to write reports.
type Format struct {
	// Name is what --output takes.
	Name string
	// About is one line, for completion.
	About string
	// Write writes one report.
	Write func(io.Writer, checks.Report) error
	// List is how it writes the reports of many credentials (check --all) as one document.
	List Sheet
}

// Formats holds every format by its name.
var Formats = map[string]Format{}

// register is called by the file of each format.
func register(f Format) Format {
	if _, twice := Formats[f.Name]; twice {
		panic("format registered twice: " + f.Name)
	}
	Formats[f.Name] = f
	return f
}

// Names lists the formats in alphabetical order.
func Names() []string { return slices.Sorted(maps.Keys(Formats)) }

// maxShown bounds each text of a report, in characters: a server must not be able to push the cause
// off the screen.
const maxShown = 2000

// clean makes a text safe to show on one line.
func clean(s string) string { return text.Line(s, maxShown) }

// Redacted returns a copy of the report in which redact has been applied to every text.
func Redacted(r checks.Report, redact func(string) string) checks.Report { return tidy(r, redact) }

// RedactedFindings does the same to what is said about evidence that is redacted already.
func RedactedFindings(r checks.Report, redact func(string) string) checks.Report {
	r.Diagnoses, r.Hidden = text.Map(r.Diagnoses, redact), text.Map(r.Hidden, redact)
	return withFixes(r)
}

// tidy returns a copy of the report in which show has been applied to every text, and no list is
// nil. Renderers work on such a copy only.
func tidy(r checks.Report, show func(string) string) checks.Report {
	return withFixes(text.Map(r, show))
}

// withFixes writes the steps of each finding anew: their parts may have changed.
func withFixes(r checks.Report) checks.Report {
	for _, list := range []*[]checks.Finding{&r.Diagnoses, &r.Hidden} {
		*list = slices.Clone(*list) // it may be the report's own
		for i, f := range *list {
			(*list)[i].Fix = f.Steps.Lines()
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
