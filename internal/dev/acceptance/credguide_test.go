//go:build acceptance

package acceptance

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credguide/credguide/internal/dev/acceptance/pythonclient"
)

// mostRequests is the limit for any diagnosis.
const mostRequests = 16

// exitCodes by verdict, as scripts rely on them.
var exitCodes = map[string]int{"healthy": 0, "misconfigured": 1, "unreachable": 3, "inconclusive": 3}

// TestCredguide runs the program itself through every case, on real servers,
// and prints what was reported where something was expected.
func TestCredguide(t *testing.T) {
	program := filepath.Join(t.TempDir(), "credguide")
	if output, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "github.com/credguide/credguide").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	python, err := pythonclient.Prepare(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	eachVersion(t, func(t *testing.T, laboratory *Laboratory) {
		catalog, homes := t.TempDir(), t.TempDir()
		logins := loginsOf(t, laboratory, python)
		if err := laboratory.WriteCatalog(catalog); err != nil {
			t.Fatal(err)
		}
		var confusion Confusion
		for _, c := range Cases() {
			if !c.RunsOn(laboratory.Keycloak.Version) {
				continue
			}
			t.Run(c.Name, func(t *testing.T) {
				home, err := laboratory.Home(c, homes)
				if err != nil {
					t.Fatal(err)
				}
				arguments, environment := laboratory.Command(c, catalog, home)
				command := exec.CommandContext(t.Context(), program, arguments...)
				command.Env = environment
				report := examine(t, c, command)
				confusion.Add(c, report)
				if login, tried := logins[c.Name]; tried {
					obeysTheLaw(t, report, login)
				}
			})
		}
		t.Logf("what was reported first\n%s", confusion.String())
	})
}

// obeysTheLaw: "works" means that the Python client logs in here, and anything
// else means that it does not.
func obeysTheLaw(t *testing.T, report Report, login pythonclient.Outcome) {
	t.Helper()
	switch promised := report.Promises(); {
	case promised && !login.Worked():
		t.Errorf("said to work, and the Python client fails: %s", login.Failure)
	case !promised && login.Worked():
		t.Errorf("said not to work (%s: %v), and the Python client logs in", report.Verdict, report.Diagnoses)
	}
}

// examine runs the check and says everything that is wrong with it.
func examine(t *testing.T, c Case, command *exec.Cmd) Report {
	t.Helper()
	var output, talk bytes.Buffer
	command.Stdout, command.Stderr = &output, &talk
	_ = command.Run() // judged by its exit code below
	var report Report
	if err := json.Unmarshal(output.Bytes(), &report); err != nil {
		t.Errorf("no report: %v\n%s", err, talk.String())
		return report
	}
	for _, complaint := range Judge(c, report) {
		t.Errorf("%s: %s", c.Cause, complaint)
	}
	if want, got := exitCodes[report.Verdict], command.ProcessState.ExitCode(); got != want {
		t.Errorf("exit code %d with verdict %s, want %d", got, report.Verdict, want)
	}
	if got := len(report.Requests); got > mostRequests {
		t.Errorf("%d requests, want at most %d", got, mostRequests)
	}
	if form := leaked(c, output.String()+talk.String()); form != "" {
		t.Errorf("the secret is in the output, %s", form)
	}
	return report
}

// leaked searches for the secret, or a good part of it, in the forms in which
// it travels.
func leaked(c Case, text string) string {
	parts := []string{Secret[:24], OtherSecret[:24]}
	if !strings.HasSuffix(c.Expect, "-placeholder") && !strings.HasSuffix(c.Expect, "-masked") && len(c.Secret) >= 8 {
		parts = append(parts, c.Secret)
	}
	for _, part := range parts {
		quoted, err := json.Marshal(part)
		if err != nil {
			return err.Error()
		}
		forms := map[string]string{
			"as it is": part, "form encoded": url.QueryEscape(part), "path encoded": url.PathEscape(part),
			"as JSON": strings.Trim(string(quoted), `"`), "in Base64": base64.StdEncoding.EncodeToString([]byte(part))[:12],
		}
		for name, form := range forms {
			if strings.Contains(text, form) {
				return name
			}
		}
	}
	return ""
}
