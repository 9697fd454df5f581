package request

import "github.com/credguide/credguide/wizard/request/javascript"

// formTick judges a tick box that some environments require: it must be true there, and a truth
// value everywhere.
func formTick(a asked) *problem {
	ticked, ok := a.value.(bool)
	switch {
	case javascript.Absent(a.value):
		return &problem{code: "missing"}
	case !ok:
		return &problem{code: "type", item: shown(a.value)}
	case !ticked && a.required():
		return &problem{code: "untick"}
	}
	return nil
}

// serverTick takes true or the text "true". The server reports all missing ticks as one field, and,
// by a slip, none of them when the service has no name.
func serverTick(a asked) *problem {
	if a.applies() && a.required() && a.value != true && a.value != "true" {
		return &problem{code: "untick"}
	}
	return nil
}

// formSwitch judges a truth value that an OIDC service must have.
func formSwitch(a asked) *problem {
	_, ok := a.value.(bool)
	switch {
	case ok:
		return nil
	case !javascript.Absent(a.value):
		return &problem{code: "type", item: shown(a.value)}
	case a.applies():
		return &problem{code: "missing"}
	}
	return nil
}

// serverSwitch replaces what is no truth value by false, except where the rule says that it refuses
// it.
func serverSwitch(a asked) *problem {
	if _, ok := a.value.(bool); ok || !a.rule.Typed || !javascript.Truthy(a.value) {
		return nil
	}
	return &problem{code: "type", item: shown(a.value)}
}
