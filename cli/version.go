package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/cli/app"
)

func versionCommand(a *app.App) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Show the version, commit and date of this build",
		Args:  app.NoArguments,
		RunE: func(*cobra.Command, []string) error {
			return a.Print(fmt.Sprintf("credguide %s\n", app.ThisBuild()))
		},
	}
}
