package house

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/credguide/credguide"

type goPackage struct {
	ImportPath string
	GoFiles    []string
	Imports    []string
	Deps       []string
}

// packages asks the Go tool for every package of the module, without its tests.
func packages(t *testing.T) map[string]goPackage {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,GoFiles,Imports,Deps", module+"/...").Output()
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

// foundations know nothing of credguide's subject, so every room may stand on them.
var foundations = []string{"internal/text", "internal/files", "internal/catalog", "internal/nearmiss", "internal/crew", "internal/socket", "packaging"}

// mayImport lists, for each room, the rooms of this module that it may import beside the
// foundations and its own cellar (text and files stand on nothing; the others at most on them and
// the catalog). A room that is not listed may import nothing.
var mayImport = map[string][]string{
	"":                      {"cli", "cli/app"},
	"checks":                {},
	"checks/body":           {},
	"checks/explain":        {"checks", "checks/phrases"},
	"checks/gate":           {},
	"checks/phrases":        {},
	"checks/fleet":          {"checks", "checks/probe", "checks/subject"},
	"checks/probe":          {"checks", "checks/body", "checks/gate", "checks/phrases", "credentials", "credentials/guard", "credentials/lint", "environments", "environments/forms"},
	"checks/report":         {"checks"},
	"checks/subject":        {"checks", "checks/probe", "credentials", "credentials/accounts", "credentials/lint", "environments"},
	"credentials":           {"credentials/command"},
	"credentials/accounts":  {"credentials", "credentials/lint"},
	"credentials/command":   {},
	"credentials/guard":     {"credentials", "credentials/lint"},
	"credentials/lint":      {"credentials"},
	"environments":          {"environments/forms"},
	"environments/forms":    {},
	"environments/snippets": {},
	"wizard":                {"environments", "environments/forms", "credentials", "credentials/lint", "wizard/request"},
	"wizard/registry":       {"environments", "environments/forms", "credentials"},
	"wizard/request":        {"environments/forms"},
	"wizard/sheet":          {"wizard", "wizard/request"},
	"wizard/terminal":       {"credentials", "wizard"},
}

// above lists the rooms that may stand on all others: the program's commands, in their order, the
// sandbox and what only developers run.
var above = []string{"cli/app", "cli/check", "cli/submit", "cli/accounts", "cli/wait", "cli/serve", "cli/snippet", "cli/request", "cli/register", "cli/try", "cli"}

func TestImportsFollowTheDesign(t *testing.T) {
	for name, p := range packages(t) {
		allowed, listed := mayImport[name]
		switch {
		case strings.HasPrefix(name, "internal/dev/") || name == "internal/dev":
			continue
		case strings.HasPrefix(name, "cli"):
			allowed, listed = commandMayImport(name), slices.Contains(above, name)
		case inside(name, "internal/sandbox"):
			allowed, listed = []string{"environments"}, true
		case slices.Contains(foundations, name):
			allowed, listed = []string{"internal/text", "internal/files", "internal/catalog"}, true
		case inside(name, "wizard/request"):
			listed = true
		}
		if !listed {
			t.Errorf("%s is a room that the house does not list", name)
			continue
		}
		for _, imp := range p.Imports {
			rest, ours := strings.CutPrefix(imp, module+"/")
			if ours && !inside(rest, name) && !slices.Contains(allowed, rest) && !slices.Contains(foundations, rest) && !sameCellar(rest, name) {
				t.Errorf("%s imports %s, which it may not", name, rest)
			}
		}
	}
}

// commandMayImport is what a command's room may import: everything below the commands, and the
// commands before it.
func commandMayImport(name string) []string {
	allowed := slices.Sorted(maps.Keys(mayImport))
	i := slices.Index(above, name)
	return append(append(allowed, "internal/sandbox", "internal/sandbox/faults", "internal/sandbox/registry", "internal/sandbox/world"), above[:max(i, 0)]...)
}

// inside tells whether a room is another one or lies in it.
func inside(name, room string) bool {
	return name == room || room != "" && strings.HasPrefix(name, room+"/")
}

// sameCellar: the rooms of the sandbox may use each other, as long as Go sees no circle.
func sameCellar(a, b string) bool {
	return inside(a, "internal/sandbox") && inside(b, "internal/sandbox")
}

// mostFiles is how many files a room may have before nobody sees through it.
const mostFiles = 25

func TestRoomsCanBeSeen(t *testing.T) {
	for name, p := range packages(t) {
		if n := len(p.GoFiles); n > mostFiles {
			t.Errorf("%s has %d Go files; %d are as many as can be seen at once", name, n, mostFiles)
		}
	}
}

// topLevel are the folders that may lie in the project's own, and topFiles what is kept beside them.
var (
	topFiles = []string{"CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "go.mod", "go.sum", "main.go", "main_unix_test.go"}
	topLevel = []string{"checks", "cli", "credentials", "docs", "environments", "internal", "packaging", "testdata", "wizard"}
)

func TestTheTopLevelIsTheOwners(t *testing.T) {
	entries, err := os.ReadDir("../../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && e.Name() != "dist" && !slices.Contains(topLevel, e.Name()) {
			t.Errorf("%s/ is no folder of the design", e.Name())
		}
	}
	tracked, _ := exec.Command("git", "-C", "../../..", "ls-files", "--cached").Output() // nothing where the source came without its history
	for name := range strings.Lines(string(tracked)) {
		name = strings.TrimSuffix(name, "\n")
		if !strings.Contains(name, "/") && !strings.HasPrefix(name, ".") && !slices.Contains(topFiles, name) {
			t.Errorf("%s is no file of the design: has it come along by git add?", name)
		}
	}
}

// TestFindingsCannotHoldASecret: the rules cannot even name the package in which secrets live, nor
// open a socket.
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

// soleImporter: libraries that are frozen upstream, or that only one room should know. Two rooms
// get tokens: the probe with the client's own credentials, the registry's with a person's sign-in.
var soleImporter = map[string][]string{
	"gopkg.in/yaml.v3":                  {"internal/catalog"},
	"github.com/google/renameio/v2":     {"internal/files"},
	"github.com/charmbracelet/x/ansi":   {"internal/text"},
	"github.com/AlecAivazis/survey/v2":  {"wizard/terminal"},
	"github.com/zalando/go-keyring":     {"credentials"},
	"golang.org/x/oauth2":               {"checks/probe", "wizard/registry"},
	"github.com/coreos/go-oidc/v3/oidc": {"checks/probe"},
}

func TestReplaceableLibrariesHaveTheirImporters(t *testing.T) {
	for name, p := range packages(t) {
		for library, rooms := range soleImporter {
			if !slices.Contains(rooms, name) && slices.Contains(p.Imports, library) {
				t.Errorf("%s imports %s, which only %s may", name, library, strings.Join(rooms, " and "))
			}
		}
	}
}
