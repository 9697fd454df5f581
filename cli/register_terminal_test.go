//go:build linux

package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"
)

// A client for trying things out: the shortest way through the form, with a mistake, a wish for
// help and trouble at Submit.
func TestScreensOfDevelopment(t *testing.T) {
	t.Parallel()
	s := start(t, newHome(t), nil, "register", "--offline")
	s.stop("Which openEO service", down+down+enter)
	s.stop("for trying things out, or for use", enter) // nothing is preselected
	s.stop("choose one of the listed", down+enter)
	s.stop("Service name", "NDVI time series"+enter)
	s.stop("Description", enter)
	s.stop("Contacts", "nobody"+enter)
	s.stop("enter an e-mail address", "team@lab.example.org"+enter)
	s.stop("Client ID", "?"+enter)
	s.stop("goes back", enter)
	s.stop("empty form open", down+enter)
	s.stop("Have you entered these values?", enter)
	s.stop("Protocol Specific (tab 2 of 2)", enter)
	s.stop("Have you pressed Submit?", down+down+down+down+enter)
	s.stop("When Submit does not work", up+up+enter)
	s.ends(0)
	s.stop("--resume", "")
	s.saneTerminal()
	s.golden("development")
}

// A client for use: every field that production adds, different contacts, and the ticks, which are
// never preset.
func TestScreensOfProduction(t *testing.T) {
	t.Parallel()
	s := start(t, newHome(t), nil, "register", "--offline", "--environment", "production")
	s.stop("Service name", "NDVI time series"+enter)
	s.stop("Description", "Nightly jobs."+enter)
	s.stop("Select country", enter) // Greece, by the locale
	s.stop("? Organisation:", "Example Lab"+enter)
	s.stop("Organisation Website URL", "lab.example.org"+enter)
	s.stop("×", "https://lab.example.org"+enter)
	s.stop("Link to Privacy Policy", "https://lab.example.org/privacy"+enter)
	s.stop("Link to Terms of Use", "https://lab.example.org/terms"+enter)
	s.stop("Policies: may this box be ticked?", enter)
	s.stop("choose one of the listed", down+enter)
	s.stop("Contacts: e-mail", "-"+enter)
	for _, kind := range []string{"Admin", "Technical", "Support", "Security"} {
		s.stop("Contacts: "+kind, strings.ToLower(kind)+"@lab.example.org"+enter)
	}
	s.stop("Service Provider Guidelines: may", down+enter)
	s.stop("Client ID", "nightly-ndvi"+enter)
	s.stop("empty form open", down+enter)
	s.stop("Have you entered these values?", enter)
	s.stop("Protocol Specific (tab 2 of 2)", enter)
	s.stop("Have you pressed Submit?", enter)
	s.stop("Where should the client ID", enter)
	s.stop("Client secret of nightly-ndvi", interrupt)
	s.ends(130)
	s.stop("--resume", "")
	s.saneTerminal()
	s.golden("production")
	request, err := os.ReadFile(filepath.Join(s.home, "nightly-ndvi.yaml"))
	if err != nil || !strings.Contains(string(request), "policy: true") || !strings.Contains(string(request), "assurance_checkbox: true") {
		t.Errorf("%v\n%s", err, request)
	}
}

// A rehearsal in demo, with a generated client ID, and the way back: each question comes again with
// the answer it had.
func TestScreensOfDemoAndTheWayBack(t *testing.T) {
	t.Parallel()
	s := start(t, newHome(t), nil, "register", "--offline")
	s.stop("Which openEO service", up+enter) // the last one: none
	s.stop("Service name", "NDVI time series"+enter)
	s.stop("Description", enter)
	s.stop("Select country", "italy"+enter)
	s.stop("? Organisation:", "<"+enter)
	s.stop("› Italy", "go back"+enter)
	s.stop("(Rehearsal", "<"+enter)
	s.stop("(NDVI time series)", "<"+enter)
	s.stop("› none", down+down+down+enter)
	s.stop("for trying things out, or for use", "go back"+enter)
	s.stop("› openeocloud-dev", "none"+enter)
	s.stop("(NDVI time series)", enter)
	s.stop("Description", enter)
	s.stop("› Italy", enter)
	s.stop("? Organisation:", "Example Lab"+enter)
	s.stop("Organisation Website URL", "https://lab.example.org"+enter)
	s.stop("Contacts: e-mail", "team@lab.example.org"+enter)
	s.stop("Client ID", "-"+enter)
	s.stop("empty form open", "<"+enter)
	s.stop("Client ID: (-)", enter)
	s.stop("empty form open", "is open"+enter)
	s.stop("Have you entered these values?", "xyz"+enter)
	s.stop("nothing matches", endInput)
	s.ends(2)
	s.stop("--resume", "")
	s.saneTerminal()
	s.golden("demo")
}

// At whatever question somebody stops, the next run goes on with it, on a terminal that is as it
// was.
func TestInterruptAtEachQuestion(t *testing.T) {
	t.Parallel()
	home := newHome(t)
	answers := [][2]string{
		{"Which openEO service", "openeocloud-dev" + enter},
		{"for trying things out, or for use", down + enter},
		{"Service name", "NDVI time series" + enter},
		{"? Description", enter},
		{"Contacts: e-mail", "team@lab.example.org" + enter},
		{"Client ID", enter},
		{"empty form open", down + enter},
		{"Have you entered these values?", enter},
		{"tab 2 of 2", enter},
		{"Have you pressed Submit?", enter},
	}
	args := []string{"register", "--offline"}
	for n, one := range answers {
		s := start(t, home, nil, args...)
		again := [][2]string{{"empty form open", down + enter}, {"continue to Protocol Specific", enter}, {"› continue\r\n", enter}}
		for _, shown := range again[:max(0, n-6)] { // what is shown is shown again
			s.stop(shown[0], shown[1])
		}
		s.stop(one[0], one[1])
		next := "Where should the client ID"
		if n+1 < len(answers) {
			next = answers[n+1][0]
		}
		s.until(next)
		if n%2 == 0 {
			s.press(interrupt)
		} else if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		if code := s.exit(); code != 130 {
			t.Errorf("after %q: exit code %d", one[0], code)
		}
		s.saneTerminal()
		if text := s.until("interrupted"); !strings.Contains(text, "register --resume") {
			t.Errorf("after %q, it is not said how to go on:\n%s", one[0], text)
		}
		args = []string{"register", "--offline", "--resume"}
	}
	state, err := os.ReadFile(filepath.Join(home, ".config", "credguide", "register.yaml"))
	if err != nil || !strings.Contains(string(state), "contacts: team@lab.example.org") || !strings.Contains(string(state), "submitted:") {
		t.Errorf("%v\n%s", err, state)
	}
}

// Without --resume, an unfinished registration is offered and not overwritten.
func TestAnUnfinishedRegistrationIsOffered(t *testing.T) {
	t.Parallel()
	home := newHome(t)
	s := start(t, home, nil, "register", "--offline", "--environment", "development")
	s.stop("Service name", "NDVI time series"+enter)
	s.stop("Description", interrupt)
	s.exit()
	s = start(t, home, nil, "register", "--offline")
	s.stop("Continue the unfinished registration of NDVI time series", enter)
	s.stop("? Description", interrupt)
	s.exit()
}

// On a narrow terminal a question that has no room on its line stands above the choices, whole.
func TestAQuestionIsWholeOnANarrowTerminal(t *testing.T) {
	t.Parallel()
	s := start(t, newHome(t), nil, "register", "--offline", "--environment", "development", "--client-id", "nightly-ndvi")
	s.until("Service name")
	s.mu.Lock()
	s.emulator.Resize(40, 24)
	s.mu.Unlock()
	if err := pty.Setsize(s.tty, &pty.Winsize{Rows: 24, Cols: 40}); err != nil {
		t.Fatal(err)
	}
	s.press("NDVI" + enter)
	s.stop("Description", enter)
	s.stop("Contacts: e-mail", "team@lab.example.org"+enter)
	shown := s.until("Choose:")
	if told := strings.Join(strings.Fields(shown), " "); !strings.Contains(told, "Is the registry's empty form open in your browser?") {
		t.Errorf("the question is cut:\n%s", shown)
	}
	s.press(interrupt)
	s.ends(130)
}

// Two terminals at a time do not take each other's answers away: the second one keeps its own, and
// says so.
func TestTwoRegistrationsAtATime(t *testing.T) {
	t.Parallel()
	home := newHome(t)
	first := start(t, home, nil, "register", "--offline", "--environment", "development")
	first.stop("Service name", "First one"+enter)
	first.until("Description")
	second := start(t, home, nil, "register", "--offline")
	second.stop("Continue the unfinished registration of First one", "over"+enter)
	second.stop("Which openEO service", up+enter)
	second.stop("Service name", "Second one"+enter)
	second.until("Description")
	first.press(enter)
	first.stop("Contacts: e-mail", interrupt)
	first.ends(130)
	first.shows("register.yaml has the answers of another", "credguide register --resume --state ")
	second.press(enter)
	second.stop("Select country", interrupt)
	second.ends(130)
	folder := filepath.Join(home, ".config", "credguide")
	for file, name := range map[string]string{"register.yaml": "Second one", "register-2.yaml": "First one"} {
		data, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil || !strings.Contains(string(data), "service_name: "+name) || !strings.Contains(string(data), "service_description:") {
			t.Errorf("%s: %v\n%s", file, err, data)
		}
	}
	first = start(t, home, nil, "register", "--resume", "--offline", "--state", filepath.Join(folder, "register-2.yaml"))
	first.stop("Contacts: e-mail", interrupt)
	first.ends(130)
	first.shows("registration of First one")
	// Who names another environment is not led back to an old one.
	third := start(t, home, nil, "register", "--offline", "--lines", "--environment", "cdse", "--store-file", "third.env")
	third.stop("Name for the client", interrupt)
	third.ends(130)
	third.shows("The unfinished registration of Second one stays.", "  credguide register --resume --offline\r\n") // as it began, and not as this one
	// One that waits for an administrator is kept while another is made.
	fourth := start(t, home, nil, "register", "--offline")
	fourth.stop("Continue the unfinished registration of Second one", "another"+enter)
	fourth.stop("Which openEO service", up+enter)
	fourth.stop("Service name", "Fourth one"+enter)
	fourth.stop("Description", interrupt)
	fourth.ends(130)
	fourth.shows("The unfinished registration of Second one stays.")
	kept, err := os.ReadFile(filepath.Join(folder, "register.yaml"))
	if err != nil || !strings.Contains(string(kept), "service_name: Second one") {
		t.Errorf("%v\n%s", err, kept)
	}
}

// A terminal that cannot move its cursor gets the same questions line by line.
func TestScreensOfLines(t *testing.T) {
	t.Parallel()
	s := start(t, newHome(t), []string{"TERM=dumb", "EMAIL=team@lab.example.org"}, "register", "--offline")
	s.stop("Which openEO service", "17\n")
	s.stop("nothing matches", "?\n")
	s.stop("Each openEO service accepts", "cloud-dev\n")
	s.stop("for trying things out, or for use", "2\n")
	s.stop("Service name", "<\n")
	s.stop("for trying things out, or for use", "production\n")
	s.stop("Service name", "NDVI time series\n")
	s.stop("Description", "\n")
	s.stop("Select country", "land\n")
	s.stop("choices match; type more", "united\n")
	s.stop("several choices match", "nl\n")
	s.stop("Organisation:", "Example Lab\n")
	s.stop("Website URL:", "https://lab.example.org\n")
	s.stop("privacy/en]", "https://lab.example.org/privacy\n")
	s.stop("ToU.html]", "https://lab.example.org/terms\n")
	s.stop("Policies", "\n")
	s.stop("choose one of the listed", "y\n")
	s.stop("[team@lab.example.org]", "\n")
	s.stop("Service Provider Guidelines", "yes\n")
	s.stop("Client ID", endInput)
	s.ends(2)
	s.stop("--resume", "")
	s.saneTerminal()
	s.golden("lines")
}
