// Package registry is a small Federation Registry for the sandbox.
package registry

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
)

// Registry is a small Federation Registry: the public calls of the real one, a page to register a client with, and the way
// of a client from Registration Pending to Deployed. Until then the identity provider does not know it. There is no sign-in.
type Registry struct {
	n         *wire.Network
	world     *world.World
	pace      Pace
	mu        sync.Mutex
	petitions []*Petition
}

// Pace is how long the review and the deployment take: 0 is three seconds, negative is never.
type Pace struct{ Approve, Deploy time.Duration }

func New(n *wire.Network, w *world.World, p Pace) *Registry {
	return &Registry{n: n, world: w, pace: p}
}

// tenant is the only one.
const tenant = "egi"

// integration is which identity provider serves which integration environment.
var integration = map[string]string{"production": world.Production, "demo": world.Demo, "development": world.Development}

// Request is a registration request in the registry's own field names, as far as a deployment looks at it. Absent fields
// have the form's defaults.
type Request struct {
	ServiceName             string   `json:"service_name"`
	IntegrationEnvironment  string   `json:"integration_environment"`
	Protocol                string   `json:"protocol"`
	ClientID                string   `json:"client_id"`
	ClientSecret            string   `json:"client_secret"`
	GenerateClientSecret    *bool    `json:"generate_client_secret"`
	GrantTypes              []string `json:"grant_types"`
	TokenEndpointAuthMethod string   `json:"token_endpoint_auth_method"`
	Scope                   []string `json:"scope"`
	AccessTokenLifetime     int      `json:"access_token_validity_seconds"`
}

// Petition is a submitted request.
type Petition struct {
	ID       int
	Request  Request   // with the client id and secret as they are now
	Approved time.Time // zero while nobody has approved; may lie ahead, for an operator who takes his time
	Deployed time.Time // zero while nobody has approved
}

// Badge is what the registry's list shows.
func (p Petition) Badge(now time.Time) string {
	switch {
	case p.Approved.IsZero() || now.Before(p.Approved):
		return "Registration Pending"
	case now.Before(p.Deployed):
		return "Deployment in Progress"
	}
	return "Deployed"
}

// SelfReview reports whether the person who registers may approve it, as in the real registry's development environment.
func (p Petition) SelfReview() bool { return p.Request.IntegrationEnvironment == "development" }

// Refusal is a field that the registry refuses.
type Refusal struct{ Field, Message string }

func (r *Refusal) Error() string { return r.Field + ": " + r.Message }

// usual is a delay of the review: the default where none is asked for, never where it is negative.
func usual(d time.Duration) (after time.Duration, ever bool) {
	if d == 0 {
		d = 3 * time.Second
	}
	return d, d > 0
}

// Submit hands a request in. In production and demo an operator approves it at its pace; in development its
// owner does, with Approve.
func (g *Registry) Submit(r Request) (Petition, error) {
	r = withDefaults(r)
	g.mu.Lock()
	defer g.mu.Unlock()
	if bad := g.refuse(r); bad != nil {
		return Petition{}, bad
	}
	if r.ClientID == "" {
		r.ClientID = world.NewUUID()
	}
	if *r.GenerateClientSecret && r.ClientSecret == "" && strings.HasPrefix(r.TokenEndpointAuthMethod, "client_secret") {
		r.ClientSecret = world.NewSecret()
	}
	p := &Petition{ID: len(g.petitions) + 1, Request: r}
	g.petitions = append(g.petitions, p)
	if after, ever := usual(g.pace.Approve); ever && !p.SelfReview() {
		g.approve(p, time.Now().Add(after))
	}
	return *p, nil
}

// Approve approves a pending petition now. The client reaches the identity provider at the pace of the deployment.
func (g *Registry) Approve(id int) (Petition, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	p := g.find(id)
	if p == nil {
		return Petition{}, fmt.Errorf("no petition %d", id)
	}
	if now := time.Now(); p.Approved.IsZero() || now.Before(p.Approved) {
		g.approve(p, now)
	}
	return *p, nil
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

// approve sets the moment at which the identity provider starts to know the client. No clock runs: the identity provider
// looks at the time when it is asked.
func (g *Registry) approve(p *Petition, when time.Time) {
	after, ever := usual(g.pace.Deploy)
	if !ever {
		after = 100 * 365 * 24 * time.Hour
	}
	p.Approved, p.Deployed = when, when.Add(after)
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
	g.world.IDPs[integration[r.IntegrationEnvironment]].Register(c)
}

// withDefaults fills in what the form has before anybody touches it.
func withDefaults(r Request) Request {
	yes := true
	setDefault(&r.IntegrationEnvironment, "development")
	setDefault(&r.Protocol, "oidc")
	setDefault(&r.TokenEndpointAuthMethod, "client_secret_basic")
	if r.GenerateClientSecret == nil {
		r.GenerateClientSecret = &yes
	}
	if r.GrantTypes == nil {
		r.GrantTypes = []string{"authorization_code"}
	}
	if r.Scope == nil {
		r.Scope = []string{"openid", "profile", "email", "voperson_id", "eduperson_entitlement"}
	}
	if r.AccessTokenLifetime == 0 {
		r.AccessTokenLifetime = 3600
	}
	return r
}

func setDefault(field *string, value string) {
	if *field == "" {
		*field = value
	}
}

// clientIDForm is the registry's rule for a client id: 2 to 128 of these characters.
func clientIDForm(id string) bool {
	return len(id) >= 2 && len(id) <= 128 && strings.Trim(id, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ$-_.+!*'(),") == ""
}

// refuse checks what the deployment depends on. The registry's whole rule book is not the sandbox's business.
func (g *Registry) refuse(r Request) *Refusal {
	switch {
	case integration[r.IntegrationEnvironment] == "":
		return &Refusal{"integration_environment", "Select one of the available options"}
	case r.Protocol != "oidc":
		return &Refusal{"protocol", "the sandbox deploys OIDC services only"}
	case r.ClientID != "" && !clientIDForm(r.ClientID):
		return &Refusal{"client_id", "Client Id can contain only numbers, letters and the special characters $-_.+!*'(),"}
	case !g.available(r.ClientID, r.IntegrationEnvironment):
		return &Refusal{"client_id", "Client ID is not available"}
	case r.ClientSecret != "" && (len(r.ClientSecret) < 4 || len(r.ClientSecret) > 256):
		return &Refusal{"client_secret", "must have 4 to 256 characters"}
	case r.ClientSecret == "" && !*r.GenerateClientSecret && strings.HasPrefix(r.TokenEndpointAuthMethod, "client_secret"):
		return &Refusal{"client_secret", "This is a required field!"}
	}
	return nil
}

// available reports whether an id is free in one environment, among deployed clients and open petitions.
func (g *Registry) available(id, environment string) bool {
	if id == "" {
		return true
	}
	if p := g.world.IDPs[integration[environment]]; p != nil && p.Registered(id) {
		return false
	}
	return !slices.ContainsFunc(g.petitions, func(p *Petition) bool {
		return p.Request.ClientID == id && p.Request.IntegrationEnvironment == environment
	})
}

func (g registrySite) Endpoint(r *http.Request) string { return r.Method + " " + r.URL.Path }

func petitionID(text string) int {
	n, _ := strconv.Atoi(text) // 0 is no petition
	return n
}
