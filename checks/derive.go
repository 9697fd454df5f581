package checks

import (
	"maps"
	"slices"
	"strings"
)

var (
	TokenLifetimeS        = concluded("token.lifetime_s", Int, "lifetime of the token, by the token response or its claims, in seconds")
	TokenLifetimeShort    = concluded("token.lifetime_short", Bool, "the token lives for less than two minutes")
	TokenExpiredOnArrival = concluded("token.expired_on_arrival", Bool, "the token's exp claim is in the past by the server's own clock, and nothing shows that this clock is wrong")
	TokenTypeOdd          = concluded("token.type_odd", Bool, "a token was issued, and the token response calls it something other than a bearer token")
	TokenLarge            = concluded("token.large", Bool, "the Authorization header with the token is larger than 8 KiB")
	LoginWorks            = concluded("login.works", Bool, "an openEO client with these settings can log in")
)

// lifetimeShort is in seconds: a token that lives shorter can expire between being issued and a job's submission.
const lifetimeShort = 120

// headerLarge is in bytes: common servers and proxies refuse a header line beyond 8 KiB.
const headerLarge = 8 << 10

// Derive returns the facts together with what follows from them. It is pure and forgets earlier derived values.
func Derive(observed Facts) Facts {
	f := maps.Clone(observed)
	for name := range f {
		if vocabulary[name].Derived {
			delete(f, name)
		}
	}
	deriveDead(f)
	deriveTransport(f, IDP)
	deriveTransport(f, Backend)
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
	return f
}

func deriveToken(f Facts) {
	life, known := f.Int(TokenExpiresInS)
	if !known {
		life, known = f.Int(JWTLifetimeS)
	}
	if known {
		f.Set(TokenLifetimeS, life)
		f.Set(TokenLifetimeShort, life < lifetimeShort)
	}
	if f.Known(TokenIssued) { // the Python client takes no other type since 0.49
		kind := f.Text(TokenType)
		f.Set(TokenTypeOdd, f.Is(TokenIssued) && kind != "" && !strings.EqualFold(kind, "bearer"))
	}
	if expired, ok := f.Bool(JWTExpired); ok {
		f.Set(TokenExpiredOnArrival, expired && !f.Is(ClockTokenAgrees))
	}
	if n, ok := f.Int(TokenHeaderBytes); ok {
		f.Set(TokenLarge, n > headerLarge)
	}
}

// pythonGetsThere: with steps of its own, the openEO Python client may end before /me. It needs a root that it can read, a list
// of providers that it can read, the provider that it chooses with a title, credentials under that provider's ID, and a bearer
// token. What was not looked at does not count; what was asked for in vain does.
func pythonGetsThere(f Facts) bool {
	titled, seen := f.Bool(PythonProviderTitled)
	return f.Text(AtCapabilities.Failure) == "" && okOrUnseen(f, PythonConnect) && okOrUnseen(f, PythonList) &&
		f.Text(PythonCredentials) != "none" && (titled || !seen) && !f.Is(TokenTypeOdd)
}

func okOrUnseen(f Facts, name Name) bool { return slices.Contains([]string{"", "ok"}, f.Text(name)) }

// deriveLogin decides whether an openEO client with these settings would be logged in: the back-end accepts the token that
// such a client would send. Without a back-end, the identity provider's own acceptance is all there is to see; servers other
// than Keycloak may well issue tokens of this grant that their userinfo does not take (measured).
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
