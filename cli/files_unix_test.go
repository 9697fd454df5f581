//go:build !windows

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

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
