package request

import "github.com/credguide/credguide/wizard/request/javascript"

// formText judges a text as the browser form does: lengths in UTF-16 units, no trimming.
func formText(a asked) *problem {
	text, there, bad := a.entered()
	if !there {
		return bad
	}
	return a.fits(text, javascript.Length(text))
}

// entered is the text that is left to judge. Where there is none, all is said already.
func (a asked) entered() (text string, there bool, bad *problem) {
	text, absent, wrong := formString(a.value)
	switch {
	case wrong != nil:
		return "", false, wrong
	case !a.applies():
		return "", false, nil
	case !absent && text != "":
		return text, true, nil
	case a.required():
		return "", false, &problem{code: "missing"}
	}
	return "", false, nil
}

// formString is the type check of every text-like field of the form: it runs even where no other
// rule applies.
func formString(v any) (text string, absent bool, wrong *problem) {
	if javascript.Absent(v) {
		return "", true, nil
	}
	text, ok := v.(string)
	if !ok {
		return "", false, &problem{code: "type", item: shown(v)}
	}
	return text, false, nil
}

// serverTextRule judges a text as the server does: trimmed, lengths in characters, another type
// read as text.
func serverTextRule(a asked) *problem {
	if !a.applies() {
		return nil
	}
	if a.rule.Untrimmed {
		return serverUntrimmed(a)
	}
	if a.missing() {
		return &problem{code: "missing"}
	}
	if !javascript.Truthy(a.value) {
		return nil
	}
	text := javascript.Trim(serverText(a.value))
	if a.rule.Optional && text == "" {
		return nil
	}
	return a.fits(text, javascript.Characters(text))
}

// missing reports whether a required value is not there. The server takes false and 0 for
// something, with exceptions.
func (a asked) missing() bool {
	nothing := serverEmpty(a.value)
	if a.rule.Zero == "missing" {
		nothing = !javascript.Truthy(a.value)
	}
	return nothing && a.required()
}

// serverUntrimmed is for the one field that is judged before it is trimmed, and whose trimming
// breaks on any other type.
func serverUntrimmed(a asked) *problem {
	text, there, bad := a.entered()
	if !there {
		return bad
	}
	return a.fits(text, javascript.Characters(text))
}

func (a asked) fits(text string, length int) *problem {
	r := a.rule
	switch {
	case r.Min != nil && length < *r.Min:
		return &problem{code: "short", length: length, min: *r.Min}
	case r.Max != nil && length > *r.Max:
		return &problem{code: "long", length: length, max: *r.Max}
	case r.pattern != nil && !r.pattern.Match(text):
		return &problem{code: "pattern", item: text}
	}
	return nil
}
