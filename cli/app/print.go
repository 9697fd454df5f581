package app

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// FormatFlag adds --output for a command that does not write reports.
func (a *App) FormatFlag(cmd *cobra.Command, format *string, names ...string) {
	cmd.Flags().StringVar(format, "output", names[0], "`FORMAT`: "+strings.Join(names, ", "))
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
	before := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		for _, name := range names {
			if *format == name {
				return before(cmd, args)
			}
		}
		return Unknown("output format", *format, names, OneOf(names))
	}
}

func (a *App) PrintJSON(v any) error {
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return a.Print(string(text) + "\n")
}
