package registry

import "net/http"

// configuration answers with the tenant's form as it is today. Nobody has to sign in for it.
func (s *site) configuration(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("tenant")
	if name != tenant && name != otherTenant {
		empty(w, http.StatusNotFound)
		return
	}
	writeJSON(w, http.StatusOK, configurationOf(name))
}

func configurationOf(name string) map[string]any {
	form := map[string]any{
		"integration_environment": []string{"production", "demo", "development"},
		"test_env":                []string{"development"},
		"protocol":                []string{"oidc", "saml"},
		"application_type":        []string{"WEB", "NATIVE"},
		"grant_types": []string{
			"authorization_code", "client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange",
			"urn:ietf:params:oauth:grant-type:device_code", "implicit", "refresh_token",
		},
		"grant_types_deprecated":          []string{"implicit"},
		"token_endpoint_auth_method":      []string{"client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"},
		"token_endpoint_auth_signing_alg": []string{"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256"},
		"code_challenge_method":           []any{nil, "plain", "S256"},
		"scope": []string{
			"openid", "voperson_id", "email", "profile", "offline_access", "eduperson_entitlement",
			"eduperson_scoped_affiliation", "eduperson_unique_id", "aarc", "orcid",
		},
		"contact_types": []string{"admin", "technical", "support", "security"},
		"contact_requirements": []map[string]string{
			{"type": "admin", "error": "The Service must have Administrative contact information"},
			{"type": "technical", "error": "The Service must have Technical contact information"},
			{"type": "support", "error": "The Service must have Support contact information"},
			{"type": "security", "error": "The Service must have Security contact information"},
		},
		"access_token_validity_seconds":  1000000,
		"refresh_token_validity_seconds": 34128000,
		"device_code_validity_seconds":   30000,
		"id_token_timeout_seconds":       86400,
		"disabled_fields":                []string{},
		"extra_fields":                   extraFields(),
	}
	restricted := []string{"production"}
	return map[string]any{
		"name": name, "home_page_title": "Sandbox registry", "form_config": form, "restricted_environments": restricted,
		"config": map[string]any{"form": form, "restricted_env": restricted},
	}
}

// extraFields are the fields that a tenant adds to the form, each with the environments that
// require it.
func extraFields() map[string]any {
	field := func(title, tag string, required ...string) map[string]any {
		return map[string]any{"title": title, "tag": tag, "tab": "general", "required": required}
	}
	organisation := field("Organisation", "org", "production", "demo")
	organisation["hide"] = []string{"development"}
	return map[string]any{
		"country":            field("Select country", "country", "production", "demo"),
		"organization":       organisation,
		"policy_uri":         field("Link to Privacy Policy", "url", "production"),
		"aup_uri":            field("Link to Terms of Use", "url", "production"),
		"egi_policy":         field("EGI Policies", "coc", "production"),
		"assurance_checkbox": field("Service Provider Guidelines", "coc", "production"),
	}
}
