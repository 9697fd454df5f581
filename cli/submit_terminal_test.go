//go:build linux

package cli_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
)

// The wizard offers to submit the request itself, names the host before it asks for the token, and
// never shows the token.
func TestTheOfferToSubmit(t *testing.T) {
	t.Parallel()
	world := sandboxtest.Box(t, sandbox.Options{DeployAfter: 1})
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
	s.stop("the registry's current ones", "Offered"+enter)
	s.stop("Description", enter)
	s.stop("Contacts: e-mail", "team@lab.example.org"+enter)
	s.stop("no form: submit for me", down+down+enter)
	s.stop("Send your registry token to 127.0.0.1", "y"+enter)
	s.stop("How do you want to sign in", down+enter)
	s.stop("Registry token", stranger+enter)
	s.until("does not know you yet")
	s.stop("How do you want to continue?", enter)
	s.stop("How do you want to sign in", "paste"+enter)
	s.stop("registry.token", token+enter)
	s.stop("Where should the client ID", enter)
	s.stop("Approve the request now?", "y"+enter)
	s.ends(0)
	s.shows("The registry has the request", "The request is approved", "Works", "is now your account")
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

// enterCode does in the browser what the screen says, in the name of alice.
func (s *screen) enterCode(decision string) {
	s.t.Helper()
	s.until("Waiting for you to sign in")
	_, fresh, _ := s.text()
	words := strings.Fields(fresh)
	page, code := "", ""
	for n, w := range words {
		if w == "account:" {
			page = words[n+1]
		}
		if w == "there:" {
			code = words[n+1]
		}
	}
	s.pass()
	res, err := http.PostForm(page, url.Values{"user_code": {code}, "person": {"alice"}, "decision": {decision}})
	if err != nil {
		s.t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		s.t.Fatalf("%s answers %d to %s", page, res.StatusCode, code)
	}
}

// pass takes what is on the screen as read.
func (s *screen) pass() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pressed = s.raw.Len()
}

// Without a token at hand, a person signs in in a browser: in the wizard, and for the commands that
// follow.
func TestASignInInABrowser(t *testing.T) {
	t.Parallel()
	world := sandboxtest.Box(t, sandbox.Options{PlainHTTP: true, DeployAfter: 1})
	home := newHome(t)
	answers := filepath.Join(home, "answers.yaml")
	if err := os.WriteFile(answers, []byte("service_name: Signed\nservice_description: Nightly jobs.\ncontacts: team@lab.example.org\nclient_id: signed\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, home, nil, "register", "--submit", "--catalog", world.Dir, "--environment", "sandbox-dev", "--answers", answers, "--store", "dotenv")
	s.stop("How do you want to sign in", enter)
	s.enterCode("no")
	s.until("How do you want to continue?")
	if !strings.Contains(s.everything(), "it was refused in the browser") {
		t.Error("the refusal is not said")
	}
	s.press(enter)
	s.stop("How do you want to sign in", enter)
	s.enterCode("yes")
	if code := s.exit(); code != 3 || !strings.Contains(s.everything(), "You are signed in.") || !strings.Contains(s.everything(), "To approve it and continue:") {
		t.Fatalf("exit code %d\n%s", code, s.everything())
	}
	s.saneTerminal()
	s = start(t, home, nil, "request", "status", "signed", "--catalog", world.Dir)
	s.enterCode("yes")
	if code := s.exit(); code != 3 || !strings.Contains(s.everything(), "signed: waiting for the review") {
		t.Errorf("exit code %d\n%s", code, s.everything())
	}
	for _, name := range []string{"eyJ", world.Petitions()[0].Request.ClientSecret[:40]} {
		if strings.Contains(s.everything(), name) {
			t.Error("a secret was on the screen")
		}
	}
	if holders := filesWith(t, home, "eyJ"); len(holders) > 0 {
		t.Errorf("a token is in %q", holders)
	}
}

// A person is told what the reviewer wants, changes the answers and submits again, all in one go.
func TestChangesThatAReviewerRequests(t *testing.T) {
	t.Parallel()
	world := sandboxtest.Box(t, sandbox.Options{DeployAfter: 1})
	home := newHome(t)
	flags := []string{"--catalog", world.Dir, "--ca-file", filepath.Join(world.Dir, "ca.pem"), "--registry-token-file", filepath.Join(world.Dir, "registry.token")}
	s := start(t, home, nil, append([]string{"register", "--submit", "--environment", "sandbox-dev", "--client-id", "changed"}, flags...)...)
	s.stop("Service name", "Changed"+enter)
	s.stop("Description", "Jobs."+enter)
	s.stop("Contacts: e-mail", "team@lab.example.org"+enter)
	s.stop("Send your registry token to 127.0.0.1", "y"+enter)
	s.stop("Where should the client ID", enter)
	s.stop("Approve the request now?", "n"+enter)
	if code := s.exit(); code != 3 {
		t.Fatalf("exit code %d\n%s", code, s.everything())
	}
	s.shows("You may approve it yourself.", "credguide register --resume --submit --ca-file ")
	if _, err := world.Review(world.Petitions()[0].ID, "changes", "Say what the jobs are for."); err != nil {
		t.Fatal(err)
	}
	s = start(t, home, nil, append([]string{"register", "--resume", "--submit"}, flags...)...)
	s.stop("Send your registry token", "y"+enter)
	s.until("What do you want to do?")
	if !strings.Contains(s.everything(), "The reviewer: Say what the jobs are for.") {
		t.Errorf("the comment is not shown:\n%s", s.everything())
	}
	s.press(enter)
	s.stop("Which answer do you want to change?", "descr"+enter)
	s.stop("? Description", "Nightly maps of vegetation."+enter)
	s.stop("Which answer do you want to change?", "none"+enter)
	s.stop("Approve the request now?", "y"+enter)
	s.ends(0)
	s.shows("The registry has the changed request", "Works", "credguide request submit changed.yaml --environment sandbox-dev")
	if p := world.Petitions(); len(p) != 2 || p[1].Request.ClientID != "changed" { // the registry makes a second one itself
		t.Errorf("%+v", p)
	}
	s.saneTerminal()
}

// A submission that is taken up again goes on with the place of the secret: it is asked for once.
func TestThePlaceOfTheSecretIsAskedForOnce(t *testing.T) {
	t.Parallel()
	world := sandboxtest.Box(t, sandbox.Options{ApproveAfter: -1, DeployAfter: 1})
	home := newHome(t)
	if err := os.WriteFile(filepath.Join(home, "once.yaml"), []byte("service_name: Once\nservice_description: Jobs.\ncontacts: team@lab.example.org\nclient_id: asked-once\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	submit := func(more ...string) *screen {
		return start(t, home, nil, append([]string{
			"request", "submit", "once.yaml", "--environment", "sandbox-dev", "--catalog", world.Dir, "--ca-file", filepath.Join(world.Dir, "ca.pem"),
			"--registry-token-file", filepath.Join(world.Dir, "registry.token"),
		}, more...)...)
	}
	s := submit()
	s.stop("Where should the client ID", "another"+enter)
	s.stop("File for the credentials", "once.env"+enter)
	s.ends(3)
	s.shows("--store dotenv --store-file "+filepath.Join(home, "once.env"), "waits for a review")
	s = submit("--approve")
	s.ends(0)
	if strings.Contains(s.everything(), "Where should the client ID") {
		t.Errorf("it is asked for again:\n%s", s.everything())
	}
	s.shows("has this request already", "Works", "asked-once works")
	holders := filesWith(t, home, world.Petitions()[0].Request.ClientSecret)
	if len(holders) != 1 || filepath.Base(holders[0]) != "once.env" {
		t.Errorf("the secret is in %q", holders)
	}
	// Another client does not take its file away without a question.
	s = submit("--approve", "--client-id", "another-one", "--store-file", "once.env")
	s.stop("Replace it?", "n"+enter)
	s.stop("Where should the client ID", enter)
	s.ends(0)
	s.shows("once.env holds the secret of the client asked-once. It would be lost", "another-one works")
	if strings.Contains(s.everything(), "--store-file") {
		t.Errorf("a printed command names the place that was refused:\n%s", s.everything())
	}
	if after := filesWith(t, home, world.Petitions()[0].Request.ClientSecret); len(after) != 1 || after[0] != holders[0] {
		t.Errorf("the secret is in %q", after)
	}
}
