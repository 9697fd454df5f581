package report

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/credguide/credguide/checks"
)

func write(t *testing.T, format string, r checks.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := Formats[format].Write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// reportSchema is the JSON Schema (draft 2020-12) that is published for the report.
//
//go:embed report.schema.json
var reportSchema []byte

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(reportSchema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("report.schema.json", parsed); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestJSONFollowsItsSchema(t *testing.T) {
	schema := compileSchema(t)
	for name, r := range samples() {
		if name == "hostile" {
			continue // holds values that no check makes, such as an unknown status
		}
		r.Hidden = nil // written by hand without a layer
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(write(t, "json", r)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := schema.Validate(v); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSchemaRefusesWhatIsNoReport(t *testing.T) {
	schema := compileSchema(t)
	for name, change := range map[string]func(map[string]any){
		"another schema":           func(m map[string]any) { m["schema"] = "credguide.report/2" },
		"no verdict":               func(m map[string]any) { delete(m, "verdict") },
		"an unknown verdict":       func(m map[string]any) { m["verdict"] = "fine" },
		"null for a list":          func(m map[string]any) { m["diagnoses"] = nil },
		"a time in words":          func(m map[string]any) { m["started"] = "yesterday" },
		"more about the secret":    func(m map[string]any) { m["subject"].(map[string]any)["secret"].(map[string]any)["value"] = "x" },
		"a fact that is an object": func(m map[string]any) { m["facts"].(map[string]any)["token.body"] = map[string]any{} },
	} {
		var m map[string]any
		if err := json.Unmarshal([]byte(write(t, "json", healthy())), &m); err != nil {
			t.Fatal(err)
		}
		change(m)
		if schema.Validate(m) == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func TestJSONHasNoNullAndNoRawControl(t *testing.T) {
	for name, r := range samples() {
		text := write(t, "json", r)
		if strings.Contains(text, "null") {
			t.Errorf("%s holds null", name)
		}
		if !strings.HasSuffix(text, "}\n") {
			t.Errorf("%s does not end with a line end", name)
		}
		if i := strings.IndexFunc(text, func(c rune) bool { return c != '\n' && clean(string(c)) == "" && c != ' ' }); i >= 0 {
			t.Errorf("%s holds %q", name, text[i:min(len(text), i+4)])
		}
	}
	if text := write(t, "json", hostile()); !strings.Contains(text, "<script>") {
		t.Error("JSON escapes markup, which makes it hard to read")
	}
}

func TestJSONKeepsEveryCharacter(t *testing.T) {
	r := healthy()
	r.Subject.ClientID = "a\u202eb\u009bc\u200bd\U000e0041e\x00f"
	var back checks.Report
	if err := json.Unmarshal([]byte(write(t, "json", r)), &back); err != nil {
		t.Fatal(err)
	}
	if back.Subject.ClientID != r.Subject.ClientID {
		t.Errorf("%q became %q", r.Subject.ClientID, back.Subject.ClientID)
	}
}

func TestASavedReportGivesItsEvidence(t *testing.T) {
	for name, r := range samples() {
		if name == "hostile" || name == "empty" {
			continue
		}
		e, err := ReadJSON("saved.json", []byte(write(t, "json", r)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d := cmp.Diff(r.Evidence, e, cmpopts.EquateEmpty()); d != "" {
			t.Errorf("%s (-written +read):\n%s", name, d)
		}
	}
}

func TestASavedReportIsMadeHarmless(t *testing.T) {
	r := hostile()
	r.Checks[0].Status, r.Checks[0].DurationMS = checks.Failed, 4
	e, err := ReadJSON("saved.json", []byte(write(t, "json", r)))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{e.Subject.ClientID, e.Facts.Text(checks.AtMe.Message), e.Checks[0].Title, e.Requests[0].URL} {
		if text != clean(text) || text == "" {
			t.Errorf("not clean: %q", text)
		}
	}
}

const saved = `{
 "schema": "credguide.report/1",
 "tool": {"name": "credguide", "version": "9.0"},
 "started": "2026-11-23T09:30:00Z",
 "duration_ms": 3,
 "subject": {"environment": "production", "secret": {"length": 4}},
 "checks": [
  {"id": "a", "status": "passed"},
  {"id": "b", "status": "failed"}
 ],
 "facts": {
  "token.status": 401,
  "token.error": "invalid_client"
 },
 "requests": []
}
`

func TestAReportThatCannotBeReadNamesTheLine(t *testing.T) {
	replace := func(old, with string) string {
		if !strings.Contains(saved, old) {
			t.Fatalf("%q is not in the example", old)
		}
		return strings.Replace(saved, old, with, 1)
	}
	for name, c := range map[string]struct{ text, want string }{
		"another schema":         {replace("report/1", "report/2"), `r.json:2: the schema is "credguide.report/2"; this version reads "credguide.report/1"`},
		"no schema":              {replace(`"schema"`, `"scheme"`), `r.json:1: no report: the member "schema" is missing`},
		"an unknown fact":        {replace("token.error", "token.colour"), `r.json:13: unknown fact "token.colour" (perhaps the report was written by a newer version`},
		"a fact of a wrong kind": {replace("401", `"401"`), `r.json:12: fact token.status: 401 is not of kind int`},
		"an unknown status":      {replace(`"failed"`, `"exploded"`), `r.json:7: check 2 has the unknown status "exploded"`},
		"a wrong type":           {replace(`{"length": 4}`, `"hunter2"`), `r.json:6: subject.secret is a string`},
		"a wrong time":           {replace("2026-11-23T09:30:00Z", "today"), `r.json:4: started is "today"`},
		"a negative time":        {replace(`"duration_ms": 3`, `"duration_ms": -3`), `r.json:5: duration_ms is negative`},
		"a missing member":       {replace(`"requests"`, `"answers"`), `r.json:1: no report: the member "requests" is missing`},
		"a comma too many":       {replace(`"invalid_client"`, `"invalid_client",`), `r.json:13: no valid JSON: `},
		"cut off":                {saved[:len(saved)/2], `the file ends in the middle of the report`},
		"two reports":            {saved + saved, `r.json:17: something follows the report`},
		"a list":                 {"[]", `r.json:1: the report is not an object`},
		"twice the same fact":    {replace(`"token.error": "invalid_client"`, `"token.status": 200`), `r.json:13: "token.status" appears twice`},
		"no object for facts":    {replace(`"facts": {`, `"facts": 3, "x": {`), `r.json:11: facts is a number, not a checks.Facts`},
		"empty":                  {" \n", `r.json:1: the file is empty`},
		"UTF-16":                 {"\xff\xfe{\x00", `r.json:1: the file is UTF-16`},
		"too deep":               {replace("401", strings.Repeat("[", 20000)), `r.json:12: no valid JSON`},
		"too many steps":         {replace(`{"id": "a", "status": "passed"},`, strings.Repeat(`{"status": "passed"},`, 200)), `r.json:7: checks has 201 entries`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadJSON("r.json", []byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestAReportMayHoldMoreThanIsKnown(t *testing.T) {
	text := strings.Replace(saved, `"duration_ms": 3,`, `"duration_ms": 3, "colour": {"deep": [1]},`, 1)
	e, err := ReadJSON("r.json", []byte("\xef\xbb\xbf"+text))
	if err != nil {
		t.Fatal(err)
	}
	want := checks.Facts{"token.status": 401, "token.error": "invalid_client"}
	if d := cmp.Diff(want, e.Facts); d != "" || !e.Started.Equal(time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)) {
		t.Errorf("evidence: %s %v", d, e.Started)
	}
}

// FuzzReadJSON: whatever is read is harmless, can be written, and is then read as the same.
func FuzzReadJSON(f *testing.F) {
	f.Add([]byte(saved))
	for _, r := range samples() {
		var b bytes.Buffer
		if err := JSON(&b, r); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		e, err := ReadJSON("fuzz.json", text)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "fuzz.json:") {
				t.Errorf("the error names no place: %v", err)
			}
			return
		}
		r := checks.Report{Schema: checks.Schema, Evidence: e, Verdict: checks.Inconclusive}
		again, err := ReadJSON("again.json", []byte(write(t, "json", r)))
		if err != nil {
			t.Fatalf("written and not read again: %v", err)
		}
		if d := cmp.Diff(e, again, cmpopts.EquateEmpty(), cmpopts.EquateApproxTime(time.Millisecond)); d != "" {
			t.Errorf("written and read again (-first +second):\n%s", d)
		}
		if page := write(t, "text", r); page != strings.Map(harmless, page) {
			t.Errorf("the text holds what a terminal obeys: %q", page)
		}
	})
}

// TestReportsTellTheBuild: which commit it was; nothing where nobody knows.
func TestReportsTellTheBuild(t *testing.T) {
	built := checks.Tool{Name: "credguide", Version: "0.1.0-dev+g0123456789ab", Commit: "0123456789abcdef", Date: "2026-11-23T10:11:12Z"}
	for _, tool := range []checks.Tool{built, {Name: "credguide", Version: "development"}} {
		r := samples()["healthy"]
		r.Tool = tool
		var saved struct{ Tool checks.Tool }
		if err := json.Unmarshal([]byte(write(t, "json", r)), &saved); err != nil {
			t.Fatal(err)
		}
		if saved.Tool != tool {
			t.Errorf("JSON tells %+v of %+v", saved.Tool, tool)
		}
		var log sarifLog
		if err := json.Unmarshal([]byte(write(t, "sarif", r)), &log); err != nil {
			t.Fatal(err)
		}
		driver := log.Runs[0].Tool.Driver
		if got := (checks.Tool{Name: driver.Name, Version: driver.Version, Commit: driver.Properties["commit"], Date: driver.Properties["date"]}); got != tool {
			t.Errorf("SARIF tells %+v of %+v", got, tool)
		}
	}
}
