package catalog

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// told is a list as short lines: the line of each entry with its fields, or its fault.
func told(text string) (lines []string) {
	for e, err := range Elements("l.yaml", []byte(text)) {
		switch {
		case err != nil:
			lines = append(lines, "! "+err.Error())
		case e.Err != nil:
			lines = append(lines, fmt.Sprintf("%d ! %v", e.Line, e.Err))
		default:
			lines = append(lines, fmt.Sprintf("%d %s", e.Line, short(e.Value)))
		}
	}
	return lines
}

func short(v Value) string {
	switch v.Kind {
	case Map:
		var parts []string
		for _, f := range v.Fields {
			parts = append(parts, fmt.Sprintf("%s@%d=%s", f.Name, f.Line, short(f.Value)))
		}
		return "{" + strings.Join(parts, " ") + "}"
	case List:
		var parts []string
		for _, item := range v.Items {
			parts = append(parts, short(item))
		}
		return "[" + strings.Join(parts, " ") + "]"
	case Null:
		return "null"
	}
	return fmt.Sprintf("%d:%s", v.Kind, v.Text)
}

func TestElements(t *testing.T) {
	for name, tc := range map[string]struct {
		text string
		want []string
	}{
		"nothing":       {"", nil},
		"only comments": {"# mine\n---\n\n", nil},
		"block": {"# mine\n- name: a\n  n: 1\n\n# about b\n- name: b # here\n  l: [x, {y: true}]\n", []string{
			"2 {name@2=1:a n@3=2:1}", "6 {name@6=1:b l@7=[1:x {y@7=3:true}]}",
		}},
		"indented":        {"---\n  - a: 1\n    b: 2\n  - a: 3\n", []string{"2 {a@2=2:1 b@3=2:2}", "4 {a@4=2:3}"}},
		"dash alone":      {"-\n  a: 1\n- b\n-\n", []string{"1 {a@2=2:1}", "3 1:b", "4 null"}},
		"byte order mark": {"\uFEFF- a: 1\r\n  b: 2\r\n", []string{"1 {a@1=2:1 b@2=2:2}"}},
		"block text":      {"- a: |\n    - x\n    # y\n\n    z\n- b: 1\n", []string{"1 {a@1=1:- x\n# y\n\nz\n}", "6 {b@6=2:1}"}},
		"dates and words": {"- {d: 2027-03-31, y: yes, n: ~, z: 007, f: 1e3}\n", []string{"1 {d@1=1:2027-03-31 y@1=1:yes n@1=null z@1=2:007 f@1=2:1e3}"}},
		"JSON":            {"[\n {\"a\": 1,\n  \"b\": [\"\\u00e9\\ud83d\\ude00\", null, true]},\n\n {}\n]\n", []string{"2 {a@2=2:1 b@3=[1:é😀 null 3:true]}", "5 {}"}},
		"JSON with tabs":  {"[\n\t{\"a\": 1}\n]", []string{"2 {a@2=2:1}"}},
		"flow":            {"[\n  {a: 1},\n  {a: x, b: [c]}, # two\n]\n", []string{"2 {a@2=2:1}", "3 {a@3=1:x b@3=[1:c]}"}},
		"empty brackets":  {"[]\n", nil},
		"ended":           {"- a: 1\n...\n# over\n", []string{"1 {a@1=2:1}"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := told(tc.text)
			if d := cmp.Diff(tc.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestAFaultInOneEntryLeavesTheOthers(t *testing.T) {
	text := "- a: 1\n- a: [\n- a: 2\n  a: 3\n- a: *secret\n- a: !vault x\n- &x {a: 4}\n  bad: 1\n- ? [k]\n  : v\n- a: 5\n"
	want := []string{
		"1 {a@1=2:1}",
		"2 ! l.yaml:2: did not find expected node content",
		"3 ! l.yaml:4: the same key is already in line 3",
		"5 ! l.yaml:5: " + noAliases,
		"6 ! l.yaml:6: YAML tags such as !secret are not read here; write the value out",
		"7 ! l.yaml:8: did not find expected '-' indicator",
		"9 ! l.yaml:9: a key must be plain text",
		"11 {a@11=2:5}",
	}
	got := told(text)
	if len(got) == len(want) { // the library's own words and lines are its own
		got[1], got[5] = want[1], want[5]
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for _, line := range told("[{\"a\": 1}, {\"a\": 1, \"a\": 2}, {\"a\": \"\xff\"}, {\"a\": " + strings.Repeat("[", 70) + strings.Repeat("]", 70) + "}, {\"b\": 3}]") {
		if strings.Contains(line, "!") != (!strings.Contains(line, "{a@1=2:1}") && !strings.Contains(line, "{b@1")) {
			t.Error(line)
		}
	}
}

func TestWhatIsNoList(t *testing.T) {
	for text, want := range map[string]string{
		"name: a\n":                     `! l.yaml:1: expected a list, but this is a single entry; put "- " before its first line and indent the others by two`,
		"accounts:\n- name: a\n":        `! l.yaml:1: expected a list, but the list stands under "accounts"; remove that line, and the indentation of the others`,
		"{}":                            "! l.yaml:1: expected a list with one entry for each account",
		"# x\nversion: 2\naccounts: []": `! l.yaml:2: expected a list; this file has "version", so a newer version of credguide may have written it`,
		"{\"a\": 1}\n{\"a\": 2}\n":      "! l.yaml:1: expected a list, but these are JSON Lines; put [ before the first, ] after the last and a comma between two",
		"{\"schema\": \"x\"}":           `! l.yaml:1: expected a list; this file has "schema", so a newer version of credguide may have written it`,
		"just text":                     "! l.yaml:1: expected a list with one entry for each account",
		"- a: 1\n---\n- a: 2\n":         "! l.yaml:2: more than one YAML document in the file",
		"- a: 1\n...\n- a: 2\n":         "! l.yaml:2: more than one YAML document in the file",
		"\xff\xfe-\x00":                 "! l.yaml: this is UTF-16; save it as UTF-8",
		"- a: \x00\n":                   "! l.yaml: not a text file: it contains NUL bytes",
		"[{\"a\": 1},\n{\"a\": ":        "! l.yaml:2: the list is cut off",
		"[{\"a\": 1},\n{\"a\" 2}]":      "! l.yaml:2: this is not valid JSON",
		"[{\"a\": 1}]\n[]":              "! l.yaml:1: there is text after the end of the list",
		"- a: 1\r- b: 2\r":              "1 ! l.yaml:1: a line ends in something else than LF or CRLF; save the file with one of them",
	} {
		got := told(text)
		if len(got) == 0 || got[len(got)-1] != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// YAML's flow style is read up to a size; beyond, what to write instead is said.
func TestALongListInFlowStyle(t *testing.T) {
	const entry = "{name: x, environment: production},\n"
	got := told("[\n" + strings.Repeat(entry, MaxFile/len(entry)+1) + "]")
	const want = "! l.yaml:2: this is not valid JSON; write YAML with a dash before each entry: a list of this size cannot be in flow style"
	if len(got) != 1 || got[0] != want {
		t.Errorf("%.200q", got)
	}
}

// A list of a hundred thousand entries is read in one pass.
func TestElementsOfALongList(t *testing.T) {
	const most = 100_000
	for name, text := range map[string]string{
		"YAML": strings.Repeat("- name: x\n  environment: production\n", most),
		"JSON": "[" + strings.Repeat("{\"name\": \"x\"},\n", most-1) + "{}]",
	} {
		n := 0
		for e, err := range Elements("l", []byte(text)) {
			if err != nil || e.Err != nil {
				t.Fatal(name, err, e.Err)
			}
			n++
		}
		if n != most {
			t.Errorf("%s: %d entries", name, n)
		}
	}
}

const mine = "# My accounts\n\n# the nightly run\n- name: nightly   # do not rename\n  environment: production\n  # where\n  secret_file: 'n.secret'\n\n\n- name: other\n  labels: {team: eo}\n# below\n"

func changed(t *testing.T, text string, change func(*ListText) error) string {
	t.Helper()
	l, err := OpenList("l.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := change(l); err != nil {
		t.Fatal(err)
	}
	data, err := l.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestListText(t *testing.T) {
	add := func(l *ListText) error {
		return l.Append([]Field{
			{Name: "name", Value: TextValue("new")},
			{Name: "owner", Value: Value{}},
			{Name: "secret_command", Value: Value{Kind: List, Items: []Value{TextValue("vault"), TextValue("a b: #c")}}},
			{Name: "keyring", Value: Value{Kind: Bool, Text: "true"}},
			{Name: "expires", Value: TextValue("2027-03-31")},
			{Name: "owner", Value: TextValue("yes")},
		})
	}
	const added = "- name: new\n  secret_command: [vault, 'a b: #c']\n  keyring: true\n  expires: 2027-03-31\n  owner: \"yes\"\n"
	set := func(l *ListText) error {
		return l.Set(0, []Field{{Name: "name", Value: TextValue("n2")}, {Name: "secret_file"}, {Name: "owner", Value: TextValue("me")}})
	}
	remove := func(i int) func(*ListText) error {
		return func(l *ListText) error { l.Remove(i); return nil }
	}
	for name, tc := range map[string]struct {
		text   string
		change func(*ListText) error
		want   string
	}{
		"nothing":                     {mine, func(*ListText) error { return nil }, mine},
		"add":                         {mine, add, mine + added},
		"add to nothing":              {"", add, added},
		"add to comment":              {"# mine", add, "# mine\n" + added},
		"add to []":                   {"[]\n", add, added},
		"add without a last line end": {"- a: 1", add, "- a: 1\n" + added},
		"add to an indented list":     {"  - a: 1\n", add, "  - a: 1\n  " + strings.ReplaceAll(strings.TrimSuffix(added, "\n"), "\n", "\n  ") + "\n"},
		"add with CRLF":               {"- a: 1\r\n", add, "- a: 1\r\n" + strings.ReplaceAll(added, "\n", "\r\n")},
		"set":                         {mine, set, strings.Replace(mine, "- name: nightly   # do not rename\n  environment: production\n  # where\n  secret_file: 'n.secret'\n", "- name: n2 # do not rename\n  environment: production\n  owner: me\n", 1)},
		"set beside a broken one":     {"- name: a\n- b: [\n", set, "- name: n2\n  owner: me\n- b: [\n"},
		"remove first":                {mine, remove(0), "# My accounts\n\n- name: other\n  labels: {team: eo}\n# below\n"},
		"remove last":                 {mine, remove(1), strings.Replace(mine, "- name: other\n  labels: {team: eo}\n", "", 1)},
		"remove a broken one":         {"- a: [\n- b: 1\n", remove(0), "- b: 1\n"},
		"JSON":                        {"[{\"a\": \"<&>\"}, {\"b\":[1,{\"c\":null}]}]", add, "[\n  {\"a\": \"<&>\"},\n  {\"b\":[1,{\"c\":null}]},\n  {\n    \"name\": \"new\",\n    \"secret_command\": [\"vault\", \"a b: #c\"],\n    \"keyring\": true,\n    \"expires\": \"2027-03-31\",\n    \"owner\": \"yes\"\n  }\n]\n"},
		"JSON set":                    {"[{\"name\": \"x\", \"z\": {\"l\": true}}]", set, "[\n  {\n    \"name\": \"n2\",\n    \"z\": {\"l\": true},\n    \"owner\": \"me\"\n  }\n]\n"},
		"JSON remove":                 {"[{\"name\": \"x\"}]", remove(0), "[\n]\n"},
		"flow":                        {"[{a: 1},\n {a: 2},]\n", set, "- a: 1\n  name: n2\n  owner: me\n- a: 2\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(tc.want, changed(t, tc.text, tc.change)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestABrokenEntryCannotBeChanged(t *testing.T) {
	l, err := OpenList("l.yaml", []byte("- a: [\n- just text\n"))
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Set(0, nil); err == nil || !strings.HasPrefix(err.Error(), "l.yaml:") {
		t.Errorf("%v", err)
	}
	if err := l.Set(1, nil); err == nil || err.Error() != "l.yaml:2: expected keys and values" {
		t.Errorf("%v", err)
	}
}

// Whatever a list looks like, reading it ends, and taking an entry away leaves the others as they
// were.
func FuzzList(f *testing.F) {
	for _, seed := range []string{mine, "[{\"a\": 1}, {}]", "[{a: 1}]", "- a: |\n   x\n- b", "  - a\n#\n - b", "-\n-", "- a: 1\r- b: 2", "- a\n...\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := OpenList("l.yaml", data)
		if err != nil || l.Len() == 0 || l.Len() > 50 {
			return
		}
		var before []string
		for i := range l.Len() {
			before = append(before, fmt.Sprint(l.Element(i).Err != nil, short(l.Element(i).Value)))
		}
		l.Remove(0)
		text, err := l.Bytes()
		if err != nil {
			return
		}
		var after []string
		for e, err := range Elements("l.yaml", text) {
			if err != nil {
				t.Fatal(err)
			}
			after = append(after, fmt.Sprint(e.Err != nil, short(e.Value)))
		}
		if len(after) != len(before)-1 {
			t.Fatalf("%d entries became %d: %q -> %q", len(before), len(after), data, text)
		}
	})
}
