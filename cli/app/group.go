package app

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// onlyHolds marks a command that does nothing by itself.
const onlyHolds = "only-holds-others"

// Group makes a command that only holds others.
func Group(cmd *cobra.Command, members ...*cobra.Command) *cobra.Command {
	cmd.Annotations = map[string]string{onlyHolds: "yes"}
	cmd.Args = cobra.ArbitraryArgs
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return UnknownCommand(cmd, args[0])
		}
		return WithHint(fmt.Errorf("%s needs a subcommand", cmd.CommandPath()), OneOf(CommandNames(cmd)))
	}
	cmd.AddCommand(members...)
	return cmd
}

// UnknownCommand is the error for a command that there is not.
func UnknownCommand(cmd *cobra.Command, typed string) error {
	hint := "credguide help lists the commands"
	if cmd.HasParent() {
		hint = "credguide help " + strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()+" ") + " lists its commands"
	}
	return Unknown("command", typed, CommandNames(cmd), hint)
}

// ListCommand is `list` below a command that lists by itself: many programs want the word.
func ListCommand(a *App, format *string, list func(ctx context.Context) error) *cobra.Command {
	cmd := &cobra.Command{
		Use: "list", Short: "List them (the default)", Args: NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return list(cmd.Context()) },
	}
	a.FormatFlag(cmd, format, "text", "json")
	return cmd
}

// CommandNames lists the commands below one.
func CommandNames(cmd *cobra.Command) (names []string) {
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return names
}

// Usage tells how a command is called. What holds others may do something of its own without one.
func Usage(cmd *cobra.Command) string {
	switch {
	case !cmd.HasAvailableSubCommands():
		return cmd.UseLine()
	case cmd.Annotations[onlyHolds] != "" || !cmd.HasParent():
		return cmd.CommandPath() + " COMMAND"
	case strings.Contains(cmd.Use, " "):
		return cmd.UseLine() + "\n       " + cmd.CommandPath() + " COMMAND"
	}
	return cmd.CommandPath() + " [COMMAND]"
}
