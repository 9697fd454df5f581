// Package registry is a small Federation Registry for the sandbox: the calls of the real one's API,
// with a token of the tenant's issuer, its portal page with the script that names the API, and
// pages of its own without a login. Beside it stand the pages of the two environments that have no
// registry: a dashboard, and a help desk. The answers are those that the registry software 2.1.1
// gave (testdata/registry/exchanges.jsonl). Until a client is deployed, the identity provider does
// not know it.
package registry

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
)

// The tenants: everybody uses the first one, and the second is there because a portal serves
// several.
const (
	tenant      = "egi"
	otherTenant = "tmpl"
)

// integration is which identity provider serves which integration environment.
var integration = map[string]string{"production": world.Production, "demo": world.Demo, "development": world.Development}

// Pace is how long things take. A review or a deployment of 0 takes three seconds; one below 0
// never happens.
type Pace struct {
	Approve time.Duration // from the request to the administrator's approval, where the owner may not approve it
	Deploy  time.Duration // from the approval to the deployment
	Commit  time.Duration // from the answer to a new request until the registry knows that request itself
}

// Identify tells whose token this is. It is false for what the identity provider's userinfo would
// refuse.
type Identify func(token string) (sub string, ok bool)

// Registry holds what was requested and what became of it.
type Registry struct {
	n        *wire.Network
	world    *world.World
	pace     Pace
	identify Identify
	now      func() time.Time

	mu            sync.Mutex
	petitions     []*Petition // the one with the ID n stands at n-1
	services      int         // how many numbers are given away
	groups        int
	organisations []organisation
	made          []Made
	tickets       []*ticket // the one with the number n stands at n-1
}

// New is a registry where nothing is requested yet.
func New(n *wire.Network, w *world.World, p Pace, who Identify) *Registry {
	return &Registry{n: n, world: w, pace: p, identify: who, now: time.Now}
}

// usual is a delay of the review: the default where none is asked for, never where it is negative.
func usual(d time.Duration) (after time.Duration, ever bool) {
	if d == 0 {
		d = 3 * time.Second
	}
	return d, d > 0
}

// Submit hands a request in as the person in front of the form does, whose browser makes the
// secret. Approve approves it in development; elsewhere an administrator does, at the registry's
// pace.
func (g *Registry) Submit(r Request) (Petition, error) {
	r = withDefaults(r)
	if *r.GenerateClientSecret && r.ClientSecret == "" && r.withSecret() {
		r.ClientSecret = world.NewSecret()
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.petitions) >= mostMade {
		return Petition{}, tooMany
	}
	if bad := refuse(r); bad != nil {
		return Petition{}, bad
	}
	if !g.available(r.ClientID, r.IntegrationEnvironment, 0) {
		return Petition{}, &Refusal{"client_id", "Client ID is not available"}
	}
	return *g.add(g.world.Owner(), r.fields()), nil
}

// add files a request that is in order.
func (g *Registry) add(owner world.Person, fields map[string]any) *Petition {
	now := g.now()
	p := &Petition{ID: len(g.petitions) + 1, owner: owner.Sub, status: pending, submitted: now, edited: now}
	g.groups++
	p.group = g.groups
	p.fill(fields)
	g.petitions = append(g.petitions, p)
	g.schedule(p, now)
	return p
}

// schedule lets the administrator approve at his pace what its owner may not approve.
func (g *Registry) schedule(p *Petition, now time.Time) {
	if after, ever := usual(g.pace.Approve); ever && !p.SelfReview() {
		g.approve(p, now.Add(after))
	}
}

// Approve approves an open petition now. The client reaches the identity provider at the pace of
// the deployment.
func (g *Registry) Approve(id int) (Petition, error) { return g.decide(id, "approve", "") }

// Review is what an administrator decides: approve, changes or reject. The petition that it returns
// is the one that is open afterwards, which has a new ID where changes are requested.
func (g *Registry) Review(id int, decision, comment string) (Petition, error) {
	return g.decide(id, decision, comment)
}

func (g *Registry) decide(id int, decision, comment string) (Petition, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	p := g.find(id)
	switch {
	case p == nil:
		return Petition{}, fmt.Errorf("no petition %d", id)
	case !p.open(g.now()):
		return *p, nil
	}
	return *g.review(p, decision, comment), nil
}

// review carries a decision out.
func (g *Registry) review(p *Petition, decision, comment string) *Petition {
	now := g.now()
	switch decision {
	case "approve":
		g.approve(p, now)
	case "reject":
		g.withdraw(p)
		p.status, p.comment, p.reviewed = rejected, comment, now
	case "changes":
		g.withdraw(p)
		p.status, p.comment, p.reviewed = superseded, comment, now
		next := *p
		next.ID, next.status, next.reviewed, next.edited = len(g.petitions)+1, changes, time.Time{}, now
		g.petitions = append(g.petitions, &next)
		return &next
	case "request_review":
		p.status, p.edited = reviewRequested, now
	}
	return p
}

// approve sets the moment at which the identity provider starts to know the client. No clock runs:
// the identity provider looks at the time when it is asked.
func (g *Registry) approve(p *Petition, when time.Time) {
	after, ever := usual(g.pace.Deploy)
	if !ever {
		after = 100 * 365 * 24 * time.Hour
	}
	p.Approved, p.Deployed = when, when.Add(after)
	g.world.IDPs[integration[p.Request.IntegrationEnvironment]].Register(p.client())
}

// withdraw takes back an approval that lay ahead.
func (g *Registry) withdraw(p *Petition) {
	if !p.Approved.IsZero() {
		p.Approved, p.Deployed = time.Time{}, time.Time{}
		g.world.IDPs[integration[p.Request.IntegrationEnvironment]].Unregister(p.Request.ClientID)
	}
}

// cancel is what the owner of an open petition may do.
func (g *Registry) cancel(p *Petition) {
	g.withdraw(p)
	p.status = cancelled
}

// resubmit puts new fields into an open petition.
func (g *Registry) resubmit(p *Petition, fields map[string]any) {
	g.withdraw(p)
	now := g.now()
	p.fill(fields)
	p.status, p.comment, p.edited = pending, "", now
	g.schedule(p, now)
}

// Renew makes another secret for a client that is deployed; the old one ends at once. It is false
// where there is none.
func (g *Registry) Renew(id int) (Petition, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	p := g.find(id)
	if p == nil || p.Request.ClientSecret == "" || p.Badge(g.now()) != deployedBadge {
		return Petition{}, false
	}
	idp := g.world.IDPs[integration[p.Request.IntegrationEnvironment]]
	known := idp.Find(p.Request.ClientID, g.now())
	if known == nil {
		return Petition{}, false
	}
	renewed := *known // the account behind the client, its sub, stays
	p.Request.ClientSecret = world.NewSecret()
	p.fields["client_secret"] = p.Request.ClientSecret
	renewed.Secret = p.Request.ClientSecret
	idp.Register(&renewed)
	return *p, true
}

// Petitions lists what was submitted, oldest first.
func (g *Registry) Petitions() []Petition {
	g.mu.Lock()
	defer g.mu.Unlock()
	list := make([]Petition, 0, len(g.petitions))
	for _, p := range g.petitions {
		list = append(list, *p)
	}
	return list
}

func (g *Registry) find(id int) *Petition {
	if id < 1 || id > len(g.petitions) {
		return nil
	}
	return g.petitions[id-1]
}

// number gives each approved petition the number of its service, in the order of the approvals.
func (g *Registry) number() {
	now := g.now()
	var approved []*Petition
	for _, p := range g.petitions {
		if p.service == 0 && p.accepted(now) {
			approved = append(approved, p)
		}
	}
	slices.SortStableFunc(approved, func(a, b *Petition) int { return a.Approved.Compare(b.Approved) })
	for _, p := range approved {
		g.services++
		p.service = g.services
	}
}
