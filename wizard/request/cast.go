package request

import (
	"encoding/json"
	"math"
	"strings"

	"github.com/credguide/credguide/wizard/request/javascript"
)

// The browser form first removes emptied inputs (Formik), then turns each value into the type of
// its field (yup 0.32), and only then judges it. The functions below are these two steps.

// emptied makes "" undefined, in lists and objects too.
func emptied(v any) any {
	switch v := v.(type) {
	case string:
		if v == "" {
			return javascript.Undefined{}
		}
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = emptied(item)
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(v))
		for k, item := range v {
			object[k] = emptied(item)
		}
		return object
	}
	return v
}

// castText turns numbers and switches into text. Lists and objects stay, and are refused for it.
func castText(v any) any {
	switch v.(type) {
	case bool, float64:
		return javascript.String(v)
	}
	return v
}

// castNumber reads a number from text without any of its white space; what is none becomes NaN.
func castNumber(v any) any {
	switch v := v.(type) {
	case nil, javascript.Undefined, float64:
		return v
	case string:
		text := javascript.WithoutSpace(v)
		if text == "" {
			return math.NaN()
		}
		return javascript.ToNumber(text)
	case []any:
		return javascript.ParseFloat(javascript.String(v))
	}
	return math.NaN()
}

// castSwitch knows true, false, 1 and 0 in any case; what is none of them stays.
func castSwitch(v any) any {
	if _, ok := v.(bool); ok || javascript.Absent(v) {
		return v
	}
	switch strings.ToLower(javascript.String(v)) {
	case "true", "1":
		return true
	case "false", "0":
		return false
	}
	return v
}

// castList reads a list from JSON text; what is no list becomes null, which counts as nothing
// entered.
func castList(v any, castItem func(any) any) any {
	v = castJSON(v)
	list, ok := v.([]any)
	if !ok {
		return absentOrNull(v)
	}
	items := make([]any, len(list))
	for i, item := range list {
		items[i] = castItem(item)
	}
	return items
}

// castObject reads an object from JSON text; what is no object becomes null.
func castObject(v any) any {
	v = castJSON(v)
	if object, ok := v.(map[string]any); ok {
		return object
	}
	return absentOrNull(v)
}

func castContact(v any) any {
	contact, ok := castObject(v).(map[string]any)
	if !ok {
		return nil
	}
	return map[string]any{"email": castText(valueOf(contact, "email")), "type": castText(valueOf(contact, "type"))}
}

func castJSON(v any) any {
	text, ok := v.(string)
	if !ok {
		return v
	}
	var parsed any
	if err := json.Unmarshal([]byte(text), &parsed); err != nil {
		return nil
	}
	return parsed
}

func absentOrNull(v any) any {
	if _, undefined := v.(javascript.Undefined); undefined {
		return v
	}
	return nil
}
