package text

import "reflect"

// Map returns a copy of a value in which f has been applied to every text of an exported field, and no list is nil. It goes by
// the types, so that a text which a type gains is not forgotten.
func Map[T any](value T, f func(string) string) T {
	return mapped(reflect.ValueOf(value), f).Interface().(T)
}

func mapped(v reflect.Value, f func(string) string) reflect.Value {
	if still(v.Type()) {
		return v
	}
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.String:
		out.SetString(f(v.String()))
	case reflect.Struct:
		out.Set(v)
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				out.Field(i).Set(mapped(v.Field(i), f))
			}
		}
	case reflect.Slice:
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			out.Index(i).Set(mapped(v.Index(i), f))
		}
	case reflect.Map:
		out.Set(reflect.MakeMapWithSize(v.Type(), v.Len()))
		for name, value := range v.Seq2() {
			out.SetMapIndex(mapped(name, f), mapped(value, f))
		}
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return v
		}
		inner := mapped(v.Elem(), f)
		if v.Kind() == reflect.Interface {
			out.Set(inner)
		} else {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(inner)
		}
	}
	return out
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
