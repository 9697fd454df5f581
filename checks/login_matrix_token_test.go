package checks

// userinfoSays is a refusal at userinfo, and what the openEO driver makes of it at /me.
func userinfoSays(status int, code, text string, more ...Facts) change {
	refused := Facts{"userinfo.status": status, "userinfo.shape": "empty", "userinfo.www_error": code, "userinfo.www_description": text}
	return change{set: facts(append([]Facts{refused, tokenInvalid}, more...)...), drop: []string{"userinfo.sub", "userinfo.entitlements", "me."}}
}

var tokenInvalid = Facts{
	"me.tried": true, "me.failure": "", "me.status": 403, "me.shape": "object", "me.code": "TokenInvalid", "me.id": "r-1",
	"me.message": "Authorization token has expired or is invalid. Please authenticate again.", "me.bearer_form": "oidc", "me.login_as_clients": true,
	"me.alone.status": 403, "me.alone.accepted": false,
}

const unverified = "Token verification failed"

var alone = Facts{"backend.wanted": false}

var tokenMatrix = []matrixCase{
	{"lightweight token, refused", userinfoSays(401, "invalid_token", "Lightweight access token not allowed for userinfo endpoint", Facts{"jwt.lightweight": true}), []string{"error certain registry-admin userinfo-rejects-token"}},
	{"lightweight token, accepted", change{set: Facts{"jwt.lightweight": true}}, nil},
	{"not before a later time", userinfoSays(401, "invalid_token", unverified), []string{"error certain identity-provider userinfo-rejects-token"}},
	{"not before a later time, as the token's answer shows", userinfoSays(401, "invalid_token", unverified, Facts{"token.stale": true}), []string{"error certain identity-provider userinfo-rejects-token"}},
	{"not before a later time, no back-end", change{set: facts(userinfoSays(401, "invalid_token", unverified).set, alone), drop: noBackend}, []string{"error certain identity-provider userinfo-rejects-token"}},
	{"account deleted since", userinfoSays(401, "invalid_token", "user_not_found"), []string{"error certain registry-admin userinfo-rejects-token"}},
	{"account disabled since", userinfoSays(401, "invalid_token", "user_disabled"), []string{"error certain registry-admin userinfo-rejects-token"}},
	{"client disabled since", userinfoSays(401, "invalid_token", "Client disabled"), []string{"error certain registry-admin userinfo-rejects-token"}},
	{"openid not granted", userinfoSays(403, "insufficient_scope", "Missing openid scope", Facts{"jwt.has_openid": false}), []string{"error certain you token-lacks-openid"}},
	{
		"openid not granted, userinfo out of reach",
		change{set: facts(Facts{"jwt.has_openid": false, "userinfo.offered": false}, tokenInvalid), drop: []string{"userinfo.", "me."}},
		[]string{"error likely you token-lacks-openid"},
	},
	{"another issuer, refused", userinfoSays(401, "invalid_token", unverified, Facts{"jwt.issuer": "http://internal/auth/realms/egi", "jwt.issuer_match": "different"}), []string{"error certain identity-provider token-issuer-mismatch"}},
	{"another issuer, accepted", change{set: Facts{"jwt.issuer": "http://internal/auth/realms/egi", "jwt.issuer_match": "different"}}, []string{"warning certain identity-provider token-issuer-mismatch"}},
	{"expired on arrival", userinfoSays(401, "invalid_token", unverified, Facts{"jwt.expired": true}), []string{"error certain identity-provider token-expired-on-arrival"}},
	{"signature does not verify", userinfoSays(401, "invalid_token", unverified, Facts{"jwt.signature": "invalid"}), []string{"error certain identity-provider token-signature-invalid"}},
	{"signature does not verify, accepted", change{set: Facts{"jwt.signature": "invalid"}}, []string{"warning certain identity-provider token-signature-invalid"}},
	{"keys rotated", userinfoSays(401, "invalid_token", unverified, Facts{"jwt.signature": "key-unknown"}), []string{"error certain identity-provider signing-key-unknown"}},
	{"a key that is new", change{set: Facts{"jwt.signature": "key-unknown"}}, []string{"warning likely identity-provider signing-key-unknown"}},
	{"no key set named", change{set: Facts{"keys.offered": false, "jwt.signature": "unchecked"}, drop: []string{"keys."}}, []string{"warning certain identity-provider signing-keys-unavailable"}},
	{"a page for the key set", change{set: Facts{"keys.shape": "html", "jwt.signature": "unchecked"}, drop: []string{"keys.count"}}, []string{"warning certain identity-provider signing-keys-unavailable"}},
	{"symmetric signature", change{set: Facts{"jwt.signature": "unchecked"}}, nil},
	{"short", change{set: Facts{"token.expires_in_s": 60, "jwt.lifetime_s": 60}}, []string{"warning certain you token-lifetime-short"}},
	{"seconds, and it works", change{set: Facts{"token.expires_in_s": 2, "jwt.lifetime_s": 2}}, []string{"warning certain you token-lifetime-short"}},
	{"seconds, and it ended before userinfo", userinfoSays(401, "invalid_token", unverified, Facts{"token.expires_in_s": 2}), []string{"error likely you token-lifetime-short"}},
	{"seconds, and it ended before /me", change{set: facts(tokenInvalid, Facts{"token.expires_in_s": 2}), drop: []string{"me."}}, []string{"error likely you token-lifetime-short"}},
	{"signed userinfo", change{set: facts(Facts{"userinfo.shape": "jwt"}, resolving("JSONDecodeError")), drop: []string{"me.", "userinfo.sub"}}, []string{"error certain registry-admin backend-token-check-failed"}},
	{"signed userinfo, no back-end", change{set: facts(Facts{"userinfo.shape": "jwt"}, alone), drop: append([]string{"userinfo.sub"}, noBackend...)}, nil},
	{"large, and it works", change{set: Facts{"token.header_bytes": 9000}}, []string{"warning certain identity-provider token-too-large"}},
	{"large, and the back-end's door refuses it", atMeWith(Facts{"token.header_bytes": 9000}, 431, "", "", ""), []string{"error certain identity-provider token-too-large"}},
	{"large, and userinfo closes the connection", change{set: facts(Facts{"token.header_bytes": 9000}, failure("userinfo", "reset", "aai.egi.eu")), drop: []string{"userinfo."}}, []string{"warning likely identity-provider token-too-large"}},
	{"large, and the back-end's door refuses it with 400", atMeWith(Facts{"token.header_bytes": 9000}, 400, "", "", ""), []string{"error likely identity-provider token-too-large"}},
	{
		"userinfo is a page",
		change{set: facts(Facts{"userinfo.shape": "html", "userinfo.content_type": "text/html", "userinfo.login_page": false}, resolving("JSONDecodeError")), drop: []string{"me.", "userinfo.sub"}},
		[]string{"error likely identity-provider userinfo-rejects-token"},
	},
	{"clock ten minutes off", change{set: Facts{"clock.skew_s": 600, "clock.skewed": true, "clock.words": "10 minutes ahead of"}}, []string{"warning certain you clock-skew"}},
	{"opaque, and it works", change{set: Facts{"jwt.readable": false}, drop: []string{"jwt."}}, []string{"note certain you token-opaque"}},
}

func invalidScope(verdict Facts) Facts {
	return facts(refusalSaying(400, "invalid_scope", "Invalid scopes: email openid"), verdict)
}

var scopeMatrix = []matrixCase{
	{
		"two scopes refused", thenIn(invalidScope(Facts{"scopes.tested": true, "scopes.openid": "allowed", "scopes.refused": []string{"aarc", "orcid"}, "scopes.allowed": []string{"email"}, "scopes.untested": []string{}}), variantSays("token_openid", 200, "", "")),
		[]string{"error certain you scope-not-allowed"},
	},
	{
		"one refused, and not enrolled",
		change{set: facts(thenIn(invalidScope(Facts{"scopes.tested": true, "scopes.openid": "allowed", "scopes.refused": []string{"orcid"}}), variantSays("token_openid", 200, "", "")).set, notEnrolled), drop: []string{"token.", "me."}},
		[]string{"error certain you scope-not-allowed", "error certain you enrollment-required"},
	},
	{
		"each is allowed alone", thenIn(invalidScope(Facts{"scopes.tested": true, "scopes.openid": "allowed", "scopes.refused": []string{}, "scopes.allowed": []string{"email"}, "scopes.untested": []string{}}), variantSays("token_openid", 200, "", "")),
		[]string{"error likely identity-provider scope-not-allowed"},
	},
	{
		"more than were tested", thenIn(invalidScope(Facts{"scopes.tested": true, "scopes.openid": "allowed", "scopes.refused": []string{}, "scopes.allowed": []string{"email"}, "scopes.untested": []string{"orcid"}}), variantSays("token_openid", 200, "", "")),
		[]string{"error likely you scope-not-allowed"},
	},
	{"not tested", refusedToken(400, "invalid_scope", "Invalid scopes: email openid", nil), []string{"error likely you scope-not-allowed"}},
	{"openid refused", refusedToken(400, "invalid_scope", "Invalid scopes: openid", Facts{"scopes.tested": true, "scopes.openid": "refused", "scopes.refused": []string{}}), []string{"error certain you scope-openid-not-allowed"}},
	{
		"openid and another refused", refusedToken(400, "invalid_scope", "Invalid scopes: openid", Facts{"scopes.tested": true, "scopes.openid": "refused", "scopes.refused": []string{"email"}}),
		[]string{"error certain you scope-openid-not-allowed", "error certain you scope-not-allowed"},
	},
}

// another is a server that is not a Keycloak, without the registry.
var another = Facts{"discovery.keycloak_paths": false, "environment.has_registry": false, "environment.id": "", "environment.known_as": ""}

const failed = "client authentication failed"

func otherRefuses(status int, code, text string, more ...Facts) change {
	return refusedToken(status, code, text, facts(append([]Facts{another}, more...)...))
}

var (
	otherBasic   = variantSays("token_basic", 401, "invalid_client", failed)
	otherKnown   = Facts{"authorization.says": "oops! error: invalid_redirect_uri error_description: redirect_uri did not match any of the client's registered redirect_uris"}
	otherUnknown = Facts{"authorization.says": "oops! error: invalid_client error_description: client is invalid"}
)

// otherMatrix: oidc-provider 9.13 and the like. What its answers do not carry is not claimed for
// certain.
var otherMatrix = []matrixCase{
	{"correct", change{set: another}, nil},
	{"wrong secret, or another method", otherRefuses(401, "invalid_client", failed, otherBasic, otherKnown), []string{"error likely you client-credentials-rejected", "error possible you client-secret-wrong"}},
	{"unknown id", otherRefuses(401, "invalid_client", failed, otherBasic, otherUnknown), []string{"error likely you client-unknown"}},
	{"a server that tells nothing", otherRefuses(401, "invalid_client", failed, otherBasic, Facts{"authorization.says": "error: something"}), []string{"error likely you client-credentials-rejected"}},
	{"grant off", otherRefuses(400, "invalid_request", "requested grant type is not allowed for this client", variantSays("token_basic", 400, "invalid_request", "requested grant type is not allowed for this client")), []string{"error likely you grant-not-enabled"}},
	{"grant off, in the words of the RFC", otherRefuses(400, "unauthorized_client", ""), []string{"error likely you grant-not-enabled"}},
	{"Basic only", change{set: facts(thenIn(refusalSaying(401, "invalid_client", failed), basicTaken).set, another), drop: []string{"token."}}, []string{"error certain registry-admin client-auth-form-refused"}},
	{"DPoP or certificate, without a reason", otherRefuses(400, "invalid_grant", "grant request is invalid", variantSays("token_basic", 400, "invalid_grant", "grant request is invalid"), otherKnown), []string{"error likely identity-provider token-request-refused"}},
	{"DPoP, by its standard code", otherRefuses(400, "invalid_dpop_proof", ""), []string{"error certain registry-admin dpop-required"}},
	{"grant not supported", otherRefuses(400, "unsupported_grant_type", "unsupported grant_type requested"), []string{"error likely identity-provider grant-not-offered"}},
	{"Keycloak's words prove nothing here", otherRefuses(401, "unauthorized_client", neither), []string{"error likely you client-credentials-rejected"}},
	{"no account behind the token, no back-end", change{set: facts(another, alone, userinfoSays(401, "invalid_token", "invalid token provided").set), drop: noBackend}, []string{"warning likely identity-provider userinfo-rejects-token"}},
	{"no account behind the token", change{set: facts(another, userinfoSays(401, "invalid_token", "invalid token provided").set), drop: []string{"userinfo.sub", "userinfo.entitlements", "me."}}, []string{"error certain identity-provider userinfo-rejects-token"}},
}

var tokenEndpointMatrix = []matrixCase{
	{"404", refusedToken(404, "", "", Facts{"token.shape": "html"}), []string{"error certain identity-provider token-endpoint-not-found"}},
	{"405", refusedToken(405, "HTTP 405 Method Not Allowed", "", nil), []string{"error certain identity-provider token-endpoint-not-found"}},
	{"redirect", refusedToken(307, "", "", Facts{"token.shape": "empty", "token.redirect_host": "login.example.org"}), []string{"error certain identity-provider token-endpoint-redirects"}},
	{"firewall", refusedToken(403, "", "", Facts{"token.shape": "html", "token.login_page": false}), []string{"error certain identity-provider token-response-not-json"}},
	{"text", refusedToken(200, "", "", Facts{"token.shape": "text"}), []string{"error certain identity-provider token-response-not-json"}},
	{"no access token", refusedToken(200, "", "", Facts{"token.missing": []string{"access_token"}}), []string{"error certain identity-provider token-response-incomplete"}},
	{"error with status 200", refusedToken(200, "policy", "no", Facts{"token.missing": []string{"access_token", "token_type"}}), []string{"error likely identity-provider token-request-refused"}},
	{"refused without a word", refusedToken(403, "", "", Facts{"token.shape": "empty"}), []string{"error possible identity-provider token-request-refused"}},
	{"an answer without end", refusedToken(200, "", "", Facts{"token.failure": "too-large", "token.failure_detail": "too large"}), []string{"error likely identity-provider response-too-large"}},
}
