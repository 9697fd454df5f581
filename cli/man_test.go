package cli

import (
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/credguide/credguide/cli/app"
)

// shown undoes what a page needs for troff, and fails for what troff would take for something else.
func shown(t *testing.T, page string) string {
	t.Helper()
	var lines []string
	for line := range strings.SplitSeq(page, "\n") {
		request, _, _ := strings.Cut(line, " ")
		switch request {
		case ".TH", ".SH", ".nh", ".ad", ".PP", ".TP", ".br", ".nf", ".fi":
			line = ""
		}
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			t.Errorf("taken for a request: %q", line)
		}
		lines = append(lines, line)
	}
	text := strings.NewReplacer(`\fB`, "", `\fI`, "", `\fR`, "", `\&`, "", `\e`, `\`, `\-`, "-", `\(aq`, "'", `\(ga`, "`", `\(ha`, "^", `\(ti`, "~").
		Replace(strings.Join(lines, "\n"))
	for _, r := range text {
		if r > 0x7e || r < ' ' && r != '\n' {
			t.Errorf("troff does not read %q", r)
		}
	}
	return text
}

// A manual page has all that the help has, to the letter, and what each exit code means.
func TestManualPages(t *testing.T) {
	a := &app.App{Sys: app.System{Now: time.Now}}
	var known []string
	var look func(cmd *cobra.Command)
	look = func(cmd *cobra.Command) {
		known = append(known, strings.TrimPrefix(cmd.CommandPath(), "credguide "))
		page := shown(t, string(manualPage(a, cmd)))
		var want []string
		take := func(f *pflag.Flag) {
			value, usage := pflag.UnquoteUsage(f)
			if !f.Hidden {
				want = append(want, strings.TrimSpace("--"+f.Name+" "+value)+"\n"+usage)
			}
		}
		cmd.NonInheritedFlags().VisitAll(take)
		cmd.InheritedFlags().VisitAll(take)
		for p := range strings.SplitSeq(cmd.Long, "\n\n") {
			want = append(want, strings.Join(strings.Fields(p), " "))
		}
		for line := range strings.SplitSeq(cmd.Example, "\n") {
			want = append(want, strings.TrimPrefix(line, "  "))
		}
		for _, c := range cmd.Commands() {
			if c.IsAvailableCommand() {
				want = append(want, c.Name()+"\n"+c.Short, pageName(c)+"(1)")
				look(c)
			}
		}
		for _, text := range append(want, cmd.Short, "\n2\nwrong usage", "\n130\ninterrupted") {
			if !strings.Contains(page, strings.ReplaceAll(text, "…", "...")) {
				t.Errorf("the page of %s lacks %q", cmd.CommandPath(), text)
			}
		}
	}
	look(CommandTree())
	for path := range exitCodes {
		if !slices.Contains(known, path) {
			t.Errorf("there are exit codes for %s, which is no command", path)
		}
	}
}

func TestManualTextIsShownAsItIs(t *testing.T) {
	for text, want := range map[string]string{
		`environments/*.yaml and a_b\n`: `environments/*.yaml and a_b\en`,
		".nf 'x' --all ^~":              `\&.nf \(aqx\(aq \-\-all \(ha\(ti`,
		"'":                             `\(aq`,
		"Zoë…":                          `Zo\[u00EB]...`,
	} {
		if got := escaped(text); got != want {
			t.Errorf("%s becomes %s, not %s", text, got, want)
		}
	}
}

// What the program reads and keeps besides its arguments is looked for in its own page.
func TestTheManualNamesVariablesAndFiles(t *testing.T) {
	a := &app.App{Sys: app.System{Now: time.Now}}
	page := shown(t, string(manualPage(a, root(a))))
	for _, want := range []string{"OPENEO_AUTH_CLIENT_SECRET", "CREDGUIDE_ACCOUNTS", "NO_PROXY", "~/.config/credguide/accounts.yaml"} {
		if !strings.Contains(page, want) {
			t.Errorf("%s is not in\n%s", want, page)
		}
	}
}

// A shell shows a flag's description as it stands: the marks around its value are for the help.
func TestCompletionShowsPlainDescriptions(t *testing.T) {
	var out strings.Builder
	sys := app.System{Now: time.Now, Stdin: strings.NewReader(""), Stdout: &out, Stderr: io.Discard, Lookup: func(string) (string, bool) { return "", false }}
	if code := Main(t.Context(), []string{"__complete", "check", "--env"}, sys); code != 0 {
		t.Fatalf("exit %d", code)
	}
	if !strings.Contains(out.String(), "--environment\tID of an environment, or a FILE.yaml") {
		t.Errorf("%q", out.String())
	}
}
