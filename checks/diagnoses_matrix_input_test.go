package checks

var (
	basicToo     = variantSays("token_basic", 401, "unauthorized_client", neither)
	basicNeither = variantSays("token_basic", 401, "invalid_client", neither)
)

var inputMatrix = []matrixCase{
	{"healthy", change{}, nil},
	{"line end after the secret", refusedToken(401, "unauthorized_client", neither, facts(basicToo, variantSays("token_trimmed", 200, "", ""), Facts{
		"secret.has_whitespace": true, "secret.whitespace": "U+000A line feed at the end", "authorization.says": knownText,
	})), []string{"error certain you client-secret-has-whitespace"}},
	{"line end after the secret, grant off", refusedToken(401, "unauthorized_client", neither, facts(basicToo, variantSays("token_trimmed", 401, "unauthorized_client", grantOff), Facts{
		"secret.has_whitespace": true, "secret.whitespace": "U+000A line feed at the end", "authorization.says": knownText,
	})), []string{"error certain you client-secret-has-whitespace", "error certain you grant-not-enabled"}},
	{"line end after a wrong secret", refusedToken(401, "unauthorized_client", neither, facts(basicToo, variantSays("token_trimmed", 401, "unauthorized_client", neither), Facts{
		"secret.has_whitespace": true, "secret.whitespace": "U+000A line feed at the end", "authorization.says": knownText,
	})), []string{"error likely you client-secret-has-whitespace", "error likely you client-secret-wrong"}},
	{"line end after the secret of a disabled client", refusedToken(401, "invalid_client", neither, facts(basicNeither, variantSays("token_trimmed", 401, "invalid_client", neither), Facts{
		"secret.has_whitespace": true, "secret.whitespace": "U+000A line feed at the end", "authorization.says": "Client disabled.",
	})), []string{"error certain registry-admin client-disabled", "error likely you client-secret-has-whitespace"}},
	{"line end after the secret of an unknown client", refusedToken(401, "invalid_client", neither, facts(basicNeither, variantSays("token_trimmed", 401, "invalid_client", neither), Facts{
		"secret.has_whitespace": true, "secret.whitespace": "U+000A line feed at the end", "authorization.says": notFound, "sisters.asked": []string{"demo"}, "sisters.know": []string{}, "sisters.know_disabled": []string{},
	})), []string{"error certain you client-unknown", "error likely you client-secret-has-whitespace"}},
	{"line end after the secret, grant off and the secret right", refusedToken(401, "unauthorized_client", grantOff, Facts{
		"secret.has_whitespace": true, "secret.whitespace": "U+0020 space at the end",
	}), []string{"error certain you grant-not-enabled", "warning certain you client-secret-has-whitespace"}},
	{"white space is accepted", change{set: Facts{"secret.has_whitespace": true, "secret.whitespace": "U+0020 space at the end"}}, []string{"warning certain you client-secret-has-whitespace"}},
	{"quotes around the secret", refusedToken(401, "unauthorized_client", neither, facts(basicToo, variantSays("token_unquoted", 200, "", ""), Facts{
		"secret.quoted": true, "authorization.says": knownText,
	})), []string{"error certain you client-secret-is-quoted"}},
	{"quotes around the secret, and a sister knows the client", refusedToken(401, "invalid_client", neither, facts(basicNeither, variantSays("token_unquoted", 401, "invalid_client", neither), Facts{
		"secret.quoted": true, "authorization.says": notFound, "sisters.asked": []string{"EGI Check-in development"}, "sisters.know": []string{"development"},
		"sisters.know_title": "EGI Check-in development", "sisters.know_disabled": []string{},
	})), []string{"error certain you client-in-other-environment", "error possible you client-secret-is-quoted"}},
	{"mask", refusedToken(401, "unauthorized_client", neither, facts(basicToo, Facts{"secret.masked": true, "authorization.says": knownText})), []string{"error certain you client-secret-is-masked"}},
	{"variable not expanded", refusedToken(401, "unauthorized_client", neither, facts(basicToo, Facts{
		"secret.placeholder":      true,
		"secret.placeholder_kind": "a variable that was not expanded", "authorization.says": knownText,
	})), []string{"error certain you client-secret-is-placeholder"}},
	{"words of a template", refusedToken(401, "unauthorized_client", neither, facts(basicToo, Facts{
		"secret.placeholder":      true,
		"secret.placeholder_kind": "a word from a template", "authorization.says": knownText,
	})), []string{"error likely you client-secret-is-placeholder"}},
	{"byte order mark before the secret", refusedToken(401, "unauthorized_client", neither, facts(basicToo, variantSays("token_trimmed", 200, "", ""), Facts{
		"secret.has_invisible": true, "secret.invisible": "U+FEFF byte order mark at the start", "authorization.says": knownText,
	})), []string{"error certain you client-secret-has-invisible-character"}},
	{"three characters", refusedToken(401, "unauthorized_client", neither, facts(basicToo, Facts{"secret.too_short": true, "secret.length": 3, "authorization.says": knownText})), []string{"error certain you client-secret-too-short"}},
	{"pasted token", change{set: Facts{"secret.token": true}, drop: noToken}, []string{"error likely you client-secret-is-token"}},
	{"swapped", change{set: facts(variantSays("token_swapped", 200, "", ""), Facts{"credentials.swapped_shape": true, "client_id.secret_shaped": true}), drop: noToken}, []string{"error certain you credentials-swapped"}},
	{"swapped, in the wrong environment", refusedToken(401, "invalid_client", neither, facts(variantSays("token_swapped", 401, "invalid_client", neither), basicNeither, Facts{
		"credentials.swapped_shape": true, "client_id.secret_shaped": true,
	})), []string{"error likely you credentials-swapped"}},
	{"space after the id", refusedToken(401, "invalid_client", neither, facts(basicNeither, variantSays("token_trimmed", 200, "", ""), Facts{
		"client_id.has_whitespace": true, "client_id.whitespace": "U+0020 space at the end", "client_id.malformed": true, "authorization.says": notFound, "authorization_trimmed.says": knownText,
		"sisters.know": []string{}, "sisters.know_disabled": []string{},
	})), []string{"error certain you client-id-has-whitespace"}},
	{"space after the id, and a wrong secret", refusedToken(401, "invalid_client", neither, facts(basicNeither, variantSays("token_trimmed", 401, "unauthorized_client", neither), Facts{
		"client_id.has_whitespace": true, "client_id.whitespace": "U+0020 space at the end", "client_id.malformed": true, "authorization.says": notFound, "authorization_trimmed.says": knownText,
		"sisters.know": []string{}, "sisters.know_disabled": []string{},
	})), []string{"error certain you client-id-has-whitespace", "error certain you client-secret-wrong"}},
	{"quotes around the id", refusedToken(401, "invalid_client", neither, facts(basicNeither, variantSays("token_trimmed", 200, "", ""), Facts{
		"client_id.quoted": true, "client_id.malformed": true, "authorization.says": notFound, "authorization_trimmed.says": knownText,
		"sisters.know": []string{}, "sisters.know_disabled": []string{},
	})), []string{"error certain you client-id-is-quoted"}},
	{"template in place of the id", refusedToken(401, "invalid_client", neither, facts(basicNeither, Facts{
		"client_id.placeholder": true, "client_id.malformed": true, "client_id.placeholder_kind": "a word from a template", "authorization.says": notFound,
		"sisters.know": []string{}, "sisters.know_disabled": []string{},
	})), []string{"error certain you client-id-is-placeholder"}},
	{"characters no id has", refusedToken(401, "invalid_client", neither, facts(basicNeither, Facts{
		"client_id.malformed": true, "authorization.says": notFound, "sisters.know": []string{}, "sisters.know_disabled": []string{},
	})), []string{"error certain you client-id-malformed"}},
	{"another server: line end after the secret", refusedToken(401, "invalid_client", "", facts(variantSays("token_basic", 401, "invalid_client", ""), variantSays("token_trimmed", 200, "", ""), Facts{
		"discovery.keycloak_paths": false, "secret.has_whitespace": true, "secret.whitespace": "U+000A line feed at the end",
	})), []string{"error certain you client-secret-has-whitespace"}},
	{"another server: mask", refusedToken(401, "invalid_client", "", facts(variantSays("token_basic", 401, "invalid_client", ""), Facts{
		"discovery.keycloak_paths": false, "secret.masked": true,
	})), []string{"error likely you client-secret-is-masked"}},
	{"another server: white space everywhere, refused in every form", refusedToken(401, "invalid_client", "", facts(variantSays("token_basic", 401, "invalid_client", ""), variantSays("token_trimmed", 401, "invalid_client", ""), Facts{
		"discovery.keycloak_paths": false, "environment.has_registry": false, "client_id.has_whitespace": true, "client_id.whitespace": "U+0020 space at the end", "secret.has_whitespace": true, "secret.whitespace": "U+0020 space at the end",
	})), []string{"error likely you client-credentials-rejected", "error possible you client-id-has-whitespace", "error possible you client-secret-has-whitespace"}},
	{"public client, and a line end after the secret", refusedToken(401, "unauthorized_client", "Public client not allowed to retrieve service account", Facts{
		"secret.has_whitespace": true, "secret.whitespace": "U+000A line feed at the end",
	}), []string{"error certain you client-is-public"}},
	{"assertion expected, and a line end after the secret", refusedToken(400, "invalid_client", "Parameter client_assertion_type is missing", facts(variantSays("token_assertion", 400, "unauthorized_client", "Client authentication with client secret signed JWT failed: Signature on JWT token by client secret  failed validation"), Facts{
		"secret.has_whitespace": true, "secret.whitespace": "U+000A line feed at the end",
	})), []string{"error certain you client-expects-assertion", "error likely you client-secret-has-whitespace"}},
	{"scope refused, and a space after the secret", refusedToken(400, "invalid_scope", "Invalid scopes: openid email", facts(Facts{
		"secret.has_whitespace": true, "secret.whitespace": "U+0020 space at the end", "scopes.tested": true, "scopes.refused": []string{"email"}, "scopes.allowed": []string{}, "scopes.openid": "allowed",
	})), []string{"error certain you scope-not-allowed", "warning certain you client-secret-has-whitespace"}},
	{"rate limited, and a line end after the secret", refusedToken(429, "", "", Facts{"token.shape": "text", "secret.has_whitespace": true, "secret.whitespace": "U+000A line feed at the end"}), []string{"error certain identity-provider rate-limited", "error likely you client-secret-has-whitespace"}},
	{"identity provider away, and quotes around the id", change{set: facts(failure("discovery", "refused", "aai.egi.eu"), Facts{"client_id.quoted": true, "client_id.malformed": true}), drop: noDocument}, []string{"error certain you client-id-is-quoted", "error certain network connection-refused"}},
	{"nothing given", change{set: Facts{"client_id.present": false, "secret.present": false, "client_id.shown": ""}, drop: noToken}, []string{"error certain you client-id-missing", "error certain you client-secret-missing"}},
	{"empty in CI", change{set: Facts{"secret.present": false, "secret.set_but_empty": true, "secret.empty_source": "variable OPENEO_AUTH_CLIENT_SECRET"}, drop: noToken}, []string{"error certain you client-secret-empty"}},
	{"unreadable file", change{set: Facts{"secret.present": false, "sources.unreadable_any": true, "sources.unreadable": []string{"x: missing"}}, drop: noToken}, []string{"error certain you secret-file-unreadable"}},
	{"demo at openeo.cloud", change{
		set: Facts{
			"environment.id": "demo", "environment.title": "EGI Check-in demo", "backend.accepts_environment": false, "providers.matching": false,
			"providers.asked_id": "", "providers.asked_by": "", "providers.matching_id": "", "providers.first_issuer_match": false, "providers.used_id": "egi", "providers.used_as_clients": true,
		},
		drop: []string{"providers.asked_listed", "providers.asked_issuer_match", "me."},
	}, []string{"error certain you environment-backend-mismatch"}},
	{
		"development at openeo.cloud, with openeo.cloud's provider ID",
		change{set: Facts{
			"environment.id": "development", "environment.title": "EGI Check-in development", "backend.accepts_environment": false,
			"providers.matching": false, "providers.asked_id": "egi", "providers.asked_by": "--provider-id", "providers.asked_listed": true, "providers.asked_issuer_match": false,
			"providers.matching_id": "", "providers.first_issuer_match": false, "me.status": 403, "me.code": "TokenInvalid", "me.id": "r-1", "me.message": "Authorization token has expired or is invalid.", "me.valid": false,
			"me.login_as_clients": true,
		}},
		[]string{"error certain you environment-backend-mismatch"},
	},
	{
		"development at openeo.cloud, whose list was not seen",
		change{set: facts(Facts{"environment.id": "development", "environment.title": "EGI Check-in development", "backend.accepts_environment": false},
			failure("well_known", "refused", "openeo.cloud"), failure("capabilities", "refused", "openeo.cloud"), failure("providers", "refused", "openeo.cloud")), drop: noBackend},
		[]string{"error certain network connection-refused", "error likely you environment-backend-mismatch"},
	},
	{"demo alone", change{set: Facts{"backend.wanted": false, "environment.id": "demo", "environment.has_backends": false}, drop: append([]string{"backend.id", "backend.url", "backend.in", "backend.acc"}, noBackend...)}, []string{"note certain you no-openeo-backend"}},
	{"warnings do not spoil a login", change{set: Facts{
		"credentials.conflict": true, "sources.exposed_any": true, "auth_method.wrong": true, "auth_method.value": "device",
		"provider_variable.value": "egi-devel", "provider_variable.listed": false,
	}}, []string{"warning certain you auth-method-variable-wrong", "warning certain you credential-sources-conflict", "warning certain you provider-variable-ignored", "warning certain you secret-file-exposed"}},
}
