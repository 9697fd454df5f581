package report

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/credguide/credguide/checks"
)

// A line is what encoding/json makes of the same report, whatever its facts hold.
func TestALineIsTheReport(t *testing.T) {
	all := checks.Vocabulary()
	rapid.Check(t, func(t *rapid.T) {
		r := checks.Report{Evidence: checks.Evidence{Facts: checks.Facts{}, Subject: checks.Subject{
			Name: rapid.SampledFrom([]string{"", `"facts":null`, "facts"}).Draw(t, "name"), Labels: map[string]string{"facts": "null"},
		}}}
		for _, def := range rapid.SliceOfN(rapid.SampledFrom(all), 0, 20).Draw(t, "facts") {
			r.Facts[def.Name] = rapid.OneOf(rapid.String().AsAny(), rapid.Bool().AsAny(), rapid.Int().AsAny(), rapid.Float64().AsAny(),
				rapid.SliceOf(rapid.String()).AsAny(), rapid.SampledFrom([]any{nil, []string(nil), `<a>&"\`, "\u2028\x00##"})).Draw(t, "value")
		}
		if rapid.Bool().Draw(t, "foreign") {
			r.Facts[rapid.String().Draw(t, "fact")] = "value"
		}
		got, err := new(lineRoom).encode(r)
		if err != nil {
			t.Fatal(err)
		}
		if want, err := encode(r, ""); err != nil || string(got) != string(want) {
			t.Fatalf("%s\nand not\n%s, %v", got, want, err)
		}
	})
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
