package packaging

import (
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

func TestEveryNameIsThere(t *testing.T) {
	v := reflect.ValueOf(Names())
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.String && (f.String() == "" || f.String() != strings.TrimSpace(f.String())) {
			t.Errorf("%s is %q", v.Type().Field(i).Name, f.String())
		}
	}
}

// TestTheModuleIsTheGoModule: the linker sets variables by the module's path, and would say nothing
// about a wrong one.
func TestTheModuleIsTheGoModule(t *testing.T) {
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if want := "module " + Names().Module + "\n"; !strings.HasPrefix(string(mod), want) {
		t.Errorf("go.mod does not begin with %q", want)
	}
}

func TestNamesFitTheirPlaces(t *testing.T) {
	n := Names()
	for _, tc := range []struct{ value, pattern string }{
		{n.Program, `^[a-z][a-z0-9]*$`}, // a command, a Debian package, a formula
		{n.PyPI, `^[a-z][a-z0-9-]*$`},
		{n.Image, `^[a-z][a-z0-9-]*$`},
		{n.Next, `^\d+\.\d+\.\d+$`},
		{n.Homepage, `^https://[a-z0-9./-]*[a-z0-9]$`},
		{n.Maintainer, `^[^<>]+ <[^<>@ ]+@[^<>@ ]+>$`},
		{n.Summary, `^[A-Z].{20,75}[^.]$`}, // a line in lists of packages
	} {
		if !regexp.MustCompile(tc.pattern).MatchString(tc.value) {
			t.Errorf("%q does not match %s", tc.value, tc.pattern)
		}
	}
}

// TestNothingIsTakenByANameAlone: until there is a release, no document or snippet has people run
// what a name happens to stand for, from a registry or a branch: in a job with a secret, that gives
// the secret to whoever owns the name.
func TestNothingIsTakenByANameAlone(t *testing.T) {
	loose := regexp.MustCompile(`credguide@(latest|main|v?\d)|credguide:latest|ghcr\.io/|docker\.io/|raw\.githubusercontent\.com|git clone [^\n]*credguide`)
	read := 0
	for _, dir := range []string{"../docs", "../environments/snippets", "../README.md"} {
		err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := os.ReadFile(name)
			if found := loose.Find(text); found != nil {
				t.Errorf("%s: %s", name, found)
			}
			read++
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if read < 100 {
		t.Errorf("only %d files were read", read)
	}
}
