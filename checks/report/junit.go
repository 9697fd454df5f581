package report

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/text"
)

var _ = register(Format{
	Name: "junit", About: "JUnit XML, for Jenkins, GitLab and other CI systems",
	Write: JUnit, List: Sheet{Sections: 1, Part: junitCase, Before: junitBefore},
})

// JUnit writes the report as one test suite. CI systems list the names of the test cases that did
// not pass, so a cause is a test case of its own, named by its title; the steps keep their names
// from run to run, so that their history can be followed. Something that somebody must change is a
// failure; a service that does not answer is an error.
func JUnit(w io.Writer, r checks.Report) error {
	r = tidy(r, clean)
	name := "credguide check: "
	if r.Subject.Name != "" {
		name += r.Subject.Name + ", "
	}
	suite := newSuite(name+subjectName(r.Subject)+", client "+clientName(r), r)
	for _, p := range [][2]string{
		{"verdict", string(r.Verdict)},
		{"environment", environmentName(r.Subject)},
		{"issuer", r.Subject.Issuer},
		{"backend", r.Subject.Backend},
		{"client_id", r.Subject.ClientID},
		{"tool", r.Tool.Name + " " + r.Tool.Version},
	} {
		suite.AddProperty(p[0], p[1])
	}
	for _, p := range [][2]string{{"name", r.Subject.Name}, {"owner", r.Subject.Owner}} {
		if p[1] != "" {
			suite.AddProperty(p[0], p[1])
		}
	}
	for _, label := range slices.Sorted(maps.Keys(r.Subject.Labels)) {
		suite.AddProperty("label_"+label, r.Subject.Labels[label])
	}
	for _, tc := range causeCases(r) {
		suite.AddTestcase(tc)
	}
	for _, c := range r.Checks {
		if c.Further && c.Status == checks.Skipped {
			continue // only taken when there is something to tell apart
		}
		suite.AddTestcase(stepCase(r, c))
	}
	suite.SystemOut = remarks(r)
	return writeSuite(w, suite)
}

// junitCase is the test case of one credential. CI systems follow its history by its name.
func junitCase(e Entry, _ ListOptions) []string {
	r := tidy(e.Report, clean)
	tc := junit.Testcase{Name: clean(e.Label), Classname: classname(r), Time: secondsOf(r.DurationMS)}
	if r.Settled() {
		tc.Skipped = &junit.Result{Message: headline(r), Data: body(r)}
	} else if !working(e) {
		outcome(&tc, cannotTell(r), headline(r), causeID(r), body(r))
	} else {
		tc.SystemOut = remarks(r)
	}
	if more := whose(r.Subject); more != "" {
		if tc.SystemOut == nil {
			tc.SystemOut = &junit.Output{}
		}
		tc.SystemOut.Data = strings.TrimSpace(more + "\n\n" + tc.SystemOut.Data)
	}
	var b bytes.Buffer
	enc := xml.NewEncoder(&b)
	enc.Indent("\t\t", "\t")
	if err := enc.EncodeElement(tc, xml.StartElement{Name: xml.Name{Local: "testcase"}}); err != nil { // into memory
		panic(err)
	}
	return []string{b.String() + "\n"}
}

// junitBefore is what stands around the test cases of a list: one suite.
func junitBefore(section int, t *Totals, _ ListOptions) string {
	if section == 1 {
		return "\t</testsuite>\n</testsuites>\n"
	}
	counts := fmt.Sprintf(`time="%s" tests="%d" errors="%d" failures="%d"`, secondsOf(t.DurationMS), t.Count, t.Unknown, t.Broken)
	return xml.Header + fmt.Sprintf("<testsuites name=\"credguide\" %s>\n\t<testsuite name=\"credguide check --all\" %s skipped=\"%d\" id=\"0\" timestamp=\"%s\">\n",
		counts, counts, t.Settled, t.Started.UTC().Format(time.RFC3339))
}

func newSuite(name string, r checks.Report) junit.Testsuite {
	suite := junit.Testsuite{Name: name, Time: secondsOf(r.DurationMS)}
	suite.SetTimestamp(r.Started.UTC())
	return suite
}

func writeSuite(w io.Writer, suite junit.Testsuite) error {
	suites := junit.Testsuites{Name: "credguide", Time: suite.Time}
	suites.AddSuite(suite)
	suites.Skipped = 0 // the suite has it; Jenkins' schema knows no such attribute here
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	return suites.WriteXML(w)
}

// causeCases are the errors: each one that is more than possible by itself, those that could not be
// told apart together, and a report without any error that is not healthy either.
func causeCases(r checks.Report) []junit.Testcase {
	var cases []junit.Testcase
	add := func(name, id, text string, isError bool) {
		tc := junit.Testcase{Name: name, Classname: accountClass(r), Time: secondsOf(0)}
		outcome(&tc, isError, name, id, text)
		cases = append(cases, tc)
	}
	sure, maybe := likelyErrors(r), possible(r)
	if len(maybe) == 1 {
		sure, maybe = append(sure, maybe...), nil
	}
	for _, f := range sure {
		add(f.Title, f.ID, findingText(f), f.Waiting())
	}
	if len(maybe) > 0 {
		titles := each(maybe, func(f checks.Finding) string { return f.Title })
		add("One of: "+strings.Join(titles, "; "), maybe[0].ID, alternativesText(maybe), r.Verdict == checks.Unreachable)
	}
	if r.Settled() {
		skipped := &junit.Result{Message: headline(r), Data: unexplained(r)}
		return []junit.Testcase{{Name: headline(r), Classname: classname(r), Time: secondsOf(0), Skipped: skipped}}
	}
	if len(cases) == 0 && (r.Verdict != checks.Healthy || r.Interrupted) {
		add(headline(r), string(r.Verdict), unexplained(r), true)
	}
	return cases
}

func cannotTell(r checks.Report) bool { return r.Verdict != checks.Misconfigured }

func outcome(tc *junit.Testcase, isError bool, message, kind, text string) {
	result := &junit.Result{Message: message, Type: kind, Data: text}
	if isError {
		tc.Error = result
	} else {
		tc.Failure = result
	}
}

func stepCase(r checks.Report, c checks.Check) junit.Testcase {
	tc := junit.Testcase{Name: c.Title, Classname: accountClass(r) + ".steps", Time: secondsOf(c.DurationMS)}
	switch c.Status {
	case checks.Skipped:
		tc.Skipped = &junit.Result{Message: cmp.Or(c.Because, "not tried")}
	case checks.Crashed:
		outcome(&tc, true, c.Because, string(c.Status), "")
	case checks.Failed:
		if r.Settled() {
			tc.Skipped = &junit.Result{Message: c.Because, Data: headline(r)}
			break
		}
		outcome(&tc, cannotTell(r), c.Because, c.ID, "The cause: "+headline(r))
	case checks.Passed, checks.Warned:
		tc.SystemOut = &junit.Output{Data: c.Because}
	default:
		outcome(&tc, true, "status "+string(c.Status), c.ID, c.Because)
	}
	return tc
}

// body is all there is to say of a report that is not healthy.
func body(r checks.Report) string {
	var parts []string
	for _, f := range likelyErrors(r) {
		parts = append(parts, findingText(f))
	}
	if maybe := possible(r); len(maybe) > 0 {
		parts = append(parts, alternativesText(maybe))
	}
	if len(parts) == 0 {
		parts = append(parts, unexplained(r))
	}
	return strings.Join(append(parts, whatWasSent(r)), "\n\n")
}

// findingText is a finding in plain lines: what it means, how sure it is, what to do, where, and
// what decided it.
func findingText(f checks.Finding) string {
	lines := []string{f.Means}
	if sure := howSure(f); sure != "" {
		lines = append(lines, sure)
	}
	if len(f.Fix) > 0 {
		lines = append(lines, "", whoFixes(f)+":")
	} else if other(f) {
		lines = append(lines, "", whoFixes(f)+".")
	}
	for i, step := range f.Fix {
		lines = append(lines, fmt.Sprintf("%d. %s", i+1, step))
	}
	if place := f.Where.Path(); place != "" {
		lines = append(lines, "Where: "+place)
	}
	if len(f.Because) > 0 {
		lines = append(lines, "Seen: "+strings.Join(each(f.Because, factText), ", "))
	}
	return strings.TrimSpace(strings.Join(append(lines, "More: "+f.Explain), "\n"))
}

func alternativesText(fs []checks.Finding) string {
	parts := []string{"One of these, most likely first."}
	for i, f := range fs {
		parts = append(parts, fmt.Sprintf("(%d) %s\n%s", i+1, f.Title, findingText(f)))
	}
	return strings.Join(parts, "\n\n")
}

// remarks are the warnings and notes: they fail nothing, but should be read.
func remarks(r checks.Report) *junit.Output {
	var parts []string
	for _, f := range r.Diagnoses {
		if f.Severity != checks.Error {
			parts = append(parts, string(f.Severity)+": "+f.Title+"\n"+findingText(f))
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return &junit.Output{Data: strings.Join(parts, "\n\n")}
}

// classname groups test cases. CI systems split it at dots, so a name must not bring its own.
func classname(r checks.Report) string {
	return "credguide." + strings.ReplaceAll(cmp.Or(environmentName(r.Subject), noEnvironment), ".", "-")
}

// accountClass also has the account's name, so that the test cases of two accounts stay apart.
func accountClass(r checks.Report) string {
	if r.Subject.Name == "" {
		return classname(r)
	}
	return classname(r) + "." + strings.ReplaceAll(r.Subject.Name, ".", "-")
}

func clientName(r checks.Report) string {
	return cmp.Or(text.Cut(r.Subject.ClientID, 60, text.Cells), "(none)")
}

func causeID(r checks.Report) string {
	if first, ok := r.First(); ok {
		return first.ID
	}
	return string(r.Verdict)
}

func secondsOf(ms int64) string { return fmt.Sprintf("%.3f", float64(max(ms, 0))/1000) }
