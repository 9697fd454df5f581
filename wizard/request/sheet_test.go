package request

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func rowOf(t *testing.T, sections []Section, field string) (Row, bool) {
	t.Helper()
	for _, s := range sections {
		for _, r := range s.Rows {
			if r.Field == field {
				return r, true
			}
		}
	}
	return Row{}, false
}

func TestSheetFollowsTheForm(t *testing.T) {
	sections := rulesOf(t, "egi-2024").Sheet(recommended(map[string]any{"scope": []any{"openid", "email", "eduperson_entitlement", "own"}}))
	var order []string
	for _, s := range sections {
		order = append(order, s.Tab)
		for _, r := range s.Rows {
			order = append(order, r.Field)
		}
	}
	want := []string{
		"General", "service_name", "integration_environment", "logo_uri", "website_url", "service_description", "country",
		"policy_uri", "aup_uri", "egi_policy", "dpcoco", "contacts", "assurance_checkbox", "Protocol Specific", "protocol", "client_id",
		"application_type", "grant_types", "token_endpoint_auth_method", "generate_client_secret", "allow_introspection", "scope", "redirect_uris",
		"code_challenge_method", "refresh_token_validity_seconds", "device_code_validity_seconds", "access_token_validation_model", "access_token_validity_seconds", "id_token_timeout_seconds",
	}
	if d := cmp.Diff(want, order); d != "" {
		t.Error(d)
	}
	for field, want := range map[string]Row{
		"service_name":               {Action: Type, Value: "openEO nightly runner", Copy: "openEO nightly runner", Required: true},
		"integration_environment":    {Action: Leave, Value: "Development", Required: true},
		"protocol":                   {Action: Choose, Value: "OIDC Service", Required: true},
		"country":                    {Action: Leave},
		"generate_client_secret":     {Action: Leave, Value: "ticked", Required: true},
		"token_endpoint_auth_method": {Action: Leave, Value: "Client Secret over HTTP Basic", Required: true},
		"grant_types":                {Action: Change, Steps: []Step{{Action: Untick, Text: "authorization code"}, {Action: Tick, Text: "client credentials"}}},
		"scope": {Action: Ensure, Required: true, Steps: []Step{
			{Action: Ensure, Text: "openid", Copy: "openid"},
			{Action: Ensure, Text: "email", Copy: "email"},
			{Action: Ensure, Text: "eduperson_entitlement", Copy: "eduperson_entitlement"},
			{Action: Ensure, Text: "own", Copy: "own"},
		}},
		"allow_introspection":            {Action: Leave, Value: "locked"},
		"refresh_token_validity_seconds": {Action: Leave, Value: "clear"},
		"device_code_validity_seconds":   {Action: Leave, Value: "clear"},
		"code_challenge_method":          {Action: Leave, Value: "PKCE will not be used for this service", Star: true},
		"access_token_validation_model":  {Action: Leave, Value: "Offline-verifiable", Required: true, IfThere: true},
		"contacts": {Action: Add, Required: true, Steps: []Step{
			{Action: Add, Text: "lab@example.org", Copy: "lab@example.org", Choose: "Admin"},
			{Action: Add, Text: "lab@example.org", Copy: "lab@example.org", Choose: "Technical"},
			{Action: Add, Text: "lab@example.org", Copy: "lab@example.org", Choose: "Support"},
			{Action: Add, Text: "lab@example.org", Copy: "lab@example.org", Choose: "Security"},
		}},
	} {
		got, ok := rowOf(t, sections, field)
		got.Field, got.Label, got.Why, got.Traps = "", "", "", nil
		want.Star = want.Star || want.Required
		if d := cmp.Diff(want, got); !ok || d != "" {
			t.Errorf("%s: %s", field, d)
		}
	}
	if r, _ := rowOf(t, sections, "contacts"); len(r.Traps) < 3 || r.Why == "" {
		t.Errorf("contacts have traps: %+v", r)
	}
}

func TestSheetShowsWhatBelongsToTheChoices(t *testing.T) {
	for name, tc := range map[string]struct {
		change map[string]any
		field  string
		shown  bool
		action string
	}{
		"organisation in production":  {map[string]any{"integration_environment": "production"}, "organization_name", true, Leave},
		"country in production":       {map[string]any{"integration_environment": "production", "country": "gr"}, "country", true, Choose},
		"a tick":                      {map[string]any{"integration_environment": "production", "policy": true}, "policy", true, Tick},
		"no secret of one's own":      {nil, "client_secret", false, ""},
		"a secret of one's own":       {map[string]any{"generate_client_secret": false, "client_secret": "x"}, "client_secret", true, Type},
		"the box is cleared for it":   {map[string]any{"generate_client_secret": false}, "generate_client_secret", true, Untick},
		"keys":                        {map[string]any{"token_endpoint_auth_method": "private_key_jwt"}, "jwks_uri", true, Leave},
		"refresh tokens":              {map[string]any{"scope": []any{"offline_access"}}, "refresh_token_validity_seconds", true, Leave},
		"no refresh tokens":           {nil, "refresh_token_validity_seconds", true, Leave},
		"no tokens of another kind":   {map[string]any{"protocol": "saml"}, "refresh_token_validity_seconds", false, Leave},
		"the organisation is picked":  {map[string]any{"integration_environment": "demo", "organization_name": "Lab"}, "organization_name", true, Pick},
		"nothing before the protocol": {map[string]any{"protocol": ""}, "grant_types", false, ""},
		"what the form fills in":      {nil, "allow_introspection", true, Leave},
		"never what it does not show": {nil, "clear_access_tokens_on_refresh", false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r, ok := rowOf(t, rulesOf(t, "").Sheet(recommended(tc.change)), tc.field)
			if ok != tc.shown || ok && r.Action != tc.action {
				t.Errorf("shown %v, %+v", ok, r)
			}
		})
	}
	if r, _ := rowOf(t, rulesOf(t, "").Sheet(recommended(map[string]any{"country": "gr", "service_name": "a"})), "country"); r.Value != "Greece" {
		t.Errorf("the menu shows names: %+v", r)
	}
	if r, _ := rowOf(t, rulesOf(t, "").Sheet(recommended(map[string]any{"service_name": "a"})), "service_name"); r.Problem == "" {
		t.Error("a refused value is marked")
	}
}
