package cli

import (
	"github.com/spf13/cobra"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/environments"
)

var shells = []string{"bash", "zsh", "fish", "powershell"}

func (a *app) completionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "completion bash|zsh|fish|powershell",
		Short: "Write the completion script of a shell",
		Example: `  source <(credguide completion bash)
  credguide completion zsh > "${fpath[1]}/_credguide"
  credguide completion fish > ~/.config/fish/completions/credguide.fish
  credguide completion powershell | Out-String | Invoke-Expression`,
		Args:      atMost(1),
		ValidArgs: shells,
		RunE: func(cmd *cobra.Command, args []string) error {
			shell := ""
			if len(args) == 1 {
				shell = args[0]
			}
			root := cmd.Root()
			switch shell {
			case "bash":
				return root.GenBashCompletionV2(a.sys.Stdout, true)
			case "zsh":
				return root.GenZshCompletion(a.sys.Stdout)
			case "fish":
				return root.GenFishCompletion(a.sys.Stdout, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(a.sys.Stdout)
			}
			return unknown("shell", shell, shells, oneOf(shells))
		},
	}
}

// completions is the type of cobra's completion functions.
type completions = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective)

// completeFrom offers names; where they cannot be read there is nothing to offer, and a shell is no place to say why.
func completeFrom(list func() ([]string, error), further cobra.ShellCompDirective) completions {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		names, err := list()
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		return names, further
	}
}

func (a *app) environmentNames() ([]string, error) {
	catalog, err := environments.Load(a.catalogs...)
	if err != nil {
		return nil, err
	}
	return catalog.Names(), nil
}

func (a *app) backendNames() ([]string, error) {
	catalog, err := environments.Load(a.catalogs...)
	if err != nil {
		return nil, err
	}
	return append(backendIDs(catalog), "none"), nil
}

// backendIDs lists every back-end of the catalog once.
func backendIDs(catalog *environments.Catalog) (ids []string) {
	seen := map[string]bool{}
	for _, e := range catalog.All() {
		for _, b := range e.Backends {
			if !seen[b.ID] {
				seen[b.ID] = true
				ids = append(ids, b.ID)
			}
		}
	}
	return ids
}

func (a *app) diagnosisNames() ([]string, error) {
	catalog, err := checks.LoadCatalog(a.catalogs...)
	if err != nil {
		return nil, err
	}
	return catalog.IDs(), nil
}
