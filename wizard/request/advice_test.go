package request

import (
	"slices"
	"strings"
	"testing"
)

func TestAdvice(t *testing.T) {
	openEO := Target{Backend: "openEO Platform", Scopes: []string{"openid", "email", "eduperson_entitlement"}, Environment: "production"}
	for name, tc := range map[string]struct {
		change map[string]any
		target Target
		field  string
		want   string
	}{
		"authorization code left on":    {map[string]any{"grant_types": []any{"authorization_code", "client_credentials"}}, Target{}, "grant_types", "Untick authorization code"},
		"client credentials missing":    {map[string]any{"grant_types": []any{"refresh_token"}}, Target{}, "grant_types", "unauthorized_client"},
		"method none":                   {map[string]any{"token_endpoint_auth_method": "none"}, Target{}, "token_endpoint_auth_method", "public client"},
		"method private_key_jwt":        {map[string]any{"token_endpoint_auth_method": "private_key_jwt"}, Target{}, "token_endpoint_auth_method", "signed assertion"},
		"algorithm of the other kind":   {map[string]any{"token_endpoint_auth_method": "client_secret_jwt", "token_endpoint_auth_signing_alg": "RS256"}, Target{}, "token_endpoint_auth_signing_alg", "HS256"},
		"openid missing":                {map[string]any{"scope": []any{"email"}}, Target{}, "scope", "Keep openid"},
		"offline_access":                {map[string]any{"scope": []any{"openid", "offline_access"}}, Target{}, "scope", "refresh token"},
		"a scope of the back-end":       {nil, openEO, "scope", `openEO Platform lists the scope "eduperson_entitlement"`},
		"that the registry lacks":       {nil, openEO, "scope", "does not offer it in its list"},
		"a scope nobody offers":         {map[string]any{"scope": []any{"openid", "made-up"}}, Target{}, "scope", `does not offer the scope "made-up"`},
		"another environment":           {nil, openEO, "integration_environment", "meant for production"},
		"demo":                          {map[string]any{"integration_environment": "demo", "country": "gr"}, Target{}, "integration_environment", "No openEO back-end"},
		"a plus in the client ID":       {map[string]any{"client_id": "a+b"}, Target{}, "client_id", "Avoid +"},
		"a quote in the client ID":      {map[string]any{"client_id": "a'b"}, Target{}, "client_id", "Avoid quotes"},
		"no client ID":                  {map[string]any{"client_id": ""}, Target{}, "client_id", "generated at deployment"},
		"http":                          {map[string]any{"website_url": "http://lab.example.org"}, Target{}, "website_url", "use https://"},
		"a column of the database":      {map[string]any{"website_url": "https://lab.example.org/" + strings.Repeat("x", 300)}, Target{}, "website_url", "HTTP 500"},
		"an address of the database":    {map[string]any{"contacts": contactsWith(strings.Repeat("a", 300) + "@lab.example.org")}, Target{}, "contacts", "256 characters"},
		"a weak secret":                 {map[string]any{"generate_client_secret": false, "client_secret": "abcd"}, Target{}, "client_secret", "guessed"},
		"a repetitive secret":           {map[string]any{"generate_client_secret": false, "client_secret": strings.Repeat("ab", 20)}, Target{}, "client_secret", "repeats"},
		"a secret that is replaced":     {map[string]any{"client_secret": "0123456789abcdefghijklmnop"}, Target{}, "generate_client_secret", "replaces"},
		"a number read in two ways":     {map[string]any{"access_token_validity_seconds": "3600.5"}, Target{}, "access_token_validity_seconds", "3600.5, the server as 3600"},
		"white space":                   {map[string]any{"service_description": "x "}, Target{}, "service_description", "white space"},
		"redirect URIs without use":     {map[string]any{"redirect_uris": []any{"https://a.b"}}, Target{}, "redirect_uris", "leave the list empty"},
		"a name the form does not have": {map[string]any{"redirect_uri": "https://a.b"}, Target{}, "redirect_uri", "Did you mean redirect_uris?"},
		"another protocol":              {map[string]any{"protocol": "saml"}, Target{}, "protocol", "no client credentials"},
	} {
		t.Run(name, func(t *testing.T) {
			v := rulesOf(t, "").Validate(recommended(tc.change), tc.target)
			for _, n := range v.Advice {
				if n.Field == tc.field && strings.Contains(n.Message, tc.want) {
					return
				}
			}
			t.Errorf("no advice on %s with %q in %+v", tc.field, tc.want, v.Advice)
		})
	}
}

// What register and request submit read beside the form's fields is no field of the form, and of use.
func TestAnAnswerOfASubmissionIsNotCalledUseless(t *testing.T) {
	for _, n := range rulesOf(t, "").Validate(recommended(map[string]any{NewOrganisation: true, Environment: "development", Backend: "openeo.cloud", Store: "dotenv"}), Target{}).Advice {
		if slices.Contains(besideTheForm, n.Field) {
			t.Errorf("%+v", n)
		}
	}
}

func contactsWith(email string) []any {
	var contacts []any
	for _, kind := range []string{"admin", "technical", "support", "security"} {
		contacts = append(contacts, map[string]any{"type": kind, "email": email})
	}
	return contacts
}

func TestAScopeThatTheBackendWantsIsNotCalledUseless(t *testing.T) {
	in := recommended(map[string]any{"scope": []any{"openid", "eduperson_entitlement"}})
	v := rulesOf(t, "").Validate(in, Target{Scopes: []string{"openid", "eduperson_entitlement"}})
	if len(v.Advice) > 0 {
		t.Errorf("%+v", v.Advice)
	}
}
