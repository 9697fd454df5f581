//go:build acceptance

package acceptance

// parityCase is one cause that the sandbox can play and a real Keycloak can be
// in. The real side is described as every other case is; where it names no
// back-end, neither side has one.
type parityCase struct {
	fault string // of the sandbox; "" is the healthy world
	real  Case
}

// parityCases pairs the sandbox's faults with the laboratory's clients and realms.
func parityCases() []parityCase {
	pair := func(fault string, c Case) parityCase {
		c.Name = fault
		if fault == "" {
			c.Name = "healthy"
		}
		if c.ClientID == "" {
			c.ClientID = "lab-ok"
		}
		if c.Secret == "" {
			c.Secret = Secret
		}
		if c.Realm == "" {
			c.Realm = RealmProduction
		}
		return parityCase{fault, c}
	}
	client := func(fault, id string) parityCase { return pair(fault, Case{ClientID: id, Backend: BackendBoth}) }
	since := func(version string, p parityCase) parityCase { p.real.MinVersion = version; return p }
	return []parityCase{
		client("", "lab-ok"),
		client("client-unknown", "lab-nobody"),
		client("client-in-other-environment", "lab-dev-ok"),
		client("client-in-other-environment@demo", "lab-demo-ok"),
		client("client-disabled", "lab-disabled"),
		pair("client-secret-wrong", Case{Secret: OtherSecret, Backend: BackendBoth}),
		pair("client-secret-has-whitespace@line-end", Case{Secret: Secret + "\n", Backend: BackendBoth}),
		pair("client-secret-is-quoted", Case{Secret: `"` + Secret + `"`, Backend: BackendBoth}),
		pair("client-id-has-whitespace", Case{ClientID: "lab-ok ", Backend: BackendBoth}),
		client("grant-not-enabled", "lab-no-grant"),
		client("client-is-public", "lab-public"),
		since("26.7", client("client-is-bearer-only", "lab-bearer-only")), // 26.3 has the text of a wrong secret
		client("client-expects-assertion", "lab-secret-jwt"),
		client("client-expects-assertion@private-key", "lab-private-key-jwt"),
		since("26.5", client("client-expects-assertion@federated", "lab-federated-jwt")),
		client("client-expects-certificate", "lab-x509"),
		client("client-wrong-protocol", "lab-saml"),
		since("26.6", client("client-auth-form-refused", "lab-basic-only")),
		client("service-account-missing", "lab-account-deleted"),
		client("service-account-disabled", "lab-account-disabled"),
		client("dpop-required", "lab-dpop"),
		client("certificate-bound-required", "lab-certificate-bound"),
		client("scope-not-allowed", "lab-plain"),
		client("scope-not-allowed@one", "lab-half"),
		client("token-lifetime-short", "lab-minute"),
		since("26.7", client("userinfo-rejects-token", "lab-lightweight")), // 26.3 accepts it
		client("userinfo-rejects-token@not-before", "lab-not-before"),
		client("backend-token-check-failed@signed", "lab-signed-userinfo"),
		pair("enrollment-required", Case{Backend: BackendEnrolled}),
		pair("enrollment-required@role", Case{ClientID: "lab-operator", Backend: BackendEnrolled}),
		pair("service-account-is-not-you@member", Case{ClientID: "lab-entitled", Backend: BackendEnrolled}),
		pair("account-not-accepted", Case{Backend: BackendBlocking}),
		pair("provider-id-unknown", Case{Backend: BackendBoth}),
		pair("provider-id-unknown@case", Case{Backend: BackendBoth}),
		pair("provider-issuer-mismatch", Case{Backend: BackendBoth}),
		pair("provider-not-chosen", Case{Realm: RealmDevelopment, ClientID: "lab-dev-ok", Backend: BackendBoth}),
		pair("issuer-trailing-slash", Case{Backend: BackendSlashed}),
		pair("no-openeo-backend", Case{Realm: RealmDemo, ClientID: "lab-demo-ok"}),
		pair("client-secret-wrong@german", Case{Realm: RealmGerman, Secret: OtherSecret}),
		pair("realm-disabled", Case{Realm: RealmDisabled}),
		pair("https-required", Case{Realm: RealmTLSAlways, Issuer: "{http}/auth/realms/egi-tls"}),
		pair("issuer-realm-unknown", Case{Issuer: "{https}/auth/realms/EGI"}),
		pair("issuer-realm-unknown@typo", Case{Issuer: "{https}/auth/realms/egii"}),
		pair("issuer-path-wrong", Case{Issuer: "{https}/realms/egi"}),
		pair("issuer-path-wrong@discovery-url", Case{Issuer: "{https}/auth/realms/egi/.well-known/openid-configuration"}),
		pair("issuer-path-wrong@token-url", Case{Issuer: "{https}/auth/realms/egi/protocol/openid-connect/token"}),
	}
}
