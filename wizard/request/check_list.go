package request

import "github.com/credguide/credguide/wizard/request/javascript"

// formChoices judges a list of tick boxes: each item must be an option.
func formChoices(a asked) *problem {
	list, ok := a.value.([]any)
	if !ok || !a.applies() {
		return nil
	}
	for _, item := range list {
		if p := a.itemOffered(item); p != nil {
			return p
		}
	}
	return nil
}

func serverChoices(a asked) *problem {
	if !a.applies() || !javascript.Truthy(a.value) {
		return nil
	}
	list, ok := a.value.([]any)
	if !ok {
		return &problem{code: "type", item: shown(a.value)}
	}
	for _, item := range list {
		if p := a.itemOffered(item); p != nil {
			return p
		}
	}
	return nil
}

func (a asked) itemOffered(item any) *problem {
	text, ok := item.(string)
	if !ok || text == "" {
		return itemProblem(item)
	}
	return a.listed(text)
}

func itemProblem(item any) *problem {
	if javascript.Absent(item) || item == "" {
		return &problem{code: "empty-item"}
	}
	return &problem{code: "type", item: shown(item)}
}

// formScopes judges the scopes: at least one, each a text within its limits, none twice.
func formScopes(a asked) *problem {
	if !a.applies() {
		return nil
	}
	list, _ := a.value.([]any)
	if len(list) == 0 {
		return &problem{code: "missing"}
	}
	for _, item := range list {
		text, ok := item.(string)
		if !ok || text == "" {
			return itemProblem(item)
		}
		if p := a.fits(text, javascript.Length(text)); p != nil {
			return p
		}
	}
	return a.twice(list)
}

func serverScopes(a asked) *problem {
	if !a.applies() {
		return nil
	}
	if serverEmpty(a.value) {
		if a.required() {
			return &problem{code: "missing"}
		}
		return nil
	}
	list, ok := a.value.([]any)
	if !ok {
		if _, text := a.value.(string); text {
			return &problem{code: "type", item: shown(a.value)}
		}
		return nil // the server looks no further at what has no length
	}
	for _, item := range list {
		text, ok := item.(string)
		if !ok || !a.rule.pattern.Match(text) {
			return &problem{code: "pattern", item: shown(item)}
		}
	}
	return nil
}

// twice finds a text that stands in the list a second time.
func (a asked) twice(list []any) *problem {
	if !a.rule.Unique {
		return nil
	}
	seen := make(map[any]bool, len(list))
	for _, item := range list {
		if seen[item] {
			return &problem{code: "duplicate", item: shown(item)}
		}
		seen[item] = true
	}
	return nil
}
