package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/cli/app"
)

var shells = []string{"bash", "zsh", "fish", "powershell"}

func completionCommand(a *app.App) *cobra.Command {
	return &cobra.Command{
		Use:   "completion bash|zsh|fish|powershell",
		Short: "Write the completion script of a shell",
		Example: `  source <(credguide completion bash)
  credguide completion zsh > "${fpath[1]}/_credguide"
  credguide completion fish > ~/.config/fish/completions/credguide.fish
  credguide completion powershell | Out-String | Invoke-Expression`,
		Args:      app.AtMost(1),
		ValidArgs: shells,
		RunE: func(cmd *cobra.Command, args []string) error {
			shell := ""
			if len(args) == 1 {
				shell = args[0]
			}
			root := cmd.Root()
			switch shell {
			case "bash":
				return root.GenBashCompletionV2(a.Sys.Stdout, true)
			case "zsh":
				return root.GenZshCompletion(a.Sys.Stdout)
			case "fish":
				return root.GenFishCompletion(a.Sys.Stdout, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(a.Sys.Stdout)
			}
			if shell == "" {
				return app.WithHint(errors.New("no shell given"), app.OneOf(shells))
			}
			return app.Unknown("shell", shell, shells, app.OneOf(shells))
		},
	}
}
