package registry

import (
	"html/template"
	"net/http"
	"strings"
	"sync"

	"github.com/credguide/credguide/internal/sandbox/wire"
)

// formTexts is the portal's form: two tabs of which one is seen, with the buttons that the real one
// has beside its inputs. It works without a script; with one, what depends on a choice appears at
// once.
const formTexts = `
{{define "new"}}{{template "head" .}}<h1>New Service</h1>{{with .Dialog}}<p class="bad" role="alert">{{.}}</p>{{end}}
<form method="post" action="/egi/form/new"><button name="do" value="refresh" hidden>Refresh</button>
{{range .Carried}}<input type="hidden" name="{{.Name}}" value="{{.Value}}">
{{end}}<p>{{range $.Tabs}}<button name="do" value="tab {{.}}"{{if eq . $.Tab}} disabled{{end}}>{{.}}</button> {{end}}</p>
{{range .Inputs}}{{template "input" .}}{{end}}<button name="do" value="submit">Submit</button>
<noscript><button name="do" value="refresh">Refresh the form</button></noscript></form></body></html>{{end}}

{{define "input"}}{{$i := .}}{{if eq .Kind "text" "password"}}<label>{{.Label}} <input type="{{.Kind}}" name="{{.Name}}" value="{{.Value}}"></label>
{{else if eq .Kind "locked"}}<label>{{.Label}} <input type="text" disabled></label>
{{else if eq .Kind "menu"}}<label>{{.Label}} <select name="{{.Name}}"{{if .Again}} data-refresh{{end}}>{{range .Options}}<option value="{{.Value}}"{{if .On}} selected{{end}}>{{.Label}}</option>{{end}}</select></label>
{{else if eq .Kind "tick"}}<label><input type="checkbox" name="{{.Name}}" value="true"{{if .On}} checked{{end}}{{if .Again}} data-refresh{{end}}> {{.Label}}</label>
{{else if eq .Kind "pick"}}<label>{{.Label}} <input type="text" name="{{.Name}}" value="{{.Value}}" data-refresh></label>
{{if .Options}}<ul>{{range .Options}}<li><button name="do" value="pick {{.Value}}">{{.Label}}</button></li>{{end}}</ul>{{end}}
{{else}}<fieldset><legend>{{.Label}}</legend>{{range .Added}}<p><input type="hidden" name="{{.Name}}" value="{{.Value}}">{{.Value}}</p>{{end}}
{{if eq .Kind "contacts"}}<select name="contact_type" aria-label="Type">{{range .Options}}<option value="{{.Value}}"{{if .On}} selected{{end}}>{{.Label}}</option>{{end}}</select>
<input type="text" name="contact_email" aria-label="Email" value="{{.Value}}"> <button name="do" value="contact">ADD</button>
{{else}}{{range .Options}}<label><input type="{{if eq $i.Kind "radio"}}radio{{else}}checkbox{{end}}" name="{{$i.Name}}" value="{{.Value}}"{{if .On}} checked{{end}}{{if $i.Again}} data-refresh{{end}}> {{.Label}}</label>{{end}}
{{if eq .Kind "scopes"}}<input type="text" name="scope_typed" aria-label="Scope of your own" value="{{.Value}}"> <button name="do" value="scope">+</button>{{end}}{{end}}</fieldset>
{{end}}{{with .Wrong}}<p class="bad">{{.}}</p>{{end}}{{end}}`

var formPage = sync.OnceValue(func() *template.Template { return template.Must(template.New("").Parse(pageTexts + formTexts)) })

// formScriptPath is the script with which a choice shows what depends on it.
const formScriptPath = "/static/js/form.js"

const formScript = `document.addEventListener("change", e => {
  const t = e.target;
  if (!t.form || t.dataset.refresh === undefined) return;
  t.form.method === "post" ? t.form.requestSubmit(t.form.querySelector("button[value=refresh]")) : t.form.submit();
});
`

// formView is the form as it is shown.
type formView struct {
	Refresh     bool
	Script, Tab string
	Dialog      string
	Tabs        []string
	Carried     []carried
	Inputs      []shownInput
}

// carried is a value that the form keeps where it cannot be seen.
type carried struct{ Name, Value string }

type shownInput struct {
	Name, Label, Kind, Value, Wrong string
	On, Again                       bool
	Options                         []shownOption
	Added                           []carried
}

type shownOption struct {
	option
	On bool
}

func (s *site) formPages(mux *http.ServeMux) {
	mux.HandleFunc("GET /egi/form/new", func(w http.ResponseWriter, _ *http.Request) {
		s.form(w, http.StatusOK, newDraft(), "", nil)
	})
	mux.HandleFunc("POST /egi/form/new", s.filled)
	mux.HandleFunc("GET "+formScriptPath, func(w http.ResponseWriter, _ *http.Request) {
		wire.Write(w, http.StatusOK, "application/javascript; charset=UTF-8", []byte(formScript))
	})
}

// filled is one press of a button in the form.
func (s *site) filled(w http.ResponseWriter, r *http.Request) {
	d := draft{wire.ReadForm(r)}
	button := d.Get("do")
	if tab, ok := strings.CutPrefix(button, "tab "); ok {
		d.Set("tab", tab)
	}
	if button != "submit" {
		d.press(button)
		s.form(w, http.StatusOK, d, "", nil)
		return
	}
	if bad := d.refused(); len(bad) > 0 {
		s.form(w, http.StatusUnprocessableEntity, d, "Not all form fields are filled correctly!", bad)
		return
	}
	p, bad := s.submitted(d)
	if bad != nil {
		messages := map[string]string{}
		if bad[0].Field == "client_id" {
			messages["client_id"] = "Client ID is not available"
		}
		s.form(w, http.StatusUnprocessableEntity, d, "Could not be submitted, please try again. Status:422", messages)
		return
	}
	renderWith(w, http.StatusOK, formPage(), "done", view{One: s.line(p)})
}

// submitted hands the form's request in for the person at the browser.
func (s *site) submitted(d draft) (Petition, []Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fields := d.fields(s.organisationNamed(d.Get(picked), d.Get("organization_url")))
	if bad := s.judge(fields, 0); bad != nil {
		return Petition{}, bad
	}
	return *s.add(s.world.Owner(), fields), nil
}

// form shows the tab that is open. The other one's values travel along.
func (s *site) form(w http.ResponseWriter, status int, d draft, dialog string, bad map[string]string) {
	v := formView{Script: formScriptPath, Tab: general, Tabs: []string{general, protocol}, Dialog: dialog}
	if d.Get("tab") == protocol {
		v.Tab = protocol
	}
	carry := func(names ...string) {
		for _, name := range names {
			for _, value := range d.Values[name] {
				v.Carried = append(v.Carried, carried{name, value})
			}
		}
	}
	v.Carried = append(v.Carried, carried{"tab", v.Tab})
	carry(picked)
	for _, r := range portalForm() {
		switch {
		case r.tab == v.Tab && (r.shown == nil || r.shown(d)):
			v.Inputs = append(v.Inputs, s.input(r, d, bad[r.name]))
		case r.kind == "scopes":
			carry(r.name, scopeAdded)
		default:
			carry(r.name)
		}
	}
	renderWith(w, status, formPage(), "new", v)
}

func (s *site) input(r row, d draft, wrong string) shownInput {
	i := shownInput{Name: r.name, Label: r.label, Kind: r.kind, Value: d.Get(r.name), Wrong: wrong, Again: r.refresh, On: d.has(r.name, "true")}
	for _, o := range r.options {
		i.Options = append(i.Options, shownOption{o, d.has(r.name, o.Value) || r.kind == "menu" && d.Get(r.name) == o.Value})
	}
	switch r.kind {
	case "contacts":
		i.Value = d.Get(contactMail)
		for n := range i.Options {
			i.Options[n].On = i.Options[n].Value == d.Get(contactType)
		}
		for _, c := range d.Values[contactAdded] {
			i.Added = append(i.Added, carried{contactAdded, c})
		}
	case "scopes":
		i.Value = d.Get(scopeTyped)
		for _, scope := range d.Values[scopeAdded] {
			i.Added = append(i.Added, carried{scopeAdded, scope})
		}
	case "pick":
		i.Options = s.suggestions(d)
	}
	return i
}

// suggestions are the organisations that can be picked for what is typed: a new one first, then
// those that are known.
func (s *site) suggestions(d draft) []shownOption {
	typed := d.Get("organization_name")
	if typed == "" || d.Get(picked) == typed {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []shownOption{{option: option{typed, typed + " (Add New Organization)"}}}
	for _, o := range s.organisations {
		if strings.Contains(strings.ToLower(o.name), strings.ToLower(typed)) {
			list = append(list, shownOption{option: option{o.name, o.name}})
		}
	}
	return list
}
