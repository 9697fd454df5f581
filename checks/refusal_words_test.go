package checks

import (
	"slices"
	"testing"
)

// spokenOf are the kinds that the words of a token endpoint may be of, as token.words.kind has them.
var spokenOf = []string{
	"", "secret-expired", "secret-wrong", "secret-is-its-id", "client-unknown", "client-disabled", "credentials-refused", "grant-not-allowed", "client-is-public",
	"method-refused", "assertion-required", "scope-refused", "openid-refused", "account-disabled", "account-incomplete", "issuer-unknown", "issuer-disabled",
	"https-required", "proof-required", "wrong-protocol", "bearer-only", "audience", "not-allowed", "locked", "rate",
}

// Whatever a refusal's words are about, and whatever code a server gives with them: it was refused, so
// there is a finding that says so.
func TestNoRefusalIsLeftUnsaid(t *testing.T) {
	c := loadCatalog(t)
	for _, code := range []string{"unauthorized_client", "invalid_client", "invalid_request", "access_denied", "invalid_grant"} {
		for _, kind := range spokenOf {
			for _, basic := range []Facts{{}, {"token_basic.status": 400, "token_basic.issued": false, "token_basic.error": code, "token_basic.error_description": "words of its own"}} {
				f := facts(Facts{
					"discovery.keycloak_paths": false, "discovery.status": 200, "discovery.shape": "object", "token.tried": true, "token.failure": "", "token.status": 400, "token.issued": false,
					"token.shape": "object", "token.content_type": "application/json", "token.error": code, "token.error_description": "words of its own", "token.words.kind": kind,
				}, basic)
				r := Diagnose(c, Evidence{Facts: f})
				if !slices.ContainsFunc(r.Diagnoses, func(d Finding) bool { return d.Severity == Error }) {
					t.Errorf("%s, words about %q, Basic tried: %v: no error is found", code, kind, len(basic) > 0)
				}
			}
		}
	}
}
