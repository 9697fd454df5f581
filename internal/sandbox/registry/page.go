package registry

import (
	"html/template"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/credguide/credguide/internal/sandbox/wire"
)

// pages are the sandbox's stand-in for the registry's portal: the list with its badges, the form,
// and what comes after it. They are read when the first one is shown: every run of the program
// would pay for it otherwise.
var pages = sync.OnceValue(func() *template.Template { return template.Must(template.New("").Parse(pageTexts)) })

const pageTexts = `
{{define "head"}}<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sandbox registry</title>
{{if .Refresh}}<meta http-equiv="refresh" content="2">{{end}}{{with .Script}}<script defer src="{{.}}"></script>{{end}}
<style>body{font:1rem/1.5 sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse}
td,th{padding:.3rem .8rem;text-align:left;border-bottom:1px solid #ccc}label,fieldset{display:block;margin:.8rem 0}
input[type=text],input[type=password]{width:100%}.bad{color:#a00}code{overflow-wrap:anywhere}</style></head><body>{{end}}

{{define "list"}}{{template "head" .}}<h1>Manage Services</h1>
<p><a href="/egi/services">Manage Services</a> · <a href="/egi/form/new">New Service</a> · <a href="">Refresh</a></p>
<p>This registry is a sandbox on your own machine. It asks for no login.</p>
<table><tr><th>Client ID</th><th>Environment</th><th>Status</th><th></th></tr>
{{range .Petitions}}<tr><td>{{.ID}}</td><td>{{.Environment}}</td><td>{{.Badge}}</td><td><a href="/egi/services/{{.Number}}/view">View</a>
{{if .Approve}} <a href="/egi/services/{{.Number}}/review">Review</a>{{end}}
{{if .Renew}} <form method="post" action="/egi/services/{{.Number}}/secret"><button>Reconfigure: new secret</button></form>{{end}}</td></tr>
{{else}}<tr><td colspan="4">Nothing has been registered.</td></tr>{{end}}</table></body></html>{{end}}

{{define "done"}}{{template "head" .}}<dialog open><h1>Your request</h1><p>It has been submitted.</p>
<p>{{if .One.Approve}}<a href="/egi/services/{{.One.Number}}/review">Review</a> {{end}}<a href="/egi/services">Continue</a></p></dialog></body></html>{{end}}

{{define "review"}}{{template "head" .}}<h1>{{.One.ID}}</h1><p>{{.One.Badge}}</p>
<details><summary>Review</summary><form method="post">
<label><input type="radio" name="decision" value="approve"> Approve</label>
<label><input type="radio" name="decision" value="changes"> Request Changes</label>
<label><input type="radio" name="decision" value="reject"> Reject</label>
<label>Comment <input type="text" name="comment"></label><button>Submit Review</button></form></details>
<p><a href="/egi/services">Manage Services</a></p></body></html>{{end}}

{{define "view"}}{{template "head" .}}<h1>{{.Request.ServiceName}}</h1>
<p><a href="?tab=general">General</a> · <a href="?tab=protocol">Protocol Specific</a> · <a href="/egi/services">Manage Services</a></p>
{{if .Protocol}}<p>Client ID: <code>{{.One.ID}}</code></p>{{with .Request.ClientSecret}}
<form><input type="hidden" name="tab" value="protocol"><label><input type="checkbox" name="show" value="true" data-refresh{{if $.Shown}} checked{{end}}> Display client secret</label>
<noscript><button>Show</button></noscript></form><p>Client Secret: <code>{{if $.Shown}}{{.}}{{else}}••••••••{{end}}</code></p>{{end}}
{{else}}<p>Integration Environment: {{.One.Environment}}</p><p>{{.One.Badge}}</p>{{end}}</body></html>{{end}}`

// line is one line of the list.
type line struct {
	Number                 int
	ID, Environment, Badge string
	Approve, Renew         bool
}

// view is what the pages show.
type view struct {
	Refresh, Protocol, Shown bool
	Script                   string
	Petitions                []line
	One                      line
	Request                  Request
}

// pages adds what a person sees.
func (s *site) pages(mux *http.ServeMux) {
	portal := func(w http.ResponseWriter, _ *http.Request) {
		render(w, http.StatusOK, "list", view{Refresh: true, Script: scriptPath, Petitions: s.lines()})
	}
	for _, path := range []string{"/{$}", "/index.html", "/egi", "/egi/services"} {
		mux.HandleFunc("GET "+path, portal)
	}
	mux.HandleFunc("GET "+scriptPath, s.script)
	s.formPages(mux)
	mux.HandleFunc("GET /egi/services/{id}/view", s.viewed)
	mux.HandleFunc("/egi/services/{id}/review", s.reviewed)
	mux.HandleFunc("POST /egi/services/{id}/secret", s.renewed)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		wire.Write(w, http.StatusNotFound, "text/plain; charset=utf-8", []byte("Not Found"))
	})
}

// one is the service that a page is about.
func (s *site) one(w http.ResponseWriter, r *http.Request) (line, *Petition) {
	id := idIn(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.find(id)
	if p == nil || p.Badge(s.now()) == closed {
		wire.Write(w, http.StatusNotFound, "text/plain; charset=utf-8", []byte("Not Found"))
		return line{}, nil
	}
	copied := *p
	return s.line(copied), &copied
}

// viewed shows one service. Its secret is there at once, and hidden until one asks for it.
func (s *site) viewed(w http.ResponseWriter, r *http.Request) {
	if one, p := s.one(w, r); p != nil {
		q := r.URL.Query()
		v := view{One: one, Request: p.Request, Script: formScriptPath, Protocol: q.Get("tab") == "protocol", Shown: q.Get("show") == "true"}
		render(w, http.StatusOK, "view", v)
	}
}

// reviewed decides on a request. In production and demo the administrator does, not the person at
// the form.
func (s *site) reviewed(w http.ResponseWriter, r *http.Request) {
	one, p := s.one(w, r)
	switch {
	case p == nil:
	case !one.Approve:
		wire.Write(w, http.StatusForbidden, "text/plain; charset=utf-8", []byte("Requested action not authorised"))
	case r.Method != http.MethodPost:
		render(w, http.StatusOK, "review", view{One: one})
	default:
		form := wire.ReadForm(r)
		if d := form.Get("decision"); slices.Contains([]string{"approve", "changes", "reject"}, d) {
			_, _ = s.Review(p.ID, d, form.Get("comment")) // one that is closed stays so, and the list shows what is there
		}
		http.Redirect(w, r, "/egi/services", http.StatusSeeOther)
	}
}

// renewed gives a deployed client another secret, which its page shows.
func (s *site) renewed(w http.ResponseWriter, r *http.Request) {
	if _, ok := s.Renew(idIn(r)); !ok {
		http.Redirect(w, r, "/egi/services", http.StatusSeeOther)
		return
	}
	http.Redirect(w, r, "/egi/services/"+r.PathValue("id")+"/view?tab=protocol&show=true", http.StatusSeeOther)
}

func (s *site) lines() []line {
	var list []line
	for _, p := range s.Petitions() {
		if one := s.line(p); one.Badge != closed {
			list = append(list, one)
		}
	}
	return list
}

func (s *site) line(p Petition) line {
	badge := p.Badge(s.now())
	id := p.Request.ClientID
	if p.unnamed && badge != deployedBadge {
		id = ""
	}
	return line{p.ID, id, p.Request.IntegrationEnvironment, badge, p.SelfReview() && badge == pendingBadge, badge == deployedBadge && p.Request.ClientSecret != ""}
}

func render(w http.ResponseWriter, status int, name string, v view) {
	renderWith(w, status, pages(), name, v)
}

func renderWith(w http.ResponseWriter, status int, texts *template.Template, name string, v any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'")
	w.WriteHeader(status)
	_ = texts.ExecuteTemplate(w, name, v) // a peer that has gone away is its own affair
}

// scriptPath is where a build of the portal has its code.
const scriptPath = "/static/js/main.3f9c1a7e.js"

// script is what matters in a build of the portal: among addresses of all kinds, the one JSON text
// that maps each tenant's name to the base of its API, with a slash at its end. In a browser it
// does nothing.
func (s *site) script(w http.ResponseWriter, _ *http.Request) {
	base := s.n.Place("registry") + "/"
	tenants := strings.ReplaceAll(`{"H":{"egi":"BASE","tmpl":"BASE"},"P":"/"}`, "BASE", base)
	code := `/*! For license information please see main.3f9c1a7e.js.LICENSE.txt */` + "\n" +
		`(()=>{var e={4:e=>{e.exports={svg:"http://www.w3.org/2000/svg",xlink:"http://www.w3.org/1999/xlink"}},` +
		`17:e=>{e.exports=JSON.parse('{"a":{"egi":"EGI Federation Registry","lang":"en"},"b":["https://api.ror.org/organizations?query="]}')},` +
		`23:e=>{e.exports=JSON.parse('` + tenants + `')},` +
		`42:e=>{e.exports="https://reactjs.org/docs/error-decoder.html?invariant="}};})();` + "\n" +
		strings.Repeat("/* "+strings.Repeat("sandbox ", 15)+"*/\n", 256)
	w.Header().Set("Cache-Control", "no-store")
	wire.Write(w, http.StatusOK, "application/javascript; charset=UTF-8", []byte(code))
}
