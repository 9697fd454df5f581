package cli

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/credguide/credguide/cli/app"
)

// manualPage is the page in section 1, in the macros that man of every system knows (man(7)).
func manualPage(a *app.App, cmd *cobra.Command) []byte {
	dated := a.Sys.Now()
	if made, ok := app.ThisBuild().Made(); ok { // so that a build gives the same page every time
		dated = made
	}
	cmd.InitDefaultHelpFlag()
	p := &manual{}
	p.line(".TH", `"`+strings.ToUpper(pageName(cmd))+`"`, `"1"`, quoted(dated.UTC().Format("2006-01-02")), quoted("credguide "+app.Version()), `"credguide"`)
	p.line(".nh") // a name of a command or a file stays whole
	p.line(".ad l")
	p.line(".SH NAME")
	p.text(pageName(cmd) + " - " + cmd.Short)
	p.line(".SH SYNOPSIS")
	for i, usage := range strings.Split(app.Usage(cmd), "\n") {
		if i > 0 {
			p.line(".br")
		}
		p.text(strings.TrimSpace(usage))
	}
	p.line(".SH DESCRIPTION")
	for paragraph := range strings.SplitSeq(cmp.Or(cmd.Long, cmd.Short+"."), "\n\n") {
		p.line(".PP")
		p.text(strings.Join(strings.Fields(paragraph), " "))
	}
	p.commands(cmd)
	p.options("OPTIONS", cmd.NonInheritedFlags())
	p.options("OPTIONS OF EVERY COMMAND", cmd.InheritedFlags())
	p.exitStatus(cmd)
	if !cmd.HasParent() {
		p.surroundings("ENVIRONMENT", Variables())
		p.surroundings("FILES", Files())
	}
	p.examples(cmd.Example)
	p.seeAlso(cmd)
	return []byte(p.String())
}

// manual is a page in the making.
type manual struct{ strings.Builder }

// line writes a request, whose words are escaped already.
func (p *manual) line(words ...string) { p.WriteString(strings.Join(words, " ") + "\n") }

// text writes a line of prose.
func (p *manual) text(s string) { p.line(escaped(s)) }

// item is an entry of a list: its head, and what it means.
func (p *manual) item(head, meaning string) {
	p.line(".TP")
	p.line(head)
	p.text(meaning)
}

func (p *manual) commands(cmd *cobra.Command) {
	if !cmd.HasAvailableSubCommands() {
		return
	}
	p.line(".SH COMMANDS")
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			p.item(bold(c.Name()), c.Short)
		}
	}
}

func (p *manual) options(title string, flags *pflag.FlagSet) {
	if !flags.HasAvailableFlags() {
		return
	}
	p.line(".SH", title)
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		head := bold("--" + f.Name)
		if f.Shorthand != "" {
			head = bold("-"+f.Shorthand) + ", " + head
		}
		if value != "" {
			head += " " + italic(value)
		}
		switch f.DefValue {
		case "", "false", "[]", "0s", "0": // nothing is set
		default:
			usage += fmt.Sprintf(" (default %s)", f.DefValue)
		}
		p.item(head, usage)
	})
}

func (p *manual) exitStatus(cmd *cobra.Command) {
	c, ok := exitCodes[strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()+" ")]
	if cmd == cmd.Root() {
		c, ok = ofCheck, true
	}
	if !ok {
		c.healthy = "done"
	}
	p.line(".SH EXIT STATUS")
	for _, code := range []struct {
		number  int
		meaning string
	}{
		{app.ExitHealthy, c.healthy},
		{app.ExitMisconfigured, c.misconfigured},
		{app.ExitUsage, "wrong usage, or a file that cannot be read or written"},
		{app.ExitCannotTell, c.cannotTell},
		{app.ExitInterrupted, "interrupted"},
	} {
		if code.meaning != "" {
			p.item(bold(fmt.Sprint(code.number)), code.meaning)
		}
	}
}

func (p *manual) examples(text string) {
	if text == "" {
		return
	}
	p.line(".SH EXAMPLES")
	p.line(".nf")
	for line := range strings.SplitSeq(text, "\n") {
		p.text(strings.TrimPrefix(line, "  "))
	}
	p.line(".fi")
}

func (p *manual) seeAlso(cmd *cobra.Command) {
	var others []string
	if cmd.HasParent() {
		others = append(others, bold(pageName(cmd.Parent()))+"(1)")
	}
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			others = append(others, bold(pageName(c))+"(1)")
		}
	}
	if len(others) > 0 {
		p.line(".SH SEE ALSO")
		p.line(strings.Join(others, ",\n"))
	}
}

func bold(s string) string   { return `\fB` + escaped(s) + `\fR` }
func italic(s string) string { return `\fI` + escaped(s) + `\fR` }
func quoted(s string) string { return `"` + strings.ReplaceAll(escaped(s), `"`, `\(dq`) + `"` }

// plainly names the characters that troff would take for something else: commands are copied from
// the page, so that a hyphen must stay one.
var plainly = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`, "…", "...")

// escaped is text that troff shows as it is. Characters outside of ASCII have names, whatever the
// encoding that it reads (groff_char(7)).
func escaped(s string) string {
	var b strings.Builder
	for _, r := range plainly.Replace(s) {
		if r < 0x7f {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\[u%04X]`, r)
		}
	}
	text := b.String()
	if strings.HasPrefix(text, ".") { // a request
		text = `\&` + text
	}
	return text
}
