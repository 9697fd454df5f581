//go:build linux

package cli_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/credguide/credguide/internal/sandbox"
)

// provider writes the file of an environment that is the sandbox's production, but where clients are made in another way.
func provider(t *testing.T, world *sandbox.Sandbox, registration string) (file, secret string) {
	t.Helper()
	whole, err := os.ReadFile(filepath.Join(world.Dir, "environments", "sandbox.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	_, backends, found := strings.Cut(string(whole), "\nbackends:")
	issuer := regexp.MustCompile(`(?m)^issuer: (\S+)$`).FindSubmatch(whole)
	if !found || issuer == nil {
		t.Fatalf("no back-ends in\n%s", whole)
	}
	file = filepath.Join(t.TempDir(), "lab.yaml")
	text := "id: lab\ntitle: Lab identity provider\nissuer: " + string(issuer[1]) + "\n" + registration + "backends:" + backends
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	dotenv, err := os.ReadFile(filepath.Join(world.Dir, "openeo.env"))
	if err != nil {
		t.Fatal(err)
	}
	kept := regexp.MustCompile(`(?m)^OPENEO_AUTH_CLIENT_SECRET=(.*)$`).FindSubmatch(dotenv)
	if kept == nil {
		t.Fatal("the sandbox has no secret")
	}
	return file, string(kept[1])
}

func guided(t *testing.T, registration string) (s func(more ...string) *screen, secret string) {
	t.Helper()
	world, err := sandbox.Start(t.Context(), sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = world.Close() })
	file, secret := provider(t, world, registration)
	home := newHome(t)
	return func(more ...string) *screen {
		return start(t, home, nil, append([]string{"register", "--environment", file, "--ca-file", filepath.Join(world.Dir, "ca.pem")}, more...)...)
	}, secret
}

// A dashboard is walked through to a login that works, and nothing of a registry's form is said.
func TestADashboardEndsInACheck(t *testing.T) {
	t.Parallel()
	register, secret := guided(t, `registration:
  kind: dashboard
  url: https://127.0.0.1:9/dashboard
  steps: [Log in., "Press Create and enter the name {name}."]
  expires: true
`)
	s := register()
	s.until("Name for the client")
	s.press("nightly run" + enter)
	shown := s.until("Have you created the client?")
	if !strings.Contains(shown, "enter the name nightly run.") || !strings.Contains(shown, "https://127.0.0.1:9/dashboard") {
		t.Errorf("the steps are not shown:\n%s", shown)
	}
	s.press("<" + enter)
	s.until("Name for the client: (nightly run)")
	s.press(enter)
	s.until("Have you created the client?")
	s.press(enter)
	s.until("Client ID:")
	s.press(secret + enter)
	if shown := s.until("looks like the secret"); strings.Contains(shown, secret[:20]) {
		t.Errorf("the secret stays on the screen:\n%s", shown)
	}
	s.press("nightly-ndvi" + enter)
	s.until("End date of the client")
	s.press("31.12.2030" + enter)
	s.until("enter a day")
	s.press("2030-12-31" + enter)
	s.until("Client secret of nightly-ndvi")
	s.press("<" + enter)
	s.until("End date of the client: (2030-12-31)")
	s.press(enter)
	s.until("Client secret of nightly-ndvi")
	s.press(secret + enter)
	s.until("Where should the client ID")
	s.press(enter)
	if code := s.exit(); code != 0 {
		t.Errorf("exit code %d\n%s", code, s.everything())
	}
	s.saneTerminal()
	for _, want := range []string{"Works", "A service account is not you"} {
		if !strings.Contains(s.everything(), want) {
			t.Errorf("%q is never shown:\n%s", want, s.everything())
		}
	}
	for _, never := range []string{"Submit", "Manage Services", "badge", "EGI"} {
		if strings.Contains(s.everything(), never) {
			t.Errorf("%q is said where there is no form:\n%s", never, s.everything())
		}
	}
}

// A request is written, waits for days, and ends in a login that works.
func TestARequestEndsInACheck(t *testing.T) {
	t.Parallel()
	register, secret := guided(t, `registration:
  kind: request
  to: ops@lab.example.org
  text: |-
    Please make the client {name} for {backend}.
    {purpose} {mail}
`)
	s := register()
	s.until("Name for the client")
	s.press("nightly run" + enter)
	s.until("Purpose")
	s.press(enter)
	s.until("Your e-mail address")
	s.press("me@lab.example.org" + enter)
	shown := s.until("Have you sent the text?")
	if !strings.Contains(shown, "Please make the client nightly run for https://127.0.0.1") || !strings.Contains(shown, "ops@lab.example.org") {
		t.Errorf("the text is not shown:\n%s", shown)
	}
	s.press(enter)
	s.until("Has the client been created?")
	s.press("not" + enter)
	if code := s.exit(); code != 0 {
		t.Errorf("exit code %d\n%s", code, s.everything())
	}
	s.until("register --resume")
	s = register("--resume")
	s.until("Has the client been created?")
	s.press("yes" + enter)
	s.until("Client ID:")
	s.press("nightly-ndvi" + enter)
	s.until("Client secret of nightly-ndvi")
	s.press(secret + enter)
	s.until("Where should the client ID")
	s.press(enter)
	if code := s.exit(); code != 0 || !strings.Contains(s.everything(), "Works") {
		t.Errorf("exit code %d\n%s", code, s.everything())
	}
}
