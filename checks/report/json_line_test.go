package report

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/credguide/credguide/checks"
)

// A line is what encoding/json makes of the same report, whatever its facts hold.
func TestALineIsTheReport(t *testing.T) {
	all, room := checks.Vocabulary(), new(lineRoom)
	rapid.Check(t, func(t *rapid.T) {
		r := checks.Report{Evidence: checks.Evidence{Facts: checks.Facts{}, Subject: checks.Subject{
			Name: rapid.SampledFrom([]string{"", `"facts":null`, "facts"}).Draw(t, "name"), Labels: map[string]string{"facts": "null"},
		}}}
		for _, def := range rapid.SliceOfN(rapid.SampledFrom(all), 0, 20).Draw(t, "facts") {
			r.Facts[def.Name] = rapid.OneOf(rapid.String().AsAny(), rapid.Bool().AsAny(), rapid.Int().AsAny(), rapid.Float64().AsAny(),
				rapid.SliceOf(rapid.String()).AsAny(), rapid.SampledFrom([]any{nil, []string(nil), `<a>&"\`, "\u2028\x00##"})).Draw(t, "value")
		}
		for range rapid.IntRange(0, 3).Draw(t, "rows") {
			r.Checks = append(r.Checks, *drawn(t, &checks.Check{}))
			r.Requests = append(r.Requests, *drawn(t, &checks.Request{}))
		}
		if rapid.Bool().Draw(t, "foreign") {
			r.Facts[rapid.String().Draw(t, "fact")] = "value"
		}
		got, err := room.encode(r)
		if err != nil {
			t.Fatal(err)
		}
		if want, err := encode(r, ""); err != nil || string(got) != string(want) {
			t.Fatalf("%s\nand not\n%s, %v", got, want, err)
		}
	})
}

// drawn gives each field of a struct a value or none.
func drawn[T any](t *rapid.T, row *T) *T {
	v := reflect.ValueOf(row).Elem()
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		switch field := v.Field(i); field.Kind() {
		case reflect.String:
			field.SetString(rapid.SampledFrom([]string{"", "plain", `"checks":null`, "<a>&\"\\", "\u2028##\x00é"}).Draw(t, name))
		case reflect.Int, reflect.Int64:
			field.SetInt(rapid.Int64().Draw(t, name))
		case reflect.Bool:
			field.SetBool(rapid.Bool().Draw(t, name))
		case reflect.Pointer:
			if rapid.Bool().Draw(t, name+" is there") {
				field.Set(reflect.New(field.Type().Elem()))
				field.Elem().SetBool(rapid.Bool().Draw(t, name))
			}
		default:
			t.Fatalf("%s is a %s", name, field.Kind())
		}
	}
	return row
}

func BenchmarkLine(b *testing.B) {
	r := checks.Report{Evidence: checks.Evidence{Facts: checks.Facts{}}}
	for i, def := range checks.Vocabulary() {
		if i%2 == 0 {
			r.Facts[def.Name] = "a text of usual length"
		}
	}
	for b.Loop() {
		if _, err := new(lineRoom).encode(r); err != nil {
			b.Fatal(err)
		}
	}
}
