package checks

import "slices"

var (
	TokenFleeting        = concluded("token.fleeting", Bool, "the token lives so briefly that it may end while the check runs")
	TokenTooOld          = concluded("token.too_old", Bool, "the token response shows that the token counts as issued too early")
	AccountSub           = concluded("account.sub", Text, "sub of the account, by userinfo, else by the token")
	AccountInGroups      = concluded("account.in_groups", Bool, "userinfo shows group memberships")
	ProviderFirstIsOther = concluded("provider.first_is_other", Bool, "the back-end lists first a provider with another issuer, and lists a fitting one as well")
)

// fleeting is in seconds: a check asks userinfo and the back-end within this time.
const fleeting = 30

func deriveAccount(f Facts) {
	if f.Is(TokenAnyIssued) {
		f.Set(TokenTooOld, f.Is(TokenStale)) // what no server says of its token is not so
	}
	if life, ok := f.Int(TokenLifetimeS); ok {
		f.Set(TokenFleeting, life <= fleeting)
	}
	for _, from := range []Name{UserinfoSub, JWTSub} {
		if sub := f.Text(from); sub != "" {
			f.Set(AccountSub, sub)
			break
		}
	}
	if f.Is(UserinfoAccepted) {
		f.Set(AccountInGroups, slices.ContainsFunc(f.List(UserinfoEntitlements), func(g string) bool { return g != "" }))
	}
	if f.Known(ProvidersFirstIssuerMatch) && f.Known(ProvidersMatching) {
		f.Set(ProviderFirstIsOther, !f.Is(ProvidersFirstIssuerMatch) && f.Is(ProvidersMatching))
	}
}
