// Package checks turns evidence into findings. It is pure: it opens no socket, reads no clock and
// cannot import the package in which secrets live, so a finding can never hold one. Evidence is a
// set of named facts; a diagnosis is a rule over facts, in a YAML file of its own. A fact that was
// not observed is unknown, never false: an unreachable server yields "cannot tell" and never an
// accusation.
package checks

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Facts are observations by name, as reports and diagnosis files write them. Values are string,
// bool, int or []string.
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

// FactDef declares a fact: its name, its kind and what it says. Derived facts are computed from the
// others, in Go.
type FactDef struct {
	Name    string
	Kind    Kind
	Means   string
	Derived bool
}

// Name is a declared fact. Only a declaration makes one, so that code which speaks of a fact that
// nobody declared does not compile. Names are public: they stand in reports and in diagnosis files,
// where loading refuses those that are unknown.
type Name struct {
	text    string
	kind    Kind
	derived bool
}

func (n Name) String() string { return n.text }

// Derived tells a fact that follows from others.
func (n Name) Derived() bool { return n.derived }

var vocabulary = map[string]FactDef{}

// fact declares what a probe observes.
func fact(name string, kind Kind, means string) Name {
	return declare(FactDef{Name: name, Kind: kind, Means: means})
}

// concluded declares what follows from other facts.
func concluded(name string, kind Kind, means string) Name {
	return declare(FactDef{Name: name, Kind: kind, Means: means, Derived: true})
}

func declare(d FactDef) Name {
	if _, twice := vocabulary[d.Name]; twice {
		panic("fact declared twice: " + d.Name)
	}
	vocabulary[d.Name] = d
	return Name{d.Name, d.Kind, d.Derived}
}

// Vocabulary lists every declared fact, in alphabetical order.
func Vocabulary() []FactDef {
	return slices.SortedFunc(maps.Values(vocabulary), func(a, b FactDef) int { return strings.Compare(a.Name, b.Name) })
}

// conclusions are the names of the facts that follow from others.
var conclusions = sync.OnceValue(func() (names []string) {
	for name, def := range vocabulary {
		if def.Derived {
			names = append(names, name)
		}
	}
	return names
})

// Set records a fact. A value of another kind than the declared one is a defect of the program.
func (f Facts) Set(name Name, value any) {
	v, err := name.kind.convert(value)
	if err != nil {
		panic(fmt.Sprintf("fact %s: %v", name, err))
	}
	f[name.text] = v
}

// ParseFacts checks facts that come from outside (a saved report, a diagnosis file's example)
// against the vocabulary.
func ParseFacts(raw map[string]any) (Facts, error) {
	f := Facts{}
	for name, value := range raw {
		def, ok := vocabulary[name]
		if !ok {
			return nil, fmt.Errorf("unknown fact %q", name)
		}
		v, err := def.Kind.convert(value)
		if err != nil {
			return nil, fmt.Errorf("fact %s: %w", name, err)
		}
		f[name] = v
	}
	return f, nil
}

// convert accepts the value as Go code, JSON and YAML give it.
func (k Kind) convert(value any) (any, error) {
	switch k {
	case Text:
		if _, ok := value.(string); ok {
			return value, nil
		}
	case Bool:
		if _, ok := value.(bool); ok {
			return value, nil
		}
	case Int:
		switch n := value.(type) {
		case int:
			return value, nil
		case float64:
			if n == math.Trunc(n) && math.Abs(n) < 1<<53 {
				return int(n), nil
			}
		}
	case List:
		return toList(value)
	}
	return nil, fmt.Errorf("%v is not of kind %s", value, k)
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
func (f Facts) Text(name Name) string { s, _ := f[name.text].(string); return s }

// Int returns a number fact and whether it was observed.
func (f Facts) Int(name Name) (int, bool) { n, ok := f[name.text].(int); return n, ok }

// Is tells whether a bool fact was observed to be true.
func (f Facts) Is(name Name) bool { b, _ := f[name.text].(bool); return b }

// Bool returns a bool fact and whether it was observed.
func (f Facts) Bool(name Name) (yes, known bool) { yes, known = f[name.text].(bool); return yes, known }

// Known tells whether a fact was observed.
func (f Facts) Known(name Name) bool { _, ok := f[name.text]; return ok }

// List returns a list fact, nil when it is unknown.
func (f Facts) List(name Name) []string { l, _ := f[name.text].([]string); return l }

// show writes a fact's value for people; ok is false when it is unknown or empty.
func show(value any) (text string, ok bool) {
	switch v := value.(type) {
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

// Drop takes a fact back.
func (f Facts) Drop(name Name) { delete(f, name.text) }

// copyFact takes a value over under another name, where it was observed.
func (f Facts) copyFact(to, from Name) {
	if v, ok := f[from.text]; ok {
		f[to.text] = v
	}
}
