package checks

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The matrix holds whole evidence sets, as the probes leave them, against everything that is then
// reported: each cause once, the one to act on first at the front, and its effects hidden.

// healthyEvidence is a login that works: production, openeo.cloud, a secret from the registry.
var healthyEvidence = Facts{
	"environment.id": "production", "environment.title": "EGI Check-in production", "environment.known_as": "EGI Check-in production",
	"environment.issuer": "https://aai.egi.eu/auth/realms/egi", "environment.approval": "operator", "environment.has_registry": true,
	"environment.portal": "https://aai.egi.eu/federation", "environment.has_backends": true, "issuer.retired": false,
	"backend.wanted": true, "backend.id": "openeo.cloud", "backend.url": "https://openeo.cloud", "backend.in_catalog": true,
	"backend.accepts_environment": true, "backend.accepted_environments": []string{"production"},

	"client_id.shown": "nightly-ndvi", "client_id.present": true, "client_id.set_but_empty": false, "client_id.source": "environment OPENEO_AUTH_CLIENT_ID",
	"client_id.length": 12, "client_id.has_whitespace": false, "client_id.has_invisible": false, "client_id.quoted": false,
	"client_id.placeholder": false, "client_id.malformed": false, "client_id.secret_shaped": false,
	"secret.present": true, "secret.unwrapped.form": "", "secret.set_but_empty": false, "secret.source": "environment OPENEO_AUTH_CLIENT_SECRET", "secret.length": 87,
	"secret.registry_length": 87, "secret.has_whitespace": false, "secret.has_invisible": false, "secret.non_ascii": false, "secret.quoted": false, "secret.secret_shaped": true,
	"secret.placeholder": false, "secret.masked": false, "secret.token": false, "secret.too_short": false,
	"credentials.swapped_shape": false, "credentials.conflict": false, "sources.unreadable_any": false, "sources.exposed_any": false,
	"auth_method.value": "", "auth_method.wrong": false,

	"discovery.tried": true, "discovery.failure": "", "discovery.status": 200, "discovery.host": "aai.egi.eu", "discovery.shape": "object",
	"discovery.url":          "https://aai.egi.eu/auth/realms/egi/.well-known/openid-configuration",
	"discovery.content_type": "application/json", "discovery.login_page": false, "discovery.error": "", "discovery.error_description": "",
	"discovery.issuer": "https://aai.egi.eu/auth/realms/egi", "discovery.issuer_match": "exact", "discovery.missing": []string{},
	"discovery.token_endpoint":      "https://aai.egi.eu/auth/realms/egi/protocol/openid-connect/token",
	"discovery.token_endpoint_host": "aai.egi.eu", "discovery.token_endpoint_elsewhere": false, "discovery.token_endpoint_allowed": true,
	"discovery.token_endpoint_insecure": false, "discovery.grants": []string{"authorization_code", "client_credentials"}, "discovery.grant_offered": true,
	"discovery.auth_methods": []string{"client_secret_basic", "client_secret_post"}, "discovery.auth_method_offered": true,
	"discovery.keycloak_paths": true, "keys.offered": true, "userinfo.offered": true, "clock.skew_s": 0, "clock.skewed": false, "clock.host": "aai.egi.eu",

	"token.tried": true, "token.failure": "", "token.status": 200, "token.host": "aai.egi.eu", "token.shape": "object", "token.error": "",
	"token.error_description": "", "token.issued": true, "token.missing": []string{}, "token.expires_in_s": 3600, "token.header_bytes": 1500,
	"token.scopes": []string{"openid", "email"}, "token.granted_scopes": []string{"openid", "email"}, "token.special_characters": false,
	"jwt.readable": true, "jwt.issuer": "https://aai.egi.eu/auth/realms/egi", "jwt.issuer_match": "exact", "jwt.expired": false, "jwt.lifetime_s": 3600,
	"jwt.sub": "7c9e@egi.eu", "jwt.signature": "verified", "jwt.has_openid": true, "jwt.lightweight": false,
	"keys.tried": true, "keys.failure": "", "keys.status": 200, "keys.shape": "object", "keys.count": 2,
	"userinfo.tried": true, "userinfo.failure": "", "userinfo.status": 200, "userinfo.shape": "object", "userinfo.sub": "7c9e@egi.eu",
	"userinfo.entitlements": []string{},

	"well_known.tried": true, "well_known.failure": "", "well_known.status": 200, "well_known.host": "openeo.cloud", "well_known.shape": "object", "well_known.usable": true,
	"well_known.versions": []string{"1.2.0"}, "backend.api_url": "https://openeo.cloud/openeo/1.2", "backend.api_version": "1.2.0",
	"capabilities.tried": true, "capabilities.failure": "", "capabilities.status": 200, "capabilities.shape": "object", "capabilities.is_openeo": true,
	"capabilities.jwt_bearer": false,
	"providers.tried":         true, "providers.failure": "", "providers.status": 200, "providers.shape": "object", "providers.valid": true,
	"providers.ids": []string{"egi"}, "providers.count": 1, "providers.asked_id": "egi", "providers.asked_by": "catalog", "providers.asked_listed": true,
	"providers.asked_issuer_match": true, "providers.first_id": "egi", "providers.first_issuer_match": true, "providers.matching_id": "egi",
	"providers.matching": true, "providers.used_id": "egi", "providers.used_as_clients": true, "providers.trailing_slash": false,
	"me.tried": true, "me.failure": "", "me.status": 200, "me.shape": "object", "me.valid": true, "me.user_id": "7c9e@egi.eu", "me.bearer_form": "oidc",
	"me.login_as_clients": true,
}

// change is what differs from the healthy evidence: facts to set, and steps of which nothing is
// known.
type change struct {
	set  Facts
	drop []string // prefixes of facts
}

func (c change) of(base Facts) Facts {
	f := maps.Clone(base)
	for name := range f {
		for _, prefix := range c.drop {
			if strings.HasPrefix(name, prefix) {
				delete(f, name)
			}
		}
	}
	maps.Copy(f, c.set)
	return f
}

// Steps of which nothing is known when an earlier one failed.
var (
	noAccount  = []string{"jwt.", "userinfo.tried", "userinfo.failure", "userinfo.status", "userinfo.shape", "userinfo.sub", "userinfo.entitlements", "me."}
	noToken    = append([]string{"token."}, noAccount...)
	noDocument = append([]string{"discovery.", "keys.", "userinfo.offered", "clock."}, noToken...)
	noBackend  = []string{"well_known.", "backend.api", "capabilities.", "providers.", "me."}
)

// refusedToken is a refused token request of a Keycloak (measured texts), and what was asked
// afterwards.
func refusedToken(status int, code, text string, more Facts) change {
	f := Facts{
		"token.tried": true, "token.failure": "", "token.status": status, "token.host": "aai.egi.eu", "token.shape": "object",
		"token.error": code, "token.error_description": text, "token.issued": false, "token.special_characters": false,
	}
	maps.Copy(f, more)
	return change{set: f, drop: noToken}
}

const (
	neither   = "Invalid client or Invalid client credentials" // of unknown and disabled clients, and of wrong secrets
	grantOff  = "Client not enabled to retrieve service account"
	notFound  = "Client not found."
	knownText = "Invalid parameter: redirect_uri"
)

// variant is the answer to a changed token request.
func variantSays(name string, status int, code, text string) Facts {
	return Facts{name + ".status": status, name + ".error": code, name + ".error_description": text, name + ".issued": status == 200}
}

func facts(sets ...Facts) Facts {
	all := Facts{}
	for _, s := range sets {
		maps.Copy(all, s)
	}
	return all
}

func failure(step, kind, host string) Facts {
	return Facts{step + ".tried": true, step + ".failure": kind, step + ".host": host, step + ".failure_detail": kind}
}

func report(t *testing.T, c *Catalog, f Facts) []string {
	t.Helper()
	known, err := ParseFacts(f)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range Diagnose(c, Evidence{Facts: known}).Diagnoses {
		if x.ID == "service-account-is-not-you" { // true of every login that works
			continue
		}
		got = append(got, strings.Join([]string{string(x.Severity), string(x.Certainty), string(x.Party), x.ID}, " "))
	}
	return got
}

func TestWholeEvidenceIsReportedAsItsCauses(t *testing.T) {
	c := loadCatalog(t)
	for _, group := range [][]matrixCase{inputMatrix, transportMatrix, discoveryMatrix} {
		for _, tc := range group {
			t.Run(tc.name, func(t *testing.T) {
				if diff := cmp.Diff(tc.want, report(t, c, tc.evidence.of(healthyEvidence))); diff != "" {
					t.Errorf("reported (-want +got):\n%s", diff)
				}
			})
		}
	}
}

type matrixCase struct {
	name     string
	evidence change
	want     []string
}
