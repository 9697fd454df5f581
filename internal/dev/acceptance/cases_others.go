//go:build acceptance

package acceptance

import "slices"

// othersCases: further makes of identity provider, each with the faults that
// can be made there. What they do not say cannot be certain.
func othersCases() []Case {
	rejected := []string{"client-credentials-rejected", "client-secret-wrong", "client-unknown", "client-expects-assertion", "client-expects-certificate", "client-is-public"}
	all := func(name, backend string, server Server, healthy Case) []Case {
		healthy.Name, healthy.Cause, healthy.Backend = name+"-healthy", "nothing", backend
		cases := by(Case{Server: server, ClientID: "lab-ok", Secret: Secret, Backend: backend}, []Case{
			healthy,
			{Name: name + "-unknown", Cause: "unknown client id", ClientID: "lab-nobody", Or: rejected, Also: rejected, Expect: rejected[0], Uncertain: true},
			{Name: name + "-secret-wrong", Cause: "wrong secret", Secret: OtherSecret, Or: rejected, Also: rejected, Expect: rejected[0], Uncertain: true},
			{Name: name + "-newline", Cause: "line end after the secret", Secret: Secret + "\n", Expect: "client-secret-has-whitespace", Also: append(slices.Clone(rejected), "userinfo-rejects-token", "scope-not-allowed")},
			{Name: name + "-no-grant", Cause: "client credentials off", ClientID: "lab-no-grant", Expect: "grant-not-enabled", Also: rejected},
			{Name: name + "-scope", Cause: "a scope that the back-end lists is refused", ClientID: "lab-plain", Expect: "scope-not-allowed", Or: healthy.Or, Also: []string{"userinfo-rejects-token", "token-opaque"}},
			{Name: name + "-closed", Cause: "openid is refused", ClientID: "lab-closed", Expect: "scope-openid-not-allowed", Or: append(slices.Clone(healthy.Or), "scope-not-allowed"), Also: []string{"userinfo-rejects-token", "scope-not-allowed", "token-lacks-openid"}},
		})
		alone := healthy
		alone.Name, alone.Backend, alone.Cause, alone.Works, alone.Server = name+"-alone", NoBackend, "nothing; no back-end", true, server
		alone.Expect, alone.Or = Healthy, []string{"userinfo-rejects-token"}
		return append(cases, alone)
	}
	whole := Case{Works: true}
	half := Case{Expect: "userinfo-rejects-token", ClientID: "lab-ok", Secret: Secret}
	whole.ClientID, whole.Secret = half.ClientID, half.Secret
	slashed := all("mitreid", BackendMITREid, MITREidServer, half)
	for i := range slashed { // its issuer ends with one
		slashed[i].Also = append(slices.Clone(slashed[i].Also), "issuer-trailing-slash")
	}
	cases := slices.Concat(
		all("spring", BackendSpring, SpringServer, half),
		all("zitadel", BackendZitadel, ZitadelServer, whole),
		slashed,
	)
	return append(cases, by(Case{Server: SpringServer, ClientID: "lab-basic-only", Secret: Secret, Backend: BackendSpring}, []Case{
		{Name: "spring-basic-only", Cause: "only HTTP Basic allowed", Expect: "client-auth-form-refused", Also: []string{"userinfo-rejects-token"}},
	})...)
}
