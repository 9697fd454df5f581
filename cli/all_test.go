package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/subject"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/check"
)

// list writes a list with a healthy entry, one with a wrong secret and one whose secret is in a variable.
func list(t *testing.T, dir, id string) string {
	return write(t, fmt.Sprintf(`
- {name: nightly, environment: sandbox, credentials: %s/openeo.env}
- {name: weekly, environment: sandbox, client_id: %s, secret_variable: WEEKLY_SECRET}
- {name: test, environment: sandbox-dev, client_id: %s, secret_variable: NIGHTLY_SECRET, backend: none}
`, dir, id, id))
}

func TestAListIsCheckedInItsOrder(t *testing.T) {
	b := box(t)
	m := newMachine(t).with(map[string]string{
		"WEEKLY_SECRET": "not-the-secret-of-this-client", "NIGHTLY_SECRET": b.ClientSecret,
		"OPENEO_AUTH_CLIENT_ID": "another", "OPENEO_AUTH_CLIENT_SECRET": "another-secret",
	})
	args := []string{"check", "--catalog", b.Dir, "--ca-file", b.Dir + "/ca.pem", "--all", list(t, b.Dir, b.ClientID)}
	if code := m.run(t.Context(), args...); code == app.ExitHealthy || code == app.ExitUsage {
		t.Errorf("exit code %d\n%s%s", code, &m.out, &m.err)
	}
	lines := strings.Split(strings.TrimSpace(m.out.String()), "\n")
	if len(lines) != 3 {
		t.Fatalf("%d lines:\n%s", len(lines), &m.out)
	}
	for i, name := range []string{"nightly", "weekly", "test"} {
		if !strings.HasPrefix(lines[i], name+" ") {
			t.Errorf("line %d is %q, want that of %s", i+1, lines[i], name)
		}
	}

	m.run(t.Context(), append(args, "--output", "json")...)
	decoder := json.NewDecoder(bytes.NewReader(m.out.Bytes()))
	var reports []checks.Report
	for decoder.More() {
		var r checks.Report
		if err := decoder.Decode(&r); err != nil {
			t.Fatal(err)
		}
		reports = append(reports, r)
	}
	if len(reports) != 3 || reports[0].Verdict != checks.Healthy || reports[1].Verdict == checks.Healthy {
		t.Fatalf("%d reports:\n%s", len(reports), &m.out)
	}
	if source := reports[1].Subject.Secret.Source; source != "environment WEEKLY_SECRET" {
		t.Errorf("the secret's source is %q", source)
	}
	if reports[1].Subject.ClientID != b.ClientID {
		t.Errorf("a variable that is not meant for the entry was used: %q", reports[1].Subject.ClientID)
	}
}

func TestAWrongListIsNamedWithItsPlace(t *testing.T) {
	for name, tc := range map[string]struct{ text, want string }{
		"field":       {"- {name: a, enviroment: production}\n", `unknown field "enviroment"`},
		"empty":       {"[]\n", "the list is empty"},
		"two secrets": {"- {secret_file: a, secret_variable: B}\n", "entry 1: only one of secret_file"},
		"environment": {"- {name: first, environment: production}\n- {name: second, environment: prodution}\n", `entry 2 (second): unknown environment "prodution" (did you mean "production"?)`},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t)
			if code := m.run(t.Context(), "check", "--all", write(t, tc.text)); code != app.ExitUsage {
				t.Errorf("exit code %d", code)
			}
			if !strings.Contains(m.err.String(), tc.want) {
				t.Errorf("%s, want %q", &m.err, tc.want)
			}
		})
	}
}

// What stands in a list means the same from every folder and with every variable around.
func TestAnEntryIsReadForItself(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"lab.yaml": "id: lab\ntitle: Lab\nissuer: https://127.0.0.1:1/realms/lab\n",
		"all.yaml": "- {environment: lab.yaml, client_id: nightly}\n- {client_id: weekly}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m := newMachine(t).with(map[string]string{"OPENEO_AUTH_PROVIDER_ID": "egi-dev"})
	c, err := check.NewChecker(t.Context(), (&app.App{Sys: m.System}), &check.Flags{})
	if err != nil {
		t.Fatal(err)
	}
	entries, folder, err := c.ReadList(t.Context(), filepath.Join(dir, "all.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"lab", subject.DefaultEnvironment} {
		one, err := entries[i].Target(i, folder)
		if err != nil {
			t.Fatal(err)
		}
		s, _, err := c.Subject(t.Context(), c.Environments, one, false)
		if err != nil || s.Environment.ID != want {
			t.Errorf("entry %d: environment %q, %v; want %q", i+1, s.Environment.ID, err, want)
		}
	}
}
