package catalog

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// asAlone compares the entries of a list with what each is when it is read alone.
func asAlone(t rapid.TB, text string) {
	t.Helper()
	l, _ := OpenList("l.yaml", []byte(text))
	if l == nil {
		return
	}
	i := 0
	for got := range l.elements() {
		want := l.Element(i)
		if diff := cmp.Diff(want.Value, got.Value); diff != "" || want.Line != got.Line || fmt.Sprint(want.Err) != fmt.Sprint(got.Err) {
			t.Errorf("entry %d of\n%s\nline %d, not %d; %v, not %v\n%s", i, text, got.Line, want.Line, got.Err, want.Err, diff)
		}
		i++
	}
	if i != l.Len() {
		t.Errorf("%d entries, not %d, of\n%s", i, l.Len(), text)
	}
}

// entriesOf are entries that are right, wrong, or wrong in a way that may reach into the next one.
var entriesOf = []string{
	"- {name: a1, environment: sandbox, credentials: \"/tmp/a b/openeo.env\", labels: {team: eo, n: '1'}}\n",
	"- name: nightly\n  issuer: https://aai.egi.eu:8443/auth/realms/egi\n  labels:\n    a: b\n", "-\n  name: a\n\n  owner: b\n", "- name: a # why\n\n# of the next\n",
	"- name: \"a\n", "- name: 'a\n", "- \"\n", "- {name: a\n", "- [a\n", "- a]\n", "- name: |\n    a\n", "- name: >\n    a\n\n", "- - a\n", "- - a\n  - b\n", "- a: b: c\n", "-\n", "- \n",
	"- ? a\n", "- a: !secret b\n", "- !x\n", "- a: &b c\n", "- a: *b\n", "- name: a\r\n", "- name: ü\n", "- name: \xff\n", "- a\tb\n", "-\ta: b\n", "- name: a\n   owner: b\n", "- name: a\n  name: b\n",
	"- # nothing\n", "- name: a\u2028b\n", "- name: a\u0085- b\n", "- name: a\rb\n", "- a\r- b\n", "---\n", "...\n", "# why\n", "\n", "  # deeper\n", "  - a\n", " - a\n", "text\n", "- x", "- name: |\n    a", "- |+\n  a", "- <<: {a: b}\n", "- %a\n", "- @a\n", "- `a\n",
}

func TestEntriesThatAreReadTogetherAreReadAsAlone(t *testing.T) {
	for _, a := range entriesOf {
		for _, b := range entriesOf {
			asAlone(t, a+b)
			asAlone(t, "- name: x\n"+a+b+"- name: y\n")
		}
	}
	asAlone(t, strings.Repeat(entriesOf[0], 3*mostTogether+7))
	rapid.Check(t, func(t *rapid.T) {
		asAlone(t, strings.Join(rapid.SliceOfN(rapid.SampledFrom(entriesOf), 1, 12).Draw(t, "entries"), ""))
	})
}

func FuzzEntriesThatAreReadTogether(f *testing.F) {
	for _, text := range entriesOf {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		asAlone(t, "- a: b\n"+text+"\n- c: d\n")
		asAlone(t, "- "+text+"\n- "+text+"\n")
		asAlone(t, "- {a: "+text+"}\n- {a: "+text+"}\n")
	})
}

func BenchmarkElements(b *testing.B) {
	text := strings.Repeat("- {name: account, environment: sandbox, credentials: \"/run/openeo.env\", labels: {team: eo}}\n", 1000)
	b.ReportAllocs()
	for b.Loop() {
		for e, err := range Elements("l.yaml", []byte(text)) {
			if err != nil || e.Err != nil {
				b.Fatal(err, e.Err)
			}
		}
	}
}
