package registry

import (
	"net/http"
	"slices"
	"strings"

	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
)

// What a person may do. review_own_petition is what self-review in development depends on.
var (
	ownActions = []string{
		"get_user", "get_own_services", "get_own_service", "get_own_petitions", "get_own_petition", "add_own_petition", "update_own_petition",
		"delete_own_petition", "view_errors", "review_own_petition",
	}
	administratorActions = append(slices.Clip(ownActions), "get_petitions", "get_petition", "review_petition", "review_restricted")
)

func (s *site) user(w http.ResponseWriter, _ *http.Request, who world.Person, _ map[string]any) {
	role, actions := "End User", ownActions
	if who.Administrator {
		role, actions = "Administrator", administratorActions
	}
	w.Header()["Content-Type"] = nil // the registry names none here
	wire.Typed(w, http.StatusOK, "", map[string]any{"user": map[string]any{
		"sub": who.Sub, "preferred_username": who.Username, "email": who.Email, "name": who.GivenName + " " + who.FamilyName,
		"given_name": who.GivenName, "family_name": who.FamilyName, "actions": actions, "role": role,
	}})
}

// organisation is one that requests can name.
type organisation struct{ name, url string }

func (g *Registry) organisation(id any) (organisation, bool) {
	n, _ := id.(int)
	if n < 1 || n > len(g.organisations) {
		return organisation{}, false
	}
	return g.organisations[n-1], true
}

// findOrganisations lists those whose name has the text in it.
func (s *site) findOrganisations(w http.ResponseWriter, r *http.Request, _ world.Person, _ map[string]any) {
	found := []any{}
	for i, o := range s.organisations {
		if strings.Contains(strings.ToLower(o.name), strings.ToLower(r.URL.Query().Get("search_string"))) {
			found = append(found, map[string]any{"organization_id": i + 1, "organization_name": o.name, "organization_url": o.url, "ror_id": nil})
		}
	}
	writeJSON(w, http.StatusOK, map[string]any{"organizations": found})
}

// addOrganisation answers with the number of an organisation: 200 where it was known, 409 where it
// is new.
func (s *site) addOrganisation(w http.ResponseWriter, _ *http.Request, _ world.Person, body map[string]any) {
	name := textOf(body["organization_name"])
	if name == "" {
		failed(w)
		return
	}
	status, known := http.StatusOK, len(s.organisations)
	id := s.organisationNamed(name, textOf(body["organization_url"]))
	switch {
	case id == 0:
		failed(w)
		return
	case id > known:
		status = http.StatusConflict
	}
	writeJSON(w, status, map[string]int{"organization_id": id})
}

// organisationNamed is the number of an organisation, which is added if it is new; 0 for none.
func (g *Registry) organisationNamed(name, url string) int {
	if name == "" {
		return 0
	}
	for i, o := range g.organisations {
		if o.name == name {
			return i + 1
		}
	}
	if len(g.organisations) >= mostMade {
		return 0
	}
	g.organisations = append(g.organisations, organisation{name, url})
	return len(g.organisations)
}

// create takes a request: 200 with an ID, or 422 with the refused fields, of which a client ID that
// is taken is not one.
func (s *site) create(w http.ResponseWriter, _ *http.Request, who world.Person, body map[string]any) {
	if body == nil {
		failed(w)
		return
	}
	if bad := s.judge(body, 0); bad != nil {
		refused(w, bad)
		return
	}
	writeJSON(w, http.StatusOK, map[string]int{"id": s.add(who, body).ID})
}

func refused(w http.ResponseWriter, bad []Refusal) {
	if bad[0].Message == "" {
		empty(w, http.StatusUnprocessableEntity)
		return
	}
	list := make([]map[string]string, 0, len(bad))
	for _, b := range bad {
		list = append(list, map[string]string{"[0]." + b.Field: b.Message})
	}
	writeJSON(w, http.StatusUnprocessableEntity, list)
}

func (s *site) read(w http.ResponseWriter, r *http.Request, who world.Person, _ map[string]any) {
	p := s.mine(r, who)
	asOpen := r.URL.Query().Get("type") == "open"
	if p == nil || asOpen && !p.open(s.now()) {
		empty(w, http.StatusNotFound)
		return
	}
	writeJSON(w, http.StatusOK, s.petition(p, who.Sub, asOpen))
}

// edit replaces an open request, which then waits for a review again.
func (s *site) edit(w http.ResponseWriter, r *http.Request, who world.Person, body map[string]any) {
	p := s.mine(r, who)
	switch {
	case p == nil || !p.open(s.now()):
		empty(w, http.StatusNotFound)
		return
	case body == nil:
		failed(w)
		return
	}
	if bad := s.judge(body, p.ID); bad != nil {
		refused(w, bad)
		return
	}
	s.resubmit(p, body)
	empty(w, http.StatusOK)
}

func (s *site) remove(w http.ResponseWriter, r *http.Request, who world.Person, _ map[string]any) {
	p := s.mine(r, who)
	if p == nil || p.owner != who.Sub || !p.open(s.now()) {
		failed(w)
		return
	}
	s.cancel(p)
	empty(w, http.StatusOK)
}

// decision is a review. What may not be reviewed, not yet or not any more, is not told apart.
func (s *site) decision(w http.ResponseWriter, r *http.Request, who world.Person, body map[string]any) {
	kind := textOf(body["type"])
	p := s.find(idIn(r))
	switch {
	case p == nil || !s.mayReview(p, who, kind):
		notAuthorised(w)
		return
	case kind != "approve" && kind != "reject" && kind != "changes" && kind != "request_review":
		failed(w)
		return
	}
	next := s.review(p, kind, textOf(body["comment"]))
	switch kind {
	case "approve":
		s.number()
		writeJSON(w, http.StatusOK, map[string]int{"service_id": p.service})
	case "changes":
		writeJSON(w, http.StatusOK, map[string]int{"id": next.ID})
	default:
		empty(w, http.StatusOK)
	}
}

// mayReview: an owner reviews outside production, and passes on in production. A request that has
// just come in is not there yet for a review.
func (s *site) mayReview(p *Petition, who world.Person, kind string) bool {
	now := s.now()
	if !p.open(now) || now.Before(p.submitted.Add(s.pace.Commit)) {
		return false
	}
	return who.Administrator || p.owner == who.Sub && (p.Request.IntegrationEnvironment != "production" || kind == "request_review")
}

func (s *site) services(w http.ResponseWriter, r *http.Request, who world.Person, _ map[string]any) {
	q := r.URL.Query()
	now := s.now()
	mine := s.rows(who.Sub, func(p *Petition) bool { return q.Get("pending") != "true" || !p.accepted(now) })
	writeJSON(w, http.StatusOK, s.list(mine, who.Sub, numberIn(q, "page", 1), numberIn(q, "limit", 10)))
}

func (s *site) oneService(w http.ResponseWriter, r *http.Request, who world.Person, _ map[string]any) {
	id := idIn(r)
	for _, p := range s.rows(who.Sub, func(p *Petition) bool { return p.service == id && id > 0 }) {
		writeJSON(w, http.StatusOK, s.service(p, who.Sub))
		return
	}
	empty(w, http.StatusNotFound)
}

// deploymentError is never there: the sandbox's deployments succeed.
func (s *site) deploymentError(w http.ResponseWriter, _ *http.Request, _ world.Person, _ map[string]any) {
	empty(w, http.StatusNotFound)
}
