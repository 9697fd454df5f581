package snippet

import (
	"cmp"
	"strings"

	"github.com/spf13/cobra"

	commands "github.com/credguide/credguide/cli/accounts"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/check"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/internal/files"
)

// ofAccount takes from an account what a snippet is for: the one that was named, or where nothing
// was said at all, the only one that the person has.
func ofAccount(cmd *cobra.Command, a *app.App, names []string, f *flags) error {
	saying := []string{"environment", "issuer", "backend", "provider-id", "client-id"}
	if len(names) == 0 {
		return onlyAccount(cmd, a, len(app.Given(cmd.Flags(), saying...)) > 0, f)
	}
	if err := app.NameAlone(cmd.Flags(), saying...); err != nil {
		return err
	}
	entry, list, err := a.Account(names[0])
	if err != nil {
		return err
	}
	return take(cmd, a, entry, list, f)
}

// onlyAccount: accounts that cannot be read are no reason against a snippet that nobody wanted for
// one.
func onlyAccount(cmd *cobra.Command, a *app.App, said bool, f *flags) error {
	if id, _ := a.Sys.Lookup(credentials.EnvClientID); said || id != "" {
		return nil
	}
	list, err := a.Accounts()
	if err != nil || len(list.Entries) == 0 {
		return nil
	}
	if len(list.Entries) > 1 {
		a.Say("this snippet is for none of your accounts; for one of them: credguide snippet KIND NAME")
		return nil
	}
	if list.Entries[0].Fault != nil {
		return list.Entries[0].Fault
	}
	a.Say("for your account %s", list.Entries[0].Name)
	return take(cmd, a, list.Entries[0], list, f)
}

func take(cmd *cobra.Command, a *app.App, entry accounts.Entry, list accounts.List, f *flags) error {
	s, err := commands.Subject(cmd.Context(), a, entry, list)
	if err != nil {
		return err
	}
	f.account, f.name = true, entry.Name
	if known, ok, err := a.Places().Memory(check.ListFile(list)).Recall(entry.Name); err == nil && ok && known.Subject == check.About(s) {
		f.sub = known.Sub
	}
	f.environment, f.issuer, f.backend = entry.Environment, entry.Issuer, entry.Backend
	f.providerID = entry.ProviderID
	f.clientID = cmp.Or(entry.ClientID, s.Credentials.ClientID)
	f.caFile, f.source = inFolder(list, entry.CAFile), entry.Source
	if _, ok := a.Sys.Lookup(accounts.Variable); ok {
		f.list = check.ListFile(list)
	}
	kept := entry.Source.Kind
	if (kept == accounts.SecretFile || kept == accounts.Credentials) && !cmd.Flags().Changed("secret-file") {
		f.secretFile, f.variables = inFolder(list, entry.Source.Name), kept == accounts.Credentials
	}
	return nil
}

// inFolder is a file that an entry names, wherever the snippet runs.
func inFolder(list accounts.List, file string) string {
	if strings.HasPrefix(file, "~") {
		return file
	}
	return files.In(list.Folder, file)
}

// sayWhereTheSecretIs tells what a snippet that logs in cannot know of an account: it reads a
// variable or a file.
func sayWhereTheSecretIs(a *app.App, f flags) {
	if f.source.Kind == "" || f.source.Kind == accounts.SecretFile || f.source.Kind == accounts.Credentials {
		return
	}
	a.Say("the secret of %s comes from %s: put it into OPENEO_AUTH_CLIENT_SECRET where the snippet runs", f.name, f.source)
}
