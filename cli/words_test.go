package cli

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/explain"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/text"
)

func TestNearest(t *testing.T) {
	names := []string{"production", "demo", "development", "dev", "openeo.cloud"}
	for typed, want := range map[string]string{
		"prodution": "production", "Demo": "demo", "dve": "dev", "openeo": "openeo.cloud", "devel": "dev", "staging": "", "x": "",
	} {
		if got := app.Nearest(typed, names); got != want {
			t.Errorf("nearest(%q) = %q, want %q", typed, got, want)
		}
	}
}

func TestHelpOfACommandThatThereIsNotIsWrongUsage(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"NOSUCH", "--help"}, app.ExitUsage, `unknown command "NOSUCH"`},
		{[]string{"chekc", "--help"}, app.ExitUsage, `did you mean "check"?`},
		{[]string{"--help", "chekc"}, app.ExitUsage, `did you mean "check"?`},
		{[]string{"accounts", "ad", "-h"}, app.ExitUsage, `did you mean "add"?`},
		{[]string{"environments", "shwo", "--help"}, app.ExitUsage, `did you mean "show"?`},
		{[]string{"report", "nosuch", "--help"}, app.ExitUsage, `unknown command "nosuch"`},
		{[]string{"--help"}, app.ExitHealthy, "Usage: credguide COMMAND"},
		{[]string{"check", "nightly", "--help"}, app.ExitHealthy, "Usage: credguide check"},
		{[]string{"try", "client-unknown", "--help"}, app.ExitHealthy, "Usage: credguide try"},
		{[]string{"accounts", "show", "nightly", "--help"}, app.ExitHealthy, "Usage: credguide accounts show"},
	} {
		m := newMachine(t)
		code := m.run(t.Context(), c.args...)
		if said := m.out.String() + m.err.String(); code != c.code || !strings.Contains(said, c.says) {
			t.Errorf("%v: exit %d\n%s", c.args, code, said)
		}
	}
}

func TestHintsTravelInTheChain(t *testing.T) {
	err := fmt.Errorf("outer: %w", app.WithHint(errors.New("inner"), "do this"))
	if d := cmp.Diff([]string{"do this"}, app.HintsOf(err)); d != "" {
		t.Error(d)
	}
	var b strings.Builder
	if code := concluded(&app.App{Sys: app.System{Stderr: &b}}, err); code != app.ExitUsage || b.String() != "error: outer: inner\nhint: do this\n" {
		t.Errorf("%d %q", code, b.String())
	}
}

func TestForeignTextIsHarmless(t *testing.T) {
	var b strings.Builder
	concluded(&app.App{Sys: app.System{Stderr: &b}}, errors.New("read \x1b]0;title\x07\u202efile"))
	if strings.ContainsAny(b.String(), "\x1b\x07\u202e") {
		t.Errorf("%q", b.String())
	}
}

func TestTheWelcomeLeadsToACommand(t *testing.T) {
	m := newMachine(t)
	m.StdinIsTerminal, m.StderrIsTerminal = true, true
	m.Stdin = strings.NewReader("\n")
	m.run(t.Context())
	number := regexp.MustCompile(`(\d+)  read about`).FindStringSubmatch(m.err.String())
	if number == nil {
		t.Fatalf("no such wish:\n%s", &m.err)
	}
	m.Stdin = strings.NewReader("nine\n" + number[1] + "\n")
	if code := m.run(t.Context()); code != app.ExitHealthy {
		t.Errorf("exit code %d", code)
	}
	if !strings.Contains(m.err.String(), "There is no such number.") || !strings.Contains(m.out.String(), "grant-not-enabled") {
		t.Errorf("%s\n%s", &m.err, &m.out)
	}
}

// TestNoPageBreaksACommand: what a page prints to be copied stands on one line, however narrow the
// page.
func TestNoPageBreaksACommand(t *testing.T) {
	catalog, err := checks.LoadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range catalog.All() {
		p := explain.Of(d)
		for _, width := range []int{30, 80} {
			lines := strings.Split(explainInWords(p, false, width), "\n")
			for _, s := range p.Fix {
				if !slices.ContainsFunc(lines, func(line string) bool { return strings.HasSuffix(line, s.Run) }) {
					t.Errorf("%s, width %d: no line ends with %q", d.ID, width, s.Run)
				}
			}
		}
	}
	seen := explain.Seen{Next: []string{"credguide check --environment production --backend https://openeo.cloud"}}
	if page := seenInWords(seen, 40); !strings.Contains(page, seen.Next[0]+"\n") || !strings.Contains(page, text.Fed("credguide explain -", "FILE")+"\n") {
		t.Errorf("a command is broken:\n%s", page)
	}
}

// A variable that is not set leaves a flag with nothing: the command does not go on with something
// else.
func TestAnEmptyValueIsRefused(t *testing.T) {
	m := newMachine(t)
	request := write(t, "service_name: Nightly\n")
	for flag, args := range map[string][]string{
		"environment": {"snippet", "python"}, "provider-id": {"check"}, "issuer": {"wait"}, "file": {"snippet", "env"}, "backend": {"request", "validate", request},
		"html": {"request", "show", request}, "state": {"serve"}, "dir": {"sandbox"}, "id": {"environments", "add", "https://127.0.0.1:1"}, "answers": {"register"},
		"secret-file": {"accounts", "add", "nightly"}, "registry-token-file": {"request", "status"},
	} {
		m.refused(t, "the value of --"+flag+" is empty", append(args, "--"+flag, "")...)
	}
}
