package app

import (
	"fmt"

	"github.com/spf13/cobra"
)

// Group makes a command that only holds others.
func Group(cmd *cobra.Command, members ...*cobra.Command) *cobra.Command {
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
	return Unknown("command", typed, CommandNames(cmd), "credguide help lists the commands")
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
