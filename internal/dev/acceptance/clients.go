//go:build acceptance

package acceptance

import (
	"strings"

	"github.com/credguide/credguide/internal/dev/acceptance/keycloak"
)

const (
	// Secret is the secret of nearly every client: 87 characters of the
	// registry's alphabet, like those that it generates. It occurs nowhere
	// else, so it can be searched for in outputs.
	Secret = "PtYgjmUhBel31iEl2hpChYgCfrL1spNxnyVmihA-2O76UMFxFkM-R5Kjp1vRt_1fjORS-6ilI8ihN5KXSc7Tvo-"
	// OtherSecret has the same shape and belongs to nobody.
	OtherSecret = "hBKqFYY-kv5ZJr3J1TWDtkwtDDb_xHKas1VOqg6YYZYn9ZhyiA4uoRgnatmUdjAWtGSU8po_799NksnRH9ucAUs"

	entitledValue = "urn:mace:egi.eu:group:vo.openeo.cloud:role=Basic_User#aai.egi.eu"

	entitled   = `["` + entitledValue + `"]`
	roleless   = `["urn:mace:egi.eu:group:vo.openeo.cloud:role=member#aai.egi.eu"]`
	operator   = `["urn:mace:egi.eu:group:vo.openeo.cloud:role=vm_operator#aai.egi.eu"]`
	otherGroup = `["urn:mace:egi.eu:group:vo.example.org:role=member#aai.egi.eu"]`

	scopeEntitlement = "eduperson_entitlement"
	scopeAffiliation = "eduperson_scoped_affiliation"
)

// BackendScopes is what the openEO back-ends list, and every client asks for.
var BackendScopes = []string{"openid", "email", scopeEntitlement, scopeAffiliation}

// SpecialSecrets are valid secrets with characters that one way or another of
// sending them damages.
var SpecialSecrets = []struct{ Name, Secret string }{
	{"plus", "a+b-12345678"},
	{"percent-hex", "a%41b-12345678"},
	{"percent-bare", "a%zb-12345678"},
	{"colon", "a:b-12345678"},
	{"umlaut", "aüb-12345678"},
	{"inner-space", "a b-12345678"},
	{"ampersand", "a&b=c-12345678"},
}

const (
	specialID     = "we:ird +%ü/id"
	specialSecret = "p+% :ü&=\"x"
	// asciiSecret stays within RFC 6749 appendix A.2, which the second
	// identity provider insists on.
	asciiSecret = "p+%41 :&=\"x"
	// tokenLikeSecret is registered, and has the form of a token.
	tokenLikeSecret = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJsYWIifQ.bm8tc2lnbmF0dXJlLWF0LWFsbA"
)

// registered is a client as the registry makes one for openEO: it may ask for
// what the back-ends list.
func registered(id string, options ...func(*keycloak.Client)) keycloak.Client {
	c := keycloak.NewClient(id, Secret, keycloak.WithOptionalScopes(scopeEntitlement, scopeAffiliation))
	for _, option := range options {
		option(&c)
	}
	return c
}

// clients is realm "egi": one client for each state that a registration can be in.
func clients() []keycloak.Client {
	return append(append(healthyClients(), refusedClients()...), tokenClients()...)
}

// healthyClients get a token and keep it, whatever else is set.
func healthyClients() []keycloak.Client {
	attribute := keycloak.Attribute
	list := []keycloak.Client{
		registered("lab-ok"),
		registered("lab-all-flows", func(c *keycloak.Client) { c.StandardFlow = true }, attribute("oauth2.device.authorization.grant.enabled", "true")),
		registered("lab-consent", keycloak.ConsentRequired),
		registered("lab-pkce", attribute("pkce.code.challenge.method", "S256")),
		registered("lab-par", attribute("require.pushed.authorization.requests", "true")),
		registered("lab-audience", keycloak.WithMapper(keycloak.Audience("https://openeo.example.org"))),
		registered("lab-introspectable", keycloak.WithMapper(keycloak.Audience("lab-introspector"))),
		registered("lab-introspector"),
		registered("lab-es256", attribute("access.token.signed.response.alg", "ES256")),
		registered("lab-refresh", attribute("client_credentials.use_refresh_token", "true")),
		registered("lab-base-url", func(c *keycloak.Client) { c.BaseURL = "https://app.example.org/" }),
		registered("lab-post-only", attribute("client.secret.authentication.allowed.method", "client_secret_post")),
		registered("lab-entitled", keycloak.WithMapper(keycloak.HardcodedClaim(scopeEntitlement, entitled, true))),
		registered(specialID, func(c *keycloak.Client) { c.Secret = specialSecret }),
		registered("lab-rotated", rotated),
		registered("lab-token-like", func(c *keycloak.Client) { c.Secret = tokenLikeSecret }),
	}
	for _, special := range SpecialSecrets {
		list = append(list, registered("lab-secret-"+special.Name, func(c *keycloak.Client) { c.Secret = special.Secret }))
	}
	return list
}

// refusedClients get no token.
func refusedClients() []keycloak.Client {
	attribute, by := keycloak.Attribute, keycloak.AuthenticatedBy
	return []keycloak.Client{
		registered("lab-disabled", keycloak.Disabled),
		registered("lab-no-grant", keycloak.WithoutGrant),
		registered("lab-no-grant-device", keycloak.WithoutGrant, attribute("oauth2.device.authorization.grant.enabled", "true")),
		registered("lab-public", keycloak.PublicClient),
		registered("lab-public-device", keycloak.PublicClient, attribute("oauth2.device.authorization.grant.enabled", "true")),
		registered("lab-bearer-only", keycloak.BearerOnly),
		registered("lab-secret-jwt", by("client-secret-jwt")),
		registered("lab-private-key-jwt", by("client-jwt")),
		registered("lab-federated-jwt", by("federated-jwt")),
		registered("lab-x509", by("client-x509"), attribute("x509.subjectdn", "CN=lab-client")),
		registered("lab-basic-only", attribute("client.secret.authentication.allowed.method", "client_secret_basic")),
		registered("lab-saml", keycloak.SAML),
		registered("lab-account-disabled", keycloak.WithServiceAccountUser(keycloak.UserDisabled)),
		registered("lab-account-deleted", keycloak.WithServiceAccountUser(keycloak.UserDeleted)),
		registered("lab-dpop", attribute("dpop.bound.access.tokens", "true")),
		registered("lab-certificate-bound", attribute("tls.client.certificate.bound.access.tokens", "true")),
		registered("lab-expired", attribute("client.secret.expiration.time", "1700000000")),
		keycloak.NewClient("lab-plain", Secret), // may not ask for the eduperson scopes
		keycloak.NewClient("lab-half", Secret, keycloak.WithOptionalScopes(scopeEntitlement)),
		keycloak.NewClient("lab-no-grant-plain", Secret, keycloak.WithoutGrant),
		keycloak.NewClient("lab-disabled-plain", Secret, keycloak.Disabled),
		keycloak.NewClient("lab-scopeless", Secret, keycloak.WithoutScopes),
		keycloak.NewClient("lab-basic-only-plain", Secret, attribute("client.secret.authentication.allowed.method", "client_secret_basic")),
		registered("lab-disabled-jwt", by("client-secret-jwt"), keycloak.Disabled),
	}
}

// tokenClients get a token that something is odd about.
func tokenClients() []keycloak.Client {
	attribute, claim := keycloak.Attribute, func(value string, userinfo bool) func(*keycloak.Client) {
		return keycloak.WithMapper(keycloak.HardcodedClaim(scopeEntitlement, value, userinfo))
	}
	short := attribute("access.token.lifespan", "20")
	return []keycloak.Client{
		registered("lab-lightweight", keycloak.Lightweight),
		registered("lab-tiny", attribute("access.token.lifespan", "5")),
		registered("lab-short", short),
		registered("lab-minute", attribute("access.token.lifespan", "60")),
		registered("lab-not-before", func(c *keycloak.Client) { c.NotBefore = farFuture }),
		registered("lab-signed-userinfo", attribute("user.info.response.signature.alg", "RS256")),
		registered("lab-entitled-token-only", claim(entitled, false)),
		registered("lab-roleless", claim(roleless, true)),
		registered("lab-operator", claim(operator, true)),
		registered("lab-other-group", claim(otherGroup, true)),
		registered("lab-short-roleless", short, claim(roleless, true)),
		keycloak.NewClient("lab-short-plain", Secret, short),
		registered("lab-large", keycloak.WithMapper(keycloak.HardcodedClaim("groups", `"`+strings.Repeat("urn:mace:egi.eu:group:", 400)+`"`, false))),
		registered("lab-encrypted-userinfo", attribute("user.info.encrypted.response.alg", "RSA-OAEP"), attribute("user.info.encrypted.response.enc", "A256GCM")),
		registered("lab-short-not-before", short, func(c *keycloak.Client) { c.NotBefore = farFuture }),
	}
}

// farFuture is the year 2036: later than every token, and still in 32 bits.
const farFuture = 2100000000

// rotated has a new secret, while the one before it has run out.
func rotated(c *keycloak.Client) {
	c.Attributes["client.secret.creation.time"] = "1700000000"
	c.Attributes["client.secret.rotated"] = OtherSecret
	c.Attributes["client.secret.rotated.creation.time"] = "1600000000"
	c.Attributes["client.secret.rotated.expiration.time"] = "1650000000"
}
