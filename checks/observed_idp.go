package checks

// The discovery document.
var (
	DiscoveryIssuer                 = fact("discovery.issuer", Text, "the issuer that the discovery document names")
	DiscoveryIssuerMatch            = fact("discovery.issuer_match", Text, "how the issuer in the discovery document compares with the one asked for: exact, slash (differs by a trailing slash), different")
	DiscoveryMissing                = fact("discovery.missing", List, "fields of the discovery document that this grant needs and that are missing or not a URL")
	DiscoveryTokenEndpoint          = fact("discovery.token_endpoint", Text, "the token endpoint that the discovery document names")
	DiscoveryTokenEndpointHost      = fact("discovery.token_endpoint_host", Text, "host of the token endpoint")
	DiscoveryTokenEndpointElsewhere = fact("discovery.token_endpoint_elsewhere", Bool, "the token endpoint is on another host than the issuer")
	DiscoveryTokenEndpointAllowed   = fact("discovery.token_endpoint_allowed", Bool, "the user or the environment allows the token endpoint's host to receive the secret")
	IssuerSpeaksTLS                 = fact("issuer.speaks_tls", Bool, "the port of an issuer that was given as plain http ends such a connection, and answers over TLS")
	DiscoveryTokenEndpointInsecure  = fact("discovery.token_endpoint_insecure", Bool, "the token endpoint is plain http on a host other than this machine")
	DiscoveryGrants                 = fact("discovery.grants", List, "grant_types_supported in the discovery document")
	DiscoveryGrantOffered           = fact("discovery.grant_offered", Bool, "the discovery document offers client_credentials, or lists no grant types")
	DiscoveryAuthMethods            = fact("discovery.auth_methods", List, "token_endpoint_auth_methods_supported in the discovery document")
	DiscoveryAuthMethodOffered      = fact("discovery.auth_method_offered", Bool, "the discovery document offers client_secret_basic or client_secret_post, or lists no methods")
	DiscoveryAgainDiffers           = fact("discovery.again_differs", Bool, "the discovery address gave no document, and gave one when it was asked again at once")
	DiscoveryKeycloakPaths          = fact("discovery.keycloak_paths", Bool, "the endpoints in the discovery document have Keycloak's paths")
	DiscoveryAlternativesTried      = fact("discovery.alternatives_tried", Bool, "other shapes of the issuer were asked for a discovery document")
	DiscoveryAlternative            = fact("discovery.alternative", Text, "another shape of the issuer, which answers with a discovery document")
	DiscoveryAlternativeKind        = fact("discovery.alternative_kind", Text, "how the shape of the issuer that answers differs from the one asked for: auth-path, endpoint-given, realm-case, replacement")
)

// The token request that openEO clients make, and its answer.
var (
	TokenIssued            = fact("token.issued", Bool, "a token was issued to the request that openEO clients make")
	TokenScopes            = fact("token.scopes", List, "scopes in the token request, as openEO clients ask for them")
	TokenGrantedScopes     = fact("token.granted_scopes", List, "scopes that the token response grants")
	TokenExpiresInS        = fact("token.expires_in_s", Int, "lifetime of the token by the token response, in seconds")
	TokenAgainIssued       = fact("token.again.issued", Bool, "the clients' own token request, refused and made again, was answered with a token")
	TokenAgainAccepted     = fact("token.again.accepted", Bool, "the clients' own token request, refused and made again, got another answer: a token, another refusal, or its client ID and secret accepted as those of a changed request were")
	TokenAgainChanged      = fact("token.again.changed_accepted", Bool, "the changed token request that was accepted, made again, was accepted each time")
	TokenAgainSettled      = fact("token.again.settled", Bool, "the clients' own token request, and a changed one that was accepted, each made again, were answered as before every time")
	TokenMissing           = fact("token.missing", List, "fields missing from a token response with status 200")
	TokenType              = fact("token.type", Text, "the type that a token response gives its token (RFC 6749 section 7.1)")
	TokenTypeIsBearer      = fact("token.type_is_bearer", Bool, "the token response gives its token the type Bearer, the only one that openEO clients take")
	TokenRepeatsSecret     = fact("token.repeats_secret", Bool, "the token response gives the client secret back instead of an access token, so it was not sent on")
	TokenStale             = fact("token.stale", Bool, "by the not-before-policy of the token response, the token was issued too early to be accepted (Keycloak)")
	TokenHasSlash          = fact("token.has_slash", Bool, "the access token contains a slash")
	TokenHeaderBytes       = fact("token.header_bytes", Int, "size of the Authorization header that carries the token, in bytes")
	TokenSpecialCharacters = fact("token.special_characters", Bool, "the client ID or the secret contains characters that form encoding changes")
	TokenUnsafe            = fact("token.unsafe", Text, "why the secret was not sent to the token endpoint: insecure, elsewhere")
	TokenWordsKind         = fact("token.words.kind", Text, "what the words of the token endpoint's refusal are about, by the catalog of phrases: secret-expired, secret-wrong, secret-is-its-id, client-unknown, client-disabled, credentials-refused, grant-not-allowed, client-is-public, method-refused, assertion-required, scope-refused, openid-refused, account-disabled, account-incomplete, issuer-unknown, issuer-disabled, https-required, proof-required, wrong-protocol, bearer-only, audience, locked, rate; empty when no phrase fits")
)

// The scopes of that request, asked for one by one.
var (
	ScopesTested   = fact("scopes.tested", Bool, "the scopes were asked for one by one")
	ScopesRefused  = fact("scopes.refused", List, "scopes that the client may not ask for")
	ScopesAllowed  = fact("scopes.allowed", List, "scopes that the client may ask for")
	ScopesUntested = fact("scopes.untested", List, "scopes that were not tested")
	ScopesOpenID   = fact("scopes.openid", Text, "what came of asking for the scope openid alone: allowed, refused or empty")
)

// The authorization endpoints, here and at the sister environments. They are asked with the client
// ID and no secret.
var (
	AuthorizationStatus      = fact("authorization.status", Int, "HTTP status of the authorization endpoint, asked with the client ID and no secret")
	AuthorizationSays        = fact("authorization.says", Text, "error text of the authorization endpoint, asked with the client ID and no secret")
	AuthorizationError       = fact("authorization.error", Text, "error code of the authorization endpoint, where it gives one beside the text")
	AuthorizationTrimmedSays = fact("authorization_trimmed.says", Text, "error text of the authorization endpoint, asked with the client ID without white space, quotation marks and invisible characters")
	AuthorizationLowerSays   = fact("authorization_lower.says", Text, "error text of the authorization endpoint, asked with the client ID in lower case")
	SistersAsked             = fact("sisters.asked", List, "titles of the sister environments that gave a clear answer")
	SistersKnow              = fact("sisters.know", List, "IDs of the sister environments that know the client ID")
	SistersKnowTitle         = fact("sisters.know_title", Text, "title of the first sister environment that knows the client ID")
	SistersKnowDisabled      = fact("sisters.know_disabled", List, "IDs of the sister environments where the client ID is known but disabled")
	SistersKnownAs           = fact("sisters.known_as", Text, "the form of the client ID that a sister environment knows: given, trimmed (without white space, quotation marks and invisible characters), lower (trimmed, and in lower case)")
	SistersUnclear           = fact("sisters.unclear", List, "titles of the sister environments that gave no clear answer")
)

// The token, the published keys and userinfo.
var (
	JWTReadable            = fact("jwt.readable", Bool, "the access token is a JSON Web Token")
	JWTIssuer              = fact("jwt.issuer", Text, "the token's iss claim")
	JWTIssuerMatch         = fact("jwt.issuer_match", Text, "how the token's iss claim compares with the discovered issuer: exact, slash (differs by a trailing slash), different")
	JWTExpired             = fact("jwt.expired", Bool, "the token's exp claim is in the past by the server's own clock")
	JWTLifetimeS           = fact("jwt.lifetime_s", Int, "lifetime of the token by its claims (exp minus iat), in seconds")
	JWTKid                 = fact("jwt.kid", Text, "key ID in the token's header")
	JWTAlgorithm           = fact("jwt.algorithm", Text, "signature algorithm in the token's header")
	JWTAuthorizedParty     = fact("jwt.authorized_party", Text, "the token's azp claim")
	JWTSub                 = fact("jwt.sub", Text, "the token's sub claim")
	JWTLightweight         = fact("jwt.lightweight", Bool, "the token is marked as a lightweight access token")
	JWTSignature           = fact("jwt.signature", Text, "result of checking the token's signature with the published keys: verified, invalid, key-unknown, unchecked")
	JWTHasOpenID           = fact("jwt.has_openid", Bool, "openid is among the token's scopes")
	KeysCount              = fact("keys.count", Int, "number of usable keys in the published key set")
	KeysOffered            = fact("keys.offered", Bool, "the discovery document names a jwks_uri")
	UserinfoOffered        = fact("userinfo.offered", Bool, "the discovery document names a userinfo endpoint")
	UserinfoAgainDiffers   = fact("userinfo.again_differs", Bool, "userinfo refused the token, and accepted it when it was asked again at once")
	UserinfoWWWError       = fact("userinfo.www_error", Text, "error code in userinfo's WWW-Authenticate header (RFC 6750 section 3)")
	UserinfoWWWDescription = fact("userinfo.www_description", Text, "error_description in userinfo's WWW-Authenticate header (RFC 6750 section 3)")
	UserinfoSub            = fact("userinfo.sub", Text, "sub in userinfo's answer")
	UserinfoEntitlements   = fact("userinfo.entitlements", List, "eduperson_entitlement in userinfo's answer")
)

// The local clock, compared with a server's Date header.
var (
	ClockSkewS       = fact("clock.skew_s", Int, "local clock minus the server's Date, in seconds")
	ClockSkewed      = fact("clock.skewed", Bool, "the local clock and the server's Date differ by more than a minute")
	ClockWords       = fact("clock.words", Text, "the difference between the local clock and the server's Date, in words")
	ClockTokenAgrees = fact("clock.token_agrees", Bool, "the token's iat claim and the local clock differ by no more than a minute, so a server's Date that differs is not the fault of the local clock")
	ClockHost        = fact("clock.host", Text, "the server whose Date was compared with the local clock")
)
