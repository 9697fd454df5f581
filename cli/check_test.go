package cli

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/text"
)

func TestExitCodes(t *testing.T) {
	for fault, want := range map[string]int{
		"":                   app.ExitHealthy,
		"grant-not-enabled":  app.ExitMisconfigured,
		"connection-refused": app.ExitCannotTell,
	} {
		t.Run(fault, func(t *testing.T) {
			var faults []string
			if fault != "" {
				faults = []string{fault}
			}
			b := box(t, faults...)
			m := newMachine(t).with(b.Env)
			if got := m.run(t.Context(), checkIn(b)...); got != want {
				t.Errorf("exit code %d, want %d\n%s%s", got, want, &m.out, &m.err)
			}
		})
	}
}

func TestAMachineFormatStandsAloneOnStandardOutput(t *testing.T) {
	b := box(t, "grant-not-enabled")
	m := newMachine(t).with(b.Env)
	file := filepath.Join(t.TempDir(), "report.txt")
	m.run(t.Context(), checkIn(b, "--output", "json", "--output", "text="+file, "--verbose")...)
	var r checks.Report
	if err := json.Unmarshal(m.out.Bytes(), &r); err != nil {
		t.Fatalf("standard output is not one JSON value: %v\n%s", err, &m.out)
	}
	if first, _ := r.First(); first.ID != "grant-not-enabled" {
		t.Errorf("first diagnosis %q", first.ID)
	}
	if !strings.Contains(m.err.String(), "POST https://127.0.0.1") {
		t.Errorf("--verbose shows no request:\n%s", &m.err)
	}
	text, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(text), "may not use the client credentials grant") {
		t.Errorf("the text in the file: %v\n%s", err, text)
	}
	if info, err := os.Stat(file); runtime.GOOS != "windows" && (err != nil || info.Mode().Perm() != 0o600) {
		t.Errorf("the file's mode: %v %v", info.Mode(), err)
	}
}

func TestASavedReportIsDiagnosedAgain(t *testing.T) {
	b := box(t, "grant-not-enabled")
	m := newMachine(t).with(b.Env)
	file := filepath.Join(t.TempDir(), "report.json")
	m.run(t.Context(), checkIn(b, "--output", "json="+file)...)
	saved := m.out.String()
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if code := m.run(t.Context(), "check", "--from", file); code != app.ExitMisconfigured {
		t.Errorf("exit code %d\n%s", code, &m.err)
	}
	// Who reads it elsewhere has none of these files: the values stand for them.
	before, rest, _ := strings.Cut(saved, "again:\n     credguide check --environment ")
	_, after, ok := strings.Cut(rest, text.Word(filepath.Join(b.Dir, "openeo.env"))+"\n")
	command := "credguide check --issuer " + b.Issuer("sandbox") + " --backend " + b.BackendURL() + " --provider-id egi --client-id " + b.ClientID
	if !ok || m.out.String() != before+"again:\n     "+command+"\n"+after {
		t.Errorf("replayed:\n%s\nsaved:\n%s", &m.out, saved)
	}
}

func TestAnInterruptLeavesAPartialReport(t *testing.T) {
	b := box(t, "response-timeout")
	m := newMachine(t).with(b.Env)
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	m.Stderr = io.MultiWriter(&m.err, writerFunc(func(string) { interrupt() })) // the first answer of the back-end is told
	// Without the interrupt it would wait longer than a test may.
	if code := m.run(ctx, checkIn(b, "--output", "json", "--verbose", "--timeout", "2h", "--deadline", "2h")...); code != app.ExitInterrupted {
		t.Errorf("exit code %d\n%s", code, &m.err)
	}
	var r checks.Report
	if err := json.Unmarshal(m.out.Bytes(), &r); err != nil || !r.Interrupted {
		t.Errorf("the report is not marked as interrupted: %v\n%s", err, &m.out)
	}
	if !strings.Contains(m.err.String(), "interrupted") {
		t.Errorf("standard error: %s", &m.err)
	}
}

func TestAnInterruptedQuestionEndsTheProgram(t *testing.T) {
	m := newMachine(t)
	m.StdinIsTerminal, m.StderrIsTerminal = true, true
	endless, _ := io.Pipe()
	m.Stdin = endless
	m.ReadHidden = func(ctx context.Context) (string, error) { <-ctx.Done(); return "", ctx.Err() }
	ctx, interrupt := context.WithCancel(t.Context())
	defer time.AfterFunc(100*time.Millisecond, interrupt).Stop()
	if code := m.run(ctx, "check"); code != app.ExitInterrupted {
		t.Errorf("exit code %d\n%s", code, &m.err)
	}
}

func TestWhatIsMissingIsAskedForOnATerminal(t *testing.T) {
	b := box(t)
	m := newMachine(t).with(b.Env)
	m.StdinIsTerminal, m.StderrIsTerminal = true, true
	m.Stdin = strings.NewReader(b.ClientID + "\n")
	m.ReadHidden = func(context.Context) (string, error) { return b.ClientSecret, nil }
	args := []string{"check", "--catalog", b.Dir, "--environment", "sandbox", "--ca-file", filepath.Join(b.Dir, "ca.pem"), "--output", "json"}
	if code := m.run(t.Context(), args...); code != app.ExitHealthy {
		t.Errorf("exit code %d\n%s%s", code, &m.out, &m.err)
	}
	for _, want := range []string{"Client ID: ", "Client secret of " + b.ClientID + " (not shown; Enter for none): "} {
		if !strings.Contains(m.err.String(), want) {
			t.Errorf("not asked %q:\n%s", want, &m.err)
		}
	}
	if !strings.Contains(m.out.String(), `"source": "prompt"`) {
		t.Errorf("the source of the secret is not told:\n%s", &m.out)
	}
}

func TestProgressLeavesNoTrace(t *testing.T) {
	b := box(t)
	m := newMachine(t).with(b.Env)
	m.StderrIsTerminal = true
	m.run(t.Context(), checkIn(b)...)
	shown := m.err.String()
	if !strings.Contains(shown, "… credentials") && !strings.Contains(shown, "… identity provider") {
		t.Errorf("no progress: %q", shown)
	}
	if !strings.HasSuffix(shown, "\r\x1b[K") {
		t.Errorf("a line is left: %q", shown)
	}
	if strings.Contains(m.out.String(), "\x1b") {
		t.Errorf("control sequences on standard output: %q", &m.out)
	}
}

func TestQuietSaysNothingWhereAllIsWell(t *testing.T) {
	b := box(t)
	m := newMachine(t).with(b.Env)
	m.StderrIsTerminal = true
	if code := m.run(t.Context(), checkIn(b, "--quiet")...); code != 0 || m.out.Len()+m.err.Len() > 0 {
		t.Errorf("exit code %d, output %q, %q", code, &m.out, &m.err)
	}
}

// Somebody who sets a word for the secret gets the diagnosis: the word stands in every report
// anyway.
func TestAWordForASecretIsNoReasonToWriteNoReport(t *testing.T) {
	b := box(t)
	for _, secret := range []string{
		"client_credentials", "openeo", "invalid_client", "identity provider", "passed", "credguide", "started", "healthy",
		"misconfigured", "unauthorized_client", "sandbox", "client secret", "nothing", "duration_ms", "schema",
	} {
		file := write(t, secret)
		args := checkIn(b, "--client-id", b.ClientID, "--secret-file", file, "--verbose")
		for _, format := range report.Names() {
			args = append(args, "--output", format+"="+filepath.Join(t.TempDir(), "report"))
		}
		m := newMachine(t).with(b.Env)
		if code := m.run(t.Context(), args...); code != app.ExitMisconfigured {
			t.Errorf("%q: exit code %d\n%s", secret, code, &m.err)
		}
	}
}

// An environment file names the authorities of its own servers, so that nobody has to.
func TestAnEnvironmentNamesItsAuthorities(t *testing.T) {
	b := box(t)
	m := newMachine(t)
	m.must(t, "check", "--catalog", b.Dir, "--environment", "sandbox", "--credentials", filepath.Join(b.Dir, "openeo.env"))
	m.must(t, "accounts", "add", "nightly", "--catalog", b.Dir, "--environment", "sandbox", "--credentials", filepath.Join(b.Dir, "openeo.env"))
	m.must(t, "check")
	m.must(t, "wait", "nightly")
	if err := os.Remove(filepath.Join(b.Dir, "ca.pem")); err != nil {
		t.Fatal(err)
	}
	m.refused(t, "read the certificate authorities: "+filepath.Join(b.Dir, "ca.pem"), "check", "nightly")
}
