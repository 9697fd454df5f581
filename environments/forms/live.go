package forms

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/credguide/credguide/internal/text"
)

// Tenant is what a registry publishes of its configuration without a login (GET {api}/tenants/{tenant}). It replaces the
// lists and limits of a profile, so that a request is judged by today's rules.
type Tenant struct {
	Form struct {
		Environments []string       `json:"integration_environment"`
		Applications []string       `json:"application_type"`
		Grants       []string       `json:"grant_types"`
		Methods      []string       `json:"token_endpoint_auth_method"`
		MethodTitles []string       `json:"token_endpoint_auth_method_title"`
		Algorithms   []string       `json:"token_endpoint_auth_signing_alg"`
		Protocols    []string       `json:"protocol"`
		Scopes       []string       `json:"scope"`
		Challenges   []*string      `json:"code_challenge_method"`
		ContactTypes []string       `json:"contact_types"`
		Disabled     []string       `json:"disabled_fields"`
		Defaults     map[string]any `json:"defaultValues"`
		IDToken      *int           `json:"id_token_timeout_seconds"`
		DeviceCode   *int           `json:"device_code_validity_seconds"`
		RefreshToken *int           `json:"refresh_token_validity_seconds"`
		AccessToken  *int           `json:"access_token_validity_seconds"`
		Contacts     []struct {
			Type string `json:"type"`
		} `json:"contact_requirements"`
		More  map[string]tenantDetail `json:"more_info"`
		Extra map[string]tenantExtra  `json:"extra_fields"`
	} `json:"form_config"`
	Config struct {
		TestEnvironments []string `json:"test_env"`
	} `json:"config"`
}

type tenantDetail struct {
	Required []string `json:"required"`
	Min      *int     `json:"min"`
	Max      any      `json:"max"` // a number, or a number for each value of another field
}

type tenantExtra struct {
	Title    string   `json:"title"`
	Type     string   `json:"type"`
	Required []string `json:"required"`
	Hide     []string `json:"hide"`
}

// maxTenant bounds the answer in bytes; EGI's is about twenty thousand.
const maxTenant = 1 << 20

// ReadTenant reads the answer. It is a server's text: what does not look like such a configuration is refused.
func ReadTenant(data []byte) (Tenant, error) {
	var t Tenant
	if len(data) > maxTenant {
		return t, fmt.Errorf("the registry's configuration is larger than %d bytes", maxTenant)
	}
	if err := json.Unmarshal(data, &t); err != nil {
		return t, fmt.Errorf("read the registry's configuration: %w", err)
	}
	f := t.Form
	if len(f.Environments) == 0 || len(f.Grants) == 0 || len(f.Scopes) == 0 {
		return t, errors.New("read the registry's configuration: it names no environments, grant types or scopes")
	}
	for _, list := range [][]string{f.Environments, f.Applications, f.Grants, f.Methods, f.MethodTitles, f.Algorithms, f.Protocols,
		f.Scopes, f.ContactTypes, f.Disabled, t.Config.TestEnvironments, t.names()} {
		if err := decent(list); err != nil {
			return t, fmt.Errorf("read the registry's configuration: %w", err)
		}
	}
	return t, nil
}

// names lists the texts of the nested parts, to be checked like the others.
func (t Tenant) names() []string {
	var all []string
	for _, c := range t.Form.Contacts {
		all = append(all, c.Type)
	}
	for _, d := range t.Form.More {
		all = append(all, d.Required...)
	}
	for name, e := range t.Form.Extra {
		all = append(all, name, e.Title)
		all = append(all, e.Required...)
		all = append(all, e.Hide...)
	}
	for _, c := range t.Form.Challenges {
		if c != nil {
			all = append(all, *c)
		}
	}
	return all
}

// decent refuses what would not fit a form or a terminal.
func decent(list []string) error {
	const most, longest = 500, 200
	if len(list) > most {
		return fmt.Errorf("a list of %d entries", len(list))
	}
	for _, s := range list {
		if len(s) > longest || !text.Printable(s) {
			return errors.New("an entry is too long or has control characters")
		}
	}
	return nil
}

// Profile names the built-in profile that the configuration is nearest to, by the tick boxes that it has.
func (t Tenant) Profile(f Form) string {
	for _, tab := range f.Tabs {
		for _, field := range tab.Fields {
			if _, has := t.Form.Extra[field.Name]; has && len(field.Only) > 0 {
				return field.Only[0]
			}
		}
	}
	return f.Profiles[0].ID
}

// Apply returns the form with today's lists and limits. Its profile is called "live".
func (t Tenant) Apply(f Form) (Form, error) {
	f, err := f.ForProfile(t.Profile(f))
	if err != nil {
		return Form{}, err
	}
	tabs := make([]Tab, len(f.Tabs))
	for i, tab := range f.Tabs {
		tabs[i] = tab
		tabs[i].Fields = nil
		for _, field := range tab.Fields {
			if t.drops(field) {
				continue
			}
			tabs[i].Fields = append(tabs[i].Fields, t.field(field))
		}
	}
	f.Tabs = tabs
	f.Tabs[0].Fields = append(f.Tabs[0].Fields, t.newTicks(f)...)
	f.Environments = t.environments(f.Environments)
	f.Contacts = t.contacts(f.Contacts)
	if t.Config.TestEnvironments != nil {
		f.TestEnvironments = t.Config.TestEnvironments
	}
	f.Profile = "live"
	f.Profiles = append(slices.Clip(f.Profiles), Profile{ID: "live", Title: "Today's configuration", Source: "the registry's own answer"})
	return f, nil
}
