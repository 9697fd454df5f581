package catalog

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// asYAML compares what is read plainly with what the YAML library makes of it, and counts that.
func asYAML(t *testing.T, text string) (plain int) {
	t.Helper()
	l, _ := OpenList("l.yaml", []byte(text))
	if l == nil || l.json {
		return 0
	}
	for i, e := range l.entries {
		got, ok := plainEntry(e.body, e.line)
		if !ok {
			continue
		}
		plain++
		want, err := l.value(i)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v\n%s", e.body, err, diff)
		}
	}
	return plain
}

var plainLists = map[string]int{
	"- {name: a1, environment: sandbox, credentials: \"/tmp/a b/openeo.env\", labels: {team: eo, n: '1'}}\n":                                 1,
	"- name: nightly\n  issuer: https://aai.egi.eu:8443/auth/realms/egi\n  owner: a@b.org\n  secret_file: secrets/nightly\n":                 1,
	"# mine\n  -   name: \"\"  \n      labels: { a: b ,c: d }\n\n  - name: b\n":                                                              2,
	"- name: a\n- name: 'it''s'\n- name: \"\\n\"\n- name: ü\n- name: a b\n- name: a #b\n- name: a: b\n- name: a:\n":                          1,
	"- name: yes\n- name: No\n- name: null\n- name: ~\n- name: 1\n- name: 2026-11-26\n- name: .5\n- name: -x\n- name: <<\n- name: \"yes\"\n": 1,
	"- {}\n- {a: }\n- {a: b,}\n- {a: [b]}\n- {a: b} # c\n- {a: b\n  }\n- {\"a\": b}\n- {a: &b c}\n- {a: *b}\n- {a: !b c}\n- {a: b, a: c}\n":  0,
	"- name: a\n  # why\n  owner: b\n- name: a\n\n  owner: b\n- name: a\n   owner: b\n- name: a\n  owner:\n    b: c\n- name: |\n    a\n":     0,
	"- name: a\r\n- name: a\tb\n- \tname: a\n- name:\ta\n- name\n- a\n-\n  name: a\n":                                                        0,
	"- {a: {b: {c: {d: e}}}}\n- {a: {b: c}}\n- name: {a: {b: c}}\n":                                                                          2,
}

func TestWhatIsPlainIsReadAsYAMLHasIt(t *testing.T) {
	for text, want := range plainLists {
		if plain := asYAML(t, text); plain != want {
			t.Errorf("%q: %d entries are plain, want %d", text, plain, want)
		}
	}
}

func FuzzPlainEntry(f *testing.F) {
	for text := range plainLists {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		asYAML(t, text)
		asYAML(t, "- "+text)
		asYAML(t, "- {a: "+text+"}")
		asYAML(t, "- a: "+text)
	})
}

func BenchmarkElements(b *testing.B) {
	var text strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&text, "- {name: account%d, environment: sandbox, credentials: \"/run/openeo.env\", labels: {team: eo}}\n", i)
	}
	for b.Loop() {
		for e, err := range Elements("l.yaml", []byte(text.String())) {
			if err != nil || e.Err != nil {
				b.Fatal(err, e.Err)
			}
		}
	}
}
