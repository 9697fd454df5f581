//go:build unix

package credentials

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// No program that is started beside gets a secret from the environment; this one keeps it.
func TestNoSecretInTheEnvironmentOfOthers(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, ".git"), 0o700); err != nil {
		t.Fatal(err)
	}
	seen := filepath.Join(dir, "seen")
	if err := os.WriteFile(filepath.Join(dir, "git"), []byte("#!/bin/sh\n/usr/bin/env > '"+seen+"'\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	t.Setenv(EnvClientSecret, "walrus-kettle-plinth")
	t.Setenv(CredentialsVariable+"NIGHTLY", "egi/nightly/walrus-kettle-plinth")
	if got := GitStateOf(t.Context(), filepath.Join(dir, "secret")); got != GitIgnored {
		t.Errorf("git says %v", got)
	}
	said, err := os.ReadFile(seen)
	if err != nil || strings.Contains(string(said), "walrus") || !strings.Contains(string(said), "PATH=") {
		t.Errorf("%v\n%s", err, said)
	}
	giveBack := Withhold()
	if all := strings.Join(os.Environ(), "\n"); strings.Contains(all, "walrus") || !strings.Contains(all, "PATH=") {
		t.Errorf("%s", all)
	}
	giveBack()
	if os.Getenv(EnvClientSecret) != "walrus-kettle-plinth" || os.Getenv(CredentialsVariable+"NIGHTLY") == "" {
		t.Error("a secret is lost")
	}
}
