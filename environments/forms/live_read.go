package forms

import (
	"errors"
	"fmt"
	"strings"

	"github.com/credguide/credguide/internal/text"
)

// tenant reads the registry's answer by the form's places. The first thing that is not what it
// should be is kept as the fault.
type tenant struct {
	root  any
	form  Form
	fault error
}

func (t *tenant) fail(err error) {
	if t.fault == nil {
		t.fault = err
	}
}

// at is the value at a place; nil where there is none.
func (t *tenant) at(place string) any {
	if place == "" {
		return nil
	}
	v := t.root
	for name := range strings.SplitSeq(place, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[name]
		case []any:
			v = eachItem(x, name)
		default:
			return nil
		}
	}
	return v
}

func eachItem(list []any, name string) []any {
	out := make([]any, 0, len(list))
	for _, item := range list {
		if object, ok := item.(map[string]any); ok {
			out = append(out, object[name])
		}
	}
	return out
}

func (t *tenant) has(place string) bool { return t.at(place) != nil }

// list is a list of texts. It is known also where it is left out of an object that is there: then
// it is empty.
func (t *tenant) list(place string) (list []string, known bool) {
	v := t.at(place)
	if v == nil {
		cut := strings.LastIndexByte(place, '.')
		_, known = t.at(place[:max(cut, 0)]).(map[string]any)
		return nil, known && cut > 0
	}
	items, ok := v.([]any)
	if !ok {
		t.fail(fmt.Errorf("%s is not a list", place))
		return nil, false
	}
	for _, item := range items {
		text, ok := item.(string)
		if !ok && item != nil {
			t.fail(fmt.Errorf("%s is not a list of texts", place))
			return nil, false
		}
		list = append(list, text)
	}
	if err := decent(list); err != nil {
		t.fail(err)
		return nil, false
	}
	return list, true
}

func (t *tenant) text(place string) string {
	text, _ := t.at(place).(string)
	if err := decent([]string{text}); err != nil {
		t.fail(err)
		return ""
	}
	return text
}

// decent refuses what would not fit a form or a terminal.
func decent(list []string) error {
	const most, longest = 500, 200
	if len(list) > most {
		return fmt.Errorf("a list of %d entries", len(list))
	}
	for _, s := range list {
		if len(s) > longest || !text.Printable(s) {
			return errors.New("an entry is too long or has control characters")
		}
	}
	return nil
}
