// Package javascript does with values what a browser and Node.js do: the registry's form and its
// server are JavaScript programs, so whether they refuse a value depends on how that language turns
// text into numbers, measures text, reads URLs and matches patterns. A value is nil (null),
// Undefined, bool, float64, string, []any or map[string]any.
package javascript

import (
	"math"
	"strings"
)

// Undefined is the value of what is not there, which JavaScript tells apart from null.
type Undefined struct{}

// Absent reports whether v is null or undefined.
func Absent(v any) bool {
	if v == nil {
		return true
	}
	_, undefined := v.(Undefined)
	return undefined
}

// Truthy reports whether v counts as true in a condition: an empty list and an empty object do, ""
// and 0 do not.
func Truthy(v any) bool {
	switch v := v.(type) {
	case nil, Undefined:
		return false
	case bool:
		return v
	case float64:
		return v != 0 && !math.IsNaN(v)
	case string:
		return v != ""
	default:
		return true
	}
}

// ObjectText is what an object without a text form of its own turns into.
const ObjectText = "[object Object]"

// String is what String(v) gives.
func String(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case Undefined:
		return "undefined"
	case bool:
		if v {
			return "true"
		}
		return "false"
	case float64:
		return NumberText(v)
	case string:
		return v
	case []any:
		return join(v)
	default:
		return ObjectText
	}
}

func join(list []any) string {
	parts := make([]string, len(list))
	for i, item := range list {
		if !Absent(item) {
			parts[i] = String(item)
		}
	}
	return strings.Join(parts, ",")
}
