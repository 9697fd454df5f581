//go:build acceptance

package acceptance

// issuerCases: the wrong address, or a realm that is not in order.
func issuerCases() []Case {
	path := []string{"discovery-not-found"}
	return by(alone, []Case{
		{Name: "realm-unknown", Cause: "realm does not exist", Realm: "nosuchrealm", Expect: "issuer-realm-unknown"},
		{Name: "realm-upper-case", Cause: "realm in upper case", Realm: "EGI", Expect: "issuer-realm-unknown"},
		{Name: "realm-disabled", Cause: "realm disabled", Realm: RealmDisabled, Expect: "realm-disabled"},
		{Name: "path-without-auth", Cause: "/auth is missing", Issuer: "{https}/realms/egi", Expect: "issuer-path-wrong"},
		{Name: "path-discovery-document", Cause: "the discovery document given as issuer", Issuer: "{https}/auth/realms/egi/.well-known/openid-configuration", Expect: "issuer-path-wrong"},
		{Name: "path-token-endpoint", Cause: "the token endpoint given as issuer", Issuer: "{https}/auth/realms/egi/protocol/openid-connect/token", Expect: "issuer-path-wrong"},
		{Name: "path-decommissioned", Cause: "the path of the identity provider before Keycloak", Issuer: "{https}/oidc/", Expect: "issuer-path-wrong", Or: path},
		{Name: "path-none", Cause: "the host alone", Issuer: "{https}", Expect: "discovery-not-found", Or: []string{"issuer-path-wrong"}},
		{
			Name: "frontend-url", Cause: "the realm believes to be elsewhere", Realm: RealmFrontend, MinVersion: "24", Expect: "issuer-mismatch",
			Also: []string{"token-endpoint-elsewhere", "token-issuer-mismatch", "dns-failure", "signing-keys-unavailable"},
		},
		{Name: "https-required", Cause: "plain http, and the realm wants TLS always", Realm: RealmTLSAlways, Issuer: "{http}/auth/realms/egi-tls", Expect: "https-required"},
		{Name: "realm-not-before-alone", Cause: "tokens of the realm count from a later time only, no back-end", Realm: RealmStale, Expect: "userinfo-rejects-token", Works: true},
		{Name: "connection-refused", Cause: "nothing listens there", Issuer: "https://127.0.0.1:9/auth/realms/egi", Expect: "connection-refused"},
	})
}

// tokenCases: a token is issued, and something is odd about it (facts: after the token).
func tokenCases() []Case {
	return by(usual, []Case{
		{Name: "lightweight-accepted", Cause: "lightweight access token, accepted by userinfo", ClientID: "lab-lightweight", BelowVersion: "26.4", Expect: Healthy, Works: true},
		{Name: "lightweight-refused", Cause: "lightweight access token, refused by userinfo", ClientID: "lab-lightweight", MinVersion: "26.7", Expect: "userinfo-rejects-token"},
		{Name: "tiny", Cause: "the token lives for seconds", ClientID: "lab-tiny", Expect: "token-lifetime-short", Works: true},
		{Name: "short", Cause: "the token lives for less than a minute", ClientID: "lab-short", Expect: "token-lifetime-short", Works: true},
		{Name: "client-not-before", Cause: "tokens of the client count from a later time only", ClientID: "lab-not-before", Expect: "userinfo-rejects-token"},
		{Name: "realm-not-before", Cause: "tokens of the realm count from a later time only", Realm: RealmStale, Backend: BackendStale, Expect: "userinfo-rejects-token"},
		{Name: "signed-userinfo", Cause: "userinfo is signed, and the back-end reads JSON", ClientID: "lab-signed-userinfo", Expect: "backend-token-check-failed", Or: []string{"backend-cannot-reach-identity-provider"}},
	})
}
