package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/text"
)

// unfinished writes the answers of a registration that stopped.
func (m *machine) unfinished(t *testing.T, text string) (file string) {
	t.Helper()
	file = filepath.Join(m.Home, ".config", "credguide", "register.yaml")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// told is all that was said, with one blank between words.
func (m *machine) told() string {
	return strings.Join(strings.Fields(m.out.String()+" "+m.err.String()), " ")
}

const waiting = "environment: sandbox\nbackend: sandbox-openeo\nservice_name: NDVI\nsubmitted: \"yes\"\naccount: nightly\n"

// A client that is kept and not deployed yet is waited for; then nothing is left to resume.
func TestResumeWaitsForADeployment(t *testing.T) {
	b := box(t)
	m := newMachine(t)
	m.FirstPause = 10 * time.Millisecond
	file := m.unfinished(t, waiting)
	m.must(t, "accounts", "add", "nightly", "--catalog", b.Dir, "--environment", "sandbox", "--credentials", filepath.Join(b.Dir, "openeo.env"), "--ca-file", filepath.Join(b.Dir, "ca.pem"))
	m.must(t, "accounts")
	if told := m.told(); !strings.Contains(told, "pending: the registration of NDVI in sandbox: its deployment is awaited credguide wait nightly") {
		t.Errorf("%s", told)
	}
	m.must(t, "register", "--resume", "--catalog", b.Dir)
	if told := m.told(); !strings.Contains(told, "Only the deployment is left to wait for. The client is your account nightly.") || !strings.Contains(told, "√ Works") {
		t.Errorf("%s", told)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("the answers are still there")
	}
}

// However the wait ends: once the login works, nothing is pending.
func TestALoginThatWorksIsNotAwaited(t *testing.T) {
	b := box(t)
	for _, command := range []string{"wait", "check"} {
		m := newMachine(t)
		file := m.unfinished(t, waiting)
		m.must(t, "accounts", "add", "nightly", "--catalog", b.Dir, "--environment", "sandbox", "--credentials", filepath.Join(b.Dir, "openeo.env"), "--ca-file", filepath.Join(b.Dir, "ca.pem"))
		m.must(t, command, "nightly")
		if _, err := os.Stat(file); err == nil {
			t.Errorf("%s: the answers are still there", command)
		}
		m.must(t, "accounts")
		if strings.Contains(m.told(), "pending") {
			t.Errorf("%s: %s", command, m.told())
		}
	}
}

// Where the account is gone, the registration goes on with what it knows, and its answers stay.
func TestResumeWithoutItsAccount(t *testing.T) {
	b := box(t)
	m := newMachine(t)
	file := m.unfinished(t, waiting)
	if code := m.run(t.Context(), "register", "--resume", "--catalog", b.Dir); code != app.ExitUsage || !strings.Contains(m.told(), "the account nightly of this registration is gone") {
		t.Errorf("exit code %d: %s", code, m.told())
	}
	if !strings.Contains(read(t, file), "service_name: NDVI") {
		t.Errorf("the answers: %s", read(t, file))
	}
}

// A registration that was begun with a catalog is not found without it: the command that goes on is
// named, and nothing is lost.
func TestResumeNamesTheCatalogThatItLacks(t *testing.T) {
	m := newMachine(t)
	file := m.unfinished(t, "environment: lab-of-yesterday\nservice_name: NDVI\nresume_with: credguide register --resume --catalog /there\n")
	before := read(t, file)
	if code := m.run(t.Context(), "register", "--resume", "--offline"); code != app.ExitUsage || !strings.Contains(m.told(), "to continue this registration: credguide register --resume --catalog /there") {
		t.Errorf("exit code %d: %s", code, m.told())
	}
	if read(t, file) != before {
		t.Errorf("the answers: %s", read(t, file))
	}
}

// What a person said stays in force: an environment that only its file knows, and the wish to send
// nothing to anybody.
func TestResumeKeepsWhatWasGiven(t *testing.T) {
	m := newMachine(t)
	file := filepath.Join(t.TempDir(), "own provider.yaml")
	if err := os.WriteFile(file, []byte("id: own\ntitle: Own provider\nissuer: https://sso.example.org/realms/x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	m.Stdin = strings.NewReader("nightly run\n")
	m.run(t.Context(), "register", "--lines", "--environment", file, "--offline", "--store", "dotenv")
	command := "credguide register --resume --environment " + text.Word(file) + " --lines --offline --store dotenv"
	if told := m.told(); !strings.Contains(told, "To continue: "+command+" ") {
		t.Fatalf("the command to continue is not there:\n%s", told)
	}
	m.Stdin = strings.NewReader("\n")
	m.run(t.Context(), "register", "--resume", "--environment", file, "--lines", "--offline", "--store", "dotenv")
	if told := m.told(); !strings.Contains(told, "Where the registration of nightly run at Own provider stands") || !strings.Contains(told, "Your e-mail address") {
		t.Errorf("%s", told)
	}
}

// Answers that another version wrote, or that something broke, are named and kept.
func TestAnUnreadableStateIsKept(t *testing.T) {
	m := newMachine(t)
	file := m.unfinished(t, "{{{{ of another version")
	if code := m.run(t.Context(), "register", "--resume", "--offline"); code != app.ExitUsage || !strings.Contains(m.told(), "resume: "+file) {
		t.Errorf("exit code %d: %s", code, m.told())
	}
	m.Stdin = strings.NewReader("")
	m.run(t.Context(), "register", "--lines", "--offline")
	if told := m.told(); !strings.Contains(told, "The answers of an earlier registration cannot be read") || !strings.Contains(told, "The file is kept as "+file+".unreadable") {
		t.Errorf("%s", told)
	}
	if kept := read(t, file+".unreadable"); kept != "{{{{ of another version" {
		t.Errorf("kept: %q", kept)
	}
}

// A portal that is down takes nothing but today's limits: the request is judged by those that are
// built in, and written.
func TestAPortalThatIsDown(t *testing.T) {
	b := box(t)
	m := newMachine(t)
	e, err := environments.Load(b.Dir)
	if err != nil {
		t.Fatal(err)
	}
	down, _ := e.Lookup("sandbox-dev")
	registry := *down.Registry
	registry.Portal, registry.API = "https://127.0.0.1:1", "https://127.0.0.1:1"
	down.ID, down.Registry, down.CAFile = "down", &registry, ""
	data, err := down.YAML()
	if err != nil {
		t.Fatal(err)
	}
	environment, request := write(t, string(data))+".yaml", filepath.Join(t.TempDir(), "request.yaml")
	if err := os.WriteFile(environment, data, 0o600); err != nil {
		t.Fatal(err)
	}
	answers := write(t, requestOf("development"))
	m.must(t, "register", "--answers", answers, "--environment", environment, "--request", request)
	if told := m.told(); !strings.Contains(told, "The built-in limits and lists are used") || !strings.Contains(told, "127.0.0.1:1 does not answer") {
		t.Errorf("%s", told)
	}
	if !strings.Contains(read(t, request), "client_id: robot-development") {
		t.Errorf("the request: %s", read(t, request))
	}
	code := m.run(t.Context(), "register", "--submit", "--answers", answers, "--environment", environment, "--request", request, "--registry-token-file", filepath.Join(b.Dir, "registry.token"))
	if code == app.ExitHealthy || !strings.Contains(m.told(), "credguide request show "+request+" --environment "+environment) {
		t.Errorf("exit code %d: %s", code, m.told())
	}
}

// Facts that are more than a year old are shown with a warning, in the list and for one
// environment.
func TestOldFactsOfAnEnvironment(t *testing.T) {
	m := newMachine(t)
	m.Now = func() time.Time { return time.Date(2028, time.January, 2, 0, 0, 0, 0, time.UTC) }
	for _, args := range [][]string{{"environments"}, {"environments", "show", "production"}} {
		m.must(t, args...)
		if told := m.told(); !strings.Contains(told, "2026-11-25, more than a year ago: the facts may have changed") {
			t.Errorf("%v: %s", args, told)
		}
	}
	m.Now = func() time.Time { return time.Date(2026, time.December, 1, 0, 0, 0, 0, time.UTC) }
	m.must(t, "environments")
	if told := m.told(); !strings.Contains(told, "read on 2026-11-25") || strings.Contains(told, "more than a year") {
		t.Errorf("%s", told)
	}
}

// Where the secret was put nowhere, the answers go when the login works, and stay where the secret
// was mistyped.
func TestAnswersOfASecretThatWasPutNowhere(t *testing.T) {
	b := box(t)
	made, err := b.Create("nightly run", "")
	if err != nil {
		t.Fatal(err)
	}
	for secret, works := range map[string]bool{made.Secret: true, strings.Repeat("aB3", 29): false} {
		m := answering(t, []string{secret}, "nightly run", "yes", made.ID, "-", "nowhere")
		m.FirstPause = 10 * time.Millisecond
		state := filepath.Join(t.TempDir(), "state.yaml")
		code := m.run(t.Context(), "register", "--catalog", b.Dir, "--ca-file", filepath.Join(b.Dir, "ca.pem"), "--environment", "sandbox-dashboard", "--state", state)
		if (code == app.ExitHealthy) != works {
			t.Errorf("%v: exit code %d\n%s%s", works, code, &m.out, &m.err)
		}
		if _, err := os.Stat(state); (err == nil) == works {
			t.Errorf("%v: the answers: %v", works, err)
		}
	}
}
