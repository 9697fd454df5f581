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
// one page of 80 columns. A word where a subcommand belongs is none: the help of what stands above
// it would answer another question.
func showHelp(a *app.App, cmd *cobra.Command) error {
	takesWords := strings.Contains(cmd.Use, " ")
	if typed := cmd.Flags().Args(); len(typed) > 0 && cmd.HasAvailableSubCommands() && !takesWords {
		return app.UnknownCommand(cmd, typed[0])
	}
	return a.Print(helpText(cmd))
}

func helpText(cmd *cobra.Command) string {
	var b strings.Builder
	long := cmd.Long
	if long == "" {
		long = cmd.Short + "."
	}
	fmt.Fprintf(&b, "%s\nUsage: %s\n", text.Hang("", long, app.UsualWidth), app.Usage(cmd))
	if cmd.HasAvailableSubCommands() {
		b.WriteString("\nCommands:\n")
		for _, c := range cmd.Commands() {
			if c.IsAvailableCommand() {
				b.WriteString(text.Hang(fmt.Sprintf("  %-14s", c.Name()), c.Short, app.UsualWidth))
			}
		}
	}
	if cmd.HasExample() {
		b.WriteString("\nExamples:\n")
		for line := range strings.SplitSeq(cmd.Example, "\n") {
			b.WriteString(continued(line, app.UsualWidth) + "\n")
		}
	}
	if flags := cmd.NonInheritedFlags(); flags.HasAvailableFlags() {
		fmt.Fprintf(&b, "\nFlags:\n%s", usages(flags))
	}
	if flags := cmd.InheritedFlags(); flags.HasAvailableFlags() && cmd.Runnable() {
		fmt.Fprintf(&b, "\nFlags of every command:\n%s", usages(flags))
	}
	if !cmd.HasParent() {
		b.WriteString("\nExit codes: 0 healthy, 1 somebody must change something, 2 wrong usage, 3 cannot\ntell (a service is down), 130 interrupted.\n")
	}
	return b.String()
}

// optional is a value that may be left out, as the library writes it: with what it then is.
var optional = regexp.MustCompile(`(\w+)(\[=[^\]\n]*\])`)

// usages lists flags. A value that may be left out stands in brackets, in the same columns.
func usages(flags *pflag.FlagSet) string {
	return optional.ReplaceAllStringFunc(flags.FlagUsagesWrapped(app.UsualWidth), func(given string) string {
		name, _, _ := strings.Cut(given, "[=")
		return text.Pad("["+name+"]", text.Width(given))
	})
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

// continued breaks a long command before its flags, as a shell lets it go on.
func continued(line string, width int) string {
	if text.Width(line) <= width {
		return line
	}
	var b strings.Builder
	column := 0
	for i, part := range strings.Split(line, " --") {
		if i > 0 {
			part = " --" + part
			if column+text.Width(part) > width-2 {
				b.WriteString(" \\\n     ")
				column = 5
			}
		}
		b.WriteString(part)
		column += text.Width(part)
	}
	return b.String()
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
			return a.Print(helpText(target))
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
