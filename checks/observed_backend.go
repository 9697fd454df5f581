package checks

// What the back-end publishes.
var (
	WellKnownVersions     = fact("well_known.versions", List, "API versions that /.well-known/openeo lists")
	WellKnownUsable       = fact("well_known.usable", Bool, "/.well-known/openeo lists a version of 1.0 or later with a usable address")
	BackendAPIURL         = fact("backend.api_url", Text, "root of the openEO API that was used")
	BackendAPIVersion     = fact("backend.api_version", Text, "version of the openEO API that was used")
	CapabilitiesIsOpenEO  = fact("capabilities.is_openeo", Bool, "the API root answers with openEO capabilities")
	CapabilitiesCode      = fact("capabilities.code", Text, "openEO error code of the API root")
	CapabilitiesJWTBearer = fact("capabilities.jwt_bearer", Bool, "conformsTo of the API root lists the JWT form of the bearer token")
)

// The login providers that the back-end lists.
var (
	ProvidersCode             = fact("providers.code", Text, "openEO error code of /credentials/oidc")
	ProvidersValid            = fact("providers.valid", Bool, "/credentials/oidc answers with a list of providers as the openEO API demands")
	BackendSpeaksTLS          = fact("backend.speaks_tls", Bool, "the port of a back-end that was given as plain http ends such a connection, and answers over TLS")
	ProvidersListed           = fact("providers.listed", List, "the first providers that the back-end lists, each with its issuer in brackets")
	ProvidersIDs              = fact("providers.ids", List, "IDs of the providers that the back-end lists")
	ProvidersCount            = fact("providers.count", Int, "number of usable providers that the back-end lists")
	ProvidersScopes           = fact("providers.scopes", List, "scopes that the back-end lists for the provider in use")
	ProvidersAskedID          = fact("providers.asked_id", Text, "the provider ID asked for, empty when none was")
	ProvidersAskedBy          = fact("providers.asked_by", Text, "who asked for the provider ID: --provider-id, OPENEO_AUTH_PROVIDER_ID, catalog, auth-config.json (nobody did, and the Python client decides by that file); empty when nobody did")
	ProvidersAskedListed      = fact("providers.asked_listed", Bool, "the back-end lists the provider ID asked for")
	ProvidersAskedIssuerMatch = fact("providers.asked_issuer_match", Bool, "the provider ID asked for stands for the environment's issuer")
	ProvidersAskedIssuer      = fact("providers.asked_issuer", Text, "issuer of the provider asked for")
	ProvidersNearMiss         = fact("providers.near_miss", Text, "a listed provider ID that differs from the one asked for by case or one letter")
	ProvidersFirstID          = fact("providers.first_id", Text, "the provider ID that the back-end lists first, which clients take when none is chosen")
	ProvidersFirstIssuer      = fact("providers.first_issuer", Text, "issuer of the provider that the back-end lists first")
	ProvidersFirstIssuerMatch = fact("providers.first_issuer_match", Bool, "the provider that the back-end lists first has the environment's issuer")
	ProvidersMatchingID       = fact("providers.matching_id", Text, "the first listed provider ID that has the environment's issuer")
	ProvidersMatching         = fact("providers.matching", Bool, "a listed provider has the environment's issuer")
	ProvidersUsedID           = fact("providers.used_id", Text, "provider ID used for the bearer token")
	ProvidersUsedAsClients    = fact("providers.used_as_clients", Bool, "openEO clients would use the same provider with these settings")
	ProvidersTrailingSlash    = fact("providers.trailing_slash", Bool, "the back-end lists the issuer with a trailing slash")
	ProvidersIssuerCase       = fact("providers.issuer_case", Bool, "the back-end lists the issuer with its host in different letter case from the environment")
	ProviderVariableListed    = fact("provider_variable.listed", Bool, "the back-end lists the provider ID in OPENEO_AUTH_PROVIDER_ID")
)

// The account, as /me shows it.
var (
	MeCode           = fact("me.code", Text, "openEO error code of /me")
	MeID             = fact("me.id", Text, "the back-end's reference for its error at /me, to quote to its administrators")
	MeWordsKind      = fact("me.words.kind", Text, "what the words of /me's refusal are about, by the catalog of phrases: token-refused, header-missing, scheme-refused, enrollment, not-allowed, not-mapped, payment, provider-unusable, token-check, audience; empty when no phrase fits")
	MeBareStatus     = fact("me.bare.status", Int, "HTTP status of /me, asked once more without the Authorization header")
	MeBareSame       = fact("me.bare.same", Bool, "/me answers the same without the Authorization header: the status, the code and the message are equal")
	MeAloneStatus    = fact("me.alone.status", Int, "HTTP status of /me, asked once more with the token alone, without oidc/ID/ before it")
	MeAloneAccepted  = fact("me.alone.accepted", Bool, "/me accepts the token alone, without oidc/ID/ before it")
	MeUserID         = fact("me.user_id", Text, "user ID of the account, by /me")
	MeValid          = fact("me.valid", Bool, "the answer of /me has what the openEO API demands")
	MeBearerForm     = fact("me.bearer_form", Text, "form of the bearer token sent to /me: oidc, jwt")
	MeLoginAsClients = fact("me.login_as_clients", Bool, "the token and the provider used at /me are those that openEO clients would use")
)
