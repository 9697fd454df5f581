package check

import (
	"path/filepath"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/cli/app"
)

// workflow is the file of the workflow that runs in GitHub Actions: an alert needs a place in the
// repository.
func workflow(a *app.App) (file string, line int) {
	ref, _ := a.Sys.Lookup("GITHUB_WORKFLOW_REF") // OWNER/REPOSITORY/.github/workflows/FILE@REF
	if _, rest, ok := strings.Cut(ref, "/.github/"); ok {
		name, _, _ := strings.Cut(rest, "@")
		return ".github/" + name, 1
	}
	return "", 0
}

// placeOf is where an alert about an entry of a list points: the list as the repository has it,
// else the workflow.
func placeOf(a *app.App, list string, line int) (file string, at int) {
	inside, ok := inRepository(a, list)
	if ok || inside != "" && !filepath.IsAbs(inside) {
		return inside, line
	}
	if file, at = workflow(a); file != "" {
		return file, at
	}
	return list, line
}

// inRepository is a list as the repository of the CI job has it, else as it was named; empty where
// it is no file.
func inRepository(a *app.App, list string) (file string, ok bool) {
	if list == "" || list == standardInput {
		return "", false
	}
	whole, err := filepath.Abs(list)
	if err != nil {
		return list, false
	}
	for _, root := range []string{"GITHUB_WORKSPACE", "CI_PROJECT_DIR"} {
		folder, _ := a.Sys.Lookup(root)
		if inside, err := filepath.Rel(folder, whole); folder != "" && err == nil && filepath.IsLocal(inside) {
			return inside, true
		}
	}
	return list, false
}

// savedPlace is that of a saved report: where its entry stands in the list, else the place that is
// given.
func savedPlace(a *app.App, list *checks.Listed, otherwise string, line int) (file string, at int) {
	switch {
	case list == nil:
		return otherwise, line
	case filepath.IsLocal(list.File): // of the repository, wherever it is read again
		return list.File, list.Line
	}
	return placeOf(a, list.File, list.Line)
}

// standardInput is what a list is called that was read from there.
const standardInput = "standard input"

// shownFile is what a file is called that was named.
func shownFile(name string) string {
	if name == "-" {
		return standardInput
	}
	return name
}
