//go:build acceptance

package acceptance

// frontCases: a web server stands before the identity provider or the
// back-end, and does what its operator told it.
func frontCases() []Case {
	cases := append(frontedProviders(), frontedBackends()...)
	for i := range cases {
		cases[i].Surrounded = true
	}
	return cases
}

func frontedProviders() []Case {
	at := func(site string) string { return "{nginx:" + site + "}" + production }
	h := func(site string) string { return "{haproxy:" + site + "}" + production }
	page := []string{"token-response-not-json", "token-request-refused"}
	cases := by(alone, []Case{
		{Name: "nginx-alone", Cause: "nothing", Issuer: at("kc"), Works: true},
		{Name: "haproxy-alone", Cause: "nothing", Issuer: h("kc"), Works: true},
		{Name: "nginx-certificate", Cause: "the web server wants a certificate of everybody", Issuer: at("kc-certificate"), Expect: "client-expects-certificate"},
		{Name: "nginx-maintenance", Cause: "maintenance", Issuer: at("kc-maintenance"), Expect: "identity-provider-error"},
		{Name: "nginx-portal", Cause: "a portal answers everywhere", Issuer: at("kc-portal"), Expect: "discovery-not-json", Or: []string{"network-login-page"}},
		{Name: "nginx-redirects", Cause: "the token endpoint leads to a login page", Issuer: at("kc-redirects"), Expect: "token-endpoint-redirects"},
		{Name: "nginx-small-body", Cause: "the web server takes 64 bytes", Issuer: at("kc-small-body"), Expect: page[0], Or: page[1:]},
		{Name: "nginx-limited", Cause: "too many requests", Issuer: at("kc-limited"), Expect: "rate-limited"},
		{Name: "nginx-dead-token", Cause: "nothing stands behind the token endpoint", Issuer: at("kc-dead-token"), Expect: "identity-provider-error"},
		{Name: "nginx-dead-port", Cause: "the token endpoint is published with a port where nothing listens", Issuer: at("kc-dead-port"), Expect: "token-endpoint-elsewhere", Or: []string{"token-endpoint-not-found"}},
		{Name: "nginx-no-organisation", Cause: "the account has no organisation, said with 404", Issuer: at("kc-no-organisation"), Expect: "token-request-refused", Uncertain: true},
		{
			Name: "nginx-wrong-port", Cause: "the web server tells a wrong port", Issuer: at("kc-wrong-port"), Expect: "issuer-mismatch",
			Also: []string{"token-endpoint-elsewhere", "connection-refused", "token-issuer-mismatch", "signing-keys-unavailable"},
		},
		{Name: "nginx-no-name", Cause: "the certificate has a common name only", Issuer: at("kc-no-name"), Expect: "tls-hostname-mismatch"},
		{Name: "haproxy-no-server", Cause: "nothing stands behind", Issuer: h("kc-no-server"), Expect: "identity-provider-error"},
		{Name: "haproxy-blocked", Cause: "the token endpoint is shut for us", Issuer: h("kc-blocked"), Expect: page[0], Or: page[1:]},
		{Name: "haproxy-cached", Cause: "nothing; documents come from a cache", Issuer: h("kc-cached"), Works: true},
		{Name: "haproxy-date-off", Cause: "the web server's clock is wrong", Issuer: h("kc-date-off"), Expect: "clock-skew", Works: true},
	})
	return append(cases, by(usual, []Case{
		{Name: "nginx-healthy", Cause: "nothing", Issuer: at("kc"), Backend: "{nginx:be-fronted}", Works: true},
		{Name: "haproxy-healthy", Cause: "nothing", Issuer: h("kc"), Backend: BackendFrontedHAProxy, Works: true},
		{Name: "haproxy-cached-healthy", Cause: "nothing; documents come from a cache", Issuer: h("kc-cached"), Backend: BackendCached, Works: true},
		{Name: "haproxy-date-off-login", Cause: "the web server's clock is wrong", Issuer: h("kc-date-off"), Backend: BackendDateOff, Expect: "clock-skew", Works: true},
		{Name: "nginx-idp-stripped", Cause: "the web server before userinfo drops the header", Issuer: at("kc-stripped"), Backend: BackendIssuerStripped, Expect: "userinfo-rejects-token"},
		{Name: "nginx-unknown", Cause: "unknown client id", Issuer: at("kc"), Backend: "{nginx:be-fronted}", ClientID: "lab-nobody", Expect: "client-unknown"},
		{Name: "haproxy-secret-wrong", Cause: "wrong secret", Issuer: h("kc"), Backend: BackendFrontedHAProxy, Secret: OtherSecret, Expect: "client-secret-wrong"},
	})...)
}

func frontedBackends() []Case {
	gateway := "backend-gateway-refused"
	return by(usual, []Case{
		{Name: "be-nginx", Cause: "nothing", Backend: "{nginx:be}", Works: true},
		{Name: "be-haproxy", Cause: "nothing", Backend: "{haproxy:be}", Works: true},
		{Name: "be-http", Cause: "nothing; plain http leads to TLS", Backend: "{nginx:be-http}", Works: true},
		{Name: "be-nginx-stripped", Cause: "the header is dropped", Backend: "{nginx:be-stripped}", Expect: "backend-header-stripped"},
		{Name: "be-haproxy-stripped", Cause: "the header is dropped", Backend: "{haproxy:be-stripped}", Expect: "backend-header-stripped"},
		{Name: "be-nginx-large", Cause: "the header is larger than nginx takes", Backend: "{nginx:be}", ClientID: "lab-large", Expect: "token-too-large"},
		{Name: "be-haproxy-431", Cause: "the header is larger than the operator allows", Backend: "{haproxy:be-431}", ClientID: "lab-large", Expect: "token-too-large"},
		{Name: "be-haproxy-closes", Cause: "the header is larger than the operator allows, and nobody says so", Backend: "{haproxy:be-closes}", ClientID: "lab-large", Expect: "token-too-large", Also: []string{"connection-reset"}},
		{Name: "be-nginx-certificate", Cause: "the web server wants a certificate of everybody", Backend: "{nginx:be-certificate}", Expect: gateway},
		{Name: "be-nginx-maintenance", Cause: "maintenance", Backend: "{nginx:be-maintenance}", Expect: "backend-error", Slow: true},
		{Name: "be-nginx-password", Cause: "the web server wants a password of its own", Backend: "{nginx:be-password}", Expect: gateway},
		{Name: "be-nginx-login", Cause: "/me leads to a login page", Backend: "{nginx:be-login}", Expect: gateway, Or: []string{"backend-response-invalid", "backend-refuses-login", "redirect-loop"}},
		{Name: "be-nginx-dead-me", Cause: "nothing stands behind /me", Backend: "{nginx:be-dead-me}", Expect: "backend-error", Slow: true},
		{Name: "be-nginx-group", Cause: "a group is wanted, said by who stands before", Backend: "{nginx:be-group}", Expect: gateway, Or: []string{"account-not-accepted", "enrollment-required"}, Also: []string{"account-not-accepted", "enrollment-required"}, Uncertain: true},
		{Name: "be-nginx-disabled", Cause: "client disabled", Backend: "{nginx:be}", ClientID: "lab-disabled", Expect: "client-disabled"},
		{Name: "be-nginx-not-before", Cause: "tokens too old", Backend: "{nginx:be}", ClientID: "lab-not-before", Expect: "userinfo-rejects-token"},
	})
}
