package report

import (
	"reflect"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/text"
)

// maxShown bounds each text of a report, in characters: a server must not be able to push the cause off the screen.
const maxShown = 2000

// clean makes a text safe to show on one line.
func clean(s string) string { return text.Line(s, maxShown) }

// Redacted returns a copy of the report in which redact has been applied to every text.
func Redacted(r checks.Report, redact func(string) string) checks.Report { return tidy(r, redact) }

// tidy returns a copy of the report in which show has been applied to every text, and no list is nil. Renderers work on such
// a copy only.
func tidy(r checks.Report, show func(string) string) checks.Report {
	r = mapped(reflect.ValueOf(r), show).Interface().(checks.Report)
	for _, list := range [][]checks.Finding{r.Diagnoses, r.Hidden} {
		for i := range list {
			list[i].Fix = list[i].Steps.Lines()
		}
	}
	return r
}

// mapped copies a value. It goes by the types, so that a text which a report gains is not forgotten.
func mapped(v reflect.Value, show func(string) string) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.String:
		out.SetString(show(v.String()))
	case reflect.Struct:
		if _, ok := v.Interface().(time.Time); ok {
			return v
		}
		for i := range v.NumField() {
			out.Field(i).Set(mapped(v.Field(i), show))
		}
	case reflect.Slice:
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			out.Index(i).Set(mapped(v.Index(i), show))
		}
	case reflect.Map:
		out.Set(reflect.MakeMapWithSize(v.Type(), v.Len()))
		for name, value := range v.Seq2() {
			out.SetMapIndex(mapped(name, show), mapped(value, show))
		}
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return v
		}
		inner := mapped(v.Elem(), show)
		if v.Kind() == reflect.Interface {
			out.Set(inner)
		} else {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(inner)
		}
	default:
		return v
	}
	return out
}

// each maps a list into a new one, which is never nil.
func each[T, U any](in []T, f func(T) U) []U {
	out := make([]U, 0, len(in))
	for _, v := range in {
		out = append(out, f(v))
	}
	return out
}
