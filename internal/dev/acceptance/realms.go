//go:build acceptance

package acceptance

import (
	"github.com/credguide/credguide/internal/dev/acceptance/keycloak"
)

// The realms of the laboratory. The first three play the sister environments
// of one family.
const (
	RealmProduction  = "egi"
	RealmDevelopment = "egi-dev"
	RealmDemo        = "egi-demo"
	RealmDisabled    = "egi-off"
	RealmTLSAlways   = "egi-tls"
	RealmFrontend    = "egi-frontend"
	RealmGerman      = "egi-german"
	RealmGuarded     = "egi-guarded"
	RealmStale       = "egi-stale"
)

// Realms is everything that one Keycloak of the laboratory holds.
func Realms() []keycloak.Realm {
	openEO := keycloak.WithScopes(scopeEntitlement, scopeAffiliation)
	ok := []keycloak.Client{registered("lab-ok")}
	stale := keycloak.NewRealm(RealmStale, ok, openEO)
	stale.NotBefore = farFuture
	return []keycloak.Realm{
		keycloak.NewRealm(RealmProduction, clients(), openEO),
		keycloak.NewRealm(RealmDevelopment, []keycloak.Client{
			registered("lab-dev-ok"),
			registered("lab-dev-disabled", keycloak.Disabled),
			registered("lab-everywhere"),
			keycloak.NewClient("lab-dev-plain", Secret),
		}, openEO),
		keycloak.NewRealm(RealmDemo, []keycloak.Client{registered("lab-demo-ok"), registered("lab-everywhere")}, openEO),
		keycloak.NewRealm(RealmDisabled, ok, openEO, keycloak.DisabledRealm),
		keycloak.NewRealm(RealmTLSAlways, ok, openEO, keycloak.TLSAlways),
		keycloak.NewRealm(RealmFrontend, ok, openEO, keycloak.FrontendURL("https://aai.example.org/auth")),
		keycloak.NewRealm(RealmGerman, []keycloak.Client{
			registered("lab-ok"), registered("lab-disabled", keycloak.Disabled), registered("lab-no-grant", keycloak.WithoutGrant),
		}, openEO, keycloak.German),
		keycloak.NewRealm(RealmGuarded, ok, openEO, keycloak.BruteForceProtection),
		stale,
	}
}
