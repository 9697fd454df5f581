package serve

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"slices"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/report"
)

//go:embed status.tmpl
var statusSource string

// statusPage escapes every text for the place where it stands (html/template).
var statusPage = template.Must(template.New("status").Parse(statusSource))

// status is what the page shows of all accounts.
type status struct {
	Count, Working, Broken, Unclear, Waiting int
	Trouble                                  string
	Every                                    time.Duration
	Rows                                     []row
}

// row is one account.
type row struct {
	Name, Owner, Verdict, Mark, Cause, Next, Since, At string
	Checked                                            bool
	rank                                               int
}

func (m *monitor) records() []record {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := make([]record, 0, len(m.order))
	for _, name := range m.order {
		list = append(list, m.accounts[name].record)
	}
	return list
}

func (m *monitor) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", m.metrics(""))
	mux.HandleFunc("GET /{$}", m.overview)
	mux.HandleFunc("GET /accounts/{name}", m.one)
	mux.HandleFunc("GET /probe", m.probe)
	mux.HandleFunc("GET /-/healthy", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("healthy\n")) })
	mux.HandleFunc("GET /-/ready", m.ready)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		mux.ServeHTTP(w, r)
	})
}

// overview is the status page: what does not work first.
func (m *monitor) overview(w http.ResponseWriter, _ *http.Request) {
	s := status{Every: m.flags.every}
	m.mu.Lock()
	s.Trouble = m.trouble
	m.mu.Unlock()
	for _, r := range m.records() {
		s.Count++
		row := rowOf(r)
		switch row.rank {
		case 0:
			s.Broken++
		case 1:
			s.Unclear++
		case 2:
			s.Waiting++
		default:
			s.Working++
		}
		s.Rows = append(s.Rows, row)
	}
	slices.SortStableFunc(s.Rows, func(a, b row) int { return a.rank - b.rank })
	var b bytes.Buffer
	if err := statusPage.Execute(&b, s); err != nil { // into memory, with values of our own types
		panic(err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes())
}

func rowOf(r record) row {
	if !r.Checked {
		return row{Name: r.Name, Verdict: "not checked yet", Mark: "–", rank: 2}
	}
	out := row{
		Name: r.Name, Checked: true, Verdict: string(r.Report.Verdict), Owner: r.Report.Subject.Owner,
		Since: r.Since.UTC().Format(time.DateTime), At: r.Report.Started.UTC().Format(time.DateTime), Mark: "√", rank: 3,
	}
	switch r.Report.Verdict {
	case checks.Healthy:
	case checks.Misconfigured:
		out.Mark, out.rank = "×", 0
	default:
		out.Mark, out.rank = "?", 1
	}
	if first, ok := r.Report.First(); ok && first.Severity != checks.Note {
		out.Cause, out.Next = first.Title, first.Explain
		for _, step := range first.Fix {
			out.Next = step // the last one is the command
		}
	}
	return out
}

// find is the record of an account of the list.
func (m *monitor) find(name string) (record, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, ok := m.accounts[name]
	if !ok {
		return record{}, false
	}
	return a.record, true
}

// one is the last report of an account.
func (m *monitor) one(w http.ResponseWriter, r *http.Request) {
	found, ok := m.find(r.PathValue("name"))
	switch {
	case !ok:
		http.Error(w, "the list has no such account", http.StatusNotFound)
	case !found.Checked:
		http.Error(w, "this account was not checked yet", http.StatusServiceUnavailable)
	default:
		var b bytes.Buffer
		if err := report.Formats["html"].Write(&b, found.Report); err != nil {
			http.Error(w, "the report cannot be shown", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(b.Bytes())
	}
}

// probe is the last metrics of one account of the list, and of nothing else; it never checks.
func (m *monitor) probe(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("name")
	if _, ok := m.find(name); !ok {
		http.Error(w, "the list has no such account", http.StatusNotFound)
		return
	}
	m.metrics(name).ServeHTTP(w, r)
}

// ready tells whether each account was checked once, or its results were kept.
func (m *monitor) ready(w http.ResponseWriter, _ *http.Request) {
	for _, r := range m.records() {
		if !r.Checked {
			http.Error(w, "the first round is under way", http.StatusServiceUnavailable)
			return
		}
	}
	_, _ = w.Write([]byte("ready\n"))
}
