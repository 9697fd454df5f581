package serve

import (
	"bytes"
	"cmp"
	_ "embed"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/internal/text"
)

//go:embed status.tmpl
var statusSource string

// statusPage escapes every text for the place where it stands (html/template).
var statusPage = sync.OnceValue(func() *template.Template { return template.Must(template.New("status").Parse(statusSource)) })

// status is what the page shows of all accounts.
type status struct {
	Working, Broken, Unclear, Waiting int
	Trouble, Unsaved, Every, Shard    string
	Now                               moment
	Rows                              []row
}

// row is one account.
type row struct {
	Name, Link, Owner, Class, Mark, Word string
	Cause, Step, Run                     string
	Since, At                            moment
	rank                                 int
}

// moment is a time for people and for programs.
type moment struct{ Shown, Exact string }

func momentOf(t time.Time) moment {
	return moment{t.UTC().Format("2006-01-02 15:04"), t.UTC().Format(time.RFC3339)}
}

// The order of the page: what somebody must change stands first.
const (
	broken = iota
	unclear
	waiting
	works
)

func (m *monitor) records() []record {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := make([]record, 0, len(m.order))
	for _, a := range m.order {
		list = append(list, a.record)
	}
	return list
}

// pageKind is the content type of the pages for people.
const pageKind = "text/html; charset=utf-8"

// writeOverview writes the status page: what does not work first.
func (m *monitor) writeOverview(w io.Writer) error {
	s := status{Every: pace(m.flags.every), Shard: m.flags.shard.String(), Unsaved: m.state.trouble(), Now: momentOf(m.app.Sys.Now())}
	m.mu.Lock()
	s.Trouble = m.trouble
	m.mu.Unlock()
	counts := map[int]*int{broken: &s.Broken, unclear: &s.Unclear, waiting: &s.Waiting, works: &s.Working}
	for _, r := range m.records() {
		row := rowOf(r)
		*counts[row.rank]++
		s.Rows = append(s.Rows, row)
	}
	slices.SortStableFunc(s.Rows, func(a, b row) int { return a.rank - b.rank })
	return statusPage().Execute(w, s)
}

// pace is a time as it stands behind "every": "hour", "6 hours", "90 minutes".
func pace(d time.Duration) string {
	for _, unit := range []struct {
		is   time.Duration
		word string
	}{{time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}} {
		switch {
		case d == unit.is:
			return unit.word
		case d%unit.is == 0:
			return text.Plural(int(d/unit.is), unit.word)
		}
	}
	return d.String()
}

func rankOf(r record) int {
	switch {
	case !r.Checked:
		return waiting
	case r.Report.Verdict == checks.Healthy:
		return works
	case r.Report.Verdict == checks.Misconfigured:
		return broken
	}
	return unclear
}

func rowOf(r record) row {
	out := row{Name: text.Line(r.Name, longestLabel), rank: waiting, Class: "waiting", Mark: "–", Word: "not checked yet"}
	if !r.Checked {
		return out
	}
	out.Link, out.Owner = linkTo(r.Name), text.Line(r.Report.Subject.Owner, longestLabel)
	out.Since, out.At = momentOf(r.Since), momentOf(r.Report.Started)
	out.Class = string(r.Report.Verdict)
	out.rank = rankOf(r)
	switch {
	case out.rank == works:
		out.Mark, out.Word = "√", "works"
	case out.rank == broken:
		out.Mark, out.Word = "×", "misconfigured"
	case r.Report.Verdict == checks.Unreachable:
		out.Mark, out.Word = "‼", "unreachable"
	default:
		out.Mark, out.Word = "‼", "cannot tell"
	}
	if r.Report.Settled() {
		ignored, _ := r.Report.IgnoredError()
		out.Word, out.Cause = "ignored", text.Line(ignored.Title+" ("+ignored.Ignored+")", longestLabel)
	}
	first, ok := r.Report.First()
	if !ok || first.Severity == checks.Note {
		return out
	}
	out.Cause = text.Line(first.Title, longestLabel)
	out.Run = text.Line(first.Explain, longestLabel)
	for _, step := range first.Steps {
		if out.Step == "" {
			out.Step = text.Line(step.Text, longestLabel)
		}
		if step.Run != "" {
			out.Run = text.Line(step.Run, 2*longestLabel)
		}
	}
	return out
}

// linkTo is relative, so that it leads to the same place behind a proxy with a path of its own. A
// browser would take the names . and .. for steps in the path.
func linkTo(name string) string {
	if name == "." || name == ".." {
		return "accounts/?name=" + url.QueryEscape(name)
	}
	return "accounts/" + url.PathEscape(name)
}

// find is the result of an account of the list.
func (m *monitor) find(name string) (result, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, ok := m.accounts[name]
	if !ok {
		return result{}, false
	}
	return a.result, true
}

// pageOf is the page of a report, compressed.
func pageOf(r checks.Report) []byte {
	page, err := compressed(func(w io.Writer) error { return report.Formats["html"].Write(w, r) })
	if err != nil { // into memory
		panic(err)
	}
	return page
}

// one is the last report of an account.
func (m *monitor) one(w http.ResponseWriter, r *http.Request) {
	found, ok := m.find(cmp.Or(r.PathValue("name"), r.URL.Query().Get("name")))
	switch {
	case !ok:
		http.Error(w, noSuchAccount, http.StatusNotFound)
	case !found.Checked:
		http.Error(w, "this account has not been checked yet", http.StatusServiceUnavailable)
	default:
		answer(w, r, pageKind, found.page)
	}
}

const noSuchAccount = "the list has no such account"

// probe is the last metrics of one account of the list, and of nothing else.
func (m *monitor) probe(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("name")
	if name == "" {
		http.Error(w, "no account given; its address is /probe?name=NAME", http.StatusNotFound)
		return
	}
	found, ok := m.find(name)
	if !ok {
		http.Error(w, noSuchAccount, http.StatusNotFound)
		return
	}
	var b bytes.Buffer
	if err := encode(&b, families(found.byFamily())); err != nil { // into memory
		panic(err)
	}
	hasten(w)
	w.Header().Set("Content-Type", metricsKind)
	_, _ = w.Write(b.Bytes())
}
