//go:build acceptance

package acceptance

// clientCases: the registration is not what it should be.
func clientCases() []Case {
	return by(usual, []Case{
		{Name: "disabled", Cause: "client disabled", ClientID: "lab-disabled", Expect: "client-disabled"},
		{Name: "no-grant", Cause: "client credentials off", ClientID: "lab-no-grant", Expect: "grant-not-enabled"},
		{Name: "no-grant-device", Cause: "client credentials off, device flow on", ClientID: "lab-no-grant-device", Expect: "grant-not-enabled"},
		{Name: "public", Cause: "public client", ClientID: "lab-public", Expect: "client-is-public"},
		{Name: "public-device", Cause: "public client with device flow", ClientID: "lab-public-device", Expect: "client-is-public"},
		{Name: "bearer-only", Cause: "bearer-only client", ClientID: "lab-bearer-only", Expect: "grant-not-enabled", Or: []string{"client-is-bearer-only", "client-bearer-only"}},
		{Name: "secret-jwt", Cause: "registered for client_secret_jwt", ClientID: "lab-secret-jwt", Expect: "client-expects-assertion"},
		{Name: "private-key-jwt", Cause: "registered for private_key_jwt", ClientID: "lab-private-key-jwt", Expect: "client-expects-assertion"},
		{Name: "federated-jwt", Cause: "registered for the assertion of a federated issuer", ClientID: "lab-federated-jwt", MinVersion: "26.5", Expect: "client-expects-assertion", Or: []string{"client-secret-wrong"}, Also: []string{"client-expects-certificate"}},
		{Name: "x509", Cause: "registered for a certificate", ClientID: "lab-x509", Expect: "client-expects-certificate"},
		{Name: "basic-only", Cause: "only HTTP Basic allowed", ClientID: "lab-basic-only", MinVersion: "26.6", Expect: "client-auth-form-refused"},
		{Name: "saml", Cause: "client of protocol SAML", ClientID: "lab-saml", Expect: "client-wrong-protocol"},
		{Name: "account-disabled", Cause: "service-account user disabled", ClientID: "lab-account-disabled", Expect: "service-account-disabled"},
		{Name: "account-deleted", Cause: "service-account user deleted", ClientID: "lab-account-deleted", MinVersion: "26", Expect: "service-account-missing"},
		{Name: "dpop", Cause: "DPoP required", ClientID: "lab-dpop", MinVersion: "26", Expect: "dpop-required"},
		{Name: "certificate-bound", Cause: "certificate-bound tokens required", ClientID: "lab-certificate-bound", Expect: "certificate-bound-required"},
		{Name: "secret-wrong", Cause: "wrong secret", Secret: OtherSecret, Expect: "client-secret-wrong"},
		{Name: "secret-wrong-all-flows", Cause: "wrong secret, other flows on", ClientID: "lab-all-flows", Secret: OtherSecret, Expect: "client-secret-wrong"},
		{Name: "secret-truncated", Cause: "the secret was cut off", Secret: Secret[:40], Expect: "client-secret-wrong"},
		{Name: "secret-expired", Cause: "secret older than the policy allows", ClientID: "lab-expired", Expect: "client-secret-wrong"},
		{Name: "secret-rotated-out", Cause: "the secret before the last renewal", ClientID: "lab-rotated", Secret: OtherSecret, Expect: "client-secret-wrong"},
		{Name: "secret-wrong-guarded", Cause: "wrong secret, brute-force protection on", Realm: RealmGuarded, Backend: BackendGuarded, Secret: OtherSecret, Expect: "client-secret-wrong"},
		{Name: "unknown", Cause: "unknown client id", ClientID: "lab-nobody", Expect: "client-unknown"},
		{Name: "unknown-upper-case", Cause: "client id in upper case", ClientID: "LAB-OK", Expect: "client-unknown"},
		{Name: "german-unknown", Cause: "unknown client id, realm speaks German", Realm: RealmGerman, Backend: BackendGerman, ClientID: "lab-nobody", Expect: "client-unknown"},
		{Name: "german-disabled", Cause: "client disabled, realm speaks German", Realm: RealmGerman, Backend: BackendGerman, ClientID: "lab-disabled", Expect: "client-disabled"},
		{Name: "german-no-grant", Cause: "client credentials off, realm speaks German", Realm: RealmGerman, Backend: BackendGerman, ClientID: "lab-no-grant", Expect: "grant-not-enabled"},
	})
}

// sisterCases: the client lives in another environment of the family.
func sisterCases() []Case {
	return by(Case{Secret: Secret, Expect: "client-in-other-environment"}, []Case{
		{Name: "sister-development", Cause: "lives in development only", Realm: RealmProduction, Backend: BackendBoth, ClientID: "lab-dev-ok"},
		{Name: "sister-demo", Cause: "lives in demo only", Realm: RealmProduction, Backend: BackendBoth, ClientID: "lab-demo-ok"},
		{Name: "sister-two", Cause: "lives in both sisters", Realm: RealmProduction, Backend: BackendBoth, ClientID: "lab-everywhere"},
		{Name: "sister-production", Cause: "lives in production, asked in development", Realm: RealmDevelopment, Backend: BackendBoth, ProviderID: developmentID, ClientID: "lab-ok"},
		{Name: "sister-alone", Cause: "lives in production, asked in demo", Realm: RealmDemo, ClientID: "lab-ok"},
		{Name: "sister-disabled", Cause: "lives in development and is disabled there", Realm: RealmProduction, Backend: BackendBoth, ClientID: "lab-dev-disabled", Or: []string{"client-unknown"}},
	})
}

// scopeCases: every openEO client asks for all scopes that the back-end lists.
func scopeCases() []Case {
	return by(usual, []Case{
		{Name: "scope-plain", Cause: "neither eduperson scope allowed", ClientID: "lab-plain", Expect: "scope-not-allowed"},
		{Name: "scope-half", Cause: "one eduperson scope allowed", ClientID: "lab-half", Expect: "scope-not-allowed"},
		{Name: "scope-none", Cause: "no scope allowed but openid", ClientID: "lab-scopeless", Expect: "scope-not-allowed"},
		{Name: "scope-many", Cause: "two of twelve scopes refused", ClientID: "lab-plain", Backend: BackendManyScopes, Expect: "scope-not-allowed"},
		{Name: "scope-development", Cause: "scopes refused in development", Realm: RealmDevelopment, ProviderID: developmentID, ClientID: "lab-dev-plain", Expect: "scope-not-allowed"},
	})
}
