package checks

import "slices"

// accountConclusions are about the token that came and the account that it stands for.
func accountConclusions() []FactDef {
	return []FactDef{
		{"token.fleeting", Bool, "the token lives so shortly that it may end while the check runs", true},
		{"token.too_old", Bool, "the answer shows that the token counts as issued too early", true},
		{"account.sub", Text, "sub of the account: by userinfo, else by the token", true},
		{"account.in_groups", Bool, "userinfo shows group memberships", true},
		{"provider.first_is_other", Bool, "the provider that clients take when none is chosen has another issuer, and a fitting one is listed", true},
	}
}

// fleeting is in seconds: a check asks userinfo and the back-end within this time.
const fleeting = 30

func deriveAccount(f Facts) {
	if f.Is("token.any_issued") {
		f.Set("token.too_old", f.Is("token.stale")) // what no server says of its token is not so
	}
	if life, ok := f.Int("token.lifetime_s"); ok {
		f.Set("token.fleeting", life <= fleeting)
	}
	for _, from := range []string{"userinfo.sub", "jwt.sub"} {
		if sub := f.Text(from); sub != "" {
			f.Set("account.sub", sub)
			break
		}
	}
	if f.Is("userinfo.accepted") {
		f.Set("account.in_groups", slices.ContainsFunc(f.List("userinfo.entitlements"), func(g string) bool { return g != "" }))
	}
	if f.Known("providers.first_issuer_match") && f.Known("providers.matching") {
		f.Set("provider.first_is_other", !f.Is("providers.first_issuer_match") && f.Is("providers.matching"))
	}
}
