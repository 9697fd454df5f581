package snippet

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/environments/snippets"
	"github.com/credguide/credguide/internal/catalog"
	"github.com/credguide/credguide/internal/text"
)

func development() Values {
	return Values{
		Environment: "EGI Check-in development", Issuer: "https://aai-dev.egi.eu/auth/realms/egi", Backend: "https://openeocloud-dev.vito.be",
		ProviderID: "egi-dev", ClientID: "nightly-ndvi", Check: []string{"--environment", "development"},
	}
}

func render(t *testing.T, id string, v Values) string {
	t.Helper()
	s, err := snippets.Lookup(id)
	if err != nil {
		t.Fatal(err)
	}
	text, err := Render(s, v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheListOfThePublicContract(t *testing.T) {
	list, err := snippets.Load()
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"python", "r", "javascript", "env", "github", "gitlab", "jobs", "cron", "systemd", "kubernetes", "compose", "ticket"}, snippets.IDs(list)); d != "" {
		t.Error(d)
	}
	if _, err := snippets.Lookup("pyhton"); err == nil || !strings.Contains(err.Error(), "python, r, javascript") {
		t.Errorf("error %v", err)
	}
}

// Every snippet stands on its own feet: where the secret comes from, what it is worth, who the
// account is.
func TestEverySnippetSaysWhatMustBeKnown(t *testing.T) {
	list, _ := snippets.Load()
	kept := development()
	kept.SecretFile, kept.Variables = "/home/me/.config/credguide/nightly.env", true
	for _, s := range list {
		if s.ID == ticketID { // it goes to people and logs in nowhere
			continue
		}
		for name, v := range map[string]Values{"all known": development(), "little known": {Environment: "x", Issuer: "https://idp.example", Backend: "https://b.example", Check: []string{"--issuer", "https://idp.example"}}, "in a file of variables": kept} {
			t.Run(s.ID+" "+name, func(t *testing.T) {
				text := render(t, s.ID, v)
				flat := strings.Join(strings.Fields(strings.NewReplacer("#", " ", "//", " ", `\n`, " ").Replace(text)), " ")
				must := []string{"OPENEO_AUTH_CLIENT_SECRET", "password", "service account is not you"}
				if s.Unattended { // it brings the secret in a file
					must = must[1:]
				}
				for _, want := range must {
					if !strings.Contains(strings.ToLower(flat), strings.ToLower(want)) {
						t.Errorf("nothing of %q in\n%s", want, text)
					}
				}
				if strings.Contains(text, "<%") || strings.Contains(text, "%>") || strings.Contains(text, "<no value>") {
					t.Errorf("a place was not filled in:\n%s", text)
				}
				if !strings.HasSuffix(text, "\n") || strings.Contains(text, " \n") || strings.Contains(text, "\n\n\n\n") {
					t.Errorf("untidy:\n%q", text)
				}
			})
		}
	}
}

// The traps of the clients (openEO clients, measured) are each met by a line.
func TestTheTrapsAreHandled(t *testing.T) {
	for id, lines := range map[string][]string{
		"python":     {`PROVIDER_ID = "egi-dev"`, "provider_id=PROVIDER_ID", "client_secret=client_secret()", `.rstrip("\r\n")`, "OPENEO_AUTH_METHOD=client_credentials"},
		"r":          {`provider_id <- "egi-dev"`, `grant_type = "client_credentials"`, "is.null(account$user_id)", "n = 1L"},
		"javascript": {`const PROVIDER_ID = "egi-dev"`, `setGrant("client_credentials")`, "^2.11.0", "provider.issuer = withoutSlash(provider.issuer)", "error.response?.data"},
		"env":        {"\nOPENEO_AUTH_METHOD=client_credentials\n", "\nOPENEO_AUTH_PROVIDER_ID=egi-dev\n", "\nOPENEO_AUTH_CLIENT_ID=nightly-ndvi\n", "\nOPENEO_AUTH_CLIENT_SECRET=\n", "umask 077"},
		"github":     {"--output junit=credguide.xml", "schedule:", "workflow_call:", "event.repository.fork", "permissions: {}", "${{ secrets.OPENEO_AUTH_CLIENT_SECRET }}", `"$code" -eq 3`},
		"gitlab":     {"--output junit=credguide.xml", `"schedule"`, "exit_codes: [3]", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID != $CI_PROJECT_ID", "junit: credguide.xml"},
		"jobs":       {`PROVIDER_ID = \"egi-dev\"`, "list_jobs", "/logs", "get_results"},
	} {
		text := render(t, id, development())
		for _, line := range lines {
			if !strings.Contains(text, line) {
				t.Errorf("%s: nothing of %q in\n%s", id, line, text)
			}
		}
	}
}

// hostile values try to leave the text they stand in.
var hostile = []string{
	`a"; import os; os.system("x") #`, `a'; rm -rf ~ #`, `a\`, `a\"`, "$(touch x)", `it's $HOME`, "</script>", `: - {a: [b`, "# comment", "%> <% .X", "\u00e9\u6f22",
}

func TestHostileValuesStayValues(t *testing.T) {
	for _, value := range hostile {
		v := development()
		v.ClientID, v.ProviderID, v.Backend, v.SecretFile, v.Environment = value, value, "https://b.example/"+value, value, value
		v.Check = []string{"--issuer", value}
		for _, id := range []string{"python", "r", "javascript"} {
			text := render(t, id, v)
			lines := strings.Split(text, "\n")
			literal := inC(value)
			var back string
			if err := json.Unmarshal([]byte(literal), &back); err != nil || back != value {
				t.Errorf("%s is read as %q (%v)", literal, back, err)
			}
			if !slices.ContainsFunc(lines, func(l string) bool { return strings.HasSuffix(strings.TrimSuffix(l, ";"), " "+literal) }) {
				t.Errorf("%s: the client ID is not written as %s:\n%s", id, literal, text)
			}
		}
		for _, id := range []string{"github", "gitlab"} {
			if got := clientIDIn(t, id, render(t, id, v)); got != value {
				t.Errorf("%s: the client ID is read as %q, not %q", id, got, value)
			}
		}
		cells(t, render(t, "jobs", v))
	}
}

func TestValuesThatCannotStandInASnippet(t *testing.T) {
	s, _ := snippets.Lookup("python")
	for _, value := range []string{"a\nimport os", "a\x1b[2J", "a\u202eb", "\xff", "${{ secrets.X }}", strings.Repeat("x", 1001), "tab\there", "\u2028"} {
		v := development()
		v.ClientID = value
		if text, err := Render(s, v); err == nil {
			t.Errorf("%q was written:\n%s", value, text)
		} else if strings.ContainsAny(err.Error(), "\x1b\n") {
			t.Errorf("%q", err)
		}
	}
	env, _ := snippets.Lookup("env")
	v := development()
	v.ClientID = "'`'"
	if _, err := Render(env, v); err == nil {
		t.Error("a value that a shell would run was written")
	}
	v.Backend = ""
	if _, err := Render(s, v); !errors.Is(err, snippets.ErrNoBackend) {
		t.Errorf("error %v", err)
	}
}

func TestQuotingForShells(t *testing.T) {
	for value, want := range map[string]string{
		"plain-1.2": "plain-1.2", "a b": "'a b'", "it's": `"it's"`, `it's $x "y" \`: `"it's \$x \"y\" \\"`, "$(x)": "'$(x)'",
	} {
		if got, err := variable(value); got != want || err != nil {
			t.Errorf("%q: %s, %v", value, got, err)
		}
	}
	for value, want := range map[string]string{"~/a b": "~/'a b'", "~/x": "~/x", "a b": "'a b'", "~": "'~'"} {
		if got := shellPath(value); got != want {
			t.Errorf("%q: %s", value, got)
		}
	}
}

// clientIDIn reads the workflow as YAML and returns the client ID that the job is given.
func clientIDIn(t *testing.T, id, text string) string {
	t.Helper()
	tree, err := catalog.Decode[map[string]any](id, []byte(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if id == "gitlab" {
		return at(tree, "openeo-credentials", "variables", "OPENEO_AUTH_CLIENT_ID", "value")
	}
	for _, step := range at2(tree, "jobs", "credguide")["steps"].([]any) {
		env, _ := step.(map[string]any)["env"].(map[string]any)
		if id, ok := env["OPENEO_AUTH_CLIENT_ID"]; ok {
			return fmt.Sprint(id)
		}
	}
	return ""
}

func at(tree map[string]any, names ...string) string {
	last := len(names) - 1
	return fmt.Sprint(at2(tree, names[:last]...)[names[last]])
}

func at2(tree map[string]any, names ...string) map[string]any {
	for _, n := range names {
		tree, _ = tree[n].(map[string]any)
	}
	return tree
}

func TestTheWorkflows(t *testing.T) {
	tree, err := catalog.Decode[map[string]any]("github", []byte(render(t, "github", development())))
	if err != nil {
		t.Fatal(err)
	}
	on := at2(tree, "on")
	for _, event := range []string{"schedule", "workflow_dispatch", "workflow_call"} {
		if _, ok := on[event]; !ok {
			t.Errorf("not on %s: %v", event, on)
		}
	}
	if p, ok := tree["permissions"].(map[string]any); !ok || len(p) > 0 {
		t.Errorf("permissions %v", tree["permissions"])
	}
	tree, err = catalog.Decode[map[string]any]("gitlab", []byte(render(t, "gitlab", development())))
	if err != nil {
		t.Fatal(err)
	}
	job := at2(tree, "openeo-credentials")
	if got := fmt.Sprint(job["allow_failure"]); got != "map[exit_codes:[3]]" {
		t.Errorf("allow_failure %s", got)
	}
	if rules := job["rules"].([]any); len(rules) != 3 {
		t.Errorf("rules %v", rules)
	}
}

// cells reads a notebook as Jupyter does, as far as nbformat 4.5 demands, and returns the code.
func cells(t *testing.T, text string) (code []string) {
	t.Helper()
	var n struct {
		Cells []struct {
			Type     string         `json:"cell_type"`
			ID       string         `json:"id"`
			Metadata map[string]any `json:"metadata"`
			Source   []string       `json:"source"`
			Outputs  *[]any         `json:"outputs"`
		} `json:"cells"`
		Format  int `json:"nbformat"`
		Smaller int `json:"nbformat_minor"`
	}
	if err := json.Unmarshal([]byte(text), &n); err != nil {
		t.Fatal(err)
	}
	if n.Format != 4 || n.Smaller != 5 || len(n.Cells) < 5 {
		t.Errorf("format %d.%d, %d cells", n.Format, n.Smaller, len(n.Cells))
	}
	seen := map[string]bool{}
	for _, c := range n.Cells {
		isCode := c.Type == "code"
		if (c.Type != "markdown" && !isCode) || c.ID == "" || seen[c.ID] || c.Metadata == nil || len(c.Source) == 0 || isCode != (c.Outputs != nil) {
			t.Errorf("a cell out of shape: %+v", c)
		}
		seen[c.ID] = true
		if isCode {
			code = append(code, strings.Join(c.Source, ""))
		}
	}
	return code
}

func TestAFolderOfOnesOwnAddsAndReplaces(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "snippets"), 0o755); err != nil {
		t.Fatal(err)
	}
	put := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, "snippets", name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("curl.yaml", "id: curl\ntitle: Log in with curl\nquoting: shell\nrank: 80\ntext: |\n  curl -d client_id=<% q .ClientID %>\n")
	s, err := snippets.Lookup("curl", dir)
	if err != nil {
		t.Fatal(err)
	}
	text, err := Render(s, development())
	if string(text) != "curl -d client_id=nightly-ndvi\n" || err != nil {
		t.Errorf("%s, %v", text, err)
	}
	put("curl.yaml", "id: wget\ntitle: Log in with wget\nquoting: shell\ntext: x\n")
	if _, err := snippets.Load(dir); err == nil || !strings.Contains(err.Error(), "curl.yaml") {
		t.Errorf("error %v", err)
	}
	put("curl.yaml", "id: curl\ntitle: Log in with curl\nquoting: shell\ntext: x\ncells: [{code: y}]\n")
	if _, err := snippets.Load(dir); err == nil {
		t.Error("a text and cells at once were taken")
	}
	put("curl.yaml", "id: curl\ntitle: Log in with curl\nquoting: shell\ntext: <% .Secret %>\n")
	s, err = snippets.Lookup("curl", dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Render(s, development()); err == nil || !strings.Contains(err.Error(), "Secret") {
		t.Errorf("a snippet asked for the secret: %v", err)
	}
}

// What a person reads in a snippet fits into 80 columns. Commands that are indented behind the comment's sign stay whole.
func TestCommentsFitIntoATerminal(t *testing.T) {
	list, err := snippets.Load()
	if err != nil {
		t.Fatal(err)
	}
	unknown := Values{Environment: "x", Issuer: "https://idp.example", Backend: "https://b.example", Check: []string{"--issuer", "https://idp.example"}}
	kept := development()
	kept.SecretFile, kept.Variables = "/home/me/.config/credguide/nightly.env", true
	kept.Origin = Origin{"example.org/m", "https://github.com/credguide/credguide", someCommit, false}
	member := development()
	member.EntitlementsAt, member.Helpdesk = "https://aai.egi.eu/registry", "https://openeo.cloud/contact/"
	for _, s := range list {
		for _, v := range []Values{development(), unknown, kept, member} {
			for line := range strings.Lines(render(t, s.ID, v)) {
				line = strings.TrimRight(line, "\n")
				words := strings.TrimLeft(line, " ")
				comment := strings.HasPrefix(words, "# ") && !strings.HasPrefix(words, "#   ") || strings.HasPrefix(words, "// ") && !strings.HasPrefix(words, "//   ")
				printed := strings.HasPrefix(words, "# It does not work?") || strings.HasPrefix(words, "// It does not work?")
				if (comment && !printed || s.ID == ticketID) && text.Width(line) > 80 {
					t.Errorf("%s: %d columns: %s", s.ID, text.Width(line), line)
				}
			}
		}
	}
}

// TestTheNotebookIsOfTheSameAccount: without the environment, the command would write the notebook
// of another service.
func TestTheNotebookIsOfTheSameAccount(t *testing.T) {
	for want, v := range map[string]Values{
		"credguide snippet jobs --environment cdse":               {Check: []string{"--environment", "cdse"}},
		"credguide snippet jobs --issuer https://idp.example.org": {Check: []string{"--issuer", "https://idp.example.org", "--ca-file", "lab.pem"}},
		"credguide snippet jobs nightly":                          {Check: []string{"--environment", "cdse"}, Place: Place{Name: "nightly"}},
	} {
		if got := v.JobsLine(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
