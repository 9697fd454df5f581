package explain

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/credguide/credguide/checks"
)

// Symptom is what people see, and the causes that it may have, the likeliest first.
type Symptom struct {
	Text   string
	Causes []string // ids
}

// Symptoms are the texts that the diagnoses quote, in alphabetical order.
func Symptoms(c *checks.Catalog) []Symptom {
	causes := map[string][]string{}
	for _, d := range c.All() {
		for _, text := range d.Says {
			causes[text] = append(causes[text], d.ID)
		}
	}
	var list []Symptom
	for text, ids := range causes {
		list = append(list, Symptom{text, ids})
	}
	slices.SortFunc(list, func(a, b Symptom) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Text), strings.ToLower(b.Text)), strings.Compare(a.Text, b.Text))
	})
	return list
}

// BareSymptoms are those of programs that pass on a status and nothing else, or stumble over an
// answer that is no JSON.
func BareSymptoms() []Symptom {
	places := []struct{ step, words string }{
		{"discovery", "at the address of the discovery document"}, {"token", "at the token endpoint"}, {"me", "at /me"}, {someStep, "without an address"},
	}
	var list []Symptom
	for _, p := range places {
		for _, status := range slices.Sorted(maps.Keys(bareCauses[p.step])) {
			list = append(list, Symptom{fmt.Sprintf("%d %s", status, p.words), bareCauses[p.step][status]})
		}
	}
	return append(list, Symptom{"JSONDecodeError, Unexpected token '<', invalid character '<'", unreadable})
}
