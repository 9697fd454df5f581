package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/register"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
)

// machine is a System in memory, and what came out of it.
type machine struct {
	app.System
	out, err bytes.Buffer
}

func newMachine(t *testing.T) *machine {
	t.Helper()
	m := &machine{}
	m.System = app.System{
		Stdin: strings.NewReader(""), Stdout: &m.out, Stderr: &m.err, Home: t.TempDir(), GOOS: "linux", Now: time.Now,
		Lookup: func(string) (string, bool) { return "", false }, Keyring: register.EmptyKeyring{},
	}
	return m
}

// with sets the environment's variables.
func (m *machine) with(variables map[string]string) *machine {
	m.Lookup = func(name string) (string, bool) { v, ok := variables[name]; return v, ok }
	return m
}

func (m *machine) run(ctx context.Context, args ...string) int {
	m.out.Reset()
	m.err.Reset()
	return Main(ctx, args, m.System)
}

// box starts a sandbox for the test.
func box(t *testing.T, faults ...string) *sandbox.Sandbox {
	t.Helper()
	return sandboxtest.Box(t, sandbox.Options{Faults: faults})
}

// checkIn is the check command in the sandbox, with more flags.
func checkIn(b *sandbox.Sandbox, more ...string) []string {
	return append(append([]string{"check"}, b.Args...), more...)
}

func write(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// hanging is a secret command of a list that never ends, on any system.
func hanging(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return "secret_command: ['" + self + "', hang]"
}
