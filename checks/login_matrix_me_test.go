package checks

func meAnswers(status int, code, id, message string) Facts {
	return Facts{
		"me.tried": true, "me.failure": "", "me.status": status, "me.shape": "object", "me.code": code, "me.id": id, "me.message": message,
		"me.bearer_form": "oidc", "me.login_as_clients": true,
	}
}

// atMe is a login that goes well up to GET /me.
func atMe(status int, code, id, message string) change {
	return atMeWith(nil, status, code, id, message)
}

func atMeWith(more Facts, status int, code, id, message string) change {
	return change{set: facts(meAnswers(status, code, id, message), more), drop: []string{"me."}}
}

func resolving(exception string) Facts {
	return meAnswers(500, "Internal", "r-1", "Unexpected error while resolving OIDC access token: "+exception+".")
}

var (
	notEnrolled = meAnswers(403, "PermissionsInsufficient", "r-1", "Proper enrollment in openEO Platform virtual organization is required.")
	noUserinfo  = []string{"userinfo.tried", "userinfo.failure", "userinfo.status", "userinfo.shape", "userinfo.sub", "userinfo.entitlements", "me."}
)

// meMatrix: the answers of the openEO driver 0.139 at /me.
var meMatrix = []matrixCase{
	{"header stripped", atMe(401, "AuthenticationRequired", "r-1", "Unauthorized."), []string{"error likely backend backend-header-stripped"}},
	{"gateway", atMe(401, "", "", "Unauthorized"), []string{"error likely backend backend-gateway-refused"}},
	{"gateway, a page", atMeWith(Facts{"me.shape": "html", "me.login_page": false, "me.detail": "403 Forbidden nginx"}, 403, "", "", ""), []string{"error certain backend backend-gateway-refused"}},
	{"scheme", atMe(403, "AuthenticationSchemeInvalid", "r-1", "Authentication method not supported."), []string{"error likely backend backend-refuses-login"}},
	{"OIDC off", atMe(403, "AuthenticationSchemeInvalid", "r-1", "OIDC authentication is not supported."), []string{"error certain backend backend-oidc-unsupported"}},
	{"good token called invalid", change{set: tokenInvalid, drop: []string{"me."}}, []string{"error certain backend backend-rejects-token"}},
	{"token called invalid, userinfo away", change{set: facts(tokenInvalid, Facts{"userinfo.offered": false}), drop: noUserinfo}, []string{"error possible backend backend-rejects-token"}},
	{"not enrolled", change{set: notEnrolled, drop: []string{"me."}}, []string{"error certain you enrollment-required"}},
	{"enrolled elsewhere", change{set: facts(notEnrolled, Facts{"userinfo.entitlements": []string{"urn:mace:egi.eu:group:vo.example.org:role=member#aai.egi.eu"}}), drop: []string{"me."}}, []string{"error certain you enrollment-required"}},
	{"issuer not on the list", atMe(403, "PermissionsInsufficient", "r-1", "An EGI account is required for using openEO Platform."), []string{"error certain backend account-not-accepted"}},
	{"blocked", atMe(403, "PermissionsInsufficient", "r-1", "No access for this account."), []string{"error likely backend account-not-accepted"}},
	{"not mapped", atMe(500, "AccessTokenError", "r-1", "Client credentials access token without user mapping: sub='7c9e@egi.eu'."), []string{"error certain backend service-account-not-mapped"}},
	{"scopes not covered", atMe(500, "AccessTokenError", "r-1", "Token scope {'openid'} not covering expected scope ['openid', 'email']"), []string{"error certain backend backend-token-check-failed"}},
	{"inactive by introspection", atMe(500, "AccessTokenError", "r-1", "Access token not active."), []string{"error certain backend backend-token-check-failed"}},
	{"userinfo answers it 429", atMe(500, "AccessTokenError", "r-1", "Unexpected '/userinfo' response: 429."), []string{"error certain backend backend-token-check-failed"}},
	{
		"userinfo is not there",
		change{set: facts(userinfoSays(404, "", "").set, meAnswers(500, "AccessTokenError", "r-1", "Unexpected '/userinfo' response: 404.")), drop: []string{"userinfo.sub", "userinfo.entitlements", "me."}},
		[]string{"error certain identity-provider userinfo-rejects-token"},
	},
	{"no client of its own", atMe(500, "AccessTokenError", "r-1", "No service account for egi"), []string{"error certain backend backend-token-check-failed"}},
	{"stumbles over a page", change{set: resolving("JSONDecodeError"), drop: []string{"me."}}, []string{"error likely backend backend-token-check-failed", "error possible backend backend-cannot-reach-identity-provider"}},
	{"stumbles over an error", change{set: resolving("HTTPError"), drop: []string{"me."}}, []string{"error likely backend backend-cannot-reach-identity-provider", "error possible backend backend-token-check-failed"}},
	{"cannot reach it", atMe(503, "OidcProviderUnavailable", "r-1", "OIDC Provider is unavailable"), []string{"error certain backend backend-cannot-reach-identity-provider"}},
	{
		"cannot reach it, nor can we",
		change{set: facts(meAnswers(503, "OidcProviderUnavailable", "r-1", "OIDC Provider is unavailable"), Facts{"userinfo.status": 503, "userinfo.shape": "html", "userinfo.host": "aai.egi.eu"}), drop: []string{"me.", "userinfo.sub"}},
		[]string{"error likely identity-provider identity-provider-error"},
	},

	{
		"userinfo fails for this client, so the back-end cannot use it",
		change{set: facts(meAnswers(503, "OidcProviderUnavailable", "r-1", "OIDC Provider is unavailable"), Facts{"userinfo.status": 500, "userinfo.shape": "object", "userinfo.host": "aai.egi.eu"}), drop: []string{"me.", "userinfo.sub"}},
		[]string{"error likely identity-provider userinfo-rejects-token"},
	},
	{"wrong version", atMe(501, "UnsupportedApiVersion", "n/a", "Unsupported version component in URL: '0.4'."), []string{"error certain you backend-version-unsupported"}},
	{"no /me", atMe(404, "NotFound", "r-1", "404 Not Found"), []string{"error likely backend backend-refuses-login"}},
	{"redirect", atMeWith(Facts{"me.shape": "html", "me.redirect_host": "portal.example.org"}, 302, "", "", ""), []string{"error likely backend backend-refuses-login"}},
	{"credits", atMe(402, "PaymentRequired", "r-1", "Not enough credits."), []string{"error likely you payment-required"}},
	{"marketplace", atMe(401, "TokenExchangeFailure", "r-1", "Authentication failed. Please login on our marketplace web https://portal.example.org/ first, and then try authenticate again."), []string{"error certain you payment-required"}},
	{"words that are not known", atMe(403, "AccountOnHold", "r-1", "On hold."), []string{"error likely backend backend-refuses-login"}},
	{"no user id", change{set: Facts{"me.valid": false}}, []string{"error certain backend backend-response-invalid"}},
	{"a page", change{set: Facts{"me.valid": false, "me.shape": "html", "me.login_page": false}}, []string{"error certain backend backend-response-invalid"}},
	{"out of order", atMe(500, "Internal", "r-1", "Server error: KeyError('user')"), []string{"error possible backend account-not-accepted", "error possible backend backend-error"}},
	{"nothing stands behind /me", atMeWith(Facts{"me.shape": "html"}, 502, "", "", ""), []string{"error likely backend backend-error"}},
}

func chosen(id, by string, listed, fits, firstFits, anyFits bool) Facts {
	f := Facts{
		"providers.ids": []string{"egi", "egi-dev"}, "providers.count": 2, "providers.asked_id": id, "providers.asked_by": by, "providers.first_id": "egi",
		"providers.first_issuer_match": firstFits, "providers.matching": anyFits,
	}
	if id != "" {
		f["providers.asked_listed"] = listed
	}
	if id != "" && listed {
		f["providers.asked_issuer_match"] = fits
	}
	return f
}

// unasked is what of the provider asked for is not known when none was.
var unasked = []string{"providers.asked"}

// notAsClients: /me accepts the login under another provider ID than clients would use.
var notAsClients = Facts{"providers.used_as_clients": false, "me.login_as_clients": false}

var providerMatrix = []matrixCase{
	{"id in upper case", change{set: facts(chosen("EGI", "--provider-id", false, false, true, true), notAsClients, Facts{"providers.near_miss": "egi"}), drop: unasked}, []string{"error certain you provider-id-unknown"}},
	{"id of the sister", change{set: facts(chosen("egi-dev", "--provider-id", true, false, true, true), notAsClients), drop: unasked}, []string{"error certain you provider-issuer-mismatch"}},
	{"none chosen, the first is another", change{set: facts(chosen("", "", false, false, false, true), notAsClients), drop: unasked}, []string{"error certain you provider-not-chosen"}},
	{"none chosen, the first fits", change{set: chosen("", "", false, false, true, true), drop: unasked}, nil},
	{"by the catalog, the first is another", change{set: chosen("egi-dev", "catalog", true, true, false, true), drop: unasked}, []string{"note certain you provider-not-chosen"}},
	{"named by the user, the first is another", change{set: chosen("egi-dev", "--provider-id", true, true, false, true), drop: unasked}, nil},
	{"none fits", change{set: facts(chosen("", "", false, false, false, false), tokenInvalid, Facts{"backend.in_catalog": false}), drop: append([]string{"me.", "backend.accept"}, unasked...)}, []string{"error certain backend backend-lacks-issuer"}},
	{"none fits, and one was named", change{set: facts(chosen("egi-dev", "--provider-id", false, false, false, false), tokenInvalid, Facts{"backend.in_catalog": false}), drop: append([]string{"me.", "backend.accept"}, unasked...)}, []string{"error certain backend backend-lacks-issuer"}},
	{"none fits, as the catalog says", change{set: facts(chosen("", "", false, false, false, false), tokenInvalid, Facts{"backend.accepts_environment": false}), drop: append([]string{"me."}, unasked...)}, []string{"error certain you environment-backend-mismatch"}},
	{
		"the fitting id is refused too",
		change{set: facts(chosen("", "", false, false, false, true), tokenInvalid, notAsClients), drop: append([]string{"me."}, unasked...)},
		[]string{"error certain you provider-not-chosen", "error certain backend backend-rejects-token"},
	},
	{
		"id unknown, and not enrolled",
		change{set: facts(chosen("EGI", "--provider-id", false, false, true, true), notEnrolled, notAsClients), drop: append([]string{"me."}, unasked...)},
		[]string{"error certain you provider-id-unknown", "error certain you enrollment-required"},
	},
	{
		"id unknown, and a wrong secret",
		change{set: facts(refusalSaying(401, "unauthorized_client", neither, basicToo, known), chosen("EGI", "--provider-id", false, false, true, true)), drop: append(unasked, noToken...)},
		[]string{"error certain you client-secret-wrong", "error certain you provider-id-unknown"},
	},
}

func root(status int, shape string, more ...Facts) Facts {
	f := Facts{"capabilities.tried": true, "capabilities.failure": "", "capabilities.status": status, "capabilities.shape": shape, "capabilities.is_openeo": false, "capabilities.code": "", "capabilities.login_page": false}
	return facts(append([]Facts{f}, more...)...)
}

func list(status int, valid bool, count int) Facts {
	f := Facts{"providers.tried": true, "providers.failure": "", "providers.status": status, "providers.shape": "object", "providers.code": ""}
	if status == 200 {
		f["providers.valid"], f["providers.count"] = valid, count
	}
	return f
}

var (
	noProviders = []string{"providers.", "me."}
	foreign     = Facts{"backend.in_catalog": false}
	noRoot      = []string{"capabilities.", "providers.", "me."}
)

var backendMatrix = []matrixCase{
	{"a portal", change{set: facts(foreign, root(200, "html"), list(200, false, 0), Facts{"providers.shape": "html"}), drop: append([]string{"backend.accept"}, noRoot...)}, []string{"error certain you backend-not-openeo"}},
	{"another API", change{set: facts(foreign, root(200, "object"), list(200, false, 0)), drop: append([]string{"backend.accept"}, noRoot...)}, []string{"error certain you backend-not-openeo"}},
	{"nothing there", change{set: facts(root(404, "html"), list(404, false, 0), Facts{"well_known.usable": false, "well_known.status": 404}), drop: append([]string{"well_known.versions"}, noRoot...)}, []string{"error certain you backend-not-found"}},
	{"only 0.4", change{set: facts(root(200, "object", Facts{"capabilities.is_openeo": true}), list(404, false, 0), Facts{"well_known.usable": false, "well_known.versions": []string{"0.4"}}), drop: noRoot}, []string{"error certain backend backend-version-unsupported"}},
	{
		"wrong version in the address",
		change{set: facts(root(501, "object", Facts{"capabilities.code": "UnsupportedApiVersion"}), list(501, false, 0), Facts{"providers.code": "UnsupportedApiVersion", "well_known.usable": false, "well_known.versions": []string{}}), drop: noRoot},
		[]string{"error certain you backend-version-unsupported"},
	},
	{"no OIDC", change{set: list(404, false, 0), drop: noProviders}, []string{"error certain backend backend-oidc-unsupported"}},
	{"empty list", change{set: list(200, true, 0), drop: noProviders}, []string{"error certain backend backend-oidc-unsupported"}},
	{"no list", change{set: list(200, false, 0), drop: noProviders}, []string{"error certain backend backend-response-invalid"}},
	{"one broken entry, and it works", change{set: Facts{"providers.valid": false}}, []string{"warning certain backend backend-response-invalid"}},
	{"gateway before everything", change{set: facts(root(403, "html"), list(403, false, 0)), drop: noRoot}, []string{"error certain backend backend-gateway-refused"}},
	{
		"no OIDC, and a wrong secret",
		change{set: facts(list(404, false, 0), refusalSaying(401, "unauthorized_client", neither, basicToo, known)), drop: append([]string{"providers."}, noToken...)},
		[]string{"error certain you client-secret-wrong", "error certain backend backend-oidc-unsupported"},
	},
	{
		"disabled, and the address is a portal",
		change{set: facts(foreign, root(200, "html"), refusalSaying(401, "invalid_client", neither, basicNeither, Facts{"authorization.says": "Client disabled."})), drop: append([]string{"backend.accept"}, append(noRoot, noToken...)...)},
		[]string{"error certain registry-admin client-disabled", "error certain you backend-not-openeo"},
	},
}
