package registry

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// Request is a registration request in the registry's own field names, as far as a deployment looks
// at it. Absent fields have the form's defaults.
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

func (r Request) withSecret() bool {
	return strings.HasPrefix(r.TokenEndpointAuthMethod, "client_secret")
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

// fields is the request as the form would send it.
func (r Request) fields() map[string]any {
	return map[string]any{
		"service_name": r.ServiceName, "service_description": "", "integration_environment": r.IntegrationEnvironment, "protocol": r.Protocol,
		"contacts": []any{}, "client_id": r.ClientID, "client_secret": r.ClientSecret, "generate_client_secret": false,
		"grant_types": anyOf(r.GrantTypes), "token_endpoint_auth_method": r.TokenEndpointAuthMethod, "scope": anyOf(r.Scope),
		"application_type": "WEB", "access_token_validity_seconds": strconv.Itoa(r.AccessTokenLifetime), "id_token_timeout_seconds": "600",
		"access_token_validation_model": "OFFLINE_VERIFIABLE", "logo_uri": "", "website_url": "", "policy_uri": "", "country": "",
		"code_challenge_method": "", "token_endpoint_auth_signing_alg": "", "allow_introspection": true, "clear_access_tokens_on_refresh": true,
	}
}

// requestOf reads a request as it was sent. The form sends its numbers as texts; absent fields stay
// empty.
func requestOf(fields map[string]any) Request {
	generate := fields["generate_client_secret"] == true
	seconds, _ := number(fields["access_token_validity_seconds"])
	return Request{
		ServiceName: textOf(fields["service_name"]), IntegrationEnvironment: textOf(fields["integration_environment"]), Protocol: textOf(fields["protocol"]),
		ClientID: textOf(fields["client_id"]), ClientSecret: textOf(fields["client_secret"]), GenerateClientSecret: &generate,
		GrantTypes: textsOf(fields["grant_types"]), TokenEndpointAuthMethod: textOf(fields["token_endpoint_auth_method"]),
		Scope: textsOf(fields["scope"]), AccessTokenLifetime: seconds,
	}
}

func textOf(v any) string {
	s, _ := v.(string)
	return s
}

func textsOf(v any) []string {
	list, _ := v.([]any)
	texts := make([]string, 0, len(list))
	for _, item := range list {
		texts = append(texts, textOf(item))
	}
	return texts
}

func anyOf(texts []string) []any {
	list := make([]any, 0, len(texts))
	for _, s := range texts {
		list = append(list, s)
	}
	return list
}

// number reads a whole number, or a text that is one.
func number(v any) (int, bool) {
	switch v := v.(type) {
	case float64:
		return int(v), v == float64(int(v))
	case json.Number:
		n, err := strconv.Atoi(v.String())
		return n, err == nil
	case string:
		n, err := strconv.Atoi(v)
		return n, err == nil
	}
	return 0, false
}

// Refusal is a field that the registry refuses. Without a message the registry says nothing but
// 422.
type Refusal struct{ Field, Message string }

func (r *Refusal) Error() string { return r.Field + ": " + r.Message }

// tooMany is what the real registry never says.
var tooMany = &Refusal{"service_name", "the sandbox takes no more requests"}

// clientIDForm is the registry's rule for a client ID: 2 to 128 of these characters.
func clientIDForm(id string) bool {
	return len(id) >= 2 && len(id) <= 128 && strings.Trim(id, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ$-_.+!*'(),") == ""
}

// refuse checks what the deployment depends on. The registry's whole rule book is not the sandbox's
// business.
func refuse(r Request) *Refusal {
	switch {
	case integration[r.IntegrationEnvironment] == "":
		return &Refusal{"integration_environment", "Select one of the available options"}
	case r.Protocol != "oidc":
		return &Refusal{"protocol", "the sandbox deploys OIDC services only"}
	case r.ClientID != "" && !clientIDForm(r.ClientID):
		return &Refusal{"client_id", "Client Id can contain only numbers, letters and the special characters $-_.+!*'(),"}
	case r.ClientSecret != "" && (len(r.ClientSecret) < 4 || len(r.ClientSecret) > 256):
		return &Refusal{"client_secret", "must have 4 to 256 characters"}
	case r.ClientSecret == "" && !*r.GenerateClientSecret && r.withSecret():
		return &Refusal{"client_secret", "This is a required field!"}
	}
	return nil
}

// available reports whether an ID is free in one environment, among deployed clients and open
// petitions other than this one.
func (g *Registry) available(id, environment string, but int) bool {
	if id == "" {
		return true
	}
	now := g.now()
	if slices.ContainsFunc(g.petitions, func(p *Petition) bool {
		return p.ID != but && p.open(now) && p.Request.ClientID == id && p.Request.IntegrationEnvironment == environment
	}) {
		return false
	}
	if mine := g.find(but); mine != nil && mine.Request.ClientID == id && mine.Request.IntegrationEnvironment == environment {
		return true // its own client may be scheduled already
	}
	idp := g.world.IDPs[integration[environment]]
	return idp == nil || !idp.Registered(id)
}

// demand is a field that the server wants, in these environments.
type demand struct{ field, environments, message string }

const (
	everywhere = "production demo development"
	notInTests = "production demo"
)

// demands are in the order in which the registry lists what it refuses. Its own form always sends
// what is wanted everywhere.
var demands = []demand{
	{"service_name", everywhere, "Service name missing"},
	{"country", notInTests, "Country code missing"},
	{"service_description", everywhere, "Service description missing"},
	{"policy_uri", "production", "Service Policy Uri missing"},
	{"contacts", everywhere, "Service contacts missing"},
	{"application_type", everywhere, "Service application_type is missing"},
	{"token_endpoint_auth_method", everywhere, "Service token_endpoint_auth_method missing"},
	{"id_token_timeout_seconds", everywhere, "id_token_timeout_seconds missing"},
	{"access_token_validity_seconds", everywhere, "access_token_validity_seconds missing"},
	{"aup_uri", "production", "aup_uri is missing"},
	{"assurance_checkbox", "production", "assurance_checkbox field should be enabled"},
	{"egi_policy", "production", "egi_policy field should be enabled"},
	{"organization_id", notInTests, "organization_id is missing"},
}

// judge lists what the registry refuses of a request that came by its API.
func (g *Registry) judge(fields map[string]any, but int) []Refusal {
	if but == 0 && len(g.petitions) >= mostMade {
		return []Refusal{*tooMany}
	}
	r := requestOf(fields)
	var list []Refusal
	var ticks bool
	for _, d := range demands {
		if !slices.Contains(strings.Fields(d.environments), r.IntegrationEnvironment) || given(fields[d.field]) {
			continue
		}
		if strings.HasSuffix(d.message, "should be enabled") { // the registry names the first tick that is missing, under one name
			if !ticks {
				list = append(list, Refusal{"service_boolean", d.message})
			}
			ticks = true
			continue
		}
		list = append(list, Refusal{d.field, d.message})
	}
	if bad := refuse(r); bad != nil { // no secret beside "generate one" is accepted, and deployed without a secret
		list = append(list, *bad)
	}
	if len(list) == 0 && !g.available(r.ClientID, r.IntegrationEnvironment, but) {
		return []Refusal{{Field: "client_id"}}
	}
	return list
}

// given reports whether a field holds anything.
func given(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return v != ""
	case []any:
		return len(v) > 0
	}
	return true
}
