package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/credguide/credguide/internal/sandbox"
)

// setup is what all measurements share: the program as it is released, and a folder that goes away.
type setup struct {
	options
	dir     string
	program string
	env     []string
}

func prepare(ctx context.Context, o options) (*setup, error) {
	dir, err := os.MkdirTemp("", "credguide-bench-")
	if err != nil {
		return nil, err
	}
	s := &setup{options: o, dir: dir, program: filepath.Join(dir, "credguide")}
	if runtime.GOOS == "windows" {
		s.program += ".exe"
	}
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", s.program, "github.com/credguide/credguide")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		s.close()
		return nil, fmt.Errorf("build credguide: %w", err)
	}
	s.env = quiet(dir)
	return s, nil
}

func (s *setup) close() { _ = os.RemoveAll(s.dir) }

// quiet is the environment without what the machine's user has set up for openEO, proxies or
// Python.
func quiet(home string) (env []string) {
	for _, v := range os.Environ() {
		upper := strings.ToUpper(v)
		if !strings.HasPrefix(upper, "OPENEO_") && !strings.HasPrefix(upper, "PYTHON") && !strings.Contains(strings.SplitN(upper, "=", 2)[0], "_PROXY") {
			env = append(env, v)
		}
	}
	return append(env, "HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_DATA_HOME="+home, "OPENEO_CONFIG_HOME="+home, "PYTHONDONTWRITEBYTECODE=1",
		"DBUS_SESSION_BUS_ADDRESS=unix:path="+filepath.Join(home, "no-keyring"))
}

// play starts a sandbox in this process and the check command for it.
func (s *setup) play(ctx context.Context, o sandbox.Options, exit int, more ...string) (*sandbox.Sandbox, command, error) {
	box, err := sandbox.Start(ctx, o)
	if err != nil {
		return nil, command{}, err
	}
	c := command{name: "credguide check", argv: append(append([]string{s.program, "check"}, box.Args...), more...), env: s.env, exit: exit}
	for name, value := range box.Env {
		c.env = append(c.env, name+"="+value)
	}
	return box, c, nil
}

// interpreter finds a Python with the openEO client: the one asked for, the acceptance
// laboratory's, or the system's.
func (s *setup) interpreter(ctx context.Context) (string, error) {
	candidates := []string{s.python}
	if s.python == "" {
		lab := os.Getenv("CREDGUIDE_LAB_DIR")
		if cache, err := os.UserCacheDir(); lab == "" && err == nil {
			lab = filepath.Join(cache, "credguide-lab")
		}
		candidates, _ = filepath.Glob(filepath.Join(lab, "python", "*", "bin", "python"))
		candidates = append(candidates, "python3")
	}
	for _, python := range candidates {
		if exec.CommandContext(ctx, python, "-c", "import openeo").Run() == nil { //nolint:gosec // named by the person who runs this
			return python, nil
		}
	}
	return "", errors.New("no Python with the openeo package was found; name one with -python")
}

// machine says what this was measured on.
func machine() string {
	words := fmt.Sprintf("%s/%s, %d processors", runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		if fields := strings.Fields(string(load)); len(fields) > 0 {
			words += ", load " + fields[0]
		}
	}
	return words
}
