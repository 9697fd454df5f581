//go:build acceptance

package acceptance

import (
	"slices"
	"strings"
	"testing"

	"github.com/credguide/credguide/internal/dev/acceptance/keycloak"
)

// exception is a difference that is right, and why. The list is kept short by
// everyExceptionIsNeeded.
type exception struct {
	facts  string // their names, separated by blanks
	causes string // "" is every cause; else their names, separated by blanks
	below  string // only on older versions of Keycloak: the sandbox plays 26.7
	reason string
	chance bool // it differs now and then
	used   map[string]bool
}

var exceptions = []*exception{
	{facts: "client_id.length", reason: "each side has a client of its own"},
	{facts: "secret.classes", chance: true, reason: "a random secret may lack a class"},
	{facts: "clock.skew_s", chance: true, reason: "a second may begin in between"},
	{facts: "jwt.sub userinfo.sub me.user_id", reason: "an account's own number; in the form of EGI's in the sandbox"},
	{facts: "jwt.kid me.id", reason: "made anew"},
	{facts: "keys.count", chance: true, reason: "Keycloak makes the key of another algorithm at its first use, which may be an earlier test's"},
	{facts: "token.header_bytes", reason: "follows from the lengths of addresses, ids and the names of scopes"},
	{facts: "token.expires_in_s jwt.lifetime_s", reason: "a setting of the realm: an hour as at EGI, five minutes as Keycloak has it"},
	{
		facts:  "clock.words clock.host clock.skewed",
		reason: "a bare Keycloak sends no Date; the web server before EGI's does, and the sandbox plays both",
	},
	{facts: "well_known.versions", reason: "the laboratory's back-end has one version"},
	{facts: "providers.ids providers.listed providers.count", causes: "account-not-accepted issuer-trailing-slash", reason: "the laboratory's back-ends of this kind list one provider"},
	{facts: "discovery.grants", below: "26.7", reason: "26.7 added one"},
	{facts: "token_assertion.error_description", causes: "client-expects-assertion@private-key", below: "26.7", reason: "another text"},
	{facts: "token.granted_scopes", causes: "scope-not-allowed scope-not-allowed@one", reason: "email is among the default scopes of the laboratory's clients"},
}

// excused tells whether a difference is on the list.
func excused(version, cause, fact string) bool {
	for _, e := range exceptions {
		if !slices.Contains(strings.Fields(e.facts), fact) || e.below != "" && keycloak.AtLeast(version, e.below) {
			continue
		}
		if e.causes == "" || slices.Contains(strings.Fields(e.causes), cause) {
			if e.used == nil {
				e.used = map[string]bool{}
			}
			e.used[fact] = true
			return true
		}
	}
	return false
}

// everyExceptionIsNeeded keeps the list short: what never differs is compared.
func everyExceptionIsNeeded(t *testing.T) {
	t.Helper()
	for _, e := range exceptions {
		for fact := range strings.FieldsSeq(e.facts) {
			if !e.used[fact] && !e.chance {
				t.Errorf("%s never differs: take it off the list (%s)", fact, e.reason)
			}
		}
	}
}
