package accounts

import (
	"context"
	"errors"
	"maps"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials/accounts"
)

func updateCommand(a *app.App) *cobra.Command {
	var w wishes
	cmd := &cobra.Command{
		Use:   "update NAME",
		Short: "Change an account",
		Long: "update changes what the flags name and keeps everything else, including comments. An empty value removes " +
			"an optional entry: --owner ''. With --keyring on a terminal it asks for the secret and stores it.",
		Example: `  credguide accounts update nightly --backend openeo.cloud --expires 2027-03-31
  credguide accounts update nightly --secret-command "pass show openeo/nightly"`,
		Args:              oneName("the name of an account"),
		ValidArgsFunction: completeName(a),
		RunE:              func(cmd *cobra.Command, args []string) error { return update(cmd.Context(), a, args[0], &w) },
	}
	w.addTo(a, cmd)
	return cmd
}

func update(ctx context.Context, a *app.App, name string, w *wishes) error {
	if err := w.valid(true); err != nil {
		return err
	}
	if !w.any() {
		return app.WithHint(errors.New("nothing to change was given"), "credguide help accounts update lists the flags")
	}
	list, err := a.Accounts()
	if err != nil {
		return err
	}
	entry, err := list.Find(name)
	if err != nil {
		return advised(err)
	}
	account := entry.Account
	account.Labels = maps.Clone(account.Labels)
	source, err := w.source()
	if err != nil {
		return err
	}
	if source.Kind != "" {
		account.Source = source
	}
	if err := w.onto(&account); err != nil {
		return err
	}
	s, err := complete(ctx, a, w, &account)
	if err != nil {
		if entry.Fault != nil && source.Kind == "" { // the rest of the entry could not be read
			err = entry.Fault
		}
		return err
	}
	if w.environment == "" && w.issuer == "" && w.backend == "" {
		account.Environment, account.Issuer = entry.Environment, entry.Issuer
	}
	file := a.Places().File()
	if err := file.Update(ctx, name, func(old *accounts.Account) { *old = account }); err != nil {
		return err
	}
	a.Say("Updated %s: %s.\nIts secret is in the %s.", name, where(s), account.Source)
	if source.Kind == "" {
		return nil
	}
	return secretKept(ctx, a, account, s)
}
