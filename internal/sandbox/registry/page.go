package registry

import (
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/credguide/credguide/internal/sandbox/wire"
)

// pages are the sandbox's stand-in for the registry's portal: a list with badges and a short form.
// They are read when the first one is shown: every run of the program would pay for it otherwise.
var pages = sync.OnceValue(func() *template.Template { return template.Must(template.New("").Parse(pageTexts)) })

const pageTexts = `
{{define "head"}}<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sandbox registry</title>
{{if .Refresh}}<meta http-equiv="refresh" content="2">{{end}}{{with .Script}}<script defer src="{{.}}"></script>{{end}}
<style>body{font:1rem/1.5 sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse}
td,th{padding:.3rem .8rem;text-align:left;border-bottom:1px solid #ccc}label{display:block;margin:.8rem 0}
input[type=text]{width:100%}.bad{color:#a00}code{overflow-wrap:anywhere}</style></head><body>{{end}}

{{define "list"}}{{template "head" .}}<h1>Manage services</h1>
<p><a href="/new">New service</a>. This registry is a sandbox on your own machine.</p>
<table><tr><th>Client ID</th><th>Environment</th><th>Status</th><th></th></tr>
{{range .Petitions}}<tr><td>{{.ID}}</td><td>{{.Environment}}</td><td>{{.Badge}}</td><td>{{if .Approve}}
<form method="post" action="/approve"><input type="hidden" name="petition" value="{{.Number}}"><button>Review: Approve</button></form>{{end}}{{if .Renew}}
<form method="post" action="/renew"><input type="hidden" name="petition" value="{{.Number}}"><button>Reconfigure: new secret</button></form>{{end}}</td></tr>
{{else}}<tr><td colspan="4">Nothing has been registered.</td></tr>{{end}}</table></body></html>{{end}}

{{define "new"}}{{template "head" .}}<h1>New service</h1>{{with .Refused}}<p class="bad" role="alert">{{.Field}}: {{.Message}}</p>{{end}}
<form method="post" action="/new">
<label>Service name <input type="text" name="service_name" value="{{.Request.ServiceName}}"></label>
<label>Integration Environment <select name="integration_environment">{{range .Environments}}<option{{if eq . $.Request.IntegrationEnvironment}} selected{{end}}>{{.}}</option>{{end}}</select></label>
<label>Client ID <input type="text" name="client_id" value="{{.Request.ClientID}}"></label>
<fieldset><legend>Grant Types</legend>{{range .Grants}}<label><input type="checkbox" name="grant_types" value="{{.Value}}"{{if .On}} checked{{end}}> {{.Value}}</label>{{end}}</fieldset>
<label>Token Endpoint Authorization Method <select name="token_endpoint_auth_method">{{range .Methods}}<option{{if eq . $.Request.TokenEndpointAuthMethod}} selected{{end}}>{{.}}</option>{{end}}</select></label>
<label>Scope, divided by blanks <input type="text" name="scope" value="{{.Scope}}"></label>
<button>Submit</button></form></body></html>{{end}}

{{define "done"}}{{template "head" .}}<h1>Your request</h1>
<p>Client ID: <code>{{.Request.ClientID}}</code></p>{{with .Request.ClientSecret}}<p>Client Secret, shown once: <code>{{.}}</code></p>{{end}}
<p><a href="/">Continue</a></p></body></html>{{end}}`

// line is one line of the list.
type line struct {
	Number                 int
	ID, Environment, Badge string
	Approve, Renew         bool
}

type option struct {
	Value string
	On    bool
}

// view is what the pages show.
type view struct {
	Refresh               bool
	Script                string
	Petitions             []line
	Request               Request
	Refused               *Refusal
	Environments, Methods []string
	Grants                []option
	Scope                 string
}

// pages adds what a person sees.
func (s *site) pages(mux *http.ServeMux) {
	portal := func(w http.ResponseWriter, _ *http.Request) {
		render(w, http.StatusOK, "list", view{Refresh: true, Script: scriptPath, Petitions: s.lines()})
	}
	mux.HandleFunc("GET /{$}", portal)
	mux.HandleFunc("GET /index.html", portal)
	mux.HandleFunc("GET "+scriptPath, s.script)
	mux.HandleFunc("GET /new", func(w http.ResponseWriter, _ *http.Request) { s.form(w, http.StatusOK, withDefaults(Request{}), nil) })
	mux.HandleFunc("POST /new", s.submitted)
	mux.HandleFunc("POST /approve", s.approved)
	mux.HandleFunc("POST /renew", s.renewed)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		wire.Write(w, http.StatusNotFound, "text/plain; charset=utf-8", []byte("Not Found"))
	})
}

// approved: in production and demo the administrator decides, not the person at the form.
func (s *site) approved(w http.ResponseWriter, r *http.Request) {
	id := petitionID(wire.ReadForm(r).Get("petition"))
	s.mu.Lock()
	p := s.find(id)
	may := p != nil && p.SelfReview()
	s.mu.Unlock()
	if may {
		_, _ = s.Approve(id) // one that is closed stays so, and the list shows what is there
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// renewed gives a deployed client another secret, which is shown once.
func (s *site) renewed(w http.ResponseWriter, r *http.Request) {
	p, ok := s.Renew(petitionID(wire.ReadForm(r).Get("petition")))
	if !ok {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	render(w, http.StatusOK, "done", view{Request: p.Request})
}

func (s *site) lines() []line {
	now := s.now()
	var list []line
	for _, p := range s.Petitions() {
		badge := p.Badge(now)
		if badge == closed {
			continue
		}
		list = append(list, line{p.ID, p.Request.ClientID, p.Request.IntegrationEnvironment, badge, p.SelfReview() && badge == pendingBadge, badge == deployedBadge && p.Request.ClientSecret != ""})
	}
	return list
}

func (s *site) submitted(w http.ResponseWriter, r *http.Request) {
	form := wire.ReadForm(r)
	request := Request{
		ServiceName: form.Get("service_name"), IntegrationEnvironment: form.Get("integration_environment"), ClientID: form.Get("client_id"),
		GrantTypes: form["grant_types"], TokenEndpointAuthMethod: form.Get("token_endpoint_auth_method"), Scope: strings.Fields(form.Get("scope")),
	}
	if request.GrantTypes == nil {
		request.GrantTypes = []string{} // none ticked is not the default
	}
	p, err := s.Submit(request)
	if refusal, ok := errors.AsType[*Refusal](err); ok {
		s.form(w, http.StatusUnprocessableEntity, withDefaults(request), refusal)
		return
	}
	render(w, http.StatusOK, "done", view{Request: p.Request})
}

func (s *site) form(w http.ResponseWriter, status int, r Request, bad *Refusal) {
	v := view{
		Request: r, Refused: bad, Scope: strings.Join(r.Scope, " "),
		Environments: []string{"development", "production", "demo"},
		Methods:      []string{"client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"},
	}
	for _, grant := range []string{"authorization_code", "client_credentials"} {
		v.Grants = append(v.Grants, option{grant, slices.Contains(r.GrantTypes, grant)})
	}
	render(w, status, "new", v)
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

// script is what matters in a build of the portal: among addresses of all kinds, the one JSON text that maps each tenant's
// name to the base of its API, with a slash at its end. In a browser it does nothing.
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
