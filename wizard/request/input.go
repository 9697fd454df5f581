// Package request reads registration requests and says which fields the registry's browser form and
// which its server refuses, what to enter instead, and what is accepted but will disappoint. The
// rules are data (package forms); the checks that data cannot express are one file each,
// check_*.go. Nothing here needs a network.
package request

import (
	"maps"
	"slices"

	"github.com/credguide/credguide/internal/nearmiss"
	"github.com/credguide/credguide/wizard/request/javascript"
)

// Input is one registration request as it was written: the registry's field names with values of
// JSON's kinds (nil, bool, float64, string, []any, map[string]any).
type Input struct {
	// ID names the request in a verdict: its own "id", else where it was read.
	ID     string
	Fields map[string]any

	number bool // the "id" was a number, and a verdict gives it back as one
}

// filled returns the request as the form would hold it: every field of the form, an absent one at
// its default, a field under the name that it has in another configuration under its name here.
func (r *Rules) filled(in Input) map[string]any {
	values := make(map[string]any, len(r.fields)+len(in.Fields))
	maps.Copy(values, in.Fields)
	for _, f := range r.fields {
		if _, ok := values[f.Name]; ok {
			continue
		}
		values[f.Name] = f.Default
		for _, alias := range f.Aliases {
			if v, ok := in.Fields[alias]; ok {
				values[f.Name] = v
			}
		}
	}
	return values
}

// unknown lists the names of a request that the registry has no field for.
func (r *Rules) unknown(in Input) []string {
	var names []string
	for name := range in.Fields {
		if !r.known[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// near finds the field that a mistyped name probably means.
func (r *Rules) near(name string) string {
	names := make([]string, 0, len(r.fields))
	for _, f := range r.fields {
		names = append(names, f.Name)
	}
	return nearmiss.Of(name, names)
}

// texts lists the texts of a value: itself, a list's items, or contacts' addresses.
func texts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var all []string
		for _, item := range v {
			if m, ok := item.(map[string]any); ok {
				item = m["email"]
			}
			if s, ok := item.(string); ok {
				all = append(all, s)
			}
		}
		return all
	}
	return nil
}

// valueOf reads a field of an object; an absent one is undefined, as in JavaScript.
func valueOf(object map[string]any, name string) any {
	if v, ok := object[name]; ok {
		return v
	}
	return javascript.Undefined{}
}
