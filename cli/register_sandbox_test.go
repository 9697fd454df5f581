//go:build linux

package cli_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
)

// The whole way, from the first question to a login that works, without any account.
func TestScreensOfTheSandbox(t *testing.T) {
	t.Parallel()
	s := start(t, newHome(t), nil, "try", "register")
	s.stop("Which openEO service", enter)
	s.stop("for trying things out, or for use", down+enter)
	s.stop("Service name", "NDVI time series"+enter)
	s.stop("Description", enter)
	s.stop("Contacts: e-mail", "team@lab.example.org"+enter)
	s.stop("Client ID", "nightly-ndvi"+enter) // free here: it is taken in another environment of the sandbox
	s.stop("Have you entered these values?", enter)
	s.stop("tab 2 of 2", enter)
	s.stop("Have you pressed Submit?", enter) // the sandbox can do that
	s.until("Where should the client ID")     // the folders differ from run to run
	s.press(enter)
	s.ends(0)
	s.until("This was the sandbox")
	s.saneTerminal()
	s.golden("sandbox")
	s.shows("Works", "is deployed")
}

// entersTheSheet goes on from the name of the service to the question whether Submit was pressed, as
// who enters every value of the sheet.
func (s *screen) entersTheSheet() {
	s.t.Helper()
	s.stop("the registry's current ones", "Canary"+enter)
	s.stop("Description", enter)
	s.stop("Contacts: e-mail", "team@lab.example.org"+enter)
	s.stop("empty form open", down+enter)
	s.stop("Have you entered these values?", enter)
	s.stop("tab 2 of 2", enter)
	s.until("Have you pressed Submit?")
}

// A person registers in the browser, and types the secret: it is in the file that was chosen and
// nowhere else.
func TestTheCanaryOfARegistration(t *testing.T) {
	t.Parallel()
	world := sandboxtest.Box(t, sandbox.Options{DeployAfter: 1})
	home := newHome(t)
	ca := filepath.Join(world.Dir, "ca.pem")
	s := start(t, home, nil, "register", "--catalog", world.Dir, "--ca-file", ca, "--environment", "sandbox-dev", "--client-id", "canary-client")
	s.entersTheSheet()
	secret := submitByHand(t, world, filepath.Join(home, "canary-client.yaml"))
	s.press(enter)
	s.stop("Where should the client ID", down+down+enter)
	s.stop("Client secret of canary-client", "canary-client"+enter) // the wrong one of the two
	s.stop("looks like the client ID", " "+secret+enter)
	s.stop("there is white space around it", secret[:40]+enter)
	s.stop("Is the secret complete?", enter)
	s.stop("Client secret of canary-client", secret+enter)
	s.stop("What does the badge show?", down+down+enter)
	s.stop("Deployment Malfunction: it was approved", enter)
	s.ends(0)
	if !strings.Contains(s.everything(), "Works") {
		t.Errorf("no healthy check:\n%s", s.everything())
	}
	for _, part := range []string{secret, secret[:40], secret[40:]} {
		if strings.Contains(s.everything(), part) {
			t.Error("the secret was on the screen")
		}
	}
	holders := filesWith(t, home, secret[:40])
	if len(holders) != 1 || filepath.Base(holders[0]) != "auth-config.json" {
		t.Errorf("the secret is in %q", holders)
	}
	if _, err := os.Stat(filepath.Join(home, ".config", "credguide", "register.yaml")); err == nil {
		t.Error("the kept answers are still there")
	}
}

// Between the secret and the deployment days may pass: the secret is stored by then, and who goes on
// is not asked for it, nor for its place. Who goes back can still correct both.
func TestTheSecretIsStoredBeforeTheReview(t *testing.T) {
	t.Parallel()
	world := sandboxtest.Box(t, sandbox.Options{DeployAfter: 1})
	home := newHome(t)
	register := func(more ...string) *screen {
		return start(t, home, nil, append([]string{"register", "--catalog", world.Dir, "--ca-file", filepath.Join(world.Dir, "ca.pem")}, more...)...)
	}
	s := register("--environment", "sandbox-dev", "--client-id", "kept-early")
	s.entersTheSheet()
	secret := submitByHand(t, world, filepath.Join(home, "kept-early.yaml"))
	s.press(enter)
	s.stop("Where should the client ID", "another"+enter)
	s.stop("File for the credentials", "first.env"+enter)
	s.stop("Client secret of kept-early", strings.Repeat("x", 40)+"Q7"+strings.Repeat("z", 45)+enter)
	s.stop("What does the badge show?", "go back"+enter)
	s.stop("Where should the client ID", "go back"+enter)
	s.stop("Client secret of kept-early", secret+enter)
	s.stop("Where should the client ID", "another"+enter)
	s.stop("File for the credentials", "kept.env"+enter)
	s.stop("What does the badge show?", interrupt)
	s.ends(130)
	if strings.Contains(s.everything(), "is not stored") {
		t.Errorf("the secret is stored:\n%s", s.everything())
	}
	s = register("--resume")
	if shown := s.until("What does the badge show?"); strings.Contains(s.everything(), "Client secret of") {
		t.Errorf("the secret is asked for again:\n%s", shown)
	}
	s.press(enter)
	s.ends(0)
	s.shows("The secret is stored already: ", "kept.env", "Works", "is now your account kept-early")
}

// submitByHand does with the written request what a person does in the portal, and returns the
// secret that it shows.
func submitByHand(t *testing.T, world *sandbox.Sandbox, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	id := regexp.MustCompile(`(?m)^client_id: (\S+)$`).FindSubmatch(text)
	if id == nil {
		t.Fatalf("no client ID in\n%s", text)
	}
	made, err := world.Submit(sandbox.Request{
		ServiceName: "Canary", IntegrationEnvironment: "development", ClientID: string(id[1]), GrantTypes: []string{"client_credentials"},
		Scope: []string{"openid", "email", "eduperson_entitlement", "eduperson_scoped_affiliation"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := world.Approve(made.ID); err != nil {
		t.Fatal(err)
	}
	return made.Request.ClientSecret
}

func filesWith(t *testing.T, dir, text string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte(text)) {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
