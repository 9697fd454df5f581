package report

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// extensions of the golden files, by format.
var extensions = map[string]string{
	"text": ".txt", "json": ".json", "junit": ".xml", "markdown": ".md", "html": ".html", "github": ".commands", "sarif": ".sarif", "prometheus": ".prom",
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s (-want +got):\n%s", path, d)
	}
}

// ofMachines are the samples whose golden files stand for a format that only programs read: a login
// that works, a cause, an outage, and what a server may try. The other tests of a format hold all
// samples to its grammar.
var ofMachines = []string{"healthy-warnings", "secret-refused", "unreachable", "hostile"}

func TestEveryFormatWritesEverySample(t *testing.T) {
	for _, format := range Names() {
		extension, ok := extensions[format]
		if !ok {
			t.Errorf("format %s has no golden files", format)
		}
		for name, r := range samples() {
			t.Run(format+"/"+name, func(t *testing.T) {
				text := write(t, format, r)
				if format == "text" || format == "markdown" || slices.Contains(ofMachines, name) {
					golden(t, filepath.Join(format, name+extension), []byte(text))
				}
			})
		}
	}
}
