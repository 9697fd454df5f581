package wire

import (
	"maps"
	"slices"
	"strings"
)

// Expand fills in the placeholders of a text. {NAME} is the origin of a host, for example
// https://127.0.0.1:4711; {NAME.host} its host and port, {NAME.localhost} the same origin by
// another name, {NAME.port} its port; {closed} the host and port of an address where nothing
// listens; {dir} the folder with the files. Ports are known only once everything listens, so faults
// write placeholders.
func (n *Network) Expand(text string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	pairs := make([]string, 0, 2*len(n.places))
	for _, name := range slices.Sorted(maps.Keys(n.places)) {
		pairs = append(pairs, "{"+name+"}", n.places[name])
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// expandAny expands the strings inside a JSON value.
func (n *Network) expandAny(v any) any {
	switch v := v.(type) {
	case string:
		return n.Expand(v)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = n.expandAny(v[i])
		}
		return out
	default:
		return v
	}
}

// ExpandAll expands each string of a list.
func (n *Network) ExpandAll(list []string) []string {
	out := make([]string, 0, len(list))
	for _, text := range list {
		out = append(out, n.Expand(text))
	}
	return out
}

// SetPlace names a place that is no host.
func (n *Network) SetPlace(name, what string) { n.places[name] = what }

// Place is the origin of a host, or another place by its placeholder.
func (n *Network) Place(name string) string { return n.places[name] }

// Edit sets a member of a JSON document, or removes it where value is nil. Strings are expanded.
type Edit struct {
	key   string
	value any
}

// Set is the edit that gives a member this value; nil removes it.
func Set(key string, value any) Edit { return Edit{key, value} }

// Apply changes a JSON document.
func (n *Network) Apply(doc map[string]any, edits []Edit) {
	for _, e := range edits {
		if e.value == nil {
			delete(doc, e.key)
			continue
		}
		doc[e.key] = n.expandAny(e.value)
	}
}
