//go:build acceptance

package acceptance

// secondCases: another make of identity provider, which says "client
// authentication failed" to nearly everything. What a check may say here is
// less, and little of it certain.
func secondCases() []Case {
	rejected := func(others ...string) []string {
		return append(others, "client-credentials-rejected", "client-secret-wrong", "client-unknown", "client-expects-assertion", "client-expects-certificate", "client-is-public")
	}
	// Its tokens of this grant belong to no account: userinfo refuses them, so that no openEO
	// back-end could take them.
	odd, refused := []string{"token-opaque"}, []string{"userinfo-rejects-token"}
	return by(Case{Server: SecondServer, ClientID: "lab-ok", Secret: Secret}, []Case{
		{Name: "second-healthy", Cause: "nothing; no back-end", Expect: Healthy, Or: refused, Also: odd, Works: true},
		{Name: "second-all-flows", Cause: "nothing; the code flow is on as well", ClientID: "lab-all-flows", Expect: Healthy, Or: refused, Also: odd, Works: true},
		{Name: "second-post-only", Cause: "nothing; the form that openEO clients use", ClientID: "lab-post-only", Expect: Healthy, Or: refused, Also: odd, Works: true},
		{Name: "second-special", Cause: "nothing; special characters in the secret", ClientID: "lab-special", Secret: asciiSecret, Expect: Healthy, Or: refused, Also: odd, Works: true},
		{Name: "second-backend", Cause: "tokens of this grant have no account, so userinfo refuses them", Backend: BackendSecond, Expect: "userinfo-rejects-token", Also: []string{"token-opaque"}},
		{Name: "second-secret-wrong", Cause: "wrong secret", Secret: OtherSecret, Expect: "client-credentials-rejected", Or: rejected(), Also: rejected(), Uncertain: true},
		{Name: "second-unknown", Cause: "unknown client id", ClientID: "lab-nobody", Expect: "client-credentials-rejected", Or: rejected(), Also: rejected(), Uncertain: true},
		{Name: "second-upper-case", Cause: "client id in upper case", ClientID: "LAB-OK", Expect: "client-credentials-rejected", Or: rejected(), Also: rejected(), Uncertain: true},
		{Name: "second-no-grant", Cause: "client credentials off", ClientID: "lab-no-grant", Expect: "grant-not-enabled"},
		{Name: "second-no-grant+secret-wrong", Cause: "client credentials off, and wrong secret", ClientID: "lab-no-grant", Secret: OtherSecret, Expect: "client-credentials-rejected", Or: rejected(), Also: rejected(), Uncertain: true},
		{Name: "second-secret-jwt", Cause: "registered for client_secret_jwt", ClientID: "lab-secret-jwt", Expect: "client-expects-assertion", Or: rejected(), Also: rejected()},
		{Name: "second-private-key-jwt", Cause: "registered for private_key_jwt", ClientID: "lab-private-key-jwt", Expect: "client-credentials-rejected", Or: rejected(), Also: rejected(), Uncertain: true},
		{Name: "second-x509", Cause: "registered for a certificate", ClientID: "lab-x509", Expect: "client-credentials-rejected", Or: rejected(), Also: rejected(), Uncertain: true},
		{Name: "second-public", Cause: "public client", ClientID: "lab-public", Expect: "client-credentials-rejected", Or: rejected("grant-not-enabled"), Also: rejected("grant-not-enabled"), Uncertain: true},
		{Name: "second-dpop", Cause: "DPoP required, and the server does not say so", ClientID: "lab-dpop", Expect: Inconclusive, Or: []string{"dpop-required", "certificate-bound-required", "client-credentials-rejected", "grant-not-enabled", "token-request-refused"}, Also: []string{"dpop-required", "certificate-bound-required"}, Uncertain: true},
		{Name: "second-certificate-bound", Cause: "certificate required, and the server does not say so", ClientID: "lab-certificate-bound", Expect: Inconclusive, Or: []string{"dpop-required", "certificate-bound-required", "client-credentials-rejected", "grant-not-enabled", "token-request-refused"}, Also: []string{"dpop-required", "certificate-bound-required"}, Uncertain: true},
		{Name: "second-newline", Cause: "line end after the secret", Secret: Secret + "\n", Expect: "client-secret-has-whitespace", Also: append(rejected(), "userinfo-rejects-token")},
		{Name: "second-path-wrong", Cause: "an issuer below the right one", Issuer: "{second}/realms/egi", Expect: "discovery-not-found", Or: []string{"issuer-path-wrong", "issuer-realm-unknown"}},
	})
}
