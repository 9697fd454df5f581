package checks

import "slices"

// HTTPSteps are the requests that every transport fact exists for, in the order in which a login needs them.
var HTTPSteps = []string{"discovery", "token", "keys", "userinfo", "well_known", "capabilities", "providers", "me"}

// Variants are further token requests, made only after a refusal, each changing one thing (A/B).
var Variants = []string{"token_basic", "token_basic_raw", "token_assertion", "token_swapped", "token_trimmed", "token_unquoted", "token_openid"}

// declared lists the whole vocabulary. Names are public: they stand in reports and in diagnosis files.
func declared() []FactDef {
	return slices.Concat(subjectFacts, inputFacts, httpFacts(), discoveryFacts, tokenFacts(), clientFacts, jwtFacts, backendFacts, sharedFacts, derivedFacts())
}

var subjectFacts = []FactDef{
	{"environment.id", Text, "id of the chosen environment, empty for a bare issuer", false},
	{"environment.title", Text, "its title", false},
	{"environment.issuer", Text, "the issuer asked for", false},
	{"environment.approval", Text, "who approves a client: self, operator or empty", false},
	{"environment.has_registry", Bool, "its clients are made in the EGI Federation Registry", false},
	{"environment.registry_system", Text, "the name of its registry in a finding's place", false},
	{"environment.portal", Text, "address of the registry", false},
	{"environment.known_as", Text, "title of the catalog environment that has this issuer", false},
	{"environment.has_backends", Bool, "an openEO back-end is known for the environment", false},
	{"issuer.retired", Bool, "the issuer was switched off", false},
	{"issuer.replacement", Text, "what stands in its place", false},
	{"backend.wanted", Bool, "an openEO back-end takes part in this check", false},
	{"backend.id", Text, "id of the back-end", false},
	{"backend.url", Text, "its address as given", false},
	{"backend.in_catalog", Bool, "the catalog knows the back-end", false},
	{"backend.accepts_environment", Bool, "by the catalog, the back-end accepts the environment", false},
	{"backend.accepted_environments", List, "ids of the environments that the back-end accepts, by the catalog", false},
	{"client_id.shown", Text, "the client id, as far as it may be shown", false},
}

var inputFacts = []FactDef{
	{"client_id.present", Bool, "a non-empty client id was found", false},
	{"client_id.set_but_empty", Bool, "a source holds an empty client id", false},
	{"client_id.source", Text, "where the client id came from", false},
	{"client_id.length", Int, "characters in the client id", false},
	{"client_id.has_whitespace", Bool, "white space in or around the client id", false},
	{"client_id.whitespace", Text, "which, and where", false},
	{"client_id.has_invisible", Bool, "invisible or control characters in the client id", false},
	{"client_id.invisible", Text, "which, and where", false},
	{"client_id.quoted", Bool, "quotes are part of the client id", false},
	{"client_id.placeholder", Bool, "the client id is a template value", false},
	{"client_id.placeholder_kind", Text, "which sort of template value it is", false},
	{"client_id.malformed", Bool, "the Federation Registry would never accept this client id", false},
	{"client_id.malformed_reason", Text, "why not", false},
	{"client_id.secret_shaped", Bool, "the client id looks like a generated secret", false},
	{"secret.present", Bool, "a non-empty secret was found", false},
	{"secret.set_but_empty", Bool, "a source holds an empty secret", false},
	{"secret.empty_source", Text, "which source", false},
	{"secret.source", Text, "where the secret came from", false},
	{"secret.length", Int, "characters in the secret", false},
	{"secret.registry_length", Int, "characters in a secret that this registry generates", false},
	{"secret.has_whitespace", Bool, "leading or trailing white space, or a line end, in the secret", false},
	{"secret.whitespace", Text, "which, and where", false},
	{"secret.has_invisible", Bool, "invisible or control characters in the secret", false},
	{"secret.invisible", Text, "which, and where", false},
	{"secret.non_ascii", Bool, "visible characters beyond ASCII, which RFC 6749 appendix A.2 does not allow", false},
	{"secret.quoted", Bool, "quotes are around the secret", false},
	{"secret.placeholder", Bool, "the secret is a template value", false},
	{"secret.placeholder_kind", Text, "which sort of template value it is", false},
	{"secret.masked", Bool, "the secret is a display mask", false},
	{"secret.token", Bool, "the secret is a JSON Web Token", false},
	{"secret.too_short", Bool, "the secret has fewer than four characters", false},
	{"secret.classes", Text, "character classes of the secret", false},
	{"secret.secret_shaped", Bool, "the secret looks like a generated secret", false},
	{"credentials.swapped_shape", Bool, "the client id looks like a secret and the secret like a client id", false},
	{"credentials.conflict", Bool, "two sources give different values", false},
	{"credentials.conflicts", List, "which sources differ, and in what", false},
	{"credentials.python_takes", Text, "the source that the openEO Python client would take", false},
	{"sources.looked", List, "every source that was looked at", false},
	{"sources.unreadable_any", Bool, "a named file could not be read", false},
	{"sources.unreadable", List, "which file, and why", false},
	{"sources.exposed_any", Bool, "other users may read a file with a secret", false},
	{"sources.exposed", List, "which file, and its mode", false},
	{"auth_method.value", Text, "value of OPENEO_AUTH_METHOD", false},
	{"auth_method.wrong", Bool, "OPENEO_AUTH_METHOD is set to something else than client_credentials", false},
	{"provider_variable.value", Text, "value of OPENEO_AUTH_PROVIDER_ID", false},
	{"provider_variable.source", Text, "where that value stands", false},
}

// httpFacts are what is known of each request: the answer's frame, never its body.
func httpFacts() []FactDef {
	var defs []FactDef
	for _, s := range HTTPSteps {
		defs = append(defs,
			FactDef{s + ".tried", Bool, "the request was made", false},
			FactDef{s + ".status", Int, "HTTP status of the answer", false},
			FactDef{s + ".failure", Text, "why there was no answer: one of Failures, empty when there was one", false},
			FactDef{s + ".failure_detail", Text, "the failure in words", false},
			FactDef{s + ".host", Text, "host that was asked", false},
			FactDef{s + ".url", Text, "address that was asked", false},
			FactDef{s + ".content_type", Text, "media type of the answer", false},
			FactDef{s + ".shape", Text, "form of the body: object, json (another JSON value), html, text, empty, binary", false},
			FactDef{s + ".login_page", Bool, "the body is an HTML page that asks for a login or names a portal", false},
			FactDef{s + ".error", Text, "error code in the body (RFC 6749 section 5.2)", false},
			FactDef{s + ".error_description", Text, "error text in the body", false},
			FactDef{s + ".retry_after_s", Int, "Retry-After, in seconds", false},
			FactDef{s + ".redirect_host", Text, "host that a redirect pointed to, when it was not followed or led to another host", false},
			FactDef{s + ".tls_issuer", Text, "issuer of the certificate that was refused", false},
			FactDef{s + ".tls_names", List, "names in the certificate that was refused", false},
			FactDef{s + ".tls_valid", Text, "validity of the certificate that was refused", false},
			FactDef{s + ".proxy", Text, "the variable that named the proxy which failed", false},
		)
	}
	return defs
}

var discoveryFacts = []FactDef{
	{"discovery.issuer", Text, "issuer named in the document", false},
	{"discovery.issuer_match", Text, "it equals the one asked for: exact, slash (differs by a trailing slash), different", false},
	{"discovery.missing", List, "fields that this grant needs and that are missing or no URL", false},
	{"discovery.token_endpoint", Text, "the token endpoint", false},
	{"discovery.token_endpoint_host", Text, "its host", false},
	{"discovery.token_endpoint_elsewhere", Bool, "it is on another host than the issuer", false},
	{"discovery.token_endpoint_allowed", Bool, "the user or the environment allows that host to receive the secret", false},
	{"discovery.token_endpoint_insecure", Bool, "it is plain http on a host that is not this machine", false},
	{"discovery.grants", List, "grant_types_supported", false},
	{"discovery.grant_offered", Bool, "client_credentials is offered, or the field is absent", false},
	{"discovery.auth_methods", List, "token_endpoint_auth_methods_supported", false},
	{"discovery.auth_method_offered", Bool, "client_secret_basic or client_secret_post is offered, or the field is absent", false},
	{"discovery.keycloak_paths", Bool, "the endpoints have Keycloak's paths", false},
	{"discovery.alternatives_tried", Bool, "other shapes of the issuer were asked for", false},
	{"discovery.alternative", Text, "a shape of the issuer that answers", false},
	{"discovery.alternative_kind", Text, "how it differs: auth-path, endpoint-given, realm-case, replacement", false},
}

func tokenFacts() []FactDef {
	defs := []FactDef{
		{"token.issued", Bool, "a token was issued to the request that openEO clients make", false},
		{"token.scopes", List, "scopes asked for, as openEO clients do", false},
		{"token.granted_scopes", List, "scopes granted", false},
		{"token.expires_in_s", Int, "lifetime by the token response, in seconds", false},
		{"token.missing", List, "fields missing from a 200 answer", false},
		{"token.stale", Bool, "by the not-before-policy of the answer, the token was issued too early to count (Keycloak)", false},
		{"token.has_slash", Bool, "the access token contains a slash", false},
		{"token.header_bytes", Int, "size of the Authorization header that the token makes", false},
		{"token.special_characters", Bool, "id or secret hold characters that change in form encoding", false},
		{"token.unsafe", Text, "why the secret was not sent", false},
		{"scopes.tested", Bool, "the scopes were asked for one by one", false},
		{"scopes.refused", List, "scopes that the client may not ask for", false},
		{"scopes.allowed", List, "scopes that it may ask for", false},
		{"scopes.untested", List, "scopes that were not tested", false},
		{"scopes.openid", Text, "openid alone: allowed, refused or empty", false},
	}
	for _, v := range Variants {
		defs = append(defs,
			FactDef{v + ".status", Int, "HTTP status of the changed token request", false},
			FactDef{v + ".error", Text, "its error code", false},
			FactDef{v + ".error_description", Text, "its error text", false},
			FactDef{v + ".issued", Bool, "it was answered with a token", false},
		)
	}
	return defs
}

var clientFacts = []FactDef{
	{"authorization.status", Int, "status of the authorization endpoint, asked with the client id alone", false},
	{"authorization.says", Text, "its error text", false},
	{"authorization.error", Text, "its error code, where there is one apart from the text", false},
	{"authorization_trimmed.says", Text, "the same with the client id trimmed", false},
	{"authorization_lower.says", Text, "the same with the client id in lower case", false},
	{"sisters.asked", List, "titles of the sister environments that answered", false},
	{"sisters.know", List, "ids of the sister environments that know the client id", false},
	{"sisters.know_title", Text, "title of the first of them", false},
	{"sisters.know_disabled", List, "ids of the sister environments where it is known but disabled", false},
	{"sisters.known_as", Text, "the form of the client id that they know: given, trimmed (without white space, quotes and invisible characters), lower (so, and in lower case)", false},
	{"sisters.unclear", List, "titles of the sister environments that gave no clear answer", false},
}

var jwtFacts = []FactDef{
	{"jwt.readable", Bool, "the access token is a JSON Web Token", false},
	{"jwt.issuer", Text, "its iss claim", false},
	{"jwt.issuer_match", Text, "iss equals the discovered issuer: exact, slash, different", false},
	{"jwt.expired", Bool, "exp is past by the server's own clock", false},
	{"jwt.lifetime_s", Int, "exp minus iat, in seconds", false},
	{"jwt.kid", Text, "key id in its header", false},
	{"jwt.algorithm", Text, "alg in its header", false},
	{"jwt.authorized_party", Text, "azp claim", false},
	{"jwt.sub", Text, "sub claim", false},
	{"jwt.lightweight", Bool, "the token is marked as a lightweight access token", false},
	{"jwt.signature", Text, "verified, invalid, key-unknown or unchecked", false},
	{"jwt.has_openid", Bool, "openid is among the token's scopes", false},
	{"keys.count", Int, "usable keys in the published key set", false},
	{"keys.offered", Bool, "the discovery document names a jwks_uri", false},
	{"userinfo.offered", Bool, "the discovery document names a userinfo endpoint", false},
	{"userinfo.www_error", Text, "error in WWW-Authenticate (RFC 6750 section 3)", false},
	{"userinfo.www_description", Text, "error_description in WWW-Authenticate", false},
	{"userinfo.sub", Text, "sub in the answer", false},
	{"userinfo.entitlements", List, "eduperson_entitlement in the answer", false},
}

var backendFacts = []FactDef{
	{"well_known.versions", List, "API versions listed", false},
	{"well_known.usable", Bool, "a version of 1.0 or later is listed", false},
	{"backend.api_url", Text, "root of the API that was used", false},
	{"backend.api_version", Text, "its version", false},
	{"capabilities.is_openeo", Bool, "the API root answers with openEO capabilities", false},
	{"capabilities.code", Text, "openEO error code", false},
	{"capabilities.jwt_bearer", Bool, "conformsTo lists the JWT form of the bearer token", false},
	{"providers.code", Text, "openEO error code", false},
	{"providers.valid", Bool, "a list of providers as the openEO API demands", false},
	{"providers.ids", List, "ids of the providers listed", false},
	{"providers.count", Int, "how many are listed", false},
	{"providers.scopes", List, "scopes that the provider used lists", false},
	{"providers.asked_id", Text, "the provider id asked for, empty when none was", false},
	{"providers.asked_by", Text, "who asked: --provider-id, OPENEO_AUTH_PROVIDER_ID, catalog; empty when nobody did", false},
	{"providers.asked_listed", Bool, "the id asked for is listed", false},
	{"providers.asked_issuer_match", Bool, "the id asked for stands for the environment's issuer", false},
	{"providers.asked_issuer", Text, "issuer of the provider asked for", false},
	{"providers.near_miss", Text, "a listed id that differs from the one asked for by case or a letter", false},
	{"providers.first_id", Text, "first id listed, which clients take when none is chosen", false},
	{"providers.first_issuer", Text, "its issuer", false},
	{"providers.first_issuer_match", Bool, "the first one has the environment's issuer", false},
	{"providers.matching_id", Text, "first id with the environment's issuer", false},
	{"providers.matching", Bool, "a listed provider has the environment's issuer", false},
	{"providers.used_id", Text, "provider id used for the bearer token", false},
	{"providers.used_as_clients", Bool, "openEO clients would use that provider with these settings", false},
	{"providers.trailing_slash", Bool, "the issuer is listed with a trailing slash", false},
	{"provider_variable.listed", Bool, "the back-end lists the id in OPENEO_AUTH_PROVIDER_ID", false},
	{"me.code", Text, "openEO error code", false},
	{"me.id", Text, "the back-end's reference of the error, to quote to its operators", false},
	{"me.message", Text, "the back-end's message", false},
	{"me.user_id", Text, "user id of the account", false},
	{"me.valid", Bool, "the answer has what the openEO API demands", false},
	{"me.bearer_form", Text, "form of the bearer token: oidc or jwt", false},
	{"me.login_as_clients", Bool, "the token and the provider are the ones openEO clients would use", false},
}

var sharedFacts = []FactDef{
	{"clock.skew_s", Int, "local clock minus the server's Date, in seconds", false},
	{"clock.skewed", Bool, "they differ by more than a minute", false},
	{"clock.words", Text, "the difference in words", false},
	{"clock.host", Text, "the server compared with", false},
	{"hosts.near_miss", Text, "a known host that the unresolvable one may be a misspelling of", false},
	{"check.deadline", Bool, "the deadline of the whole check passed", false},
	{"check.interrupted", Bool, "the check was interrupted", false},
}
