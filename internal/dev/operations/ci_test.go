package operations

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rhysd/actionlint"
	"sigs.k8s.io/yaml"
)

// linted holds workflows against what GitHub takes. Where shellcheck is, the scripts in them are
// held to it.
func linted(t *testing.T, root string, workflows ...string) {
	t.Helper()
	linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{WorkingDir: root, Shellcheck: "shellcheck"})
	if err != nil {
		t.Fatal(err)
	}
	project, err := actionlint.NewProject(root)
	if err != nil {
		t.Fatal(err)
	}
	found, err := linter.LintFiles(workflows, project)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range found {
		t.Errorf("%s:%d: %s (%s)", filepath.Base(e.Filepath), e.Line, e.Message, e.Kind)
	}
}

func TestTheRepositorysWorkflows(t *testing.T) {
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	workflows, err := filepath.Glob(filepath.Join(root, ".github", "workflows", "*.yml"))
	if err != nil || len(workflows) < 2 {
		t.Fatalf("%v, %v", workflows, err)
	}
	linted(t, root, workflows...)
}

// composite is the part of an action's description that a composite one may have.
type composite struct {
	Name, Description string
	Inputs            map[string]struct {
		Description string `json:"description"`
		Default     string `json:"default"`
		Required    bool   `json:"required"`
	} `json:"inputs"`
	Outputs map[string]struct {
		Description string `json:"description"`
		Value       string `json:"value"`
	} `json:"outputs"`
	Runs struct {
		Using string `json:"using"`
		Steps []struct {
			Name  string         `json:"name"`
			ID    string         `json:"id"`
			Uses  string         `json:"uses"`
			With  map[string]any `json:"with"`
			Shell string         `json:"shell"`
			Env   map[string]any `json:"env"`
			Run   string         `json:"run"`
		} `json:"steps"`
	} `json:"runs"`
}

var byCommit = regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40}$`)

// inputOf finds what an action asks of its inputs.
var inputOf = regexp.MustCompile(`\binputs\.([\w-]+)`)

func TestTheActionForGitHub(t *testing.T) {
	text := read(t, filepath.Join(folder, "github", "action.yml"))
	var action composite
	if err := yaml.UnmarshalStrict([]byte(text), &action); err != nil {
		t.Fatal(err)
	}
	if action.Runs.Using != "composite" || len(action.Runs.Steps) == 0 {
		t.Fatalf("%+v", action)
	}
	for _, m := range inputOf.FindAllStringSubmatch(text, -1) {
		if _, ok := action.Inputs[m[1]]; !ok {
			t.Errorf("there is no input %s", m[1])
		}
	}
	var job strings.Builder
	job.WriteString("name: steps of the action\non: push\npermissions: {}\njobs:\n  action:\n    runs-on: ubuntu-latest\n    steps:\n")
	for _, step := range action.Runs.Steps {
		if (step.Uses == "") == (step.Run == "") || step.Run != "" && step.Shell == "" || step.Uses != "" && !byCommit.MatchString(step.Uses) {
			t.Errorf("%+v", step)
		}
		if strings.Contains(step.Run, "${{") {
			t.Errorf("an expression stands in a script: %s", step.Run)
		}
		if step.Run != "" { // in a workflow, its shell is looked at
			script := strings.ReplaceAll(strings.TrimRight(step.Run, "\n"), "\n", "\n          ")
			job.WriteString("      - shell: " + step.Shell + "\n        env: {LIST: a, SARIF: b, RETRY_FOR: 1m}\n        run: |\n          " + script + "\n")
		}
	}
	root := t.TempDir()
	write(t, filepath.Join(root, "here", "action.yml"), text)
	use := filepath.Join(root, ".github", "workflows", "use.yml")
	write(t, use, "name: use\non: push\npermissions: {}\njobs:\n  use:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: ./here\n        id: it\n"+
		"        with: {list: accounts.yaml, sarif: credguide.sarif}\n      - run: echo ${{ steps.it.outputs.exit-code }}\n")
	steps := filepath.Join(root, ".github", "workflows", "steps.yml")
	write(t, steps, job.String())
	if err := os.MkdirAll(filepath.Join(root, ".git"), 0o755); err != nil {
		t.Fatal(err)
	}
	linted(t, root, use, steps)
}

// TestTheActionRuns: its scripts, as a runner starts them, build the program and check a list. A
// proxy that is not there stands for the internet.
func TestTheActionRuns(t *testing.T) {
	var action composite
	if err := yaml.UnmarshalStrict([]byte(read(t, filepath.Join(folder, "github", "action.yml"))), &action); err != nil {
		t.Fatal(err)
	}
	here, err := filepath.Abs(filepath.Join(folder, "github"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name, secret, want string
		fails              bool
	}{
		{"a service does not answer", "Xk3vQ8mZ2pL7rT4wY9bN6cJ1", "exit-code=3\n", false},
		{"the secret is not there", "", "exit-code=1\n", true},
	} {
		dir := t.TempDir()
		list := "- {name: nightly, environment: production, client_id: nightly-ndvi, secret_variable: NIGHTLY_SECRET}\n"
		write(t, filepath.Join(dir, "accounts.yaml"), list)
		env := append(os.Environ(), "GITHUB_ACTION_PATH="+here, "RUNNER_TEMP="+dir, "GITHUB_OUTPUT="+filepath.Join(dir, "output"), "GITHUB_STEP_SUMMARY="+filepath.Join(dir, "summary"),
			"GITHUB_ACTIONS=true", "LIST=accounts.yaml", "SARIF=credguide.sarif", "RETRY_FOR=1s", "HTTPS_PROXY=http://127.0.0.1:1", "NIGHTLY_SECRET="+tc.secret)
		for _, step := range action.Runs.Steps {
			if step.Run == "" {
				continue
			}
			cmd := exec.CommandContext(t.Context(), step.Shell, "--noprofile", "--norc", "-eo", "pipefail", "-c", step.Run)
			cmd.Dir, cmd.Env = dir, env
			out, err := cmd.CombinedOutput()
			if step.ID == "" && err != nil || step.ID != "" && (err != nil) != tc.fails {
				t.Errorf("%s, %s: %v\n%s", tc.name, step.Name, err, out)
			}
			if tc.secret != "" && strings.Contains(string(out), tc.secret) {
				t.Errorf("%s, %s: the secret is shown", tc.name, step.Name)
			}
		}
		if got := read(t, filepath.Join(dir, "output")); got != tc.want {
			t.Errorf("%s: %s", tc.name, got)
		}
		if read(t, filepath.Join(dir, "credguide.sarif")) == "" || !strings.Contains(read(t, filepath.Join(dir, "summary")), "nightly") {
			t.Errorf("%s: the reports are not there", tc.name)
		}
	}
}

// component is what the file for GitLab consists of: what may be asked for, and the job.
type component struct {
	Spec struct {
		Inputs map[string]struct {
			Description string  `json:"description"`
			Default     *string `json:"default"`
			Regex       string  `json:"regex"`
		} `json:"inputs"`
	} `json:"spec"`
}

type gitlabJob struct {
	Stage string `json:"stage"`
	Image string `json:"image"`
	Rules []struct {
		If   string `json:"if"`
		When string `json:"when"`
	} `json:"rules"`
	Variables    map[string]any `json:"variables"`
	Script       []string       `json:"script"`
	AllowFailure struct {
		ExitCodes []int `json:"exit_codes"`
	} `json:"allow_failure"`
	Timeout   string `json:"timeout"`
	Artifacts struct {
		When     string `json:"when"`
		ExpireIn string `json:"expire_in"`
		Reports  struct {
			JUnit string `json:"junit"`
		} `json:"reports"`
	} `json:"artifacts"`
}

var filledIn = regexp.MustCompile(`\$\[\[ inputs\.(\w+) \]\]`)

func TestTheComponentForGitLab(t *testing.T) {
	text := read(t, filepath.Join(folder, "gitlab", "templates", "check.yml"))
	head, body, ok := strings.Cut(text, "\n---\n")
	var c component
	if err := yaml.UnmarshalStrict([]byte(head), &c); err != nil || !ok {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, m := range filledIn.FindAllStringSubmatch(body, -1) {
		used[m[1]] = true
		if _, ok := c.Spec.Inputs[m[1]]; !ok {
			t.Errorf("there is no input %s", m[1])
		}
	}
	for name := range c.Spec.Inputs {
		if !used[name] {
			t.Errorf("nothing uses the input %s", name)
		}
	}
	// What runs in a job that holds secrets is fixed, whatever somebody writes here.
	for name, value := range map[string]string{"commit": strings.Repeat("0a", 20), "image": "golang:1.26@sha256:" + strings.Repeat("0a", 32)} {
		input := c.Spec.Inputs[name]
		pattern, err := regexp.Compile(strings.Trim(input.Regex, "/"))
		if err != nil {
			t.Fatal(err)
		}
		if input.Default != nil && !pattern.MatchString(*input.Default) || !pattern.MatchString(value) || pattern.MatchString("main") || pattern.MatchString("golang:1.26") {
			t.Errorf("%s: %+v", name, input)
		}
	}
	// GitLab starts no pipeline that has nothing but this stage: every night, nothing would be checked.
	if stage := c.Spec.Inputs["stage"]; *stage.Default == ".pre" && !strings.Contains(stage.Description, "no pipeline") {
		t.Errorf("%+v", stage)
	}
	jobs := map[string]gitlabJob{}
	if err := yaml.UnmarshalStrict([]byte(body), &jobs); err != nil || len(jobs) != 1 {
		t.Fatalf("%v, %v", jobs, err)
	}
	for _, job := range jobs {
		if len(job.Script) == 0 || job.Artifacts.Reports.JUnit == "" || len(job.AllowFailure.ExitCodes) != 1 || job.AllowFailure.ExitCodes[0] != 3 {
			t.Errorf("%+v", job)
		}
		for _, line := range job.Script {
			if strings.Contains(line, "$[[") {
				t.Errorf("an input stands in a script: %s", line)
			}
		}
	}
}
