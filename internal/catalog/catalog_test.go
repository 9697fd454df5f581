package catalog

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

type thing struct {
	ID    string   `yaml:"id"`
	Count int      `yaml:"count"`
	Tags  []string `yaml:"tags"`
}

const thingSchema = `{"type":"object","required":["id"],"additionalProperties":false,
 "properties":{"id":{"type":"string","minLength":1},"count":{"type":"integer"},"tags":{"type":"array","items":{"type":"string"}}}}`

func place(origin string, files map[string]string) Place {
	m := fstest.MapFS{}
	for n, s := range files {
		m["things/"+n] = &fstest.MapFile{Data: []byte(s)}
	}
	return Place{FS: m, Dir: "things", Origin: origin, Optional: true}
}

func TestLaterPlacesReplaceFilesOfTheSameName(t *testing.T) {
	got, err := Load[thing]([]byte(thingSchema),
		place("built in", map[string]string{"a.yaml": "id: a\ncount: 1\n", "b.yaml": "id: b\n"}),
		place("mine", map[string]string{"a.yaml": "id: a\ncount: 2\n", "notes.txt": "not read"}),
		place("empty", nil))
	if err != nil {
		t.Fatal(err)
	}
	want := []Item[thing]{
		{Name: "a", Origin: "mine/a.yaml", Value: thing{ID: "a", Count: 2}},
		{Name: "b", Origin: "built in/b.yaml", Value: thing{ID: "b"}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestErrorsNameFileAndLine(t *testing.T) {
	for name, tc := range map[string]struct{ text, want string }{
		"unknown field": {"id: a\ncolour: red\n", "mine/x.yaml:2: unknown field \"colour\""},
		"wrong type":    {"id: a\ntags:\n  - ok\n  - {no: 1}\n", "mine/x.yaml:4: tags.1: "},
		"missing":       {"count: 3\n", "mine/x.yaml:1: "},
		"broken YAML":   {"id: a\n  b: [\n", "mine/x.yaml:2: "},
		"twice":         {"id: a\nid: b\n", "mine/x.yaml:2: "},
		"empty":         {"", "mine/x.yaml: the file is empty"},
		"two documents": {"id: a\n---\nid: b\n", "more than one YAML document"},
		"alias":         {"id: &x a\ntags: [*x]\n", "mine/x.yaml:2: YAML aliases"},
		"too deep":      {"id: a\ntags: " + strings.Repeat("[", 70) + strings.Repeat("]", 70), "nested more than"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load[thing]([]byte(thingSchema), place("mine", map[string]string{"x.yaml": tc.text}))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want it to contain %q", err, tc.want)
			}
		})
	}
}

func TestDecodeIsStrictWithoutASchemaToo(t *testing.T) {
	_, err := Decode[thing]("x.yaml", []byte("id: a\ncolour: red\n"))
	if err == nil || err.Error() != `x.yaml:2: unknown field "colour"` {
		t.Errorf("error %v", err)
	}
}

func TestDatesStayText(t *testing.T) {
	v, err := DecodeAny("x.yaml", []byte("day: 2026-11-23\nn: 3\nf: 1.5\nb: true\nnothing:\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"day": "2026-11-23", "n": 3, "f": 1.5, "b": true, "nothing": nil}
	if d := cmp.Diff(want, v); d != "" {
		t.Error(d)
	}
}

func FuzzDecodeAny(f *testing.F) {
	f.Add([]byte("id: a\ntags: [x, y]\n"))
	f.Add([]byte("a: &x [*x]"))
	f.Add([]byte("? {a: b} : c"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = DecodeAny("fuzz.yaml", data)
		_, _ = Load[thing]([]byte(thingSchema), place("fuzz", map[string]string{"x.yaml": string(data)}))
	})
}
