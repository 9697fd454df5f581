package checks

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The world matrix holds answers of servers that are neither Keycloak nor the openEO Python driver,
// and of what stands in between. Each was once called certain, or said nothing of.
func TestWorldMatrix(t *testing.T) {
	c := loadCatalog(t)
	for _, tc := range worldMatrix {
		t.Run(tc.name, func(t *testing.T) {
			f := tc.evidence.of(healthyEvidence)
			if diff := cmp.Diff(tc.want, report(t, c, f)); diff != "" {
				t.Errorf("reported (-want +got):\n%s", diff)
			}
			known, err := ParseFacts(f)
			if err != nil {
				t.Fatal(err)
			}
			if got := Diagnose(c, Evidence{Facts: known}).Verdict; got != tc.verdict {
				t.Errorf("%s, want %s", got, tc.verdict)
			}
		})
	}
}

// dead is an address where nothing answers, as the discovery document names it.
func dead(step, kind string) Facts {
	return facts(failure(step, kind, "aai.egi.eu:8443"), Facts{step + ".url": "https://aai.egi.eu:8443/x"})
}

// through is a failure on a way that goes through a proxy.
func through(step, kind, scheme, phase string) Facts {
	return facts(failure(step, kind, "aai.egi.eu"), Facts{step + ".via": "HTTPS_PROXY", step + ".via_scheme": scheme, step + ".phase": phase})
}

var worldMatrix = []struct {
	matrixCase
	verdict Verdict
}{
	{matrixCase{
		"Earth Engine driver, the header arrives", atMeWith(Facts{"me.bare.status": 401, "me.bare.same": false, "me.words.kind": "header-missing"}, 401, "AuthenticationRequired", "r-1", "Unauthorized."),
		[]string{"error likely backend backend-rejects-token"},
	}, Misconfigured},
	{matrixCase{
		"the header is dropped", atMeWith(Facts{"me.bare.status": 401, "me.bare.same": true}, 401, "AuthenticationRequired", "r-1", "Unauthorized."),
		[]string{"error likely backend backend-header-stripped"},
	}, Misconfigured},
	{matrixCase{
		"openeo-fastapi, no policy applies", atMeWith(Facts{"me.words.kind": "enrollment"}, 401, "TokenInvalid", "a-1", "No existing access policy applies to user. Contact backend provider."),
		[]string{"error likely you enrollment-required"},
	}, Misconfigured},
	{matrixCase{
		"titiler-openeo, another audience", atMeWith(Facts{"me.words.kind": "audience"}, 401, "InvalidRequest", "a-1", "401: Invalid audience"),
		[]string{"error likely backend backend-refuses-login"},
	}, Misconfigured},
	{matrixCase{
		"a detail in place of an openEO error", atMeWith(Facts{"me.detail": "User is not a member of the group openeo-users"}, 403, "", "", ""),
		[]string{"error likely backend backend-gateway-refused"},
	}, Misconfigured},
	{matrixCase{
		"userinfo fails for this client alone",
		change{set: facts(atMe(503, "OidcProviderUnavailable", "r-1", "OIDC Provider is unavailable").set, Facts{"userinfo.status": 500, "userinfo.shape": "object"}), drop: []string{"me.", "userinfo.sub"}},
		[]string{"error likely identity-provider userinfo-rejects-token"},
	}, Misconfigured},
	{matrixCase{
		"userinfo is unavailable",
		change{set: facts(atMe(503, "OidcProviderUnavailable", "r-1", "OIDC Provider is unavailable").set, Facts{"userinfo.status": 503, "userinfo.shape": "html"}), drop: []string{"me.", "userinfo.sub"}},
		[]string{"error likely identity-provider identity-provider-error"},
	}, Unreachable},
	{matrixCase{"the published token endpoint is dead", change{set: dead("token", "refused"), drop: noToken}, []string{"error likely identity-provider token-endpoint-not-found"}}, Misconfigured},
	{matrixCase{
		"the published key set is dead",
		change{set: facts(dead("keys", "refused"), Facts{"jwt.signature": "unchecked"}), drop: []string{"keys.status", "keys.shape", "keys.count"}},
		[]string{"warning certain identity-provider signing-keys-unavailable"},
	}, Healthy},
	{matrixCase{
		"a proxy that never answers",
		change{set: facts(through("discovery", "response-timeout", "http", "proxy"), through("well_known", "response-timeout", "http", "proxy")), drop: everything},
		[]string{"error likely network proxy-failure"},
	}, Unreachable},
	{matrixCase{
		"https in front of a proxy that speaks http",
		change{set: facts(through("discovery", "tls-handshake", "https", "proxy"), through("well_known", "tls-handshake", "https", "proxy")), drop: everything},
		[]string{"error likely network proxy-failure"},
	}, Unreachable},
	{matrixCase{"the host behind a proxy breaks off", change{set: facts(through("discovery", "reset", "http", "answer")), drop: noDocument}, []string{"error certain network connection-reset"}}, Unreachable},
	{matrixCase{
		"an account without an organisation", refusedToken(404, "Your account is not configured correctly - You don't have any organization assigned to You.", "", Facts{"token.words.kind": "account-incomplete"}),
		[]string{"error likely identity-provider token-request-refused"},
	}, Misconfigured},
	{matrixCase{
		"Entra: the secret has expired", otherRefuses(401, "invalid_client", "AADSTS7000222: The provided client secret keys for app '1' are expired.", otherBasic, Facts{"token.words.kind": "secret-expired"}),
		[]string{"error likely you client-secret-wrong"},
	}, Misconfigured},
	{matrixCase{
		"the OAuth client was disabled", otherRefuses(401, "invalid_client", "The OAuth client was disabled.", otherBasic, Facts{"token.words.kind": "client-disabled"}),
		[]string{"error likely registry-admin client-disabled"},
	}, Misconfigured},
	{matrixCase{
		"MITREid: the grant is off", otherRefuses(401, "invalid_client", "Unauthorized grant type: client_credentials", otherBasic, Facts{"token.words.kind": "grant-not-allowed"}),
		[]string{"error likely you grant-not-enabled"},
	}, Misconfigured},
	{matrixCase{
		"openid is never given", otherRefuses(400, "invalid_scope", "Cannot request 'openid' scopes using client credentials.", Facts{"token.words.kind": "openid-refused", "scopes.tested": true, "scopes.openid": "refused", "scopes.refused": []string{}}),
		[]string{"error likely identity-provider scope-openid-not-allowed"},
	}, Misconfigured},
	{matrixCase{
		"a comment behind the secret", thenIn(refusalSaying(401, "unauthorized_client", neither), basicToo, variantSays("token_unwrapped", 200, "", ""), known, Facts{"secret.unwrapped.form": "comment"}),
		[]string{"error certain you client-secret-is-wrapped"},
	}, Misconfigured},
	{matrixCase{
		"a lone quotation mark", thenIn(refusalSaying(401, "unauthorized_client", neither), basicToo, variantSays("token_unquoted", 200, "", ""), known, Facts{"secret.quote_stray": true}),
		[]string{"error certain you client-secret-is-quoted"},
	}, Misconfigured},
	{matrixCase{
		"the connection is closed on a large header",
		change{set: facts(failure("me", "reset", "openeo.cloud"), Facts{"token.header_bytes": 9000, "me.phase": "request"}), drop: []string{"me."}},
		[]string{"error likely identity-provider token-too-large"},
	}, Misconfigured},
	{matrixCase{
		"a negative serial number",
		change{set: facts(failure("discovery", "tls-handshake", "aai.egi.eu"), Facts{"discovery.failure_detail": "x509: negative serial number"}), drop: noDocument},
		[]string{"error certain network tls-handshake-failed"},
	}, Unreachable},
	{matrixCase{
		"a certificate without alternative names",
		change{set: facts(failure("discovery", "tls-hostname", "localhost"), Facts{"discovery.tls_names": []string{}, "discovery.tls_common_name": "localhost"}), drop: noDocument},
		[]string{"error certain identity-provider tls-hostname-mismatch"},
	}, Misconfigured},
	{matrixCase{
		"the identity provider's door wants a certificate", answeredDiscovery(Facts{"discovery.status": 400, "discovery.detail": "400 Bad Request No required SSL certificate was sent nginx"}),
		[]string{"error certain identity-provider client-expects-certificate"},
	}, Misconfigured},
	{matrixCase{
		"the token endpoint's door wants a certificate",
		change{set: Facts{"token.status": 400, "token.issued": false, "token.shape": "html", "token.error": "", "token.detail": "400 Bad Request No required SSL certificate was sent nginx"}, drop: noToken},
		[]string{"error certain identity-provider client-expects-certificate"},
	}, Misconfigured},
	{matrixCase{
		"the back-end's door wants a certificate of everybody",
		change{set: Facts{"capabilities.status": 400, "capabilities.shape": "html", "capabilities.is_openeo": false, "capabilities.code": "", "capabilities.detail": "400 Bad Request No required SSL certificate was sent nginx"}, drop: []string{"providers.", "me.", "python."}},
		[]string{"error certain backend backend-gateway-refused"},
	}, Misconfigured},
	{matrixCase{
		"/me wants a certificate", atMeWith(Facts{"me.shape": "html", "me.detail": "400 Bad Request No required SSL certificate was sent nginx"}, 400, "", "", ""),
		[]string{"error certain backend backend-gateway-refused"},
	}, Misconfigured},
	{matrixCase{"a registered secret in the form of a token", change{set: Facts{"secret.token": true}}, []string{"warning certain you client-secret-is-token"}}, Healthy},
	{matrixCase{
		"the root answers 404, the rest works",
		change{set: Facts{"capabilities.status": 404, "capabilities.is_openeo": false, "capabilities.code": "", "python.connect": "absent"}},
		[]string{"error certain backend backend-not-found"},
	}, Misconfigured},
	{matrixCase{"auth-config.json under another provider ID", change{set: Facts{"python.provider_id": "egi", "python.credentials": "none"}}, []string{"error certain you client-id-missing"}}, Misconfigured},
	{matrixCase{"an authority that only the system trusts", change{set: Facts{"python.trusts": "no", "python.trusts_not": "openeo.cloud"}}, []string{"warning certain you python-client-differs"}}, Healthy},
	{matrixCase{"the Date of a proxy is wrong", change{set: Facts{"clock.skew_s": 600, "clock.skewed": true, "clock.token_agrees": true, "jwt.expired": true}}, []string{"warning likely identity-provider clock-skew"}}, Healthy},
}
