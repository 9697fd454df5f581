//go:build !windows

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/cli/app"
)

// A named pipe that nobody writes to keeps no command waiting.
func TestPipesKeepNobodyWaiting(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe.yaml")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"check", "--from", pipe},
		{"check", "--all", pipe},
		{"check", "--ca-file", pipe},
		{"check", "--environment", pipe},
		{"wait", "--client-id", "nightly", "--ca-file", pipe},
		{"request", "validate", pipe},
		{"request", "show", pipe},
		{"register", "--answers", pipe},
		{"environments", "--catalog", pipe},
		{"environments", pipe},
	} {
		m := newMachine(t)
		if code := m.run(t.Context(), args...); code != app.ExitUsage || !strings.Contains(m.err.String(), "error: ") {
			t.Errorf("%v: exit %d, %s%s", args, code, m.out.String(), m.err.String())
		}
	}
}

// What is read is never replaced, however it is spelt: it may be the only copy of a secret.
func TestOutputsKeepApartFromInputs(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "c.env"), filepath.Join(dir, "link")
	const text = "OPENEO_AUTH_CLIENT_ID=nightly\nOPENEO_AUTH_CLIENT_SECRET=Zk7dK2wQ9xL4vB8n\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("c.env", link); err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(dir, "list.yaml")
	if err := os.WriteFile(list, []byte("- {environment: production, credentials: c.env}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"check", "--credentials", file, "--output", "json=" + file},
		{"check", "--credentials", link, "--output", "text", "--output", "json=" + dir + "/./c.env"},
		{"check", "--secret-file", file, "--client-id", "nightly", "--output", "markdown=" + link},
		{"check", "--ca-file", file, "--output", "html=" + file},
		{"check", "--from", file, "--output", "json=" + link},
		{"check", "--all", list, "--output", "json=" + list},
		{"check", "--all", list, "--output", "json=" + file},
		{"wait", "--credentials", file, "--output", "json=" + link},
		{"request", "show", file, "--force", "--html", link},
		{"snippet", "python", "--secret-file", file, "--force", "--file", link},
		{"check", "--output", "json=" + dir + "/new", "--output", "html=" + dir + "/../" + filepath.Base(dir) + "/new"},
	} {
		m := newMachine(t)
		if code := m.run(t.Context(), args...); code != app.ExitUsage {
			t.Errorf("%v: exit %d, %s%s", args, code, m.out.String(), m.err.String())
		}
		if got, err := os.ReadFile(file); err != nil || string(got) != text {
			t.Fatalf("%v: %q, %v", args, got, err)
		}
	}
}

// A node exporter runs as another user, whatever umask the check was started with.
func TestMetricsAreReadableWhateverTheUmask(t *testing.T) {
	b := box(t)
	m := newMachine(t).with(map[string]string{"GOOD": b.ClientSecret})
	list := write(t, "- {name: a, environment: sandbox, client_id: "+b.ClientID+", secret_variable: GOOD}\n")
	old := syscall.Umask(0o077)
	defer syscall.Umask(old)
	for _, args := range [][]string{{"check", "--catalog", b.Dir, "--ca-file", filepath.Join(b.Dir, "ca.pem"), "--all", list}, checkIn(b)} {
		dir := t.TempDir()
		m.run(t.Context(), append(args, "--output", "prometheus="+dir+"/m.prom", "--output", "html="+dir+"/r.html")...)
		for name, want := range map[string]os.FileMode{"m.prom": 0o644, "r.html": 0o600} {
			if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode() != want {
				t.Errorf("%s: %v, %v", name, info, err)
			}
		}
	}
}

// A list that cannot be read is a fault of the list, and nothing is checked.
func TestAListThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	cycle := filepath.Join(dir, "a.yaml")
	if err := os.Symlink(filepath.Join(dir, "b.yaml"), cycle); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(cycle, filepath.Join(dir, "b.yaml")); err != nil {
		t.Fatal(err)
	}
	m := newMachine(t)
	if code := m.run(t.Context(), "check", "--all", cycle); code != app.ExitUsage || !strings.Contains(m.err.String(), cycle) {
		t.Errorf("a cycle of links: exit code %d, %s", code, &m.err)
	}
	file := write(t, "- {name: a, issuer: \"https://127.0.0.1:1/x\", backend: none, credentials: "+cycle+"}\n- {name: b, environment: "+cycle+", keyring: true}\n- {name: c, issuer: \"https://127.0.0.1:1/x\", backend: none, secret_file: "+cycle+", client_id: x}\n")
	if code := m.run(t.Context(), "check", "--all", file, "--output", "json"); code != app.ExitMisconfigured {
		t.Errorf("cycles in entries: exit code %d\n%s", code, &m.err)
	}
	for _, r := range reportsOf(t, m.out.Bytes()) {
		if r.Verdict != checks.Misconfigured {
			t.Errorf("%s: %s %s", r.Subject.Name, r.Verdict, idOf(r))
		}
	}
}

// What is written to as it is may have another name.
func TestALinkToADeviceIsWrittenTo(t *testing.T) {
	m := newMachine(t)
	null := filepath.Join(t.TempDir(), "null")
	if err := os.Symlink(os.DevNull, null); err != nil {
		t.Fatal(err)
	}
	if code := m.run(t.Context(), "snippet", "env", "--client-id", "nightly", "--file", null); code != app.ExitHealthy {
		t.Errorf("exit code %d: %s", code, &m.err)
	}
}
