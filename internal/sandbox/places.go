package sandbox

import (
	"maps"
	"slices"
	"strings"
)

// Placeholders in the world's strings. {NAME} is the origin of a host, for example https://127.0.0.1:4711; {NAME.host} its
// host and port, {NAME.localhost} the same origin by another name, {NAME.port} its port; {closed} the host and port of an address where nothing listens; {dir} the folder with the files. Ports are
// known only once everything listens, so faults write placeholders and expand fills them in.
func (n *network) expand(text string) string {
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
func (n *network) expandAny(v any) any {
	switch v := v.(type) {
	case string:
		return n.expand(v)
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

// expandAll expands each string of a list.
func (n *network) expandAll(list []string) []string {
	out := make([]string, 0, len(list))
	for _, text := range list {
		out = append(out, n.expand(text))
	}
	return out
}

// setPlace names a place that is no host.
func (n *network) setPlace(name, what string) { n.places[name] = what }

// place is the origin of a host, or another place by its placeholder.
func (n *network) place(name string) string { return n.places[name] }

// edit sets a member of a JSON document, or removes it where value is nil. Strings are expanded.
type edit struct {
	key   string
	value any
}

// apply changes a JSON document.
func (n *network) apply(doc map[string]any, edits []edit) {
	for _, e := range edits {
		if e.value == nil {
			delete(doc, e.key)
			continue
		}
		doc[e.key] = n.expandAny(e.value)
	}
}
