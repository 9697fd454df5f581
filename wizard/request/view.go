package request

import "maps"

import "github.com/credguide/credguide/wizard/request/javascript"

// view is a request as one side sees it: the form after its casts, the server as it was sent.
type view map[string]any

func (v view) get(name string) any { return valueOf(v, name) }

func (v view) text(name string) string {
	s, _ := v[name].(string)
	return s
}

// formView casts every field to the type that its check works on.
func (r *Rules) formView(values map[string]any) view {
	v := make(view, len(values))
	for _, f := range r.fields {
		v[f.Name] = cast(f.Check, emptied(values[f.Name]))
	}
	for _, f := range r.fields {
		if keys, ok := values[f.Beside]; ok && f.Check == "keys" {
			v[f.Beside] = castObject(emptied(keys))
		}
	}
	return v
}

func cast(check string, v any) any {
	switch check {
	case "seconds":
		return castNumber(v)
	case "tick", "switch":
		return castSwitch(v)
	case "choices", "scopes", "redirect-uri":
		return castList(v, castText)
	case "contacts":
		return castList(v, castContact)
	default:
		return castText(v)
	}
}

// serverView is the request as sent, but for what the server fills in itself before it looks at
// other fields.
func (r *Rules) serverView(values map[string]any) view {
	v := make(view, len(values))
	maps.Copy(v, values)
	for _, f := range r.fields {
		if f.Filled && serverEmpty(v.get(f.Name)) {
			v[f.Name] = f.Default
		}
	}
	return v
}

// serverEmpty is the server's own notion of nothing: a number or a switch is always something,
// whatever its value.
func serverEmpty(v any) bool {
	switch v := v.(type) {
	case bool, float64:
		return false
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return true
}

// serverText is how the server's library (express-validator 6) reads any value as text: of a list,
// the first item.
func serverText(v any) string {
	if list, ok := v.([]any); ok {
		if len(list) == 0 {
			return ""
		}
		v = list[0]
	}
	if javascript.Absent(v) {
		return ""
	}
	return javascript.String(v)
}

// shown is a value as a message may quote it: the registry's rules are about text, whatever was
// written.
func shown(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case nil, javascript.Undefined:
		return "nothing"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	default:
		return javascript.String(v)
	}
}
