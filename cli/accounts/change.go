package accounts

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/accounts"
)

func removeCommand(a *app.App) *cobra.Command {
	return &cobra.Command{
		Use:               "remove NAME",
		Short:             "Remove an account; its secret stays where it is",
		Args:              oneName("the name of an account"),
		ValidArgsFunction: completeName(a),
		RunE:              func(cmd *cobra.Command, args []string) error { return remove(cmd.Context(), a, args[0]) },
	}
}

func remove(ctx context.Context, a *app.App, name string) error {
	file := a.Places().File()
	gone, err := file.Remove(ctx, name)
	if err != nil {
		return advised(err)
	}
	a.Say("%s is removed from %s.", name, file.Path)
	if err := a.Places().Memory(file.Path).Forget(ctx, name); err != nil {
		a.Say("warning: %s", err)
	}
	switch gone.Source.Kind {
	case "":
	case accounts.Keyring:
		a.Say("Its secret stays in the system keyring (credguide, account %s).", name)
	case accounts.SecretFile, accounts.Credentials, accounts.AuthConfig:
		a.Say("Its secret stays in the %s.", gone.Source)
	default:
		a.Say("Its secret stays where it is: %s.", gone.Source)
	}
	return nil
}

func renameCommand(a *app.App) *cobra.Command {
	return &cobra.Command{
		Use:               "rename OLD NEW",
		Short:             "Give an account another name",
		Args:              names(2, "the old name and the new one"),
		ValidArgsFunction: completeName(a),
		RunE:              func(cmd *cobra.Command, args []string) error { return rename(cmd.Context(), a, args[0], args[1]) },
	}
}

// rename moves with the name what lies under it: the secret in the keyring first, so that a failure
// leaves the account whole, and what is remembered last.
func rename(ctx context.Context, a *app.App, old, name string) error {
	entry, list, err := a.Account(old)
	if err != nil {
		return err
	}
	if err := accounts.CheckName(name); err != nil {
		return err
	}
	if old == name {
		a.Say("%s has this name already.", name)
		return nil
	}
	if _, err := list.Find(name); err == nil {
		return advised(a.Places().File().Rename(ctx, old, name)) // the file says that it is taken
	}
	gone := true
	if entry.Source.Kind == accounts.Keyring {
		if gone, err = credentials.RenameKeyringAccount(ctx, a.Query(), old, name); err != nil {
			return err
		}
	}
	file := a.Places().File()
	if err := file.Rename(ctx, old, name); err != nil {
		return advised(err)
	}
	if err := a.Places().Memory(file.Path).Rename(ctx, old, name); err != nil {
		a.Say("warning: %s", err)
	}
	a.Say("Renamed %s to %s.", old, name)
	if !gone {
		a.Say("The system keyring keeps the old entry too (credguide, account %s).", old)
	}
	return nil
}

// advised adds to an unknown name where the known ones are.
func advised(err error) error {
	if err == nil || errors.Is(err, accounts.ErrNoFolder) {
		return err
	}
	return app.WithHint(err, "credguide accounts lists them")
}
