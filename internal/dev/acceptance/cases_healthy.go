//go:build acceptance

package acceptance

// healthyCases must not raise an alarm.
func healthyCases() []Case {
	cases := by(usual, []Case{
		{Name: "healthy", Cause: "nothing"},
		{Name: "all-flows", Cause: "nothing; the other flows are on as well", ClientID: "lab-all-flows"},
		{Name: "consent", Cause: "nothing; consent is required of people", ClientID: "lab-consent"},
		{Name: "pkce", Cause: "nothing; PKCE is required of the code flow", ClientID: "lab-pkce"},
		{Name: "par", Cause: "nothing; pushed authorization requests are required", ClientID: "lab-par"},
		{Name: "audience", Cause: "nothing; the token has a further audience", ClientID: "lab-audience"},
		{Name: "es256", Cause: "nothing; the token is signed with ES256", ClientID: "lab-es256"},
		{Name: "refresh", Cause: "nothing; a refresh token comes along", ClientID: "lab-refresh"},
		{Name: "base-url", Cause: "nothing; the client has a base URL", ClientID: "lab-base-url"},
		{Name: "post-only", Cause: "nothing; only the form that openEO clients use is allowed", ClientID: "lab-post-only"},
		{Name: "rotated-in", Cause: "nothing; the secret was renewed", ClientID: "lab-rotated"},
		{Name: "entitled", Cause: "nothing; the account has the role", ClientID: "lab-entitled", Backend: BackendEnrolled},
		{Name: "german", Cause: "nothing; the realm speaks German", Realm: RealmGerman, Backend: BackendGerman},
		{Name: "development", Cause: "nothing; development with its provider id", Realm: RealmDevelopment, ClientID: "lab-dev-ok", ProviderID: developmentID},
		{Name: "no-scopes-listed", Cause: "nothing; the back-end lists no scopes", Backend: BackendNoScopes},
		{Name: "few-scopes-suffice", Cause: "nothing; the client may ask for few scopes and need not ask for more", ClientID: "lab-plain", Backend: BackendNoScopes},
		{Name: "many-scopes", Cause: "nothing; the back-end lists twelve scopes", Backend: BackendManyScopes},
		{Name: "slashed", Cause: "the back-end lists the issuer with a trailing slash", Backend: BackendSlashed, Also: []string{"issuer-trailing-slash"}},
		{
			Name: "special-id", Cause: "id and secret of special characters that the server accepts", ClientID: specialID, Secret: specialSecret,
			Also: []string{"client-id-malformed", "client-id-has-whitespace", "client-id-has-invisible-character", "client-secret-has-invisible-character"},
		},
	})
	cases = append(cases, by(alone, []Case{
		{Name: "token-only", Cause: "nothing; no back-end"},
		{Name: "demo", Cause: "nothing; demo has no back-end", Realm: RealmDemo, ClientID: "lab-demo-ok"},
		{Name: "scopeless", Cause: "nothing; no scopes, and no back-end that wants any", ClientID: "lab-scopeless"},
		{Name: "signed-userinfo-alone", Cause: "nothing; userinfo is signed", ClientID: "lab-signed-userinfo"},
		{Name: "plain-http-loopback", Cause: "nothing; plain http on this machine", Issuer: "{http}/auth/realms/egi"},
		{Name: "issuer-with-slash", Cause: "the issuer was given with a trailing slash", Issuer: "{https}/auth/realms/egi/", Also: []string{"issuer-trailing-slash", "issuer-mismatch"}},
		{Name: "issuer-by-address", Cause: "nothing; the server goes by its address", Issuer: "{address}/auth/realms/egi"},
	})...)
	for _, special := range SpecialSecrets {
		c := Case{Name: "secret-" + special.Name, Cause: "nothing; the secret is unusual but valid", ClientID: "lab-secret-" + special.Name, Secret: special.Secret}
		if special.Name == "umlaut" {
			c.Also = []string{"client-secret-has-invisible-character"}
		}
		cases = append(cases, by(usual, []Case{c})...)
	}
	for i := range cases {
		cases[i].Works = true
	}
	return cases
}
