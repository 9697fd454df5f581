package registry

import (
	"maps"
	"slices"
	"time"

	"github.com/credguide/credguide/internal/sandbox/world"
)

// status is what the registry has decided about a request so far, in its own words as far as it has
// any.
type status string

const (
	pending         status = "pending"
	changes         status = "changes"
	reviewRequested status = "request_review"
	rejected        status = "reject"
	superseded      status = "superseded" // changes were requested, and another petition goes on from here
	cancelled       status = "cancelled"
)

// Petition is a submitted request.
type Petition struct {
	ID       int
	Request  Request   // with the client ID and secret as they are now
	Approved time.Time // zero while nobody has approved; may lie ahead, for an administrator who takes his time
	Deployed time.Time // zero while nobody has approved

	fields    map[string]any // the request as it was sent
	unnamed   bool           // sent without a client ID: it is known when the client is deployed
	owner     string         // sub of the person who sent it
	group     int            // of owners, one for each service
	service   int            // 0 until it is approved
	status    status
	comment   string
	submitted time.Time
	edited    time.Time
	reviewed  time.Time
}

// fill takes the fields of a request.
func (p *Petition) fill(fields map[string]any) {
	p.fields, p.Request = maps.Clone(fields), requestOf(fields)
	p.unnamed = p.Request.ClientID == ""
	if p.unnamed {
		p.Request.ClientID = world.NewUUID()
	}
}

// accepted reports whether the request has become a service.
func (p *Petition) accepted(now time.Time) bool {
	return !p.Approved.IsZero() && !now.Before(p.Approved)
}

// open reports whether the request can still be decided on.
func (p *Petition) open(now time.Time) bool {
	return !p.accepted(now) && slices.Contains([]status{pending, changes, reviewRequested}, p.status)
}

// Badges of the registry's list.
const (
	closed        = "Closed" // in no list of the real registry
	pendingBadge  = "Registration Pending"
	deployedBadge = "Deployed"
)

// Badge is what the registry's list shows.
func (p Petition) Badge(now time.Time) string {
	switch {
	case p.status == changes:
		return "Changes Requested"
	case p.status == rejected, p.status == superseded, p.status == cancelled:
		return closed
	case !p.accepted(now):
		return pendingBadge
	case now.Before(p.Deployed):
		return "Deployment in Progress"
	}
	return deployedBadge
}

// state is how far the deployment of an accepted request is, and since when.
func (p *Petition) state(now time.Time) (string, time.Time) {
	taken := p.Approved.Add(p.Deployed.Sub(p.Approved) / 2)
	switch {
	case now.Before(taken):
		return "pending", p.Approved
	case now.Before(p.Deployed):
		return "waiting-deployment", taken
	}
	return "deployed", p.Deployed
}

// SelfReview reports whether the person who registers may approve it, as in the real registry's
// development environment.
func (p Petition) SelfReview() bool { return p.Request.IntegrationEnvironment == "development" }

// client is what the deployment makes of the request.
func (p *Petition) client() *world.Client {
	r := p.Request
	c := &world.Client{
		ID: r.ClientID, Secret: r.ClientSecret, Sub: world.NewUUID() + "@sandbox.egi.eu", Deployed: p.Deployed,
		OptionalScopes: slices.DeleteFunc(slices.Clone(r.Scope), func(s string) bool { return s == "openid" }),
		Lifetime:       time.Duration(r.AccessTokenLifetime) * time.Second,
	}
	if !slices.Contains(r.GrantTypes, "client_credentials") {
		c.Account = world.AccountOff
	}
	switch r.TokenEndpointAuthMethod {
	case "none":
		c.Public = true
	case "client_secret_jwt":
		c.Auth = world.ClientSecretJWT
	case "private_key_jwt":
		c.Auth = world.PrivateKeyJWT
	}
	return c
}
