package cli

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/credguide/credguide/checks"
)

// ruleInWords says what the evidence must be for one rule, with the fact names in brackets for those who read a report.
func ruleInWords(r checks.Rule, width int) string {
	head := r.Certainty + ", where"
	if r.Severity != "" {
		head = r.Certainty + " (" + severityWords[r.Severity] + "), where"
	}
	return item("  ", head, width) + conditionInWords(r.When, "    ", width)
}

// conditionInWords writes a `when` as a nested list.
func conditionInWords(when any, indent string, width int) string {
	entries, ok := when.(map[string]any)
	if !ok {
		return ""
	}
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		switch key {
		case "all", "any", "not":
			b.WriteString(item(indent+"· ", combination[key], width))
			list, isList := entries[key].([]any)
			if !isList {
				list = []any{entries[key]}
			}
			for _, part := range list {
				b.WriteString(conditionInWords(part, indent+"  ", width))
			}
		default:
			b.WriteString(item(indent+"· ", factInWords(key, entries[key]), width))
		}
	}
	return b.String()
}

var combination = map[string]string{
	"all": "all of these hold:",
	"any": "at least one of these holds:",
	"not": "this was seen not to hold:",
}

var factMeaning = func() map[string]checks.FactDef {
	defs := map[string]checks.FactDef{}
	for _, d := range checks.Vocabulary() {
		defs[d.Name] = d
	}
	return defs
}()

// factInWords says one test of a fact, for example: HTTP status of the answer is 401 [token.status].
func factInWords(name string, value any) string {
	def := factMeaning[name]
	values, several := value.([]any)
	if !several {
		values = []any{value}
	}
	var words []string
	for _, v := range values {
		words = append(words, valueInWords(v))
	}
	means, _, _ := strings.Cut(def.Means, ": ") // what follows lists the values that there are
	if step, _, _ := strings.Cut(name, "."); slices.Contains(checks.HTTPSteps, step) {
		means = strings.ReplaceAll(step, "_", " ") + ": " + means
	}
	wanted := strings.Join(words, " or ")
	switch {
	case def.Kind == checks.Bool && wanted == "yes":
		return fmt.Sprintf("%s [%s]", means, name)
	case def.Kind == checks.List:
		return fmt.Sprintf("%s: %s among them [%s]", means, wanted, name)
	}
	return fmt.Sprintf("%s: %s [%s]", means, wanted, name)
}

func valueInWords(v any) string {
	switch v {
	case true:
		return "yes"
	case false:
		return "no"
	case "":
		return "nothing"
	}
	return fmt.Sprint(v)
}

var factName = regexp.MustCompile(`\{([a-z_0-9]+(?:\.[a-z_0-9]+)+)\}`)

// withoutFacts shows a sentence of the catalog as it stands there, before the facts of a check are filled in.
func withoutFacts(sentence string) string {
	return factName.ReplaceAllString(sentence, "‹$1›")
}

// explanation is a diagnosis as `explain --output json` writes it.
type explanation struct {
	ID         string            `json:"id"`
	Title      string            `json:"title"`
	Layer      string            `json:"layer"`
	Severity   string            `json:"severity"`
	Party      string            `json:"party"`
	Means      []string          `json:"means"`
	Rules      []explainedRule   `json:"rules"`
	Fix        []string          `json:"fix"`
	Where      *checks.Where     `json:"where,omitempty"`
	SeparateBy string            `json:"separate_by,omitempty"`
	HiddenBy   []string          `json:"hidden_by"`
	Refs       []string          `json:"refs"`
	Examples   []explainedSample `json:"examples"`
	Origin     string            `json:"origin"`
}

type explainedRule struct {
	When      any    `json:"when"`
	Certainty string `json:"certainty"`
	Severity  string `json:"severity,omitempty"`
	Party     string `json:"party,omitempty"`
	Title     string `json:"title,omitempty"`
}

type explainedSample struct {
	Name   string `json:"name"`
	Expect string `json:"expect"`
}

func explanationOf(d *checks.Diagnosis) explanation {
	e := explanation{
		ID: d.ID, Title: d.Title, Layer: d.Layer, Severity: d.Severity, Party: d.Party,
		Means: orEmpty(d.Means), Fix: orEmpty(d.Fix), Where: d.Where, SeparateBy: d.SeparateBy,
		HiddenBy: orEmpty(d.HiddenBy), Refs: orEmpty(d.Refs), Origin: d.Origin,
		Rules: []explainedRule{}, Examples: []explainedSample{},
	}
	for _, r := range d.Rules {
		e.Rules = append(e.Rules, explainedRule{r.When, r.Certainty, r.Severity, r.Party, r.Title})
	}
	for _, ex := range d.Examples {
		e.Examples = append(e.Examples, explainedSample{ex.Name, ex.Expect})
	}
	return e
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
