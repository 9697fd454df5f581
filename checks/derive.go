package checks

import "maps"

var (
	TokenLifetimeS        = concluded("token.lifetime_s", Int, "lifetime of the token, by the token response or its claims, in seconds")
	TokenLifetimeShort    = concluded("token.lifetime_short", Bool, "the token lives for less than two minutes")
	TokenExpiredOnArrival = concluded("token.expired_on_arrival", Bool, "the token's exp claim is in the past by the server's own clock, and nothing shows that this clock is wrong")
	TokenLarge            = concluded("token.large", Bool, "the Authorization header with the token is larger than 8 KiB")
	LoginWorks            = concluded("login.works", Bool, "an openEO client with these settings can log in")
)

// lifetimeShort is in seconds: a token that lives shorter can expire between being issued and a
// job's submission.
const lifetimeShort = 120

// headerLarge is in bytes: common servers and proxies refuse a header line beyond 8 KiB.
const headerLarge = 8 << 10

// Derive returns the facts together with what follows from them. It is pure and forgets earlier
// derived values.
func Derive(observed Facts) Facts {
	f := maps.Clone(observed)
	for _, name := range conclusions() {
		delete(f, name)
	}
	f.derive()
	return f
}

// derive adds what follows to facts without conclusions.
func (f Facts) derive() {
	deriveDead(f, AtToken, TokenDead)
	deriveDead(f, AtUserinfo, UserinfoDead)
	deriveTransport(f, IDP)
	deriveTransport(f, Backend)
	deriveWho(f, IDP, Backend, "the identity provider")
	deriveWho(f, Backend, IDP, "the back-end")
	deriveServerKind(f)
	deriveTokenReasons(f)
	deriveAuthorization(f)
	deriveDiscovery(f)
	deriveNetwork(f)
	deriveInput(f)
	deriveToken(f)
	deriveUserinfo(f)
	deriveMe(f)
	deriveWords(f)
	deriveRefusal(f)
	deriveAnswers(f)
	deriveAccount(f)
	deriveLogin(f)
}

func deriveToken(f Facts) {
	life, known := f.Int(TokenExpiresInS)
	if !known || life <= 0 { // some servers write so where they name no end
		life, known = f.Int(JWTLifetimeS)
	}
	if known {
		f.Set(TokenLifetimeS, life)
		f.Set(TokenLifetimeShort, life < lifetimeShort)
	}
	if expired, ok := f.Bool(JWTExpired); ok {
		wrongDate := f.Is(ClockTokenAgrees) && f.Is(ClockSkewed)
		f.Set(TokenExpiredOnArrival, expired && !wrongDate)
	}
	if n, ok := f.Int(TokenHeaderBytes); ok {
		f.Set(TokenLarge, n > headerLarge)
	}
}

// pythonGetsThere: with steps of its own, the openEO Python client may end before the token
// request. It needs the address of the API, a root and a list of providers that it can read, the
// provider that it chooses with a title, and credentials under that provider's ID; it asks the
// identity provider that is listed, and takes bearer tokens only. What was not looked at does not
// count.
func pythonGetsThere(f Facts) bool {
	connect := f.Text(PythonConnect)
	for _, needed := range []Name{PythonAddressUsable, PythonSendsToken, PythonListReadable, PythonProviderTitled, PythonIssuerSame, TokenTypeIsBearer} {
		if holds, seen := f.Bool(needed); seen && !holds {
			return false
		}
	}
	return (connect == "" || connect == "ok") && f.Text(PythonCredentials) != "none"
}

// deriveLogin decides whether an openEO client with these settings would be logged in: the back-end
// accepts the token that such a client would send. Without a back-end, the identity provider's own
// acceptance is all there is to see; servers other than Keycloak may well issue tokens of this
// grant that their userinfo does not take (measured).
func deriveLogin(f Facts) {
	status, asked := f.Int(AtMe.Status)
	keycloak, known := f.Bool(IDPKeycloak)
	wanted, decided := f.Bool(BackendWanted)
	switch {
	case asked:
		f.Set(LoginWorks, status == 200 && f.Is(MeValid) && f.Is(MeLoginAsClients) && pythonGetsThere(f))
	case decided && !wanted && f.Known(TokenIssued):
		f.Set(LoginWorks, f.Is(TokenIssued) && (f.Is(UserinfoAccepted) || !f.Is(UserinfoOffered) || (known && !keycloak)))
	}
}
