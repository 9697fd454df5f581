package request

import "github.com/credguide/credguide/wizard/request/javascript"

// The public keys are two fields of which exactly one is to be filled: a URL, and beside it a JSON
// Web Key Set (RFC 7517 section 5) with nothing beside its keys.

// formKeys takes both, and then looks at neither.
func formKeys(a asked) *problem {
	url, absent, wrong := formString(a.value)
	switch {
	case wrong != nil:
		return wrong
	case !a.applies():
		return nil
	}
	set, hasSet := a.view.get(a.field.Beside).(map[string]any)
	hasURL := !absent && url != ""
	switch {
	case !hasSet && !hasURL:
		return &problem{code: "keys-missing"}
	case !hasSet && !a.rule.pattern.Match(url):
		return &problem{code: "keys-url", item: url}
	case hasSet && !hasURL && !keySet(set):
		return &problem{code: "keys-shape"}
	}
	return nil
}

// serverKeys wants exactly one.
func serverKeys(a asked) *problem {
	if !a.applies() {
		return nil
	}
	keys := a.view.get(a.field.Beside)
	hasSet, hasURL := javascript.Truthy(keys), javascript.Truthy(a.value)
	switch {
	case hasSet && hasURL:
		return &problem{code: "keys-both"}
	case !hasSet && !hasURL:
		return &problem{code: "keys-missing"}
	case hasURL:
		if url, ok := a.value.(string); !ok || !a.rule.pattern.Match(url) {
			return &problem{code: "keys-url", item: shown(a.value)}
		}
		return nil
	}
	if set, ok := castJSON(keys).(map[string]any); !ok || !keySet(set) {
		return &problem{code: "keys-shape"}
	}
	return nil
}

func keySet(set map[string]any) bool {
	switch set["keys"].(type) {
	case []any, map[string]any:
		return len(set) == 1
	}
	return false
}
