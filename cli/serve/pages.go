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
	"strings"
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
	Working, Broken, Unclear, Ignored int
	Waiting                           int
	Trouble, Unsaved, Every, Shard    string
	Now                               moment
	Rows                              []row
}

// row is one account.
type row struct {
	Name, Link, Owner, Class, Mark, Word string
	Cause, Step, Run                     string
	Since, At                            moment
	For, Next                            string // how long it has this verdict, and when it is checked again
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
	ignored // does not work, for a reason that does not count
	waiting
	works
)

// standing is what is known of an account, and how long it is until its next check.
type standing struct {
	record
	left time.Duration
}

func (m *monitor) standings() []standing {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := make([]standing, 0, len(m.order))
	for _, a := range m.order {
		one := standing{record: a.record}
		if a.phase == resting {
			one.left = time.Until(a.next)
		}
		list = append(list, one)
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
	counts := map[int]*int{broken: &s.Broken, unclear: &s.Unclear, ignored: &s.Ignored, waiting: &s.Waiting, works: &s.Working}
	now := m.app.Sys.Now()
	for _, a := range m.standings() {
		row := rowOf(a.record)
		if row.Next = "now"; a.left > 0 {
			row.Next = momentOf(now.Add(a.left)).Shown
		}
		if a.Checked {
			row.For = duration(now.Sub(a.Since))
		}
		*counts[row.rank]++
		s.Rows = append(s.Rows, row)
	}
	slices.SortStableFunc(s.Rows, byUrgency)
	return statusPage().Execute(w, s)
}

// byUrgency puts first what does not work, and of that what broke last; the others stay in the order
// of the list.
func byUrgency(a, b row) int {
	if a.rank != b.rank || a.rank >= waiting {
		return a.rank - b.rank
	}
	return strings.Compare(b.Since.Exact, a.Since.Exact)
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

// duration is a time in words, as exactly as it matters: "5 minutes", "3 hours", "12 days".
func duration(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < 2*time.Hour:
		return text.Plural(int(d.Minutes()), "minute")
	case d < 48*time.Hour:
		return text.Plural(int(d.Hours()), "hour")
	}
	return text.Plural(int(d.Hours()/24), "day")
}

// longestText bounds a text of a row, and of a line of the log, in characters.
const longestText = 300

func rankOf(r record) int {
	switch {
	case !r.Checked:
		return waiting
	case r.Report.Verdict == checks.Healthy:
		return works
	case r.Report.Verdict == checks.Misconfigured:
		return broken
	case r.Report.Settled():
		return ignored
	}
	return unclear
}

func rowOf(r record) row {
	out := row{Name: text.Line(r.Name, longestText), rank: waiting, Class: "waiting", Mark: "–", Word: "not checked yet"}
	if !r.Checked {
		return out
	}
	out.Link, out.Owner = linkTo(r.Name), text.Line(r.Report.Subject.Owner, longestText)
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
	if out.rank == ignored {
		cause, _ := r.Report.IgnoredError()
		out.Word, out.Cause = "ignored", text.Line(cause.Title+" ("+cause.Ignored+")", longestText)
	}
	first, ok := r.Report.First()
	if !ok || first.Severity == checks.Note {
		return out
	}
	out.Cause = text.Line(first.Title, longestText)
	step, run := nextStep(first)
	out.Step, out.Run = text.Line(step, longestText), text.Line(run, 2*longestText)
	return out
}

// nextStep is the first thing to do about a finding, and the command that belongs to it: its own, or
// the check that comes last. One of another step would be wrong beside it.
func nextStep(f checks.Finding) (step, run string) {
	if len(f.Steps) == 0 {
		return "", f.Explain
	}
	first, last := f.Steps[0], f.Steps[len(f.Steps)-1]
	if first.Run != "" {
		return first.Text, first.Run
	}
	if strings.Contains(last.Run, "credguide check ") {
		return first.Text, last.Run
	}
	return first.Text, f.Explain
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

// pageOf is the page of an account, compressed: its report, below the way to the others and since
// when it has this verdict.
func pageOf(r record) []byte {
	var b bytes.Buffer
	if err := report.Formats["html"].Write(&b, r.Report); err != nil { // into memory
		panic(err)
	}
	const body = "<body>\n"
	above := "<nav style=\"max-width: 44rem; margin: 1rem auto 0; padding: 0 1rem\"><a href=\"../\">All accounts</a> · " + sinceWords(r) + "</nav>\n"
	page, err := compressed(func(w io.Writer) error {
		_, err := io.WriteString(w, strings.Replace(b.String(), body, body+above, 1))
		return err
	})
	if err != nil { // into memory
		panic(err)
	}
	return page
}

// sinceWords say since when an account has its verdict.
func sinceWords(r record) string {
	of := rowOf(r)
	return template.HTMLEscapeString(of.Word) + " since " + of.Since.Shown + " UTC"
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
