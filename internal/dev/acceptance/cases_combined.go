//go:build acceptance

package acceptance

import (
	"github.com/credguide/credguide/internal/dev/acceptance/openeo"
)

// combinedCases hold two faults at once. Where one hides the other, only the
// first can be known; where both show, both must be named.
func combinedCases() []Case {
	page := BackendFaultPrefix + string(openeo.NotOpenEO)
	return by(usual, []Case{
		{Name: "disabled+secret-wrong", Cause: "client disabled, and wrong secret", ClientID: "lab-disabled", Secret: OtherSecret, Expect: "client-disabled"},
		{Name: "disabled+newline", Cause: "client disabled, and line end after the secret", ClientID: "lab-disabled", Secret: Secret + "\n", Expect: "client-disabled", And: []string{"client-secret-has-whitespace"}},
		{Name: "disabled+scope", Cause: "client disabled, and scopes refused", ClientID: "lab-disabled-plain", Expect: "client-disabled"},
		{Name: "disabled+provider", Cause: "client disabled, and provider id not listed", ClientID: "lab-disabled", ProviderID: "egi-prod", Expect: "client-disabled", And: []string{"provider-id-unknown"}},
		{Name: "disabled+not-openeo", Cause: "client disabled, and the back-end is a portal", ClientID: "lab-disabled", Backend: page, Expect: "client-disabled", And: []string{"backend-not-openeo"}},
		{Name: "no-grant+secret-wrong", Cause: "client credentials off, and wrong secret", ClientID: "lab-no-grant", Secret: OtherSecret, Expect: "client-secret-wrong"},
		{Name: "no-grant+newline", Cause: "client credentials off, and line end after the secret", ClientID: "lab-no-grant", Secret: Secret + "\n", Expect: "client-secret-has-whitespace", Also: []string{"grant-not-enabled", "client-secret-wrong"}},
		{Name: "no-grant+quotes", Cause: "client credentials off, and quotes around the secret", ClientID: "lab-no-grant", Secret: `"` + Secret + `"`, Expect: "client-secret-is-quoted", Also: []string{"grant-not-enabled", "client-secret-wrong"}},
		{Name: "no-grant+scope", Cause: "client credentials off, and scopes refused", ClientID: "lab-no-grant-plain", Expect: "grant-not-enabled", Also: []string{"scope-not-allowed"}},
		{Name: "public+secret-wrong", Cause: "public client, and some secret", ClientID: "lab-public", Secret: OtherSecret, Expect: "client-is-public"},
		{Name: "public+not-enrolled", Cause: "public client, and no entitlement", ClientID: "lab-public", Backend: BackendEnrolled, Expect: "client-is-public"},
		{Name: "secret-jwt+secret-wrong", Cause: "registered for client_secret_jwt, and wrong secret", ClientID: "lab-secret-jwt", Secret: OtherSecret, Expect: "client-expects-assertion", Also: []string{"client-secret-wrong"}},
		{Name: "x509+secret-wrong", Cause: "registered for a certificate, and wrong secret", ClientID: "lab-x509", Secret: OtherSecret, Expect: "client-expects-certificate"},
		{Name: "basic-only+secret-wrong", Cause: "only HTTP Basic allowed, and wrong secret", ClientID: "lab-basic-only", Secret: OtherSecret, MinVersion: "26.6", Expect: "client-auth-form-refused", Or: []string{"client-secret-wrong"}, Also: []string{"client-secret-wrong"}},
		{Name: "scope+secret-wrong", Cause: "scopes refused, and wrong secret", ClientID: "lab-plain", Secret: OtherSecret, Expect: "client-secret-wrong"},
		{Name: "scope+provider", Cause: "scopes refused, and provider id in upper case", ClientID: "lab-plain", ProviderID: "EGI", Expect: "provider-id-unknown", Or: []string{"scope-not-allowed"}, Also: []string{"scope-not-allowed"}},
		{Name: "scope+not-enrolled", Cause: "scopes refused, and no entitlement", ClientID: "lab-plain", Backend: BackendEnrolled, Expect: "scope-not-allowed", Also: []string{"enrollment-required"}},
		{Name: "scope+short", Cause: "scopes refused, and the token lives shortly", ClientID: "lab-short-plain", Expect: "scope-not-allowed", Also: []string{"token-lifetime-short"}},
		{Name: "unknown+provider", Cause: "unknown client id, and provider id not listed", ClientID: "lab-nobody", ProviderID: "egi-prod", Expect: "client-unknown", And: []string{"provider-id-unknown"}},
		{Name: "upper-case+newline", Cause: "client id in upper case, and line end after the secret", ClientID: "LAB-OK", Secret: Secret + "\n", Expect: "client-unknown", And: []string{"client-secret-has-whitespace"}},
		{Name: "id-space+secret-wrong", Cause: "space after the id, and wrong secret", ClientID: "lab-ok ", Secret: OtherSecret, Expect: "client-id-has-whitespace", And: []string{"client-secret-wrong"}, Also: []string{"client-unknown", "client-id-malformed"}},
		{Name: "id-space+disabled", Cause: "space after the id, and the client is disabled", ClientID: "lab-disabled ", Expect: "client-id-has-whitespace", And: []string{"client-disabled"}},
		{Name: "id-space+scope", Cause: "space after the id, and scopes refused", ClientID: "lab-plain ", Expect: "client-id-has-whitespace", And: []string{"scope-not-allowed"}},
		{Name: "id-space+secret-jwt", Cause: "space after the id, and registered for client_secret_jwt", ClientID: "lab-secret-jwt ", Expect: "client-id-has-whitespace", And: []string{"client-expects-assertion"}},
		{Name: "id-space+sister", Cause: "space after the id, and it lives in development", ClientID: "lab-dev-ok ", Expect: "client-id-has-whitespace", And: []string{"client-in-other-environment"}},
		{Name: "id-quotes+sister+newline", Cause: "quotes around the id, it lives in development, and line end after the secret", ClientID: `"lab-dev-ok"`, Secret: Secret + "\n", Expect: "client-id-is-quoted", And: []string{"client-in-other-environment", "client-secret-has-whitespace"}},
		{Name: "id-upper-case+sister", Cause: "id in upper case, and it lives in development", ClientID: "LAB-DEV-OK", Expect: "client-unknown", And: []string{"client-in-other-environment"}},
		{Name: "id-upper-case+disabled", Cause: "id in upper case, and the client is disabled", ClientID: "LAB-DISABLED", Expect: "client-unknown", And: []string{"client-disabled"}},
		{Name: "id-upper-case+space", Cause: "id in upper case, with a space after it", ClientID: "LAB-OK ", Expect: "client-unknown", And: []string{"client-id-has-whitespace"}},
		{Name: "id-unknown+everything", Cause: "unknown id with a space, and white space and quotes in the secret", ClientID: "LAB-NOBODY ", Secret: ` "` + Secret + `+" `, Expect: "client-unknown", Or: []string{"client-id-has-whitespace"}, Also: []string{"client-secret-has-whitespace", "client-secret-is-quoted"}},
		{Name: "scope+newline", Cause: "scopes refused, and line end after the secret", ClientID: "lab-plain", Secret: Secret + "\n", Expect: "client-secret-has-whitespace", And: []string{"scope-not-allowed"}},
		{Name: "basic-only+scope", Cause: "only HTTP Basic allowed, and scopes refused", ClientID: "lab-basic-only-plain", MinVersion: "26.6", Expect: "client-auth-form-refused", And: []string{"scope-not-allowed"}},
		{Name: "disabled+secret-jwt", Cause: "client disabled, and registered for client_secret_jwt", ClientID: "lab-disabled-jwt", Expect: "client-disabled", And: []string{"client-expects-assertion"}},
		{Name: "not-before+short", Cause: "tokens too old, and they live shortly", ClientID: "lab-short-not-before", Expect: "userinfo-rejects-token", Also: []string{"token-lifetime-short"}},
		{Name: "secret-expired+newline", Cause: "expired secret, and line end after it", ClientID: "lab-expired", Secret: Secret + "\n", Expect: "client-secret-has-whitespace", Also: []string{"client-secret-wrong"}},
		{Name: "secret-wrong+header-stripped", Cause: "wrong secret, and something would drop the header", Secret: OtherSecret, Backend: BackendFaultPrefix + string(openeo.HeaderStripped), Expect: "client-secret-wrong"},
		{Name: "secret-wrong+backend-down", Cause: "wrong secret, and nothing listens at the back-end's address", Secret: OtherSecret, Backend: BackendDown, Expect: "client-secret-wrong", And: []string{"connection-refused"}, Slow: true},
		{Name: "short+role-missing", Cause: "the token lives shortly, and the role is missing", ClientID: "lab-short-roleless", Backend: BackendEnrolled, Expect: "enrollment-required", Also: []string{"token-lifetime-short"}},
		{Name: "not-before+blocked", Cause: "tokens too old, and the operator lets nobody in", ClientID: "lab-not-before", Backend: BackendBlocking, Expect: "userinfo-rejects-token"},
		{Name: "sister+secret-wrong", Cause: "lives in development, and wrong secret", ClientID: "lab-dev-ok", Secret: OtherSecret, Expect: "client-in-other-environment"},
		{Name: "sister+quotes", Cause: "lives in development, and quotes around the secret", ClientID: "lab-dev-ok", Secret: `"` + Secret + `"`, Expect: "client-in-other-environment", And: []string{"client-secret-is-quoted"}},
		{Name: "sister+provider-not-chosen", Cause: "a production client asked in development, no provider id", Realm: RealmDevelopment, Expect: "client-in-other-environment", Or: []string{"provider-not-chosen"}, Also: []string{"provider-not-chosen"}, Apart: true},
		{Name: "realm-upper-case+secret-wrong", Cause: "realm in upper case, and wrong secret", Realm: "EGI", Secret: OtherSecret, Expect: "issuer-realm-unknown", Also: []string{"backend-lacks-issuer", "provider-issuer-mismatch", "provider-not-chosen"}},
		{Name: "realm-disabled+secret-wrong", Cause: "realm disabled, and wrong secret", Realm: RealmDisabled, Secret: OtherSecret, Expect: "realm-disabled", Also: []string{"backend-lacks-issuer", "provider-issuer-mismatch", "provider-not-chosen"}},
		{Name: "https-required+secret-wrong", Cause: "plain http where TLS is wanted, and wrong secret", Realm: RealmTLSAlways, Secret: OtherSecret, Issuer: "{http}/auth/realms/egi-tls", Expect: "https-required", Also: []string{"backend-lacks-issuer", "provider-issuer-mismatch", "provider-not-chosen"}},
	})
}
