package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
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

func TestEveryFormatWritesEverySample(t *testing.T) {
	for _, format := range Names() {
		extension, ok := extensions[format]
		if !ok {
			t.Errorf("format %s has no golden files", format)
		}
		for name, r := range samples() {
			t.Run(format+"/"+name, func(t *testing.T) {
				var b bytes.Buffer
				if err := Formats[format].Write(&b, r); err != nil {
					t.Fatal(err)
				}
				golden(t, filepath.Join(format, name+extension), b.Bytes())
			})
		}
	}
}
