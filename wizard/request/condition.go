package request

import (
	"slices"

	"github.com/credguide/credguide/environments/forms"
	"github.com/credguide/credguide/wizard/request/javascript"
)

// test is a forms.Test ready to run.
type test struct {
	forms.Test
	pattern javascript.Pattern
}

func compileTests(list []forms.Test) ([]test, error) {
	tests := make([]test, len(list))
	for i, t := range list {
		tests[i].Test = t
		if t.Matches == "" {
			continue
		}
		p, err := javascript.Compile(t.Matches)
		if err != nil {
			return nil, err
		}
		tests[i].pattern = p
	}
	return tests, nil
}

func allHold(tests []test, v view) bool {
	return !slices.ContainsFunc(tests, func(t test) bool { return !t.holds(v) })
}

func (t test) holds(v view) bool {
	value := v.get(t.Field)
	switch {
	case t.Blank != nil:
		return blank(value) == *t.Blank
	case t.Is != nil:
		return amongAny(value, t.Is)
	case t.Not != nil:
		return !amongAny(value, t.Not)
	case t.Longer != nil:
		return slices.ContainsFunc(texts(value), func(s string) bool { return len([]rune(s)) > *t.Longer })
	default:
		return slices.ContainsFunc(texts(value), t.pattern.Match)
	}
}

func blank(v any) bool {
	if list, ok := v.([]any); ok {
		return len(list) == 0
	}
	return !javascript.Truthy(v)
}

// amongAny asks a value, or any item of a list, for being one of the wanted ones.
func amongAny(v any, wanted []any) bool {
	if list, ok := v.([]any); ok {
		return slices.ContainsFunc(list, func(item any) bool { return among(item, wanted) })
	}
	return among(v, wanted)
}

func among(v any, wanted []any) bool {
	switch v.(type) {
	case string, bool:
		return slices.Contains(wanted, v)
	}
	return false
}
