//go:build linux

package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credguide/credguide/internal/sandbox"
)

// The wizard offers to submit the request itself, names the host before it asks for the token, and never shows the token.
func TestTheOfferToSubmit(t *testing.T) {
	t.Parallel()
	world, err := sandbox.Start(t.Context(), sandbox.Options{DeployAfter: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer world.Close()
	stranger, err := world.PersonToken("nina", "openid")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(world.Dir, "registry.token"))
	if err != nil {
		t.Fatal(err)
	}
	token := strings.TrimSpace(string(data))
	home := newHome(t)
	s := start(t, home, nil, "register", "--catalog", world.Dir, "--ca-file", filepath.Join(world.Dir, "ca.pem"), "--environment", "sandbox-dev", "--client-id", "offered")
	s.until("the registry has today")
	s.press("Offered" + enter)
	s.until("Description")
	s.press(enter)
	s.until("Contacts: e-mail")
	s.press("team@lab.example.org" + enter)
	s.until("no form: submit the request for me")
	s.press(down + down + enter)
	s.until("Send your registry token to 127.0.0.1")
	s.press("y" + enter)
	s.until("Registry token")
	s.press(stranger + enter)
	s.until("does not know you yet")
	s.until("How do you want to continue?")
	s.press(enter)
	s.until("Registry token")
	s.press(token + enter)
	s.until("Where should the client ID")
	s.press(enter)
	s.until("Approve the request now?")
	s.press("y" + enter)
	if code := s.exit(); code != 0 {
		t.Errorf("exit code %d\n%s", code, s.everything())
	}
	for _, want := range []string{"The registry has the request", "The request is approved", "Works", "one of your accounts now"} {
		if !strings.Contains(s.everything(), want) {
			t.Errorf("%q is never shown:\n%s", want, s.everything())
		}
	}
	for _, secret := range []string{token[:40], stranger[:40], world.Petitions()[0].Request.ClientSecret[:40]} {
		if strings.Contains(s.everything(), secret) {
			t.Error("a secret was on the screen")
		}
	}
	if holders := filesWith(t, home, token[:40]); len(holders) > 0 {
		t.Errorf("the token is in %q", holders)
	}
	s.saneTerminal()
}
