package explain

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/credguide/credguide/checks"
)

// condition writes a `when` as a nested list, with the fact names in brackets for those who read a
// report.
func condition(when any, depth int) (lines []Line) {
	entries, ok := when.(map[string]any)
	if !ok {
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		combined, ok := combinations[key]
		if !ok {
			lines = append(lines, Line{depth, fact(key, entries[key])})
			continue
		}
		lines = append(lines, Line{depth, combined})
		parts, several := entries[key].([]any)
		if !several {
			parts = []any{entries[key]}
		}
		for _, part := range parts {
			if together, ok := part.(map[string]any); ok && len(together) > 1 && key != "all" {
				lines = append(lines, Line{depth + 1, combinations["all"]})
				lines = append(lines, condition(part, depth+2)...)
				continue
			}
			lines = append(lines, condition(part, depth+1)...)
		}
	}
	return lines
}

var combinations = map[string]string{
	"all": "all of these hold:",
	"any": "at least one of these holds:",
	"not": "not:",
}

var definitions = func() map[string]checks.FactDef {
	defs := map[string]checks.FactDef{}
	for _, d := range checks.Vocabulary() {
		defs[d.Name] = d
	}
	return defs
}()

// fact says one test of a fact, for example: HTTP status of the answer: 401 [token.status].
func fact(name string, value any) string {
	def := definitions[name]
	values, several := value.([]any)
	if !several {
		values = []any{value}
	}
	var words []string
	for _, v := range values {
		words = append(words, shown(v))
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

func shown(v any) string {
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
