package checks

import (
	"fmt"
	"maps"
	"slices"
)

// Truth is three-valued (Kleene): a condition over an unobserved fact is Unknown, and stays so
// through not.
type Truth int

// The three truth values.
const (
	False Truth = iota
	Unknown
	True
)

// Condition is a parsed `when`. Its vocabulary is closed: a fact equals a value or one of several,
// `all`, `any`, `not`. What it cannot say becomes a derived fact in Go.
type Condition interface {
	eval(Facts) Truth
	// decisive lists the observations that made the condition true. Of a list it gives the element.
	decisive(Facts) []Fact
}

type is struct {
	fact string
	any  []any // equal to one of these
}

type (
	allOf []Condition
	anyOf []Condition
	not   struct{ c Condition }
)

func (c is) eval(f Facts) Truth {
	v, known := f[c.fact]
	if !known {
		return Unknown
	}
	for _, want := range c.any {
		if equal(v, want) {
			return True
		}
	}
	return False
}

// equal compares a fact with a value; a list fact equals a text when it holds it.
func equal(v, want any) bool {
	if l, ok := v.([]string); ok {
		s, isText := want.(string)
		return isText && slices.Contains(l, s)
	}
	return v == want
}

func (c allOf) eval(f Facts) Truth {
	t := True
	for _, x := range c {
		if t = min(t, x.eval(f)); t == False {
			return t
		}
	}
	return t
}

func (c anyOf) eval(f Facts) Truth {
	t := False
	for _, x := range c {
		if t = max(t, x.eval(f)); t == True {
			return t
		}
	}
	return t
}

func (c not) eval(f Facts) Truth { return True - c.c.eval(f) }

func (c is) decisive(f Facts) []Fact {
	for _, want := range c.any {
		if v, known := f[c.fact]; known && equal(v, want) {
			return []Fact{{c.fact, want}}
		}
	}
	return nil
}

func (c allOf) decisive(f Facts) (out []Fact) {
	for _, x := range c {
		out = append(out, x.decisive(f)...)
	}
	return out
}

func (c anyOf) decisive(f Facts) (out []Fact) {
	for _, x := range c {
		if x.eval(f) == True {
			out = append(out, x.decisive(f)...)
		}
	}
	return out
}

func (c not) decisive(Facts) []Fact { return nil }

// parseCondition reads a `when` mapping; every entry of it must hold.
func parseCondition(raw any) (Condition, error) {
	m, ok := raw.(map[string]any)
	if !ok || len(m) == 0 {
		return nil, fmt.Errorf("a condition is a non-empty mapping, not %v", raw)
	}
	var all allOf
	for _, key := range slices.Sorted(maps.Keys(m)) {
		c, err := parseEntry(key, m[key])
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return all, nil
}

func parseEntry(key string, value any) (Condition, error) {
	switch key {
	case "all", "any":
		list, ok := value.([]any)
		if !ok || len(list) == 0 {
			return nil, fmt.Errorf("%s takes a list of conditions", key)
		}
		var cs []Condition
		for _, item := range list {
			c, err := parseCondition(item)
			if err != nil {
				return nil, err
			}
			cs = append(cs, c)
		}
		if key == "all" {
			return allOf(cs), nil
		}
		return anyOf(cs), nil
	case "not":
		c, err := parseCondition(value)
		return not{c}, err
	default:
		return parseFactTest(key, value)
	}
}

func parseFactTest(name string, value any) (Condition, error) {
	def, ok := vocabulary[name]
	if !ok {
		return nil, fmt.Errorf("unknown fact %q", name)
	}
	values, ok := value.([]any)
	if !ok {
		values = []any{value}
	}
	test := is{fact: def.Name}
	for _, v := range values {
		elem := def
		if def.Kind == List { // tested for an element
			elem.Kind = Text
		}
		conv, err := elem.Kind.convert(v)
		if err != nil {
			return nil, fmt.Errorf("fact %s: %w", name, err)
		}
		test.any = append(test.any, conv)
	}
	return test, nil
}
