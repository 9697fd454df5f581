package checks

import "slices"

var (
	TokenFleeting        = concluded("token.fleeting", Bool, "the token lives so briefly that it may end while the check runs")
	TokenTooOld          = concluded("token.too_old", Bool, "the token response shows that the token counts as issued too early")
	AccountSub           = concluded("account.sub", Text, "sub of the account, by userinfo, else by the token")
	AccountExpiresSoon   = concluded("account.expires_soon", Bool, "the end date in the list's entry is at most 30 days away, or has passed")
	AccountExpired       = concluded("account.expired", Bool, "the end date in the list's entry has passed")
	EntryInvalid         = concluded("entry.invalid", Bool, "the list's entry cannot be used")
	EntryNamed           = concluded("entry.named", Bool, "the check is of an entry of a list, or of an account, and searches only the places that it names")
	EntryWaits           = concluded("entry.waits", Bool, "a request that the login needs was not made, because its host had asked for a pause in the check of another entry")
	PythonFindsNone      = concluded("python.finds_none", Bool, "the Python client finds no client ID for the provider that it chooses")
	PythonFileBlocks     = concluded("python.file_blocks", Bool, "the Python client ends at an auth-config.json that it does not read, because others have permissions on it or it is no JSON")
	PythonProxyAnswer    = concluded("python.proxy_answer", Text, "the proxy through which the Python client would reach a host that this program reaches directly: none, reached, dead (nothing can be connected to)")
	PythonSpellsScopes   = concluded("python.spells_scopes", Bool, "a token was issued though the Python client asks for the letters of a text as scopes")
	PythonMisreads       = concluded("python.misreads", Bool, "the Python client reads an answer in an encoding in which it is not")
	PythonTLSRefused     = concluded("python.tls_refused", Bool, "OpenSSL, as Python sets it up, refuses a TLS connection that this program makes")
	PythonBundleBroken   = concluded("python.bundle_broken", Bool, "the variable that names the Python client's authorities names nothing that it can use")
	PythonBundleTrusted  = concluded("python.bundle_trusted", Text, "the variable that names the file of authorities by which the Python client trusts every certificate that this check met")
	PythonNeedsSocks     = concluded("python.needs_socks", Bool, "the Python client reaches a host only with the package PySocks, which was not seen")
	PythonStrictRefused  = concluded("python.strict_refused", Bool, "OpenSSL refuses a certificate that this program accepts, as Python sets it up since version 3.13")
	PythonTripped        = concluded("python.tripped", Bool, "the library of the Python client does not get over an answer")
	PythonTooDeep        = concluded("python.too_deep", Bool, "an answer is JSON that is deeper than Python up to version 3.11 reads")
	PythonNetrcFound     = concluded("python.netrc_found", Bool, "a netrc entry exists for the identity provider's host")
	AccountInGroups      = concluded("account.in_groups", Bool, "userinfo shows group memberships")
	ProviderFirstIsOther = concluded("provider.first_is_other", Bool, "the back-end lists first a provider with another issuer, and lists a fitting one as well")
)

// fleeting is in seconds: a check asks userinfo and the back-end within this time.
const fleeting = 30

// expiresSoon is in days: long enough to have a client renewed where an administrator approves it.
const expiresSoon = 30

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
	if f.Known(EntryFault) {
		f.Set(EntryInvalid, f.Text(EntryFault) != "")
	}
	f.Set(EntryNamed, f.Text(EntryName) != "")
	f.Set(EntryWaits, f.Text(EntryPausedHost) != "") // most checks are made alone
	if present, ok := f.Bool(ClientIDPresent); ok {
		f.Set(PythonFindsNone, present && f.Text(PythonCredentials) == "none")
	}
	if f.Known(PythonCredentials) || f.Known(AtMe.Status) {
		f.Set(PythonFileBlocks, f.Is(PythonFileRefused))
	}
	if reached, asked := f.Bool(PythonProxyReached); asked {
		f.Set(PythonProxyAnswer, map[bool]string{true: "reached", false: "dead"}[reached])
	} else if f.Known(PythonProxy) {
		f.Set(PythonProxyAnswer, "none")
	}
	if f.Known(AtToken.Status) {
		f.Set(PythonSpellsScopes, f.Is(ProvidersScopesAsText) && f.Is(TokenIssued))
	}
	if f.Known(PythonMisnamed) || f.Known(PythonMarked) {
		f.Set(PythonMisreads, f.Text(PythonMisnamed) != "")
		f.Set(PythonTripped, f.Text(PythonTrips) != "" && !f.Is(PythonDeep))
		f.Set(PythonTooDeep, f.Is(PythonDeep))
		f.Set(PythonTLSRefused, f.Text(PythonTLS) != "")
		f.Set(PythonStrictRefused, f.Text(PythonStrict) != "")
		f.Set(PythonNeedsSocks, f.Text(PythonSocks) != "")
		f.Set(PythonBundleBroken, f.Text(PythonBundleFault) != "")
	}
	if variable := f.Text(PythonBundle); variable != "" && f.Text(PythonTrusts) == "yes" {
		f.Set(PythonBundleTrusted, variable)
	}
	if f.Known(PythonNetrc) {
		f.Set(PythonNetrcFound, f.Text(PythonNetrc) != "")
	}
	if days, ok := f.Int(AccountExpiresInDays); ok {
		f.Set(AccountExpiresSoon, days <= expiresSoon)
		f.Set(AccountExpired, days < 0)
	}
	if f.Is(UserinfoAccepted) {
		f.Set(AccountInGroups, slices.ContainsFunc(f.List(UserinfoEntitlements), func(g string) bool { return g != "" }))
	}
	if f.Known(ProvidersFirstIssuerMatch) && f.Known(ProvidersMatching) {
		f.Set(ProviderFirstIsOther, !f.Is(ProvidersFirstIssuerMatch) && f.Is(ProvidersMatching))
	}
}
