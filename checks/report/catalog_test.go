package report

import (
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/credguide/credguide/checks"
)

// TestEveryDiagnosisCanBeReported writes what each diagnosis' own examples give, in every format.
func TestEveryDiagnosisCanBeReported(t *testing.T) {
	catalog, err := checks.LoadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	schema := compileSchema(t)
	for _, d := range catalog.All() {
		t.Run(d.ID, func(t *testing.T) {
			t.Parallel()
			everyFormatReports(t, catalog, schema, d)
		})
	}
}

func everyFormatReports(t *testing.T, catalog *checks.Catalog, schema *jsonschema.Schema, d *checks.Diagnosis) {
	for _, example := range d.Examples {
		facts, err := checks.ParseFacts(example.Facts)
		if err != nil {
			t.Fatalf("%s: %v", d.ID, err)
		}
		e := base("").Evidence
		e.Facts = facts
		r := checks.Diagnose(catalog, e)
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(write(t, "json", r)))
		if err != nil {
			t.Fatalf("%s: %v", d.ID, err)
		}
		if err := schema.Validate(v); err != nil {
			t.Errorf("%s, %s: %v", d.ID, example.Name, err)
		}
		again := reread(t, catalog, r)
		for _, format := range Names() {
			text := write(t, format, r)
			if first, ok := r.First(); ok && first.Severity == checks.Error && !strings.Contains(text, first.ID) {
				t.Errorf("%s, %s: %s does not name %s", d.ID, example.Name, format, first.ID)
			}
			if text != write(t, format, again) {
				t.Errorf("%s, %s: replayed, %s differs", d.ID, example.Name, format)
			}
		}
	}
}

// reread saves a report, reads it and diagnoses it anew, as check --from does.
func reread(t *testing.T, catalog *checks.Catalog, r checks.Report) checks.Report {
	t.Helper()
	e, err := ReadJSON("saved.json", []byte(write(t, "json", r)))
	if err != nil {
		t.Fatal(err)
	}
	return checks.Diagnose(catalog, e)
}
