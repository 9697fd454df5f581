package request

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	abc := map[string]any{"service_name": "abc"}
	for name, tc := range map[string]struct {
		file, text string
		want       []Input
		problems   []string
	}{
		"YAML": {"r.yaml", "service_name: abc\n", []Input{{ID: "r.yaml", Fields: abc}}, nil},
		"YAML list": {
			"r.yaml", "- service_name: abc\n- request: {service_name: abc}\n  id: two\n",
			[]Input{{ID: "r.yaml, request 1", Fields: abc}, {ID: "two", Fields: abc}},
			nil,
		},
		"YAML kinds": {
			"r.yaml", "a: 3600\nb: 1.5\nc: true\nd:\ne: no\nf: 2026-11-23\n",
			[]Input{{ID: "r.yaml", Fields: map[string]any{"a": 3600.0, "b": 1.5, "c": true, "d": nil, "e": "no", "f": "2026-11-23"}}},
			nil,
		},
		"JSON":            {"r.json", `{"service_name": "abc"}`, []Input{{ID: "r.json", Fields: abc}}, nil},
		"JSON, many rows": {"-", "{\n \"id\": 7,\n \"request\": {\"service_name\": \"abc\"}\n}\n", []Input{{ID: "7", Fields: abc, number: true}}, nil},
		"JSON array":      {"-", `[{"service_name": "abc"}, 3]`, []Input{{ID: "-, request 1", Fields: abc}}, []string{"-, request 2: a request is an object"}},
		"byte order mark": {"-", "\xef\xbb\xbf{\"service_name\": \"abc\"}", []Input{{ID: "-", Fields: abc}}, nil},
		"lines": {
			"r.jsonl", "{\"service_name\":\"abc\"}\n\n{\"id\":\"x\",\"request\":{\"service_name\":\"abc\"},\"tag\":1}",
			[]Input{{ID: "r.jsonl:1", Fields: abc}, {ID: "x", Fields: abc}},
			nil,
		},
		"lines from standard input": {
			"-", "{\"id\":\"a\",\"service_name\":\"abc\"}\n{\"service_name\":\"abc\"}\n",
			[]Input{{ID: "a", Fields: map[string]any{"id": "a", "service_name": "abc"}}, {ID: "-:2", Fields: abc}},
			nil,
		},
		"a broken line": {
			"r.jsonl", "{\"service_name\":\"abc\"}\n{\"service_name\":\n[1]\n{\"request\":5}\n{} {}\n{\"service_name\":\"abc\"}\n",
			[]Input{{ID: "r.jsonl:1", Fields: abc}, {ID: "r.jsonl:6", Fields: abc}},
			[]string{
				"r.jsonl:2: not JSON: it ends too early", "r.jsonl:3: a request is an object of field names and values, not a list",
				`r.jsonl:4: "request" is an object`, "r.jsonl:5: not JSON: something follows",
			},
		},
		"lines in a file called .json": {
			"r.json", "{\"service_name\":\"abc\"}\n{\"service_name\":\"abc\"}\n",
			[]Input{{ID: "r.json:1", Fields: abc}, {ID: "r.json:2", Fields: abc}},
			nil,
		},
		"broken JSON names the line": {"r.json", "{\n\"a\": 1,\n\"b\": }\n", nil, []string{"r.json:3: not JSON"}},
		"broken YAML names the line": {"r.yaml", "a: 1\nb: [\n", nil, []string{"r.yaml:"}},
		"empty":                      {"r.yaml", " \n", nil, []string{"there is no request in it"}},
		"empty list":                 {"r.json", "[]", nil, []string{"there is no request in it"}},
		"a text":                     {"r.yaml", "hello\n", nil, []string{"not a text"}},
		"not text at all":            {"r.yaml", "a: b\n\xff\xfe", nil, []string{"r.yaml:2: not UTF-8 text"}},
		"too large":                  {"r.json", `{"a": "` + strings.Repeat("x", MaxRequest) + `"}`, nil, []string{"larger than"}},
		"two YAML documents":         {"r.yaml", "a: 1\n---\nb: 1\n", nil, []string{"more than one"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Parse(tc.file, []byte(tc.text))
			if d := cmp.Diff(tc.want, got, cmp.AllowUnexported(Input{})); d != "" {
				t.Error(d)
			}
			if (err == nil) != (tc.problems == nil) {
				t.Fatalf("error %v", err)
			}
			for _, p := range tc.problems {
				if !strings.Contains(err.Error(), p) {
					t.Errorf("error %v, want %q", err, p)
				}
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"a: b\n", `{"id": 1, "request": {"scope": ["x"]}}`, "{}\n{\"a\":[[[1]]]}\n[", "- {a: 1}\n- 2\n", "\xef\xbb\xbf[{}]"} {
		f.Add("-", []byte(s))
		f.Add("x.jsonl", []byte(s))
	}
	rules := rulesOf(f, "")
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		inputs, err := Parse(name, data)
		if len(inputs) == 0 && err == nil {
			t.Error("neither a request nor an error")
		}
		for _, in := range inputs {
			if v := rules.Validate(in, Target{}); v.Acceptable != (len(v.Errors) == 0) {
				t.Errorf("%+v", v)
			}
			rules.Sheet(in)
		}
	})
}

func TestAVerdictGivesTheIDBackAsItWas(t *testing.T) {
	inputs, err := Parse("-", []byte("{\"id\":7,\"request\":{}}\n{\"id\":\"7\",\"request\":{}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	rules := rulesOf(t, "")
	for i, want := range []string{`{"id":7,"acceptable":`, `{"id":"7","acceptable":`} {
		text, err := json.Marshal(rules.Validate(inputs[i], Target{}))
		if err != nil || !strings.HasPrefix(string(text), want) {
			t.Errorf("%.40s, %v; want %s", text, err, want)
		}
	}
}
