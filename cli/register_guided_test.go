//go:build linux

package cli_test

import (
	"crypto/tls"
	"html"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
)

// guided starts credguide register at an environment of a sandbox that has no registry, again and
// again with one home.
func guided(t *testing.T, environment string) (register func(more ...string) *screen, world *sandbox.Sandbox) {
	t.Helper()
	world = sandboxtest.Box(t, sandbox.Options{ApproveAfter: 1})
	home := newHome(t)
	return func(more ...string) *screen {
		return start(t, home, nil, append([]string{"register", "--catalog", world.Dir, "--environment", environment, "--ca-file", filepath.Join(world.Dir, "ca.pem")}, more...)...)
	}, world
}

// pageOf presses a button on a page of the sandbox, as a person does in a browser, and returns the
// page that follows.
func pageOf(t *testing.T, address string, fields url.Values) string {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}}
	answer, err := client.PostForm(address, fields)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %v\n%s", address, answer.StatusCode, err, body)
	}
	return html.UnescapeString(string(body))
}

// shownClient reads the values of a client from the page that shows them once.
func shownClient(t *testing.T, page string) (id, secret string) {
	t.Helper()
	found := regexp.MustCompile(`(?s)Client ID: <code>([^<]+)</code>.*shown once: <code>([^<]+)</code>`).FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("no client in\n%s", page)
	}
	return found[1], found[2]
}

// A dashboard is walked through to a login that works, and nothing of a registry's form is said.
func TestADashboardEndsInACheck(t *testing.T) {
	t.Parallel()
	register, world := guided(t, "sandbox-dashboard")
	s := register()
	s.stop("Name for the client", "nightly run"+enter)
	shown := s.until("Have you created the client?")
	if !strings.Contains(shown, "Enter the name nightly run,") || !strings.Contains(shown, world.RegistryURL()+"/dashboard") {
		t.Errorf("the steps are not shown:\n%s", shown)
	}
	s.press("<" + enter)
	s.stop("Name for the client: (nightly run)", enter)
	s.until("Have you created the client?")
	id, secret := shownClient(t, pageOf(t, world.RegistryURL()+"/dashboard", url.Values{"name": {"nightly run"}, "expires": {"2030-12-31"}}))
	s.press(enter)
	s.stop("Client ID:", secret+enter)
	if shown := s.until("looks like the secret"); strings.Contains(shown, secret[:20]) {
		t.Errorf("the secret stays on the screen:\n%s", shown)
	}
	s.press(id + enter)
	s.stop("End date of the client", "31.12.2030"+enter)
	s.stop("enter a day", "2030-12-31"+enter)
	s.stop("Where should the client ID", enter)
	s.stop("Client secret of "+id[:20], "<"+enter)
	s.stop("Where should the client ID", "go back"+enter)
	s.stop("End date of the client: (2030-12-31)", enter)
	s.stop("Where should the client ID", enter)
	s.stop("Client secret of "+id[:20], secret+enter)
	s.ends(0)
	s.saneTerminal()
	s.shows("Works", "A service account is not you")
	for _, never := range []string{"Submit", "Manage Services", "badge", "EGI"} {
		if strings.Contains(s.everything(), never) {
			t.Errorf("%q is said where there is no form:\n%s", never, s.everything())
		}
	}
}

// Where the secret cannot be stored, who stops there is told that it is stored nowhere: a dashboard
// shows it once.
func TestASecretThatIsNotStoredIsSaid(t *testing.T) {
	t.Parallel()
	register, _ := guided(t, "sandbox-dashboard")
	const secret = "Zk7vQ2mNp8RsT4xYbW1cD3eF5gH6jK9L"
	s := register()
	s.stop("Name for the client", "nightly run"+enter)
	s.stop("Have you created the client?", secret+enter) // pasted too early: a menu would show it
	s.until("this looks like a secret")
	if strings.Contains(s.everything(), secret[:20]) {
		t.Errorf("the secret is shown:\n%s", s.everything())
	}
	s.stop("Have you created the client?", enter)
	s.stop("Client ID:", "made-by-hand"+enter)
	s.stop("End date of the client", "-"+enter)
	s.stop("Where should the client ID", "keyring"+enter)
	s.stop("Client secret of made-by-hand", secret+enter)
	s.until("Nothing was lost; choose another place.")
	s.stop("Where should the client ID", interrupt)
	s.ends(130)
	s.shows("The secret is not stored, so it will be asked for again.", "credguide register --resume")
	s = register("--resume")
	s.stop("Where should the client ID", enter)
	s.stop("Client secret of made-by-hand", interrupt)
	s.ends(130)
	s = register("--resume")
	s.stop("Client secret of made-by-hand", interrupt) // its place is known
	s.ends(130)
	if strings.Contains(s.everything(), "is not stored, so") {
		t.Errorf("a secret that was not entered:\n%s", s.everything())
	}
}

// A back-end and identity providers that no catalog has: their administrators are asked, and the
// client ends in an account whose login works.
func TestAnUnknownIdentityProviderEndsInACheck(t *testing.T) {
	t.Parallel()
	world := sandboxtest.Box(t, sandbox.Options{})
	home := newHome(t)
	register := func(more ...string) *screen {
		return start(t, home, nil, append([]string{"register", "--ca-file", filepath.Join(world.Dir, "ca.pem")}, more...)...)
	}
	s := register()
	s.stop("Which openEO service", "another"+enter)
	s.stop("Address of the openEO back-end", world.BackendURL()+enter)
	s.stop("At which identity provider", strings.TrimPrefix(strings.TrimSuffix(world.Issuer("sandbox-dev"), "/auth/realms/egi"), "https://")+enter)
	s.stop("Name for the client", "nightly run"+enter)
	s.stop("Purpose", interrupt)
	s.ends(130)
	s.shows("To continue:", "credguide register --resume --ca-file")
	s = register("--resume")
	s.stop("Purpose", enter)
	s.stop("Your e-mail address", "me@lab.example.org"+enter)
	shown := s.until("Have you sent the text?")
	if !strings.Contains(shown, "Identity provider: "+world.Issuer("sandbox-dev")) || strings.Contains(shown, "open a mail") {
		t.Errorf("how to ask is not shown:\n%s", shown)
	}
	s.press(enter)
	s.stop("Has the client been created?", "yes"+enter)
	made, err := world.Submit(sandbox.Request{
		ClientID: "made-by-hand", IntegrationEnvironment: "development", GrantTypes: []string{"client_credentials"},
		Scope: []string{"openid", "email", "eduperson_entitlement", "eduperson_scoped_affiliation"},
	})
	if err == nil {
		made, err = world.Approve(made.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	s.stop("Client ID:", made.Request.ClientID+enter)
	s.stop("End date of the client", "-"+enter)
	s.stop("Where should the client ID", enter)
	s.stop("Client secret of", made.Request.ClientSecret+enter)
	s.ends(0)
	s.shows("Works", "nightly-run works")
	data, err := os.ReadFile(filepath.Join(home, ".config", "credguide", "accounts.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	list := string(data)
	kept := regexp.MustCompile(`[/:]`).ReplaceAllString(strings.TrimPrefix(world.Issuer("sandbox-dev"), "https://"), "_") + "-made-by-hand.env" // a host may have several
	for _, want := range []string{kept, "issuer: " + world.Issuer("sandbox-dev"), "backend: " + world.BackendURL(), "provider_id: egi-dev"} {
		if !strings.Contains(list, want) {
			t.Errorf("%q is not in\n%s", want, list)
		}
	}
}

// A request is written, waits for days, and ends in a login that works.
func TestARequestEndsInACheck(t *testing.T) {
	t.Parallel()
	register, world := guided(t, "sandbox-request")
	s := register()
	s.stop("Name for the client", "nightly run"+enter)
	s.stop("Purpose", enter)
	s.stop("Your e-mail address", "me@lab.example.org"+enter)
	shown := s.until("Have you sent the text?")
	if !strings.Contains(shown, "Name: nightly run") || !strings.Contains(shown, world.RegistryURL()+"/desk") {
		t.Errorf("the text is not shown:\n%s", shown)
	}
	s.press(enter)
	s.stop("Has the client been created?", "not"+enter)
	s.ends(0)
	s.until("register --resume")
	pageOf(t, world.RegistryURL()+"/desk", url.Values{"text": {"Name: nightly run"}})
	id, secret := shownClient(t, pageOf(t, world.RegistryURL()+"/desk/answer", url.Values{"request": {"1"}}))
	s = register("--resume")
	if shown := s.until("Has the client been created?"); !strings.Contains(shown, "awaited") {
		t.Errorf("what is pending is not said:\n%s", shown)
	}
	s.press("yes" + enter)
	s.stop("Client ID:", id+enter)
	s.stop("Where should the client ID", enter)
	s.stop("Client secret of "+id[:20], secret+enter)
	if code := s.exit(); code != 0 || !strings.Contains(s.everything(), "Works") {
		t.Errorf("exit code %d\n%s", code, s.everything())
	}
}

// The sandbox of `try register` does on its own pages what a person does there, and each way ends
// in a login that works.
func TestTheSandboxFillsItsPagesIn(t *testing.T) {
	t.Parallel()
	for environment, steps := range map[string][][2]string{
		"sandbox-dashboard": {{"Name for the client", "nightly run" + enter}, {"create it for me", enter}},
		"sandbox-request": {
			{"Name for the client", "nightly run" + enter},
			{"Purpose", enter},
			{"Your e-mail address", "me@lab.example.org" + enter},
			{"send it for me", enter},
			{"read the answer for me", down + enter},
		},
	} {
		t.Run(environment, func(t *testing.T) {
			t.Parallel()
			s := start(t, newHome(t), nil, "try", "register", "--environment", environment)
			for _, step := range steps {
				s.stop(step[0], step[1])
			}
			s.stop("Where should the client ID", enter)
			if code := s.exit(); code != 0 || !strings.Contains(s.everything(), "Works") {
				t.Errorf("exit code %d\n%s", code, s.everything())
			}
			s.saneTerminal()
		})
	}
}
