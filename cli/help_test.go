package cli

import (
	"errors"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/text"
)

// A page of help fits a terminal, and a command that is longer goes on as a shell reads it.
func TestHelpFitsATerminal(t *testing.T) {
	var look func(cmd *cobra.Command)
	look = func(cmd *cobra.Command) {
		cmd.InitDefaultHelpFlag()
		page := helpText(cmd)
		for line := range strings.SplitSeq(page, "\n") {
			if text.Width(line) > app.UsualWidth {
				t.Errorf("%s: %q", cmd.CommandPath(), line)
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
