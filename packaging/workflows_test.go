package packaging

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/credguide/credguide/internal/catalog"
)

// workflows reads those of this repository. A key on that YAML 1.1 takes for a truth stays text
// here.
func workflows(t *testing.T) map[string]map[string]any {
	t.Helper()
	names, err := filepath.Glob("../.github/workflows/*.yml")
	if err != nil || len(names) == 0 {
		t.Fatalf("no workflow: %v", err)
	}
	all := map[string]map[string]any{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if all[filepath.Base(name)], err = catalog.Decode[map[string]any](name, text); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

var pinned = regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40}$`)

// eachStep calls for every step of every job.
func eachStep(t *testing.T, do func(file, job string, of map[string]any, step map[string]any)) {
	t.Helper()
	for file, w := range workflows(t) {
		for name, job := range w["jobs"].(map[string]any) {
			of := job.(map[string]any)
			for _, step := range of["steps"].([]any) {
				do(file, name, of, step.(map[string]any))
			}
		}
	}
}

// TestActionsAreFixed: a tag can be moved to other code, a commit cannot.
func TestActionsAreFixed(t *testing.T) {
	eachStep(t, func(file, job string, _, step map[string]any) {
		if uses, ok := step["uses"].(string); ok && !pinned.MatchString(uses) {
			t.Errorf("%s, %s: %s is not fixed to a commit", file, job, uses)
		}
	})
}

// TestNoTextOfOthersBecomesShell: an expression within a script is filled in before the shell sees
// any quotes.
func TestNoTextOfOthersBecomesShell(t *testing.T) {
	eachStep(t, func(file, job string, _, step map[string]any) {
		if run, ok := step["run"].(string); ok && strings.Contains(run, "${{") {
			t.Errorf("%s, %s: an expression stands in a script: %s", file, job, run)
		}
	})
}

// TestForksReachNothing: what a pull request starts may only read, and what may write is started by
// a tag and by nothing else.
func TestForksReachNothing(t *testing.T) {
	for file, w := range workflows(t) {
		on := w["on"].(map[string]any)
		for _, dangerous := range []string{"pull_request_target", "workflow_run", "issue_comment", "issues"} {
			if _, ok := on[dangerous]; ok {
				t.Errorf("%s is started by %s", file, dangerous)
			}
		}
		_, forks := on["pull_request"]
		permissions := []any{w["permissions"]}
		for name, job := range w["jobs"].(map[string]any) {
			of := job.(map[string]any)
			if own, ok := of["permissions"]; ok {
				permissions = append(permissions, own)
			}
			if _, environment := of["environment"]; mayWrite(of["permissions"]) != environment {
				t.Errorf("%s, %s: who may write needs a reviewed environment, and nobody else", file, name)
			}
		}
		for _, p := range permissions {
			if granted, ok := p.(map[string]any); !ok || forks && mayWrite(granted) {
				t.Errorf("%s: permissions %v", file, p)
			}
		}
	}
	text, err := os.ReadFile("../.github/workflows/ci.yml")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "secrets.") {
		t.Error("ci.yml uses a secret")
	}
}

func mayWrite(permissions any) bool {
	granted, _ := permissions.(map[string]any)
	for _, level := range granted {
		if level != "read" {
			return true
		}
	}
	return false
}

// TestWhoMayPublishRunsNothingOfTheRepository: it neither checks the repository out nor runs a file
// of it.
func TestWhoMayPublishRunsNothingOfTheRepository(t *testing.T) {
	eachStep(t, func(file, job string, of, step map[string]any) {
		uses, _ := step["uses"].(string)
		run, _ := step["run"].(string)
		if mayWrite(of["permissions"]) && (strings.HasPrefix(uses, "actions/checkout") || strings.Contains(run, "packaging/") || strings.Contains(run, "go run")) {
			t.Errorf("%s, %s: %s%s", file, job, uses, run)
		}
	})
}
