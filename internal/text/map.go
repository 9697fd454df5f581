package text

import (
	"maps"
	"reflect"
	"slices"
	"sync"
)

// Map returns a value with f applied to every text of an exported field, and no list nil. It goes
// by the types, so that a text which a type gains is not forgotten. The value itself stays as it
// is; the result shares with it what is the same.
func Map[T any](value T, f func(string) string) T {
	if out, changed := MapAny(value, f); changed {
		return out.(T)
	}
	return value
}

// MapAny is Map for a value of any type, and tells whether the result is another one. The usual types
// are mapped without a look at their inside.
func MapAny(value any, f func(string) string) (out any, changed bool) {
	switch v := value.(type) {
	case nil, bool, int, int64, float64:
		return value, false
	case string:
		if s := f(v); s != v {
			return s, true
		}
		return value, false
	case []string:
		if list, changed := mapStrings(v, f); changed {
			return list, true
		}
		return value, false
	}
	next, changed := mapped(reflect.ValueOf(value), f)
	if !changed {
		return value, false
	}
	return next.Interface(), true
}

func mapStrings(list []string, f func(string) string) (out []string, changed bool) {
	if list == nil {
		return []string{}, true
	}
	for i, s := range list {
		if next := f(s); next != s {
			if !changed {
				list, changed = slices.Clone(list), true
			}
			list[i] = next
		}
	}
	return list, changed
}

// mapped is the value after f, and whether that is another one.
func mapped(v reflect.Value, f func(string) string) (out reflect.Value, changed bool) {
	switch v.Kind() {
	case reflect.String:
		s := f(v.String())
		if s == v.String() {
			return v, false
		}
		out = reflect.New(v.Type()).Elem()
		out.SetString(s)
		return out, true
	case reflect.Struct:
		return mappedStruct(v, f)
	case reflect.Slice:
		return mappedSlice(v, f)
	case reflect.Map:
		return mappedMap(v, f)
	case reflect.Pointer, reflect.Interface:
		return mappedInner(v, f)
	}
	return v, false
}

func mappedStruct(v reflect.Value, f func(string) string) (out reflect.Value, changed bool) {
	out = v
	for _, i := range fieldsOf(v.Type()) {
		next, other := mapped(v.Field(i), f)
		if !other {
			continue
		}
		if !changed {
			out, changed = reflect.New(v.Type()).Elem(), true
			out.Set(v)
		}
		out.Field(i).Set(next)
	}
	return out, changed
}

// withTexts are the fields of each type of struct that may hold texts. There are as many types as
// the program has.
var withTexts sync.Map

func fieldsOf(t reflect.Type) []int {
	if known, ok := withTexts.Load(t); ok {
		return known.([]int)
	}
	var fields []int
	for i := range t.NumField() {
		if field := t.Field(i); field.IsExported() && !still(field.Type) {
			fields = append(fields, i)
		}
	}
	withTexts.Store(t, fields)
	return fields
}

func mappedSlice(v reflect.Value, f func(string) string) (out reflect.Value, changed bool) {
	switch {
	case v.IsNil():
		return reflect.MakeSlice(v.Type(), 0, 0), true
	case still(v.Type().Elem()):
		return v, false
	}
	out = v
	for i := range v.Len() {
		next, other := mapped(v.Index(i), f)
		if !other {
			continue
		}
		if !changed {
			out, changed = reflect.MakeSlice(v.Type(), v.Len(), v.Len()), true
			reflect.Copy(out, v)
		}
		out.Index(i).Set(next)
	}
	return out, changed
}

func mappedMap(v reflect.Value, f func(string) string) (out reflect.Value, changed bool) {
	if v.IsNil() {
		return reflect.MakeMap(v.Type()), true
	}
	if t := reflect.TypeFor[map[string]any](); v.CanConvert(t) { // facts
		facts, changed := mapNamed(v.Convert(t).Interface().(map[string]any), f, func(value any) (any, bool) { return MapAny(value, f) })
		if !changed {
			return v, false
		}
		return reflect.ValueOf(facts).Convert(v.Type()), true
	}
	if t := reflect.TypeFor[map[string]string](); v.CanConvert(t) { // labels
		labels, changed := mapNamed(v.Convert(t).Interface().(map[string]string), f, func(s string) (string, bool) {
			next := f(s)
			return next, next != s
		})
		if !changed {
			return v, false
		}
		return reflect.ValueOf(labels).Convert(v.Type()), true
	}
	out = reflect.MakeMapWithSize(v.Type(), v.Len())
	for name, value := range v.Seq2() {
		nextName, otherName := mapped(name, f)
		next, other := mapped(value, f)
		changed = changed || otherName || other
		out.SetMapIndex(nextName, next)
	}
	if !changed {
		return v, false
	}
	return out, true
}

// mapNamed maps the names, and each value by a function of its own.
func mapNamed[V any](all map[string]V, f func(string) string, each func(V) (V, bool)) (out map[string]V, changed bool) {
	out = all
	for name, value := range all {
		next, other := each(value)
		nextName := f(name)
		if !other && nextName == name {
			continue
		}
		if !changed {
			out, changed = maps.Clone(all), true
		}
		if nextName != name {
			delete(out, name)
		}
		out[nextName] = next
	}
	return out, changed
}

func mappedInner(v reflect.Value, f func(string) string) (out reflect.Value, changed bool) {
	if v.IsNil() {
		return v, false
	}
	inner, changed := mapped(v.Elem(), f)
	switch {
	case !changed:
		return v, false
	case v.Kind() == reflect.Interface:
		out = reflect.New(v.Type()).Elem()
		out.Set(inner)
		return out, true
	default:
		out = reflect.New(v.Type().Elem())
		out.Elem().Set(inner)
		return out, true
	}
}

// still tells a kind of value that holds no text.
func still(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String, reflect.Struct, reflect.Slice, reflect.Map, reflect.Pointer, reflect.Interface:
		return false
	default:
		return true
	}
}
