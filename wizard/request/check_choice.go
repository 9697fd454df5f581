package request

import "github.com/credguide/credguide/wizard/request/javascript"

// formChoice judges a menu or a set of radio buttons.
func formChoice(a asked) *problem {
	text, there, bad := a.entered()
	if !there {
		return bad
	}
	if a.rule.Listed == "always" || a.rule.Listed == "required" && a.required() {
		return a.listed(text)
	}
	return nil
}

// serverChoice wants the very text of an option; only a rule that folds case takes another
// spelling.
func serverChoice(a asked) *problem {
	if !a.applies() {
		return nil
	}
	if a.missing() {
		return &problem{code: "missing"}
	}
	text, ok := a.value.(string)
	switch {
	case !ok && (javascript.Truthy(a.value) || a.rule.Zero == "judged" && !serverEmpty(a.value)):
		return &problem{code: "type", item: shown(a.value)}
	case text == "":
		return nil
	}
	if a.rule.LowerCase {
		text = javascript.Lower(text)
	}
	if a.rule.Listed == "" {
		return nil
	}
	return a.listed(text)
}

func (a asked) listed(text string) *problem {
	if a.offered(text) {
		return nil
	}
	return &problem{code: "option", item: text}
}
