// Package check is the command check, and what the commands above it need of a check: flags, lists,
// outputs.
package check

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/cli/app"
)

// Command is `credguide check`.
func Command(a *app.App) *cobra.Command {
	var flags Flags
	cmd := &cobra.Command{
		Use:   "check [NAME]...",
		Short: "Check that a service account can log in, or find out why it cannot",
		Long: "check logs in as an openEO client does, with the client ID and secret that it finds. If " +
			"the login fails, it names the cause.\n\n" +
			"The client ID and the secret come from the first of these that has them: --client-id and " +
			"--secret-file, the file of --credentials, the variables OPENEO_AUTH_CLIENT_ID and " +
			"OPENEO_AUTH_CLIENT_SECRET, the openEO Python client's auth-config.json, the system keyring, and a question " +
			"on the terminal. They are used exactly as they are found. The secret is sent to the identity provider's " +
			"token endpoint and nowhere else.\n\n" +
			"NAME is one of your accounts (credguide accounts): the check then uses only that account's source. Without a " +
			"NAME, and with no secret in any other place, it uses the only account that fits.\n\n" +
			"--all checks the accounts of a list: of FILE, or without one, your own. --only NAME chooses one of them. FILE " +
			"is YAML, with an entry for each account such as:\n\n" +
			"- {name: nightly, environment: production, credentials: nightly.env}\n\n" +
			"Instead of credentials, an entry may have secret_file, secret_variable, secret_command, keyring or auth_config, " +
			"and client_id.",
		Example: `  credguide check nightly
  credguide check --environment development
  credguide check --environment production --credentials openeo.env --verbose
  credguide check --output junit=report.xml --quiet
  credguide check --all
  credguide check --all accounts.yaml
  credguide check --all accounts.yaml --only nightly
  credguide check --public --backend https://openeo.example.org
  credguide check --from report.json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := flags.Take(args); err != nil {
				return err
			}
			return Run(cmd.Context(), a, &flags)
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			if flags.All.given {
				return nil, cobra.ShellCompDirectiveDefault
			}
			return app.CompleteFrom(a.AccountNames, cobra.ShellCompDirectiveNoFileComp)(cmd, args, typed)
		},
	}
	flags.AddTo(cmd.Flags())
	CompleteCheckFlags(a, cmd)
	return cmd
}

// Run is the command: the wishes of the flags, checked before anything is read or sent, and then
// one of four ways.
func Run(ctx context.Context, a *app.App, flags *Flags) error {
	if err := flags.Valid(); err != nil {
		return err
	}
	if flags.Plan {
		return showPlan(ctx, a, flags)
	}
	outputs, err := flags.ParseOutputs(a)
	if err != nil {
		return err
	}
	c, err := NewChecker(ctx, a, flags)
	if err != nil {
		return err
	}
	if flags.Seen != "" {
		if err := c.readSeen(ctx, flags.Seen); err != nil {
			return err
		}
	}
	if flags.previous != "" {
		if c.previous, err = c.readEarlier(ctx, flags.previous, func(checks.Evidence) bool { return true }); err != nil {
			return err
		}
		defer c.previous.close()
	}
	switch {
	case flags.Public:
		return c.public(ctx, flags, outputs)
	case flags.From != "":
		return c.replay(ctx, flags.From, outputs)
	case flags.All.given, len(flags.Names) > 1:
		list, err := c.wanted(ctx, flags)
		if err != nil {
			return err
		}
		return c.all(ctx, list, outputs)
	}
	t, err := flags.TargetIn(a)
	if err != nil {
		return err
	}
	if err := apart(outputs, t); err != nil {
		return err
	}
	return c.one(ctx, t, outputs)
}
