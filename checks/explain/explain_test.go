package explain

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/phrases"
)

func TestConditionsInWords(t *testing.T) {
	type entry = map[string]any
	for _, tc := range []struct {
		name string
		when entry
		want []Line
	}{
		{"a value", entry{"token.status": 401}, []Line{{0, "token: HTTP status of the answer at this step: 401 [token.status]"}}},
		{"a truth", entry{"client_id.present": true}, []Line{{0, "a non-empty client ID was found [client_id.present]"}}},
		{"an untruth", entry{"client_id.present": false}, []Line{{0, "a non-empty client ID was found: no [client_id.present]"}}},
		{
			"one of two",
			entry{"jwt.issuer_match": []any{"slash", "different"}},
			[]Line{{0, "how the token's iss claim compares with the discovered issuer: slash or different [jwt.issuer_match]"}},
		},
		{
			"in a list",
			entry{"sisters.know": "demo"},
			[]Line{{0, "IDs of the sister environments that know the client ID: demo among them [sisters.know]"}},
		},
		{"alternatives of two facts each", entry{"any": []any{entry{"token.status": 400, "keys.count": 0}, entry{"me.status": 403}}}, []Line{
			{0, "at least one of these holds:"},
			{1, "all of these hold:"},
			{2, "keys: number of usable keys in the published key set: 0 [keys.count]"},
			{2, "token: HTTP status of the answer at this step: 400 [token.status]"},
			{1, "me: HTTP status of the answer at this step: 403 [me.status]"},
		}},
		{"not", entry{"not": entry{"environment.id": ""}}, []Line{
			{0, "not:"},
			{1, "ID of the chosen environment, empty for a bare issuer: nothing [environment.id]"},
		}},
		{"all inside", entry{"all": []any{entry{"keys.count": 0}, entry{"me.status": 403}}}, []Line{
			{0, "all of these hold:"},
			{1, "keys: number of usable keys in the published key set: 0 [keys.count]"},
			{1, "me: HTTP status of the answer at this step: 403 [me.status]"},
		}},
	} {
		if d := cmp.Diff(tc.want, condition(tc.when, 0)); d != "" {
			t.Errorf("%s: %s", tc.name, d)
		}
	}
}

// TestEveryDiagnosisHasAWholePage: each file of the catalog says what it means, how it is decided
// and how to fix it, in words.
func TestEveryDiagnosisHasAWholePage(t *testing.T) {
	catalog, err := checks.LoadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range catalog.All() {
		p := Of(d)
		if p.Title == "" || p.Severity == "" || len(p.Means) == 0 || len(p.Rules) == 0 || len(p.Fix) == 0 || p.Layer == string(d.Layer) ||
			strings.HasPrefix(p.Party, "fixed by") || p.Who == "" || strings.Contains(p.Who, "fix") {
			t.Errorf("%s: something is missing: %+v", d.ID, p)
		}
		for _, text := range append(append([]string{p.Title, p.Where, p.SeparateBy}, p.Means...), p.Fix.Lines()...) {
			if factName.MatchString(text) {
				t.Errorf("%s: a fact's name stands bare in %q", d.ID, text)
			}
		}
		for _, r := range p.Rules {
			if len(r.When) == 0 {
				t.Errorf("%s: a rule without words", d.ID)
			}
		}
	}
}

func TestUnknownWordsStayThemselves(t *testing.T) {
	got := []string{Layer("beyond"), fixer("nobody", ""), fixer("network", "{idp.who}"), fixer("network", "you, or whoever runs the network here"), outcome("certain"), outcome("no"), outcome("unknown")}
	want := []string{"beyond", "fixed by: nobody", "whoever runs that server or the network can fix it", "who can fix it: you, or whoever runs the network here", "certain", "it is not this", "it cannot be told"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestThePageNamesWhatARuleWasToldApartFrom(t *testing.T) {
	catalog, err := checks.LoadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	d, _ := catalog.ByID("backend-rejects-token")
	p, shown := Of(d), 0
	for i, r := range p.Rules {
		for _, x := range d.Rules[i].Excludes {
			shown++
			if !slices.Contains(r.Excludes, x.Cause) {
				t.Errorf("rule %d does not name %s", i+1, x.Cause)
			}
		}
	}
	if shown == 0 {
		t.Error("nothing is excluded")
	}
}

// TestTheFactsNameEveryKindOfWords: the kinds stand in the definitions of the facts, and grow with
// the catalog of phrases.
func TestTheFactsNameEveryKindOfWords(t *testing.T) {
	all, err := phrases.Load()
	if err != nil {
		t.Fatal(err)
	}
	means := map[string]string{}
	for _, def := range checks.Vocabulary() {
		means[def.Name] = def.Means
	}
	facts := map[phrases.Place]string{phrases.Token: "token.words.kind", phrases.Backend: "me.words.kind"}
	for _, p := range all.All() {
		if fact := facts[p.Place]; fact != "" && !regexp.MustCompile(`\b`+string(p.Kind)+`\b`).MatchString(means[fact]) {
			t.Errorf("%s does not name %s", fact, p.Kind)
		}
	}
}
