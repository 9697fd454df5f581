package cli

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
)

// answering is a machine with a person at it who types these lines, and these hidden ones.
func answering(t *testing.T, hidden []string, lines ...string) *machine {
	t.Helper()
	m := newMachine(t)
	t.Chdir(t.TempDir())
	m.StdinIsTerminal, m.StderrIsTerminal = true, true
	m.Stdin = strings.NewReader(strings.Join(lines, "\n") + "\n")
	m.ReadHidden = hiddenLines(hidden)
	return m
}

// development are the answers that lead to the values of a request in development.
var development = []string{"openeocloud-dev.vito.be", "development", "NDVI time series", "Nightly jobs.", "team@lab.example.org"}

// keys is a keyring in memory.
type keys map[string]string

func (k keys) Get(service, user string) (string, error) {
	if text, ok := k[service+" "+user]; ok {
		return text, nil
	}
	return "", credentials.ErrNotInKeyring
}

func (k keys) Set(service, user, text string) error { k[service+" "+user] = text; return nil }

// Where nothing can be kept, it is said once, the interview goes on, and the end shows what was
// typed.
func TestNothingTypedIsLost(t *testing.T) {
	m := answering(t, nil, development...)
	blocked := write(t, "a file, and no folder")
	if code := m.run(t.Context(), "register", "--offline", "--state", filepath.Join(blocked, "state.yaml")); code != app.ExitUsage {
		t.Errorf("exit code %d", code)
	}
	told := m.err.String()
	if strings.Count(told, "The answers cannot be saved") != 1 {
		t.Errorf("said more than once, or not at all:\n%s", told)
	}
	_, printed, found := strings.Cut(told, "Put these lines into a file for --answers:\n")
	if !found {
		t.Fatalf("the answers are not printed:\n%s", told)
	}
	printed, _, _ = strings.Cut(printed, "\nerror:")
	again := newMachine(t)
	code := again.run(t.Context(), "register", "--offline", "--answers", write(t, printed))
	if code != app.ExitUsage || !strings.Contains(again.err.String(), "client_id: Client ID") || strings.Contains(again.err.String(), "service_name:") {
		t.Errorf("the printed answers are not taken:\n%s\n%s", printed, &again.err)
	}
}

// The request cannot be written: it is shown instead.
func TestARequestThatCannotBeWrittenIsShown(t *testing.T) {
	m := answering(t, nil, append(development, "nightly-ndvi")...)
	blocked := write(t, "a file, and no folder")
	m.run(t.Context(), "register", "--offline", "--request", filepath.Join(blocked, "x.yaml"))
	if !strings.Contains(m.err.String(), "client_id: nightly-ndvi") {
		t.Errorf("the request is not shown:\n%s", &m.err)
	}
}

// A generated id is asked for when it is known; a file in a repository is warned of; the keyring
// keeps the pair.
func TestAGeneratedIDAndTheKeyring(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Fatal(err)
	}
	b := sandboxtest.Box(t, sandbox.Options{DeployAfter: 1})
	p, err := b.Submit(sandbox.Request{GrantTypes: []string{"client_credentials"}, Scope: []string{"openid", "email", "eduperson_entitlement", "eduperson_scoped_affiliation"}})
	if err != nil {
		t.Fatal(err)
	}
	if p, err = b.Approve(p.ID); err != nil {
		t.Fatal(err)
	}
	repository := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "git", "init", "-q", repository).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	file := filepath.Join(repository, "openeo.env")
	m := answering(t, []string{"  ", `"` + p.Request.ClientSecret + `"`, p.Request.ClientSecret},
		"NDVI time series", "Nightly jobs.", "team@lab.example.org", "-", // the form
		"it is open", "", "", "yes", // the form, two tabs, Submit
		"", "<", "", "-", p.Request.ClientID, // the badge, back to it, the id
		"another file", filepath.Join(b.Dir, "ca.pem"), "another file", file, "no", "keyring")
	ring := keys{}
	m.Keyring = ring
	code := m.run(t.Context(), "register", "--catalog", b.Dir, "--ca-file", filepath.Join(b.Dir, "ca.pem"), "--environment", "sandbox-dev")
	if code != app.ExitHealthy || !strings.Contains(m.out.String(), "Works") {
		t.Fatalf("exit code %d\n%s\n%s", code, &m.out, &m.err)
	}
	for _, want := range []string{
		"nothing was entered", "there are double quotes around it", "ca.pem would be replaced, and it is read", "could be committed by accident", "Stored in the system keyring",
		"The client is now your account " + p.Request.ClientID, "credguide wait " + p.Request.ClientID,
		"check it: credguide check " + p.Request.ClientID, "use it in Python: credguide snippet python " + p.Request.ClientID,
		"watch it in CI: credguide snippet github " + p.Request.ClientID,
	} {
		if !strings.Contains(strings.Join(strings.Fields(m.err.String()), " "), want) {
			t.Errorf("%q is not said:\n%s", want, &m.err)
		}
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("the file in the repository was written")
	}
	held := false
	for _, text := range ring {
		held = held || text == p.Request.ClientSecret
	}
	if !held {
		t.Error("the keyring does not have the secret")
	}
	if form := leaks(append(m.out.Bytes(), m.err.Bytes()...), p.Request.ClientSecret); form != "" {
		t.Errorf("the output holds the secret: %s", form)
	}
	printed := printedIn(onALine, m.err.String())
	// What register kept is found by every command, by its name or by nothing, without a flag.
	m.StdinIsTerminal = false
	for _, args := range [][]string{
		{"check", p.Request.ClientID},
		{"check"},
		{"check", "--all"},
		{"wait", p.Request.ClientID},
		{"snippet", "python", p.Request.ClientID},
		{"snippet", "python"},
		{"snippet", "github", p.Request.ClientID},
		{"accounts"},
		{"accounts", "show", p.Request.ClientID},
	} {
		m.must(t, args...)
	}
	m.must(t, "accounts", "--output", "json")
	if !strings.Contains(m.out.String(), `"verdict": "healthy"`) {
		t.Errorf("%s", &m.out)
	}
	if len(printed) < 4 {
		t.Errorf("commands of the end: %q", printed)
	}
	for _, c := range printed {
		m.runPrinted(t, c, nil)
	}
}

// Where the person has named the place of the secret, who goes back from the review is asked for the
// secret again. An older one of a client with the same ID is not taken for that of the new one.
func TestASecretWhosePlaceIsNamedIsCorrected(t *testing.T) {
	secret := func(mark string) string { return strings.Repeat("x", 40) + mark + strings.Repeat("z", 45) }
	file := write(t, "OPENEO_AUTH_CLIENT_ID=nightly-ndvi\nOPENEO_AUTH_CLIENT_SECRET="+secret("O1")+"\n")
	m := answering(t, []string{secret("W2"), secret("R3")}, "NDVI time series", "Nightly jobs.", "team@lab.example.org", "it is open", "", "", "yes", "<", "pending")
	code := m.run(t.Context(), "register", "--offline", "--environment", "development", "--client-id", "nightly-ndvi", "--store", "dotenv", "--store-file", file)
	if text := read(t, file); code != app.ExitHealthy || !strings.Contains(text, secret("R3")) || strings.Contains(text, secret("W2")) || strings.Contains(text, secret("O1")) {
		t.Errorf("exit code %d\n%s\n%s", code, text, &m.err)
	}
}

// The browser is offered, and the address is there for those whose browser is elsewhere.
func TestTheBrowserIsOffered(t *testing.T) {
	if runtime.GOOS != "linux" {
		return // the starter of a browser has another name there
	}
	bin := t.TempDir()
	opened := filepath.Join(bin, "opened")
	script := "#!/bin/sh\necho \"$1\" >> " + opened + "\necho \"$OPENEO_AUTH_CLIENT_SECRET\" >> " + opened + "\n"
	if err := os.WriteFile(filepath.Join(bin, "xdg-open"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin)
	t.Setenv("OPENEO_AUTH_CLIENT_SECRET", "walrus-kettle")
	m := answering(t, nil, append(development, "nightly-ndvi", "it is open", "copy", "o", "not yet")...)
	if code := m.run(t.Context(), "register", "--offline"); code != app.ExitHealthy {
		t.Fatalf("exit code %d\n%s", code, &m.err)
	}
	addresses, err := os.ReadFile(opened)
	if err != nil {
		t.Fatalf("%v\n%s", err, &m.err)
	}
	for _, want := range []string{"/nightly-ndvi-sheet.html\n", "https://aai.egi.eu/federation\n"} {
		if !strings.Contains(string(addresses), want) || !strings.Contains(m.err.String(), want) {
			t.Errorf("%q is not opened or not said: %s", want, addresses)
		}
	}
	if strings.Contains(string(addresses), "walrus") {
		t.Error("the browser gets the secret of the environment")
	}
	page, err := os.ReadFile("nightly-ndvi-sheet.html")
	if err != nil || !strings.Contains(string(page), "team@lab.example.org") {
		t.Errorf("the page lacks the values: %v", err)
	}
	t.Setenv("PATH", t.TempDir())
	m = answering(t, nil, append(development, "nightly-ndvi", "it is open", "", "", "o", "not yet")...)
	m.run(t.Context(), "register", "--offline")
	if !strings.Contains(m.err.String(), "open the address yourself") {
		t.Errorf("without a browser nothing is said:\n%s", &m.err)
	}
}

// The wizard is not needed where the check of the secret file is enough: submitted already, the
// secret in a file.
func TestASecretFileEndsInACheck(t *testing.T) {
	m, args := submitted(t, "development", 1)
	secretFile := args[len(args)-1]
	dir := filepath.Dir(secretFile)
	answers := write(t, "service_name: Fresh\nservice_description: x\ncontacts: team@lab.example.org\nclient_id: "+newClient+"\n")
	t.Chdir(t.TempDir())
	code := m.run(t.Context(), "register", "--catalog", dir, "--ca-file", filepath.Join(dir, "ca.pem"), "--environment", "sandbox-dev",
		"--answers", answers, "--secret-file", secretFile)
	if code != app.ExitHealthy || !strings.Contains(m.out.String(), "Works") {
		t.Errorf("exit code %d\n%s\n%s", code, &m.out, &m.err)
	}
	if strings.Contains(m.out.String()+m.err.String(), newSecret) {
		t.Error("the secret was printed")
	}
}

// A secret in the wrong place of the command line is not repeated, and written nowhere.
func TestTheCanaryIsInNoErrorOfRegister(t *testing.T) {
	const secret = "cAnary-8aQ3vL0xZ7pW2rT6yU1iO5sD9fG4hJ_kB3nM8cX2vR6tY1uE5wQ9zA7dF0gH4jK"
	for _, flag := range []string{"environment", "backend", "answers", "state", "request", "client-id", "secret-file", "store", "store-file", "ca-file", "profile"} {
		m := newMachine(t)
		t.Chdir(t.TempDir())
		args := []string{"register", "--offline", "--" + flag, secret}
		if flag != "environment" && flag != "backend" {
			args = append(args, "--environment", "development")
		}
		if code := m.run(t.Context(), args...); code != app.ExitUsage {
			t.Errorf("--%s: exit code %d", flag, code)
		}
		if form := leaks(append(m.out.Bytes(), m.err.Bytes()...), secret); form != "" {
			t.Errorf("--%s: the error holds the secret: %s\n%s", flag, form, &m.err)
		}
		if entries, err := os.ReadDir("."); err != nil || len(entries) > 0 {
			t.Errorf("--%s: %v was written, %v", flag, entries, err)
		}
	}
}

// hiddenLines gives one after the other, and then the end of the input.
func hiddenLines(lines []string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) {
		if len(lines) == 0 {
			return "", io.EOF
		}
		line := lines[0]
		lines = lines[1:]
		return line, nil
	}
}
