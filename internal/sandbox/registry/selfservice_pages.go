package registry

import (
	"html/template"
	"net/http"
	"sync"
	"time"

	"github.com/credguide/credguide/internal/sandbox/wire"
)

// labPages are the dashboard and the help desk of the environments without a registry.
var labPages = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Parse(pageTexts + labTexts))
})

const labTexts = `
{{define "dashboard"}}{{template "head" .}}<h1>OAuth clients</h1><p>This dashboard is a sandbox on your own machine.</p>
{{with .Wrong}}<p class="bad" role="alert">{{.}}</p>{{end}}{{template "made" .Made}}
<form method="post" action="/dashboard"><label>Name <input type="text" name="name" maxlength="60"></label>
<label>Expiry date, empty for never <input type="date" name="expires"></label><button>Create</button></form>
<table><tr><th>Name</th><th>Client ID</th><th>Expires</th><th></th></tr>
{{range .Clients}}<tr><td>{{.Name}}</td><td><code>{{.ID}}</code></td><td>{{if .Expires.IsZero}}never{{else}}{{.Expires.Format "2006-01-02"}}{{end}}</td>
<td><form method="post" action="/dashboard/delete"><input type="hidden" name="client" value="{{.ID}}"><button>Delete</button></form></td></tr>
{{else}}<tr><td colspan="4">There is no client yet.</td></tr>{{end}}</table></body></html>{{end}}

{{define "made"}}{{if .ID}}<section role="status"><h2>The client {{.Name}}</h2><p>Client ID: <code>{{.ID}}</code></p>
{{with .Secret}}<p>Client secret, shown once: <code>{{.}}</code></p>{{else}}<p>The secret was shown before, and is not shown again.</p>{{end}}</section>{{end}}{{end}}

{{define "desk"}}{{template "head" .}}<h1>Help desk</h1><p>This help desk is a sandbox on your own machine.</p>
{{with .Wrong}}<p class="bad" role="alert">{{.}}</p>{{end}}{{template "made" .Made}}
<form method="post" action="/desk"><label>What do you need? <textarea name="text" rows="12" cols="72"></textarea></label><button>Send</button></form>
<table><tr><th>Request</th><th>Answer</th></tr>
{{range .Tickets}}<tr><td>{{.Number}}</td><td>{{if .Answered}}<form method="post" action="/desk/answer"><input type="hidden" name="request" value="{{.Number}}"><button>Read the answer</button></form>
{{else}}not yet{{end}}</td></tr>{{else}}<tr><td colspan="2">Nothing has been sent.</td></tr>{{end}}</table></body></html>{{end}}`

// labView is what these pages show.
type labView struct {
	Refresh bool
	Script  string
	Wrong   string
	Made    Made
	Clients []Made
	Tickets []ticketLine
}

type ticketLine struct {
	Number   int
	Answered bool
}

// labRoutes adds the pages.
func (s *site) labRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /dashboard", func(w http.ResponseWriter, _ *http.Request) { s.dashboard(w, http.StatusOK, labView{}) })
	mux.HandleFunc("POST /dashboard", s.created)
	mux.HandleFunc("POST /dashboard/delete", func(w http.ResponseWriter, r *http.Request) {
		s.Delete(wire.ReadForm(r).Get("client"))
		http.Redirect(w, r, "/dashboard", http.StatusSeeOther)
	})
	mux.HandleFunc("GET /desk", func(w http.ResponseWriter, _ *http.Request) { s.desk(w, http.StatusOK, labView{}) })
	mux.HandleFunc("POST /desk", s.asked)
	mux.HandleFunc("POST /desk/answer", s.answered)
}

func (s *site) dashboard(w http.ResponseWriter, status int, v labView) {
	v.Clients = s.Clients()
	renderWith(w, status, labPages(), "dashboard", v)
}

func (s *site) created(w http.ResponseWriter, r *http.Request) {
	form := wire.ReadForm(r)
	made, err := s.Create(form.Get("name"), form.Get("expires"))
	if err != nil {
		s.dashboard(w, http.StatusUnprocessableEntity, labView{Wrong: err.Error()})
		return
	}
	s.dashboard(w, http.StatusOK, labView{Made: made})
}

func (s *site) desk(w http.ResponseWriter, status int, v labView) {
	v.Tickets = s.ticketLines(s.now())
	v.Refresh = len(v.Tickets) > 0 && v.Made.ID == "" && v.Wrong == "" && !v.Tickets[len(v.Tickets)-1].Answered
	renderWith(w, status, labPages(), "desk", v)
}

func (s *site) ticketLines(now time.Time) []ticketLine {
	s.mu.Lock()
	defer s.mu.Unlock()
	lines := make([]ticketLine, 0, len(s.tickets))
	for n, t := range s.tickets {
		lines = append(lines, ticketLine{n + 1, t.open(now)})
	}
	return lines
}

func (s *site) asked(w http.ResponseWriter, r *http.Request) {
	if _, err := s.Ask(wire.ReadForm(r).Get("text")); err != nil {
		s.desk(w, http.StatusUnprocessableEntity, labView{Wrong: err.Error()})
		return
	}
	http.Redirect(w, r, "/desk", http.StatusSeeOther)
}

func (s *site) answered(w http.ResponseWriter, r *http.Request) {
	made, there, err := s.Answer(petitionID(wire.ReadForm(r).Get("request")))
	switch {
	case err != nil:
		s.desk(w, http.StatusNotFound, labView{Wrong: err.Error()})
	case !there:
		s.desk(w, http.StatusOK, labView{Wrong: "Nobody has answered yet."})
	default:
		s.desk(w, http.StatusOK, labView{Made: made})
	}
}
