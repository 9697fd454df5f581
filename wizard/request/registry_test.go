package request

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/credguide/credguide/environments/forms"
	"github.com/credguide/credguide/internal/dev/shared"
)

// registryCase is a request and what the real registry's form and server said of it.
type registryCase struct {
	ID           string         `json:"id"`
	Tag          string         `json:"tag"`
	Profile      string         `json:"profile"`
	Request      map[string]any `json:"request"`
	FormErrors   []string       `json:"form_errors"`
	ServerErrors []string       `json:"server_errors"`
}

// verdicts are those of the registry's form and server.
var verdicts = []string{"registry/verdicts.jsonl", "registry/more-verdicts.jsonl"}

// TestTheRealRegistryAgrees runs every recorded request and prints a table of those on which the
// rules and the registry differ.
func TestTheRealRegistryAgrees(t *testing.T) {
	for _, file := range verdicts {
		t.Run(file, func(t *testing.T) {
			cases := shared.Lines[registryCase](t, file)
			var table []string
			for _, c := range cases {
				table = append(table, disagreement(t, c)...)
			}
			if len(table) > 0 {
				t.Errorf("%d disagreements in %d requests\n%s", len(table), len(cases), strings.Join(table[:min(len(table), 60)], "\n"))
			}
		})
	}
}

func disagreement(t *testing.T, c registryCase) []string {
	t.Helper()
	v := rulesOf(t, c.Profile).Validate(Input{ID: c.ID, Fields: c.Request}, Target{})
	var form, server []string
	seen := map[string]bool{}
	for _, e := range v.Errors {
		if seen[e.Field] {
			t.Errorf("%s: %s is named twice", c.ID, e.Field)
		}
		seen[e.Field] = true
		if e.RefusedBy != ByServer {
			form = append(form, e.Field)
		}
		if e.RefusedBy != ByForm && !strings.Contains(e.Message, "U+0000") { // the database, which took no part, refuses it
			server = append(server, e.Field)
		}
	}
	if v.Acceptable != (len(c.FormErrors)+len(c.ServerErrors) == 0) {
		t.Errorf("%s: acceptable is %v", c.ID, v.Acceptable)
	}
	var lines []string
	for side, got := range map[string][2][]string{"form": {form, c.FormErrors}, "server": {server, c.ServerErrors}} {
		ours, theirs := normalised(got[0], side), normalised(got[1], side)
		if !slices.Equal(ours, theirs) {
			lines = append(lines, fmt.Sprintf("%-8s %-40s %-6s here %v, registry %v", c.ID, c.Tag, side, ours, theirs))
		}
	}
	return lines
}

// normalised brings two ways of naming together: the key set is one field, and the server names all
// ticks as one and the organisation by its number.
func normalised(names []string, side string) []string {
	var out []string
	for _, n := range names {
		switch {
		case n == "jwks":
			n = "jwks_uri"
		case side == "server" && (n == "policy" || n == "egi_policy" || n == "assurance_checkbox"):
			n = "service_boolean"
		case side == "server" && strings.HasPrefix(n, "organization_"):
			n = "organization_id" // the browser makes one number out of name and URL
		}
		out = append(out, n)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

var compiledRules = map[string]*Rules{}

func rulesOf(t testing.TB, profile string) *Rules {
	t.Helper()
	if r, ok := compiledRules[profile]; ok {
		return r
	}
	form, err := forms.Lookup("egi")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := NewRules(form, profile)
	if err != nil {
		t.Fatal(err)
	}
	compiledRules[profile] = rules
	return rules
}
