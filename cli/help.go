package cli

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/text"
)

// showHelp prints the help of a command. It is written here and not with templates, so that it is
// one page of 80 columns, or of the fewer that a terminal has. A word where a subcommand belongs is
// none: the help of what stands above it would answer another question.
func showHelp(a *app.App, cmd *cobra.Command) error {
	takesWords := strings.Contains(cmd.Use, " ")
	if typed := cmd.Flags().Args(); len(typed) > 0 && cmd.HasAvailableSubCommands() && !takesWords {
		return app.UnknownCommand(cmd, typed[0])
	}
	return a.Print(helpText(cmd, a.Width()))
}

func helpText(cmd *cobra.Command, width int) string {
	width = min(width, app.UsualWidth)
	var b strings.Builder
	long := cmd.Long
	if long == "" {
		long = cmd.Short + "."
	}
	b.WriteString(text.Hang("", long, width) + "\n")
	mark := "Usage: "
	for line := range strings.SplitSeq(app.Usage(cmd), "\n") {
		b.WriteString(text.Hang(mark, line, width))
		mark = "       "
	}
	if cmd.HasAvailableSubCommands() {
		b.WriteString("\nCommands:\n")
		for _, c := range cmd.Commands() {
			if c.IsAvailableCommand() {
				b.WriteString(text.Hang(fmt.Sprintf("  %-14s", c.Name()), c.Short, width))
			}
		}
	}
	if cmd.HasExample() {
		b.WriteString("\nExamples:\n")
		for line := range strings.SplitSeq(cmd.Example, "\n") {
			b.WriteString(example(line, width))
		}
	}
	if flags := cmd.NonInheritedFlags(); flags.HasAvailableFlags() {
		fmt.Fprintf(&b, "\nFlags:\n%s", usages(flags, width))
	}
	if flags := cmd.InheritedFlags(); flags.HasAvailableFlags() && cmd.Runnable() {
		fmt.Fprintf(&b, "\nFlags of every command:\n%s", usages(flags, width))
	}
	if !cmd.HasParent() {
		b.WriteString("\n" + text.Hang("", "Exit codes: 0 healthy, 1 somebody must change something, 2 wrong usage, 3 cannot tell (a service is down), 130 interrupted.", width))
	}
	return b.String()
}

// example is a line of the examples. Where a line has no room for the remark behind a command, the
// remark stands above it.
func example(line string, width int) string {
	command, remark, has := strings.Cut(line, " # ")
	if !has || text.Width(line) <= width {
		return text.Continued(line, width) + "\n"
	}
	command = strings.TrimRight(command, " ")
	above := "  # " + strings.Join(text.Wrap(remark, width-4), "\n  # ") + "\n"
	return above + text.Continued(command, width) + "\n"
}

// optional is a value that may be left out, as the library writes it: with what it then is.
var optional = regexp.MustCompile(`(\w+)(\[=[^\]\n]*\])`)

// flagLine is a flag as the library lists it, and what it is for.
var flagLine = regexp.MustCompile(`^ +(-.*?)   +(.*)$`)

// twoColumns is the least width at which flags and what they are for stand side by side.
const twoColumns = 72

// usages lists flags. A value that may be left out stands in brackets, in the same columns. Where
// there is little room, what a flag is for stands below it.
func usages(flags *pflag.FlagSet, width int) string {
	columns := width
	if width < twoColumns {
		columns = 0 // not wrapped
	}
	list := optional.ReplaceAllStringFunc(flags.FlagUsagesWrapped(columns), func(given string) string {
		name, _, _ := strings.Cut(given, "[=")
		return text.Pad("["+name+"]", text.Width(given))
	})
	if width >= twoColumns {
		return list
	}
	var b strings.Builder
	for line := range strings.Lines(list) {
		m := flagLine.FindStringSubmatch(strings.TrimRight(line, "\n"))
		if m == nil {
			b.WriteString(line)
			continue
		}
		b.WriteString("  " + m[1] + "\n" + text.Hang("      ", m[2], width))
	}
	return b.String()
}

// inPlainTimes writes the defaults of times as a person does: 6h, not 6h0m0s.
func inPlainTimes(cmd *cobra.Command) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Value.Type() != "duration" {
			return
		}
		for _, zero := range []string{"m0s", "h0m"} {
			if strings.HasSuffix(f.DefValue, zero) {
				f.DefValue = strings.TrimSuffix(f.DefValue, zero[1:])
			}
		}
	})
	for _, c := range cmd.Commands() {
		inPlainTimes(c)
	}
}

// commandAt goes from the root to the command that the names lead to.
func commandAt(root *cobra.Command, names []string) (*cobra.Command, error) {
	target := root
	for _, name := range names {
		next, _, err := target.Find([]string{name})
		if err != nil || next == target {
			return nil, app.UnknownCommand(target, name)
		}
		target = next
	}
	return target, nil
}

func helpCommand(a *app.App) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Show the help of a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			target, err := commandAt(cmd.Root(), args)
			if err != nil {
				return err
			}
			target.InitDefaultHelpFlag()
			return a.Print(helpText(target, a.Width()))
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			target, _, err := cmd.Root().Find(args)
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return app.CommandNames(target), cobra.ShellCompDirectiveNoFileComp
		},
	}
}
