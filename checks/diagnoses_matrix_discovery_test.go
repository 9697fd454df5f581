package checks

func answeredDiscovery(more Facts) change {
	return change{set: facts(Facts{
		"discovery.tried": true, "discovery.failure": "", "discovery.host": "aai.egi.eu", "discovery.status": 404, "discovery.shape": "html",
		"discovery.login_page": false, "discovery.alternatives_tried": true, "environment.known_as": "", "environment.id": "",
	}, more), drop: noDocument}
}

var discoveryMatrix = []matrixCase{
	{"without /auth", answeredDiscovery(Facts{"discovery.alternative": "https://aai.egi.eu/auth/realms/egi", "discovery.alternative_kind": "auth-path"}), []string{"error certain you issuer-path-wrong"}},
	{"nothing there", answeredDiscovery(nil), []string{"error certain you discovery-not-found"}},
	{"gone from a known issuer", answeredDiscovery(Facts{"environment.known_as": "EGI Check-in production", "environment.id": "production"}), []string{"error certain identity-provider discovery-not-found"}},
	{"realm in upper case", answeredDiscovery(Facts{"discovery.shape": "object", "discovery.error": "Realm does not exist", "discovery.alternative": "https://aai.egi.eu/auth/realms/egi", "discovery.alternative_kind": "realm-case"}), []string{"error certain you issuer-realm-unknown"}},
	{"realm unknown, and the known issuer of that host answers", answeredDiscovery(Facts{"discovery.shape": "object", "discovery.error": "Realm does not exist", "discovery.alternative": "https://aai.egi.eu/auth/realms/egi", "discovery.alternative_kind": "replacement"}), []string{"error certain you issuer-realm-unknown"}},
	{"retired issuer", change{set: Facts{
		"environment.issuer": "https://aai.egi.eu/oidc/", "environment.known_as": "", "environment.id": "", "issuer.retired": true, "issuer.replacement": "https://aai.egi.eu/auth/realms/egi",
		"discovery.alternatives_tried": true, "discovery.alternative": "https://aai.egi.eu/auth/realms/egi", "discovery.alternative_kind": "replacement",
	}, drop: noDocument}, []string{"error certain you issuer-path-wrong"}},
	{"the login page given as issuer", answeredDiscovery(Facts{"discovery.status": 200, "discovery.login_page": true}), []string{"error possible identity-provider discovery-not-json", "error possible network network-login-page"}},
	{"the account page given as issuer", answeredDiscovery(Facts{"discovery.status": 200, "discovery.login_page": true, "discovery.alternative": "https://aai.egi.eu/auth/realms/egi", "discovery.alternative_kind": "endpoint-given"}), []string{"error certain you issuer-path-wrong"}},
	{"https wanted", answeredDiscovery(Facts{"discovery.status": 403, "discovery.shape": "object", "discovery.error": "invalid_request", "discovery.error_description": "HTTPS required"}), []string{"error certain identity-provider https-required"}},
	{"another issuer, and the login works", change{set: Facts{"discovery.issuer": "https://aai.example.org/auth/realms/egi", "discovery.issuer_match": "different"}}, []string{"warning certain identity-provider issuer-mismatch"}},
	{"another issuer, and its token endpoint", change{set: Facts{
		"discovery.issuer": "https://aai.example.org/auth/realms/egi", "discovery.issuer_match": "different", "discovery.token_endpoint_elsewhere": true,
		"discovery.token_endpoint_host": "aai.example.org", "discovery.token_endpoint_allowed": false, "token.unsafe": "the token endpoint is on another host",
	}, drop: noToken}, []string{"error certain identity-provider issuer-mismatch"}},
	{"token endpoint elsewhere", change{set: Facts{
		"discovery.token_endpoint_elsewhere": true, "discovery.token_endpoint_host": "login.example.com", "discovery.token_endpoint_allowed": false,
		"token.unsafe": "the token endpoint is on another host",
	}, drop: noToken}, []string{"error certain you token-endpoint-elsewhere"}},
	{"listed with a slash", change{set: Facts{"providers.trailing_slash": true}}, []string{"warning certain backend issuer-trailing-slash"}},
	{"no token endpoint", change{set: Facts{"discovery.missing": []string{"token_endpoint"}}, drop: append([]string{"discovery.token", "discovery.keycloak"}, noToken...)}, []string{"error certain identity-provider discovery-incomplete"}},
	{"text for a document", answeredDiscovery(Facts{"discovery.status": 200, "discovery.shape": "text", "discovery.content_type": "text/plain"}), []string{"error certain identity-provider discovery-not-json"}},
	{"grant not in the document, and refused", refusedToken(400, "unsupported_grant_type", "Unsupported grant_type", Facts{"discovery.grant_offered": false, "discovery.grants": []string{"authorization_code"}}), []string{"error certain identity-provider grant-not-offered"}},
	{"grant not in the document, and the login works", change{set: Facts{"discovery.grant_offered": false, "discovery.grants": []string{"authorization_code"}}}, []string{"warning certain identity-provider grant-not-offered"}},
	{"secrets not in the document, and refused", refusedToken(401, "invalid_client", "", Facts{"discovery.keycloak_paths": false, "discovery.auth_method_offered": false, "token_basic.status": 401, "token_basic.error": "invalid_client", "token_basic.error_description": "", "token_basic.issued": false}), []string{"error likely identity-provider auth-method-not-offered", "error likely you client-credentials-rejected"}},
	{"plain http token endpoint", change{set: Facts{"discovery.token_endpoint_insecure": true, "discovery.token_endpoint_elsewhere": true, "discovery.token_endpoint_allowed": false, "token.unsafe": "plain http"}, drop: noToken}, []string{"error certain identity-provider insecure-url"}},
}
