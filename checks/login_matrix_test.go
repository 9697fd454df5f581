package checks

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The login matrix goes through the measured tables row by row: what a Keycloak answers to each
// cause ("Keycloak, measured 22 to 26.7"), what another make of server answers, and what the openEO
// driver answers at /me.
func TestLoginMatrix(t *testing.T) {
	c := loadCatalog(t)
	for name, group := range map[string][]matrixCase{
		"keycloak": keycloakMatrix, "keycloak tokens": tokenMatrix, "keycloak scopes": scopeMatrix, "unreached": unreachedMatrix, "other server": otherMatrix,
		"token endpoint": tokenEndpointMatrix, "me": meMatrix, "providers": providerMatrix, "back-end": backendMatrix,
	} {
		t.Run(name, func(t *testing.T) {
			for _, tc := range group {
				t.Run(tc.name, func(t *testing.T) {
					if diff := cmp.Diff(tc.want, report(t, c, tc.evidence.of(healthyEvidence))); diff != "" {
						t.Errorf("reported (-want +got):\n%s", diff)
					}
				})
			}
		})
	}
}

// TestWorkingLoginSaysWhoItIs: the note that matrix cases leave out is there where the login works,
// and only there.
func TestWorkingLoginSaysWhoItIs(t *testing.T) {
	c := loadCatalog(t)
	for name, tc := range map[string]struct {
		evidence change
		want     string
	}{
		"at a back-end":      {change{}, "note"},
		"without a back-end": {change{set: Facts{"backend.wanted": false}, drop: noBackend}, "note"},
		"refused at /me":     {atMe(403, "TokenInvalid", "r-1", "no"), ""},
		"no token":           {refusedToken(401, "unauthorized_client", neither, basicToo), ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			for _, f := range Diagnose(c, Evidence{Facts: tc.evidence.of(healthyEvidence)}).Diagnoses {
				if f.ID == "service-account-is-not-you" {
					got = string(f.Severity)
				}
			}
			if got != tc.want {
				t.Errorf("severity %q, want %q", got, tc.want)
			}
		})
	}
}

const (
	assertionMissing = "Parameter client_assertion_type is missing"
	onlyBasic        = "Invalid method used to get client secret. Client requires method 'client_secret_basic' to obtain client secret from the request"
	onlyPost         = "Invalid method used to get client secret. Client requires method 'client_secret_post' to obtain client secret from the request"
	badSignature     = "Client authentication with client secret signed JWT failed: Signature on JWT token by client secret  failed validation"
)

var (
	known      = Facts{"authorization.says": knownText}
	nowhere    = Facts{"authorization.says": notFound, "sisters.asked": []string{"EGI Check-in demo"}, "sisters.know": []string{}, "sisters.know_disabled": []string{}}
	basicNoID  = variantSays("token_basic", 400, "invalid_client", "Missing client_id parameter")
	basicTaken = variantSays("token_basic", 200, "", "")
)

// thenIn adds what the later steps saw with a token that a changed request got.
func thenIn(refused Facts, more ...Facts) change {
	f := facts(append([]Facts{refused, {"me.login_as_clients": false}}, more...)...)
	f["token.issued"] = false
	return change{set: f, drop: []string{"token."}}
}

// refusalSaying is a refused token request as facts.
func refusalSaying(status int, code, text string, more ...Facts) Facts {
	return facts(append([]Facts{refusedToken(status, code, text, nil).set}, more...)...)
}

var keycloakMatrix = []matrixCase{
	{"correct", change{}, nil},
	{"wrong, stale, expired or rotated secret", refusedToken(401, "unauthorized_client", neither, facts(basicToo, known)), []string{"error certain you client-secret-wrong"}},
	{
		"wrong secret of a client that may send it in the body only", refusedToken(401, "unauthorized_client", neither, facts(variantSays("token_basic", 401, "unauthorized_client", onlyPost), known)),
		[]string{"error certain you client-secret-wrong"},
	},
	{"unknown id", refusedToken(401, "invalid_client", neither, facts(basicNeither, nowhere)), []string{"error certain you client-unknown"}},
	{"id in upper case", refusedToken(401, "invalid_client", neither, facts(basicNeither, nowhere, Facts{"authorization_lower.says": knownText})), []string{"error certain you client-unknown"}},
	{
		"known in a sister environment", refusedToken(401, "invalid_client", neither, facts(basicNeither, nowhere, Facts{"sisters.know": []string{"development"}, "sisters.know_title": "EGI Check-in development"})),
		[]string{"error certain you client-in-other-environment"},
	},
	{
		"disabled in a sister environment", refusedToken(401, "invalid_client", neither, facts(basicNeither, nowhere, Facts{"sisters.know": []string{"development"}, "sisters.know_disabled": []string{"development"}})),
		[]string{"error certain you client-in-other-environment"},
	},
	{"disabled", refusedToken(401, "invalid_client", neither, facts(basicNeither, Facts{"authorization.says": "Client disabled."})), []string{"error certain registry-admin client-disabled"}},
	{"federated JWT", refusedToken(401, "invalid_client", neither, facts(basicNeither, known)), []string{"error possible you client-expects-assertion", "error possible you client-secret-wrong"}},
	{"X.509", refusedToken(401, "invalid_client", neither, facts(basicNoID, known)), []string{"error certain registry-admin client-expects-certificate"}},
	{
		"X.509, disabled", refusedToken(401, "invalid_client", neither, facts(basicNoID, Facts{"authorization.says": "Client disabled."})),
		[]string{"error certain registry-admin client-disabled", "error likely registry-admin client-expects-certificate"},
	},
	{"client_secret_jwt", thenIn(refusalSaying(400, "invalid_client", assertionMissing), variantSays("token_assertion", 200, "", "")), []string{"error certain you client-expects-assertion"}},
	{
		"client_secret_jwt, wrong secret", refusedToken(400, "invalid_client", assertionMissing, variantSays("token_assertion", 400, "unauthorized_client", badSignature)),
		[]string{"error certain you client-expects-assertion", "error likely you client-secret-wrong"},
	},
	{"private_key_jwt", refusedToken(400, "invalid_client", assertionMissing, variantSays("token_assertion", 400, "invalid_client", "Invalid signature algorithm")), []string{"error certain you client-expects-assertion"}},
	{"private_key_jwt, older", refusedToken(400, "invalid_client", assertionMissing, variantSays("token_assertion", 400, "unauthorized_client", "Unable to load public key")), []string{"error certain you client-expects-assertion"}},
	{"Basic only", thenIn(refusalSaying(401, "unauthorized_client", onlyBasic), basicTaken), []string{"error certain registry-admin client-auth-form-refused"}},
	{
		"Basic only, wrong secret", refusedToken(401, "unauthorized_client", onlyBasic, facts(basicToo, known)),
		[]string{"error certain registry-admin client-auth-form-refused", "error certain you client-secret-wrong"},
	},
	{
		"Basic only, grant off", refusedToken(401, "unauthorized_client", onlyBasic, variantSays("token_basic", 401, "unauthorized_client", grantOff)),
		[]string{"error certain registry-admin client-auth-form-refused", "error certain you grant-not-enabled"},
	},
	{
		"Basic only, and only form-encoded", thenIn(refusalSaying(401, "unauthorized_client", onlyBasic), basicTaken, variantSays("token_basic_raw", 401, "unauthorized_client", neither), Facts{"token.special_characters": true}),
		[]string{"error certain registry-admin client-auth-form-refused", "warning certain you credential-encoding"},
	},
	{
		"URL-encoded form of the secret", thenIn(refusalSaying(401, "unauthorized_client", neither), basicToo, variantSays("token_basic_raw", 200, "", ""), known, Facts{"token.special_characters": true}),
		[]string{"error certain you credential-encoding"},
	},
	{
		"raw Basic header that cannot be decoded", refusedToken(401, "unauthorized_client", neither, facts(basicToo, variantSays("token_basic_raw", 400, "unauthorized_client", "Unexpected error when authenticating client"), known, Facts{"token.special_characters": true})),
		[]string{"error certain you client-secret-wrong"},
	},
	{"service accounts off", refusedToken(401, "unauthorized_client", grantOff, nil), []string{"error certain you grant-not-enabled"}},
	{"public", refusedToken(401, "unauthorized_client", "Public client not allowed to retrieve service account", nil), []string{"error certain you client-is-public"}},
	{"bearer-only", refusedToken(400, "invalid_client", "Bearer-only not allowed", nil), []string{"error certain you client-is-bearer-only"}},
	{
		"bearer-only, 26.3", refusedToken(401, "unauthorized_client", neither, facts(basicToo, Facts{"authorization.says": "Bearer-only applications are not allowed to initiate browser login"})),
		[]string{"error certain you client-is-bearer-only"},
	},
	{"SAML", refusedToken(400, "invalid_client", "Wrong client protocol.", nil), []string{"error certain you client-wrong-protocol"}},
	{"service account disabled", refusedToken(401, "invalid_request", "User 'service-account-nightly-ndvi' disabled", nil), []string{"error certain registry-admin service-account-disabled"}},
	{"service account deleted", refusedToken(401, "invalid_request", "The associated service account for the client does not exist", nil), []string{"error certain registry-admin service-account-missing"}},
	{"DPoP", refusedToken(400, "invalid_request", "DPoP proof is missing", nil), []string{"error certain registry-admin dpop-required"}},
	{"certificate-bound tokens", refusedToken(400, "invalid_request", "Client Certification missing for MTLS HoK Token Binding", nil), []string{"error certain registry-admin certificate-bound-required"}},
	{"realm disabled", refusedToken(403, "access_denied", "Realm not enabled", nil), []string{"error certain identity-provider realm-disabled"}},
	{"https required at the token endpoint, behind a proxy", refusedToken(403, "invalid_request", "HTTPS required", nil), []string{"error certain identity-provider https-required"}},
	{"https required at discovery", change{set: Facts{
		"environment.issuer": "http://127.0.0.1:8080/auth/realms/egi", "environment.id": "", "environment.known_as": "", "discovery.status": 403, "discovery.shape": "object",
		"discovery.error": "invalid_request", "discovery.error_description": "HTTPS required", "providers.matching": false, "providers.asked_issuer_match": false,
	}, drop: noDocument}, []string{"error certain you https-required"}},
	{"words that are not known", refusedToken(400, "invalid_request", "Client policy 7", facts(variantSays("token_basic", 400, "invalid_request", "Client policy 7"), known)), []string{"error likely identity-provider token-request-refused"}},
	{"words that are not known, and an unknown id", refusedToken(400, "invalid_request", "Client policy 7", facts(variantSays("token_basic", 400, "invalid_request", "Client policy 7"), nowhere)), []string{"error likely you client-unknown"}},
}

// unreachedMatrix: the authorization endpoint or the changed requests gave no clear answer, so
// several causes stand together.
var unreachedMatrix = []matrixCase{
	{
		"unknown or disabled, authorization endpoint away", refusedToken(401, "invalid_client", neither, basicNeither),
		[]string{"error possible you client-unknown", "error possible registry-admin client-disabled", "error possible you client-expects-assertion"},
	},
	{
		"unknown or disabled, in another language", refusedToken(401, "invalid_client", neither, facts(basicNeither, Facts{"authorization.says": "Client nicht gefunden."})),
		[]string{"error possible you client-unknown", "error possible registry-admin client-disabled", "error possible you client-expects-assertion"},
	},
	{
		"nothing more was asked", refusedToken(401, "invalid_client", neither, nil),
		[]string{"error possible you client-unknown", "error possible registry-admin client-disabled", "error possible you client-expects-assertion", "error possible registry-admin client-expects-certificate"},
	},
	{
		"known, the header was not tried", refusedToken(401, "invalid_client", neither, known),
		[]string{"error possible you client-expects-assertion", "error possible registry-admin client-expects-certificate"},
	},
	{"wrong secret, authorization endpoint away", refusedToken(401, "unauthorized_client", neither, basicToo), []string{"error likely you client-secret-wrong"}},
	{
		"sisters gave no clear answer", refusedToken(401, "invalid_client", neither, facts(basicNeither, Facts{"authorization.says": notFound, "sisters.asked": []string{}, "sisters.know": []string{}, "sisters.know_disabled": []string{}, "sisters.unclear": []string{"EGI Check-in demo"}})),
		[]string{"error certain you client-unknown"},
	},
	{"the kind of server is not known", change{set: refusalSaying(401, "unauthorized_client", neither), drop: append([]string{"discovery."}, noToken...)}, []string{"error likely you client-credentials-rejected"}},
}
