package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

// group makes a command that only holds others.
func group(cmd *cobra.Command, members ...*cobra.Command) *cobra.Command {
	cmd.Args = cobra.ArbitraryArgs
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownCommand(cmd, args[0])
		}
		return withHint(fmt.Errorf("%s: what shall be done?", cmd.CommandPath()), oneOf(commandNames(cmd)))
	}
	cmd.AddCommand(members...)
	return cmd
}

func unknownCommand(cmd *cobra.Command, typed string) error {
	return unknown("command", typed, commandNames(cmd), "credguide help lists the commands")
}

func commandNames(cmd *cobra.Command) (names []string) {
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return names
}
