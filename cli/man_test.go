package cli

import (
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
