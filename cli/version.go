package cli

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/cli/app"
)

func versionCommand(a *app.App) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Show the version",
		Args:  app.NoArguments,
		RunE: func(*cobra.Command, []string) error {
			return a.Print(fmt.Sprintf("credguide %s (%s, %s/%s)\n", app.Version(), runtime.Version(), runtime.GOOS, runtime.GOARCH))
		},
	}
}
