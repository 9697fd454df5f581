// Package checks turns evidence into findings. It is pure: it opens no socket, reads no clock and cannot import the package
// in which secrets live, so a finding can never hold one. Evidence is a set of named facts; a diagnosis is a rule over
// facts, in a YAML file of its own. A fact that was not observed is unknown, never false: an unreachable server yields
// "cannot tell" and never an accusation.
package checks

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Facts are observations by name. Every name is declared in the vocabulary; values are string, bool, int or []string.
type Facts map[string]any

// Kind is the type of a fact's value.
type Kind string

// The kinds of facts.
const (
	Text Kind = "text"
	Bool Kind = "bool"
	Int  Kind = "int"
	List Kind = "list"
)

// FactDef declares a fact: its name, its kind and what it says. Derived facts are computed from the others, in Go.
type FactDef struct {
	Name    string
	Kind    Kind
	Means   string
	Derived bool
}

var vocabulary = func() map[string]FactDef {
	all := map[string]FactDef{}
	for _, d := range declared() {
		if _, twice := all[d.Name]; twice {
			panic("fact declared twice: " + d.Name)
		}
		all[d.Name] = d
	}
	return all
}()

// Vocabulary lists every declared fact, in alphabetical order.
func Vocabulary() []FactDef {
	defs := make([]FactDef, 0, len(vocabulary))
	for _, d := range vocabulary {
		defs = append(defs, d)
	}
	slices.SortFunc(defs, func(a, b FactDef) int { return strings.Compare(a.Name, b.Name) })
	return defs
}

// Set records a fact. The name must be declared and the value of its kind: anything else is a defect of the program.
func (f Facts) Set(name string, value any) {
	def, ok := vocabulary[name]
	if !ok {
		panic("undeclared fact: " + name)
	}
	v, err := def.convert(value)
	if err != nil {
		panic(fmt.Sprintf("fact %s: %v", name, err))
	}
	f[name] = v
}

// ParseFacts checks facts that come from outside (a saved report, a diagnosis file's example) against the vocabulary.
func ParseFacts(raw map[string]any) (Facts, error) {
	f := Facts{}
	for name, value := range raw {
		def, ok := vocabulary[name]
		if !ok {
			return nil, fmt.Errorf("unknown fact %q", name)
		}
		v, err := def.convert(value)
		if err != nil {
			return nil, fmt.Errorf("fact %s: %w", name, err)
		}
		f[name] = v
	}
	return f, nil
}

// convert accepts the value as Go code, JSON and YAML give it.
func (d FactDef) convert(value any) (any, error) {
	switch d.Kind {
	case Text:
		if s, ok := value.(string); ok {
			return s, nil
		}
	case Bool:
		if b, ok := value.(bool); ok {
			return b, nil
		}
	case Int:
		switch n := value.(type) {
		case int:
			return n, nil
		case float64:
			if n == math.Trunc(n) && math.Abs(n) < 1<<53 {
				return int(n), nil
			}
		}
	case List:
		return toList(value)
	}
	return nil, fmt.Errorf("%v is not of kind %s", value, d.Kind)
}

func toList(value any) (any, error) {
	switch l := value.(type) {
	case []string:
		return append([]string{}, l...), nil
	case nil:
		return []string{}, nil
	case []any:
		out := make([]string, 0, len(l))
		for _, v := range l {
			s, ok := v.(string)
			if !ok {
				return nil, fmt.Errorf("%v is not text", v)
			}
			out = append(out, s)
		}
		return out, nil
	}
	return nil, fmt.Errorf("%v is not a list of text", value)
}

// Text returns a text fact, "" when it is unknown.
func (f Facts) Text(name string) string { s, _ := f[name].(string); return s }

// Int returns a number fact and whether it was observed.
func (f Facts) Int(name string) (int, bool) { n, ok := f[name].(int); return n, ok }

// Is tells whether a bool fact was observed to be true.
func (f Facts) Is(name string) bool { b, _ := f[name].(bool); return b }

// Known tells whether a fact was observed.
func (f Facts) Known(name string) bool { _, ok := f[name]; return ok }

// List returns a list fact, nil when it is unknown.
func (f Facts) List(name string) []string { l, _ := f[name].([]string); return l }

// Show writes a fact's value for people; ok is false when it is unknown or empty.
func (f Facts) Show(name string) (text string, ok bool) {
	switch v := f[name].(type) {
	case string:
		return v, v != ""
	case bool:
		return strconv.FormatBool(v), true
	case int:
		return strconv.Itoa(v), true
	case []string:
		return strings.Join(v, ", "), len(v) > 0
	}
	return "", false
}
