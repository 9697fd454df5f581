package cli

import (
	"github.com/spf13/cobra"

	"github.com/credguide/credguide/cli/app"
)

// CommandTree is every command with its flags and texts, for whoever writes documentation from it.
// It cannot be run: it has no machine to run on.
func CommandTree() *cobra.Command { return root(&app.App{}) }
