package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/text"
)

// A page of help fits a terminal, and a command that is longer goes on as a shell reads it.
func TestHelpFitsATerminal(t *testing.T) {
	var look func(cmd *cobra.Command)
	look = func(cmd *cobra.Command) {
		cmd.InitDefaultHelpFlag()
		page := helpText(cmd, 200)
		for _, width := range []int{app.UsualWidth, 60, 40} {
			for line := range strings.SplitSeq(helpText(cmd, width), "\n") {
				if text.OnWindows() && strings.HasPrefix(line, "  credguide ") {
					continue // its shells take no command that goes on
				}
				if text.Width(line) > width && (width == app.UsualWidth || strings.Contains(strings.Trim(line, " \\"), " ") && !strings.ContainsAny(line, `'"`)) {
					t.Errorf("%s, %d columns: %q", cmd.CommandPath(), width, line)
				}
			}
		}
		if one := strings.ReplaceAll(page, " \\\n     ", ""); !strings.Contains(one, cmd.Example) {
			t.Errorf("%s: the examples are not what they were:\n%s", cmd.CommandPath(), page)
		}
		for _, c := range cmd.Commands() {
			look(c)
		}
	}
	look(CommandTree())
}

// Times and values stand as a person would type them.
func TestHelpShowsValuesAsTheyAreTyped(t *testing.T) {
	m := newMachine(t)
	for command, want := range map[string][]string{"check": {"--all [FILE] ", "(default 1m)", "(default 10s)"}, "serve": {"(default 6h)"}} {
		m.must(t, "help", command)
		for _, w := range want {
			if !strings.Contains(m.out.String(), w) {
				t.Errorf("%s: %q is missing in\n%s", command, w, &m.out)
			}
		}
		if strings.Contains(m.out.String(), "[=") || strings.Contains(m.out.String(), "m0s") {
			t.Errorf("%s:\n%s", command, &m.out)
		}
	}
}

func TestUsageTellsWhatRunsByItself(t *testing.T) {
	for path, want := range map[string]string{
		"try":      "credguide try [FAULT]\n       credguide try COMMAND",
		"accounts": "credguide accounts [COMMAND]",
		"request":  "credguide request COMMAND",
		"wait":     "credguide wait [NAME]",
	} {
		cmd, _, err := CommandTree().Find([]string{path})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.ReplaceAll(app.Usage(cmd), " [flags]", ""); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

// A person reads lines of the terminal's width; the command at the end of one stays whole. A log
// keeps one line.
func TestErrorsOnATerminal(t *testing.T) {
	const hint = "this account was never checked here, so the environment is not known: credguide check nightly --environment production"
	err := app.WithHint(errors.New("no environment given"), hint)
	for terminal, want := range map[bool]string{
		true: "error: no environment given\nhint: this account was never checked here, so the\n  environment is not known:\n" +
			"  credguide check nightly --environment production\n",
		false: "error: no environment given\nhint: " + hint + "\n",
	} {
		var said strings.Builder
		if code := concluded(&app.App{Sys: app.System{Stderr: &said, StderrIsTerminal: terminal, Width: 60}}, err); code != app.ExitUsage || said.String() != want {
			t.Errorf("%d, %q", code, said.String())
		}
	}
}

// The flags that the help of serve and wait lists are taken. Some are those of check, which refuses
// them without a list.
func TestServeAndWaitTakeTheFlagsOfTheirHelp(t *testing.T) {
	file := write(t, "[]")
	values := map[string]string{
		"allow-token-host": "idp.example.org", "anonymise": "true", "backend": "none", "ca-file": file, "client-id": "nightly", "credentials": file, "deadline": "2s",
		"environment": "development", "every": "2s", "ignore": "client-unknown", "issuer": "https://idp.example.org/", "listen": "127.0.0.1:0", "no-siblings": "true",
		"output": "json", "per-host": "2", "previous": file, "provider-id": "egi", "quiet": "true", "rate": "10/s", "retry-for": "2s", "secret-file": file,
		"shard": "1/2", "state": t.TempDir(), "strict": "true", "timeout": "2s", "verbose": "true", "web.config.file": file,
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // flags are looked at first
	for _, command := range []string{"serve", "wait"} {
		cmd, _, err := CommandTree().Find([]string{command})
		if err != nil {
			t.Fatal(err)
		}
		cmd.NonInheritedFlags().VisitAll(func(f *pflag.Flag) {
			if f.Hidden || f.Name == "help" {
				return
			}
			value, known := values[f.Name]
			m := newMachine(t)
			m.run(ctx, command, "--"+f.Name+"="+value)
			if refused := regexp.MustCompile(`goes with|exclude|unknown flag|expected|must`).FindString(m.err.String()); !known || refused != "" {
				t.Errorf("%s --%s=%s: %s", command, f.Name, value, &m.err)
			}
		})
	}
}

func TestTextsFitNarrowTerminals(t *testing.T) {
	for _, args := range [][]string{{"help"}, {"help", "check"}, {"check", "--plan", "--environment", "production"}, {"environments"}, {"snippet"}} {
		for _, width := range []int{60, 40} {
			m := newMachine(t)
			m.Width = width
			m.must(t, args...)
			for line := range strings.SplitSeq(m.out.String(), "\n") {
				_, last, _ := strings.Cut(strings.TrimSpace(line), "  ")
				if text.Width(line) > width && strings.Contains(strings.TrimSpace(last), " ") {
					t.Errorf("%q at %d columns: %q", args, width, line)
				}
			}
		}
	}
}

// A terminal whose locale has no UTF-8 gets ASCII from every command, as from the report.
func TestATerminalWithoutUTF8GetsASCII(t *testing.T) {
	for _, args := range [][]string{{"help", "check"}, {"explain", "client-unknown"}, {"explain", "invalid_client"}, {"environments"}, {"environments", "show", "production"}, {"try", "--list"}} {
		m := newMachine(t)
		m.StdoutIsTerminal = true
		m.with(map[string]string{"LANG": "C"})
		m.must(t, args...)
		if at := strings.IndexFunc(m.out.String(), func(r rune) bool { return r > 0x7e }); at >= 0 {
			t.Errorf("%q: %q", args, m.out.String()[max(0, at-20):at+20])
		}
	}
}

// What a program reads keeps its characters there: a quotation mark of a title would end a text.
func TestATerminalWithoutUTF8GetsDocumentsAsTheyAre(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lab.yaml")
	if err := os.WriteFile(file, []byte("id: lab\ntitle: The “lab”\nissuer: https://idp.lab.example.org/realms/lab\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"environments", "show", file, "--output", "yaml"}, {"environments", "show", file, "--output", "json"}} {
		m := newMachine(t)
		m.StdoutIsTerminal = true
		m.with(map[string]string{"LANG": "C"})
		m.must(t, args...)
		if !strings.Contains(m.out.String(), "The “lab”") {
			t.Errorf("%q: %s", args, m.out.String())
		}
	}
}

// Too many arguments are refused in our own words, and flags that exclude each other with what to do.
func TestWrongUsageIsSaidInOurWords(t *testing.T) {
	var look func(cmd *cobra.Command)
	look = func(cmd *cobra.Command) {
		for n := range 60 {
			args := make([]string, n)
			for i := range args {
				args[i] = "x"
			}
			if cmd.Args == nil {
				break
			}
			if err := cmd.Args(cmd, args); err != nil && strings.Contains(err.Error(), "arg(s)") {
				t.Errorf("%s: %v", cmd.CommandPath(), err)
				break
			}
		}
		for _, c := range cmd.Commands() {
			look(c)
		}
	}
	look(CommandTree())
	m := newMachine(t)
	for _, flag := range []string{"--client-id=x", "--all=x", "--plan"} {
		if code := m.run(t.Context(), "check", "--public", "--backend", "https://openeo.example.org", flag); code != app.ExitUsage || !strings.Contains(m.err.String(), "\nhint: ") {
			t.Errorf("%s: exit code %d\n%s", flag, code, &m.err)
		}
	}
}

func TestTheCompletionOfAFormatSaysWhatItIs(t *testing.T) {
	m := newMachine(t)
	if code := m.run(t.Context(), "__complete", "check", "--output", ""); code != app.ExitHealthy || !strings.Contains(m.out.String(), "json\t"+report.Formats["json"].About+"\n") {
		t.Errorf("%d\n%s", code, &m.out)
	}
}
