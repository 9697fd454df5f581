package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/text"
)

// showHelp prints the help of a command. It is written here and not with templates, so that it is one page of 80 columns. A
// word where a subcommand belongs is none: the help of what stands above it would answer another question.
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
	fmt.Fprintf(&b, "%s\nUsage: %s\n", text.Hang("", long, app.UsualWidth), useLine(cmd))
	if cmd.HasAvailableSubCommands() {
		b.WriteString("\nCommands:\n")
		for _, c := range cmd.Commands() {
			if c.IsAvailableCommand() {
				fmt.Fprintf(&b, "  %-14s%s\n", c.Name(), c.Short)
			}
		}
	}
	if cmd.HasExample() {
		fmt.Fprintf(&b, "\nExamples:\n%s\n", cmd.Example)
	}
	if flags := cmd.NonInheritedFlags(); flags.HasAvailableFlags() {
		fmt.Fprintf(&b, "\nFlags:\n%s", flags.FlagUsagesWrapped(app.UsualWidth))
	}
	if flags := cmd.InheritedFlags(); flags.HasAvailableFlags() && cmd.Runnable() {
		fmt.Fprintf(&b, "\nFlags of every command:\n%s", flags.FlagUsagesWrapped(app.UsualWidth))
	}
	if !cmd.HasParent() {
		b.WriteString("\nExit codes: 0 healthy, 1 somebody must change something, 2 wrong usage, 3 cannot\ntell (a service is down), 130 interrupted.\n")
	}
	return b.String()
}

func useLine(cmd *cobra.Command) string {
	if cmd.HasAvailableSubCommands() {
		return cmd.CommandPath() + " COMMAND"
	}
	return cmd.UseLine()
}

func helpCommand(a *app.App) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Show the help of a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			target := cmd.Root()
			for _, name := range args {
				next, _, err := target.Find([]string{name})
				if err != nil || next == target {
					return app.UnknownCommand(target, name)
				}
				target = next
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
