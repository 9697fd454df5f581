//go:build acceptance

package acceptance

import (
	"github.com/credguide/credguide/internal/dev/acceptance/openeo"
)

// providerCases: which identity provider the back-end is told.
func providerCases() []Case {
	development := Case{Realm: RealmDevelopment, ClientID: "lab-dev-ok", Secret: Secret, Backend: BackendBoth}
	cases := by(usual, []Case{
		{Name: "provider-upper-case", Cause: "provider id in upper case", ProviderID: "EGI", Expect: "provider-id-unknown"},
		{Name: "provider-unknown", Cause: "provider id that is not listed", ProviderID: "egi-prod", Expect: "provider-id-unknown"},
		{Name: "provider-of-sister", Cause: "development's provider id with a production client", ProviderID: developmentID, Expect: "provider-issuer-mismatch"},
	})
	return append(cases, by(development, []Case{
		{Name: "provider-not-chosen", Cause: "no provider id, and production is listed first", Expect: "provider-not-chosen"},
		{Name: "provider-production", Cause: "production's provider id with a development client", ProviderID: productionID, Expect: "provider-issuer-mismatch"},
		{Name: "provider-none-fits", Cause: "the back-end lists production alone", Backend: BackendProduction, Expect: "backend-lacks-issuer", Or: []string{"provider-issuer-mismatch"}},
		{Name: "provider-id-none-fits", Cause: "development's provider id at a back-end with production alone", Backend: BackendProduction, ProviderID: developmentID, Expect: "backend-lacks-issuer", Or: []string{"provider-id-unknown"}, Also: []string{"provider-id-unknown"}},
		{Name: "provider-demo", Cause: "demo has no back-end", Realm: RealmDemo, ClientID: "lab-demo-ok", Expect: "backend-lacks-issuer", Or: []string{"environment-backend-mismatch"}, Also: []string{"environment-backend-mismatch"}},
	})...)
}

// backendCases: the token is good, and the back-end does not take it.
func backendCases() []Case {
	fault := func(f openeo.Fault) string { return BackendFaultPrefix + string(f) }
	return by(usual, []Case{
		{Name: "not-enrolled", Cause: "no entitlement", Backend: BackendEnrolled, Expect: "enrollment-required"},
		{Name: "entitlement-not-shown", Cause: "the entitlement is in the token but not in userinfo", ClientID: "lab-entitled-token-only", Backend: BackendEnrolled, Expect: "enrollment-required"},
		{Name: "role-missing", Cause: "member without one of the roles", ClientID: "lab-roleless", Backend: BackendEnrolled, Expect: "enrollment-required"},
		{Name: "other-group", Cause: "member of another organisation", ClientID: "lab-other-group", Backend: BackendEnrolled, Expect: "enrollment-required"},
		{Name: "issuer-not-enrolled", Cause: "the back-end enrols production accounts only", Realm: RealmDevelopment, ClientID: "lab-dev-ok", ProviderID: developmentID, Backend: BackendProductionVO, Expect: "account-not-accepted", Or: []string{"enrollment-required"}},
		{Name: "blocked", Cause: "the operator lets nobody in", Backend: BackendBlocking, Expect: "account-not-accepted"},
		{Name: "suspended", Cause: "the operator lets this account no longer in, and speaks of the marketplace", Backend: BackendSuspending, Expect: "account-not-accepted", Or: []string{"payment-required"}, Also: []string{"payment-required"}, Uncertain: true},
		{Name: "not-mapped", Cause: "the back-end introspects and does not know the account", Backend: BackendIntrospects, BelowVersion: "26.4", Expect: "service-account-not-mapped"},
		{Name: "not-mapped-audience", Cause: "the same, with the audience that newer servers want", ClientID: "lab-introspectable", Backend: BackendIntrospects, Expect: "service-account-not-mapped"},
		{Name: "introspection-inactive", Cause: "introspection calls a good token inactive", Backend: BackendIntrospects, MinVersion: "26.7", Expect: "backend-token-check-failed"},
		{Name: "introspection-no-client", Cause: "the back-end has no client of its own at this provider", Realm: RealmDevelopment, ClientID: "lab-dev-ok", ProviderID: developmentID, Backend: BackendIntrospects, Expect: "backend-token-check-failed"},
		{Name: "distrusts", Cause: "the back-end does not trust the identity provider's certificate", Backend: BackendDistrusts, Expect: "backend-cannot-reach-identity-provider", Slow: true},
		{Name: "misdirected", Cause: "the back-end asks another issuer than it lists", Backend: BackendMisdirected, Expect: "backend-rejects-token"},
		{Name: "lost", Cause: "the back-end asks a realm that does not exist", Backend: BackendLost, Expect: "backend-cannot-reach-identity-provider", Or: []string{"backend-token-check-failed"}},
		{Name: "not-openeo", Cause: "the address is a portal", Backend: fault(openeo.NotOpenEO), Expect: "backend-not-openeo"},
		{Name: "no-api", Cause: "nothing at the address", Backend: fault(openeo.NoAPI), Expect: "backend-not-found"},
		{Name: "unavailable", Cause: "the back-end is being maintained", Backend: fault(openeo.Unavailable), Expect: "backend-error", Slow: true},
		{Name: "no-oidc", Cause: "the back-end offers no OpenID Connect", Backend: fault(openeo.NoOIDC), Expect: "backend-oidc-unsupported"},
		{Name: "old-version", Cause: "the back-end offers API 0.4 only", Backend: fault(openeo.OldVersion), Expect: "backend-version-unsupported"},
		{Name: "header-stripped", Cause: "something drops the Authorization header", Backend: fault(openeo.HeaderStripped), Expect: "backend-header-stripped"},
		{Name: "gateway", Cause: "a gateway refuses before the back-end", Backend: fault(openeo.Gateway), Expect: "backend-gateway-refused"},
		{Name: "payment", Cause: "credits are used up", Backend: fault(openeo.Payment), Expect: "payment-required"},
		{Name: "empty-me", Cause: "/me lacks the user id", Backend: fault(openeo.EmptyMe), Expect: "backend-response-invalid", Apart: true},
		{Name: "html-providers", Cause: "/credentials/oidc is a page", Backend: fault(openeo.HTMLProviders), Expect: "backend-response-invalid", Or: []string{"backend-not-openeo"}},
		{Name: "down", Cause: "nothing listens at the back-end's address", Backend: BackendDown, Expect: "connection-refused", Slow: true},
	})
}
