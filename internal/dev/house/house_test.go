package house

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/credguide/credguide"

type goPackage struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

// packages asks the Go tool for every package of the module, without its tests.
func packages(t *testing.T) map[string]goPackage {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,Deps", module+"/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]goPackage{}
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")] = p
	}
	return all
}

// mayImport lists the packages of this module that each one may import. A package that is not listed may import anything
// (the commands and the tools), and nobody imports those.
var mayImport = map[string][]string{
	"checks":            {"internal/catalog"},
	"checks/probe":      {"checks", "credentials", "environments", "environments/forms", "internal/nearmiss"},
	"credentials":       {},
	"environments":      {"environments/forms", "internal/catalog"},
	"internal/catalog":  {},
	"internal/nearmiss": {},
	"wizard/registry":   {"environments", "environments/forms"},
	"wizard/sheet":      {"wizard", "wizard/request"},
	"wizard/snippet":    {"internal/catalog"},
	"checks/report":     {"checks"},
	"internal/sandbox":  {"environments", "internal/catalog", "internal/nearmiss"},
	"wizard":            {"environments", "environments/forms", "credentials", "wizard/request", "internal/catalog", "internal/nearmiss"},
	"wizard/request":    {"environments", "environments/forms", "internal/catalog", "internal/nearmiss"},
}

func TestImportsFollowTheDesign(t *testing.T) {
	all := packages(t)
	for name, allowed := range mayImport {
		p, ok := all[name]
		if !ok {
			continue
		}
		for _, imp := range p.Imports {
			rest, ours := strings.CutPrefix(imp, module+"/")
			if ours && !strings.HasPrefix(rest, name+"/") && !slices.Contains(allowed, rest) {
				t.Errorf("%s imports %s, which it may not", name, rest)
			}
		}
	}
}

// TestFindingsCannotHoldASecret: the rules cannot even name the package in which secrets live, nor open a socket.
func TestFindingsCannotHoldASecret(t *testing.T) {
	all := packages(t)
	for _, name := range []string{"checks", "checks/report"} {
		for _, forbidden := range []string{module + "/credentials", "net/http", "net"} {
			if slices.Contains(all[name].Deps, forbidden) {
				t.Errorf("%s depends on %s", name, forbidden)
			}
		}
	}
}

// soleImporter: libraries that are frozen upstream, or that only one room should know.
var soleImporter = map[string]string{
	"gopkg.in/yaml.v3":                  "internal/catalog",
	"github.com/AlecAivazis/survey/v2":  "wizard/terminal",
	"github.com/zalando/go-keyring":     "credentials",
	"golang.org/x/oauth2":               "checks/probe",
	"github.com/coreos/go-oidc/v3/oidc": "checks/probe",
}

func TestReplaceableLibrariesHaveOneImporter(t *testing.T) {
	for name, p := range packages(t) {
		for library, room := range soleImporter {
			if name != room && slices.Contains(p.Imports, library) {
				t.Errorf("%s imports %s, which only %s may", name, library, room)
			}
		}
	}
}
