// Package accounts is the command of that name: a person's accounts, what is known of them, and
// what changes them.
package accounts

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials/accounts"
)

// Command is `credguide accounts`.
func Command(a *app.App) *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:   "accounts",
		Short: "Manage your accounts: a name for each client, and where its secret is",
		Long: "An account is a name for an environment, a back-end, a client ID and the place where its secret is. The " +
			"name is all that check, wait and snippet need. Your accounts are in accounts.yaml in credguide's configuration " +
			"folder (" + accounts.Variable + " names another file). The file never holds a secret.",
		Example: `  credguide accounts
  credguide accounts add nightly --environment production --client-id nightly-ndvi --secret-file nightly.secret
  credguide check nightly`,
		Args: cobra.ArbitraryArgs,
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return app.UnknownCommand(cmd, args[0])
		}
		return list(cmd.Context(), a, format)
	}
	a.FormatFlag(cmd, &format, "text", "json")
	cmd.AddCommand(app.ListCommand(a, &format, func(ctx context.Context) error { return list(ctx, a, format) }), addCommand(a), updateCommand(a), showCommand(a), removeCommand(a), renameCommand(a), rotateCommand(a))
	return cmd
}

// oneName takes exactly one name; what names it in the error.
func oneName(what string) cobra.PositionalArgs { return names(1, what) }

func names(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == n {
			return nil
		}
		return app.WithHint(needs(cmd, what), "usage: "+cmd.UseLine())
	}
}

type needsError struct{ command, what string }

func (e needsError) Error() string { return e.command + " needs " + e.what }

func needs(cmd *cobra.Command, what string) error { return needsError{cmd.CommandPath(), what} }

// completeName offers the accounts for the first argument.
func completeName(a *app.App) app.Completions {
	offer := app.CompleteFrom(a.AccountNames, cobra.ShellCompDirectiveNoFileComp)
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return offer(cmd, args, typed)
	}
}
