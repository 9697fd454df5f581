package checks

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// foundBy lists what the whole catalog says of evidence, shown and hidden alike.
func foundBy(t *testing.T, c *Catalog, raw map[string]any) map[string]Certainty {
	t.Helper()
	f, err := ParseFacts(raw)
	if err != nil {
		t.Fatal(err)
	}
	r := Diagnose(c, Evidence{Facts: f})
	found := map[string]Certainty{}
	for _, x := range slices.Concat(r.Diagnoses, r.Hidden) {
		found[x.ID] = x.Certainty
	}
	return found
}

// A rule that calls itself certain names the other causes that were considered. Where one of those
// is the cause, the catalog must find it, and must not be certain of this one.
func TestExcludedCausesAreToldApart(t *testing.T) {
	c := loadCatalog(t)
	for _, d := range c.All() {
		for i, r := range d.Rules {
			for _, x := range r.Excludes {
				found := foundBy(t, c, x.Facts)
				if found[d.ID] == Certain {
					t.Errorf("%s, rule %d: certain where %s is the cause", d.ID, i+1, x.Cause)
				}
				if _, ok := found[x.Cause]; !ok {
					t.Errorf("%s, rule %d: %s is not found in its own facts: %v", d.ID, i+1, x.Cause, found)
				}
			}
		}
	}
}

// answersAlone are facts that say only how somebody answered or failed: a status, a code, words.
// Who is certain by them alone says what else was considered.
var answersAlone = []Name{
	TokenReason, TokenReasons, TokenAnswer, UserinfoReason, UserinfoVerdict, MeReason, MeAnswer, MeTrouble, CapabilitiesAnswer, ProvidersAnswer,
	DiscoveryDocument, AuthorizationClient, ClientSeen, BasicSaid, IDP.Outage, Backend.Outage,
	AtMe.Status, AtUserinfo.Status, AtToken.Status, AtCapabilities.Status, IDP.StatusStep, IDPKeycloak,
}

func TestCertainByAnAnswerAloneNamesWhatWasConsidered(t *testing.T) {
	for _, d := range loadCatalog(t).All() {
		for i, r := range d.Rules {
			if r.Certainty != Certain || len(r.Excludes) > 0 {
				continue
			}
			if names := factsOf(r.When); !slices.ContainsFunc(names, func(n string) bool {
				return !slices.ContainsFunc(answersAlone, func(a Name) bool { return a.text == n })
			}) {
				t.Errorf("%s, rule %d is certain by %s alone, and has no excludes", d.ID, i+1, strings.Join(names, ", "))
			}
		}
	}
}

// factsOf lists the facts that a condition speaks of.
func factsOf(when any) (names []string) {
	switch w := when.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(w)) {
			if key == "all" || key == "any" || key == "not" {
				names = append(names, factsOf(w[key])...)
				continue
			}
			names = append(names, key)
		}
	case []any:
		for _, x := range w {
			names = append(names, factsOf(x)...)
		}
	}
	return names
}

// together lists diagnoses that may rightly stand beside each other, the second one certain: each
// is true by itself.
var together = map[string]string{
	"client-id-is-quoted + client-id-has-invisible-character": "both are part of the client ID",
	"client-id-is-quoted + client-id-has-whitespace":          "both are part of the client ID",
	"client-secret-has-whitespace + grant-not-enabled":        "the trimmed secret is right, so the grant was looked at",
	"client-secret-has-whitespace + client-unknown":           "white space in the secret says nothing of the client ID",
	"client-secret-missing + client-id-missing":               "neither was found",
	"credentials-swapped + grant-not-enabled":                 "the exchanged pair is right, so the grant was looked at",
	"client-in-other-environment + client-unknown":            "as it is written, the client ID is unknown here",
	"client-disabled + client-unknown":                        "as it is written, the client ID is unknown; another spelling is disabled",
	"client-disabled + client-expects-assertion":              "a disabled client has a way to authenticate as well",
	"client-auth-form-refused + client-secret-wrong":          "the header is allowed, and the secret in it is refused",
	"client-secret-wrong + client-auth-form-refused":          "the header is allowed, and the secret in it is refused",
	"credential-encoding + client-auth-form-refused":          "the header is allowed, and takes one encoding",
	"client-secret-wrong + client-expects-assertion":          "an assertion is wanted, and the one signed with this secret is refused",
	"token-lifetime-short + userinfo-rejects-token":           "a short life and a not-before time",
	"signing-keys-unavailable + connection-refused":           "the keys are where nothing answers",
}

// Every rule sees the examples of all other files: where one diagnosis is shown, no other may be
// certain unless both are true.
func TestNoForeignRuleIsCertainOfAnExample(t *testing.T) {
	c := loadCatalog(t)
	used := map[string]bool{}
	for _, d := range c.All() {
		for _, ex := range d.Examples {
			f, err := ParseFacts(ex.Facts)
			if err != nil {
				t.Fatal(err)
			}
			shown := Diagnose(c, Evidence{Facts: f}).Diagnoses
			if !slices.ContainsFunc(shown, func(x Finding) bool { return x.ID == d.ID }) {
				continue
			}
			for _, x := range shown {
				pair := d.ID + " + " + x.ID
				switch {
				case x.ID == d.ID, x.Certainty != Certain, x.Severity != Error:
				case together[pair] == "":
					t.Errorf("%s, %s: certain of %s as well", d.ID, ex.Name, x.ID)
				default:
					used[pair] = true
				}
			}
		}
	}
	for pair := range together {
		if !used[pair] {
			t.Errorf("no example needs %q", pair)
		}
	}
}
