package catalog

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/internal/files"
)

type thing struct {
	ID    string   `yaml:"id"`
	Count int      `yaml:"count"`
	Tags  []string `yaml:"tags"`

	Origin string `yaml:"-"`
}

const thingSchema = `{"type":"object","required":["id"],"additionalProperties":false,
 "properties":{"id":{"type":"string","minLength":1,"pattern":"^[a-z0-9]+$"},"count":{"type":"integer"},"tags":{"type":"array","items":{"type":"string"}}}}`

// things reads the given files as the program's own.
func things(own map[string]string) Kind[thing] {
	m := fstest.MapFS{}
	for n, s := range own {
		m["own/"+n] = &fstest.MapFile{Data: []byte(s)}
	}
	return Kind[thing]{
		Schema: []byte(thingSchema), FS: m, Dir: "own", Folder: "things",
		Entry: func(v *thing, origin string) (string, error) {
			if v.Origin = origin; v.Count < 0 {
				return v.ID, errors.New("a negative count")
			}
			return v.ID, nil
		},
	}
}

// folder is one of the user's, with these files for the kind.
func folder(t *testing.T, content map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for n, s := range content {
		if err := files.Replace(filepath.Join(dir, "things", n), []byte(s), files.Private); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestLaterPlacesReplaceFilesOfTheSameName(t *testing.T) {
	mine := folder(t, map[string]string{"a.yaml": "id: a\ncount: 2\n", "notes.txt": "not read"})
	got, err := things(map[string]string{"a.yaml": "id: a\ncount: 1\n", "b.yaml": "id: b\n"}).Load(mine, folder(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	want := []thing{{ID: "a", Count: 2, Origin: filepath.Join(mine, "things", "a.yaml")}, {ID: "b", Origin: BuiltIn}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestWhatIsNoFolderIsAnError(t *testing.T) {
	for want, dir := range map[string]string{
		" does not exist": filepath.Join(t.TempDir(), "none"), " is not a folder": filepath.Join(folder(t, map[string]string{"x": ""}), "things", "x"),
	} {
		if _, err := things(map[string]string{"a.yaml": "id: a\n"}).Load(dir); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: %v", dir, err)
		}
	}
}

func TestAllBrokenFilesAreNamed(t *testing.T) {
	dir := folder(t, map[string]string{"a.yaml": "id: b\n", "c.yaml": "id: c\ncount: -1\n", "d.yaml": "id: d\n"})
	_, err := things(map[string]string{"d.yaml": "id: d\n"}).Load(dir)
	in := func(name string) string { return filepath.Join(dir, "things", name) }
	want := in("a.yaml") + ": the id \"b\" must be the file name without .yaml\n" + in("c.yaml") + ": a negative count"
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestLoadFile(t *testing.T) {
	dir := filepath.Join(folder(t, map[string]string{"x.yaml": "id: any\n", "y.yaml": "id: y\ncount: -1\n"}), "things")
	if got, err := things(nil).LoadFile(dir + "/x.yaml"); err != nil || got.ID != "any" || got.Origin != dir+"/x.yaml" {
		t.Errorf("%+v, %v", got, err)
	}
	for n, want := range map[string]string{"/y.yaml": dir + "/y.yaml: a negative count", "/none": "read " + dir + "/none: there is no such file", "": "read " + dir + ": a directory, not a file"} {
		if _, err := things(nil).LoadFile(dir + n); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", n, err, want)
		}
	}
}

func TestErrorsNameFileAndLine(t *testing.T) {
	for name, tc := range map[string]struct{ text, want string }{
		"unknown field": {"id: a\ncolour: red\n", "/things/x.yaml:2: unknown field \"colour\""},
		"wrong type":    {"id: a\ntags:\n  - ok\n  - {no: 1}\n", "/things/x.yaml:4: tags.1: "},
		"missing":       {"count: 3\n", "/things/x.yaml:1: "},
		"broken YAML":   {"id: a\n  b: [\n", "/things/x.yaml:2: "},
		"twice":         {"id: a\nid: b\n", "/things/x.yaml:2: "},
		"empty":         {"", "/things/x.yaml: the file is empty"},
		"two documents": {"id: a\n---\nid: b\n", "more than one YAML document"},
		"alias":         {"id: &x a\ntags: [*x]\n", "/things/x.yaml:2: YAML aliases"},
		"no anchor":     {"id: a\ntags: [*hunter2hunter2]\n", "/things/x.yaml: YAML aliases are not used here"},
		"pattern":       {"id: https://me:hunter2@host/\n", "/things/x.yaml:1: id: does not match pattern '^[a-z0-9]+$'"},
		"too deep":      {"id: a\ntags: " + strings.Repeat("[", 70) + strings.Repeat("]", 70), "nested more than"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := things(map[string]string{"y.yaml": "id: y\n"}).Load(folder(t, map[string]string{"x.yaml": tc.text}))
			if err == nil || !strings.Contains(filepath.ToSlash(err.Error()), tc.want) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("error %v, want it to contain %q and no value", err, tc.want)
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
		_, _ = things(map[string]string{"x.yaml": string(data)}).Load()
	})
}

// A key may be left unread in what comes with the program, and is read in what the user has.
func TestAKeyThatIsNotRead(t *testing.T) {
	const head, tags, count = "id: a\n", "tags:\n- x\n\n# tags\n- count\n", "count: 1\n"
	for _, text := range []string{head + tags + count, head + count + tags, tags + head + count, head + "tags: [x,\n y]\n" + count} {
		kind := things(map[string]string{"a.yaml": text})
		kind.Unread = "tags"
		got, err := kind.Load()
		want := []thing{{ID: "a", Count: 1, Origin: BuiltIn}}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v %s", text, err, diff)
		}
		if got, err = kind.Load(folder(t, map[string]string{"a.yaml": text})); err != nil || len(got) != 1 || len(got[0].Tags) != 2 {
			t.Errorf("%q: %v %+v", text, err, got)
		}
	}
}

// What comes with the program is not checked against its schema in each run: here it is.
func TestTheProgramsOwnFilesFitTheirSchemas(t *testing.T) {
	root := filepath.Join("..", "..")
	for _, own := range []struct{ folder, schema string }{
		{"checks/diagnoses", "checks/diagnoses.schema.json"},
		{"checks/phrases", "checks/phrases/schema.json"},
		{"checks/explain", "checks/explain/wordings.schema.json"},
		{"environments", "environments/schema.json"},
		{"environments/forms", "environments/forms/schema.json"},
		{"environments/snippets", "environments/snippets/schema.json"},
	} {
		schema, err := os.ReadFile(filepath.Join(root, own.schema))
		if err != nil {
			t.Fatal(err)
		}
		files := Kind[map[string]any]{Schema: schema, Folder: filepath.Base(own.folder), Entry: func(*map[string]any, string) (string, error) { return "", nil }}
		if all, err := files.Load(filepath.Join(root, filepath.Dir(own.folder))); err != nil || len(all) == 0 {
			t.Errorf("%s: %d files, %v", own.folder, len(all), err)
		}
	}
}
