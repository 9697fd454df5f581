package checks

import (
	"maps"
	"strings"
	"testing"
)

// One mechanism for all rules: whatever a rule holds for certain by a refusal, words that are not
// known by heart are shown and make it likely; the standard sentence, or none, changes nothing.
func TestWordsOfItsOwnTakeTheCertaintyAway(t *testing.T) {
	c := loadCatalog(t)
	const own = "Ask the dean of the faculty before noon."
	spoken := map[*Step]Name{AtToken: AtToken.ErrorDescription, AtUserinfo: UserinfoWWWDescription, AtMe: AtMe.Message, AtDiscovery: AtDiscovery.ErrorDescription, AtCapabilities: AtCapabilities.Message, AtProviders: AtProviders.Message}
	tried := 0
	for _, d := range c.All() {
		for _, ex := range d.Examples {
			observed, err := ParseFacts(ex.Facts)
			if err != nil {
				t.Fatal(err)
			}
			f := Derive(observed)
			rule, truth := d.evaluate(f)
			if truth != True || d.finding(rule, f, f).Certainty != Certain {
				continue
			}
			for _, s := range speakers {
				if !spokenBy(rule.condition.decisive(f), f, s) {
					continue
				}
				said := Facts{}
				maps.Copy(said, observed)
				said.Set(spoken[s.step], own)
				f := Derive(said)
				again, truth := d.evaluate(f)
				if truth != True || again.Certainty != Certain || !f.Known(s.standard) {
					continue // the words were what the rule rests on, or the answer was no refusal
				}
				tried++
				if got := d.finding(again, f, f); got.Certainty == Certain || !strings.Contains(got.Means, own) || got.SeparateBy == "" {
					t.Errorf("%s, %s: %s says its own words; %s: %s What separates it: %q", d.ID, ex.Name, s.who, got.Certainty, got.Means, got.SeparateBy)
				}
			}
		}
	}
	if tried < 10 {
		t.Errorf("only %d findings were tried", tried)
	}
}

// spokenBy tells that the speaker's refusal decided, and no trial did.
func spokenBy(decided []Fact, f Facts, s speaker) bool {
	spoke := false
	for _, b := range decided {
		if proves(b) {
			return false
		}
		if other, ok := speakerOf(b, f); ok && other.step == s.step && !standing(b) {
			spoke = true
		}
	}
	return spoke
}

func TestKnownWords(t *testing.T) {
	keycloak, another := Facts{"discovery.keycloak_paths": true}, Facts{"discovery.keycloak_paths": false}
	token := func(code, text string) Facts {
		return Facts{"token.status": 401, "token.issued": false, "token.shape": "object", "token.error": code, "token.error_description": text}
	}
	for _, tc := range []struct {
		name     string
		facts    Facts
		standard Name
		words    string
		want     bool
	}{
		{"a sentence of Keycloak", facts(keycloak, token("invalid_client", neither)), TokenWordsStandard, neither, true},
		{"that sentence from another server", facts(another, token("invalid_client", neither)), TokenWordsStandard, neither, false},
		{"no words", facts(another, token("invalid_client", "")), TokenWordsStandard, "", true},
		{"the code again", facts(another, token("invalid_client", "invalid_client")), TokenWordsStandard, "invalid_client", true},
		{"a sentence for a code", facts(another, token("Your account is not configured correctly", "")), TokenWordsStandard, "Your account is not configured correctly", false},
		{"the status in words", Facts{"me.status": 404, "me.shape": "object", "me.code": "", "me.message": "404 Not Found"}, MeWordsStandard, "404 Not Found", true},
		{
			"a beginning",
			Facts{"me.status": 500, "me.shape": "object", "me.code": "AccessTokenError", "me.message": "Client credentials access token without user mapping: sub='x'."},
			MeWordsStandard,
			"Client credentials access token without user mapping: sub='x'.", true,
		},
		{"a member of another dialect", Facts{"me.status": 403, "me.shape": "object", "me.code": "", "me.message": "", "me.detail": "Not in the group"}, MeWordsStandard, "Not in the group", false},
		{"a page", Facts{"me.status": 403, "me.shape": "html", "me.detail": "Forbidden by the wall"}, MeWordsStandard, "", true},
	} {
		f := Derive(tc.facts)
		if got, known := f.Bool(tc.standard); !known || got != tc.want {
			t.Errorf("%s: standard %v (known: %v)", tc.name, got, known)
		}
		words := map[Name]Name{TokenWordsStandard: TokenWords, MeWordsStandard: MeWords}[tc.standard]
		if got := f.Text(words); got != tc.words {
			t.Errorf("%s: words %q", tc.name, got)
		}
	}
}
