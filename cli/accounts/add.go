package accounts

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/checks/subject"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/credentials/guard"
	"github.com/credguide/credguide/credentials/lint"
	"github.com/credguide/credguide/environments"
)

func addCommand(a *app.App) *cobra.Command {
	var w wishes
	cmd := &cobra.Command{
		Use:   "add NAME",
		Short: "Add an account for an existing client",
		Long: "add gives a client a name, and records where it is registered, which back-end it is for and where its secret " +
			"is. If a flag says where the secret is, add asks no questions. It sends nothing.",
		Example: `  credguide accounts add nightly --environment production --client-id nightly-ndvi --secret-file nightly.secret
  credguide accounts add cdse --environment cdse --client-id sh-1a2b --secret-variable CDSE_CLIENT_SECRET
  credguide accounts add vault --environment cdse --client-id sh-1a2b --secret-command "vault kv get -field=secret kv/openeo"
  credguide accounts add apex --backend openeo.cloud --secret-variable OPENEO_AUTH_CLIENT_CREDENTIALS_APEX
  credguide accounts add python --backend openeo.cloud --auth-config`,
		Args: oneName("a name for the account"),
		RunE: func(cmd *cobra.Command, args []string) error { return add(cmd.Context(), a, args[0], &w) },
	}
	w.addTo(a, cmd)
	return cmd
}

func add(ctx context.Context, a *app.App, name string, w *wishes) error {
	if err := accounts.CheckName(name); err != nil {
		return err
	}
	if err := w.valid(false); err != nil {
		return err
	}
	list, err := a.Accounts()
	if err != nil {
		return err
	}
	if old, err := list.Find(name); err == nil {
		return app.WithHint(fmt.Errorf("the name %s is taken (%s:%d)", name, list.Path, old.Line), "credguide accounts update "+name+" changes it")
	}
	account := accounts.Account{Name: name}
	if account.Source, err = w.source(); err != nil {
		return err
	}
	if account.Source.Kind == "" {
		if err := w.ask(ctx, a, &account); err != nil {
			return err
		}
	}
	if err := w.onto(&account); err != nil {
		return err
	}
	s, err := complete(ctx, a, w, &account)
	if err != nil {
		return err
	}
	if err := secretKept(ctx, a, account, s); err != nil {
		return err
	}
	file := a.Places().File()
	if err := file.Add(ctx, account); err != nil {
		return err
	}
	a.Say("Added %s: %s.\nIt is in %s.", name, where(s), file.Path)
	a.Say("Check it: credguide check %s", name)
	return nil
}

func where(s probe.Subject) string {
	backend := "no back-end"
	if s.Backend != nil {
		backend = s.Backend.ID
	}
	return cmp.Or(s.Environment.ID, s.Environment.Issuer) + ", " + backend
}

// complete works out what the account stands for, and writes it down so that it means the same
// tomorrow and from every folder: the environment by its ID or file, and the client ID where the
// source has it.
func complete(ctx context.Context, a *app.App, w *wishes, account *accounts.Account) (probe.Subject, error) {
	catalog, err := environments.Load(a.Catalogs...)
	if err != nil {
		return probe.Subject{}, err
	}
	switch {
	case w.environment != "":
		account.Environment, account.Issuer = w.environment, ""
	case w.issuer != "":
		account.Environment, account.Issuer = "", w.issuer
	}
	provider := account.ProviderID
	if three, ok := threeIn(a, account.Source); ok {
		provider = cmp.Or(provider, three.provider)
		account.ProviderID, account.ClientID = provider, cmp.Or(account.ClientID, three.client)
	}
	if w.keyring && account.Source.Kind == accounts.Keyring && account.ClientID == "" {
		return probe.Subject{}, noClientID(account)
	}
	own := account.Own("")
	own.ProviderID = provider
	t := subject.Target{Name: account.Name, Environment: account.Environment, Issuer: account.Issuer, Backend: account.Backend, Own: own}
	if account.Source.Kind == accounts.SecretCommand || account.Source.Kind == accounts.Keyring {
		own.SecretCommand, own.Keyring = nil, false // nothing is run, and no keyring opened, to write an account down
	}
	s, why, err := a.Subject(ctx, catalog, t, false)
	if err != nil {
		return s, err
	}
	t.Own = nil // it is not written down yet
	a.SayChosen(s, why, t)
	a.TellRedefined(s.Environment)
	if account.Issuer == "" {
		if account.Environment, err = lasting(s.Environment); err != nil {
			return s, err
		}
	}
	account.ClientID = cmp.Or(account.ClientID, strings.TrimSpace(s.Credentials.ClientID))
	a.Keep(s.Credentials.Secret)
	if err := holdsNoSecret(a, *account, s.Credentials.Secret); err != nil {
		return s, err
	}
	if account.ClientID == "" && account.Source.Kind != accounts.Credentials && account.Source.Kind != accounts.AuthConfig && !threeValues(account.Source) {
		return s, noClientID(account)
	}
	return s, nil
}

// wholeIn finds the whole of a secret that is no word, however short it is.
func wholeIn(secret credentials.Secret) func(text string) bool {
	g, length := guard.New(secret), secret.Len()
	if clean, ok := lint.Cleaned(secret); ok {
		length = clean.Len()
	}
	return func(text string) bool { return g.Longest(text) >= max(length, 1) }
}

// holdsNoSecret keeps the secret out of the list of accounts, in whatever field it was pasted, and
// also that of the environment variable. A secret that is a word may stand in a name or a label by
// right.
func holdsNoSecret(a *app.App, account accounts.Account, secret credentials.Secret) error {
	if _, held := lint.HeldBack(account.ClientID, secret); held || a.Holds(account.ClientID) {
		return app.WithHint(errors.New("the client ID is, contains or looks like a secret, so it is not written down"), "were the two swapped?")
	}
	whole := wholeIn(secret)
	type field struct{ name, text string }
	fields := []field{{"name", account.Name}, {"owner", account.Owner}, {"provider ID", account.ProviderID}}
	for _, label := range slices.Sorted(maps.Keys(account.Labels)) {
		fields = append(fields, field{"label", label}, field{"label", account.Labels[label]})
	}
	refused := func(f field) error {
		return app.WithHint(fmt.Errorf("the %s is, contains or looks like a secret, so it is not written down", f.name), "the list of accounts never holds a secret")
	}
	for _, f := range fields {
		if lint.SecretShaped(f.text) || !lint.Guessable(secret) && lint.HeldIn(secret, f.text) || whole(f.text) || a.Holds(f.text) {
			return refused(f)
		}
	}
	fields = []field{
		{"environment", account.Environment},
		{"issuer", account.Issuer},
		{"back-end", account.Backend},
		{"name of the file", account.CAFile},
		{"name of the secret's place", account.Source.Name},
		{"command", strings.Join(account.Source.Command, " ")},
	}
	for _, f := range fields {
		if whole(f.text) || a.Holds(f.text) {
			return refused(f)
		}
	}
	if app.SecretInCommand(strings.Join(account.Source.Command, " ")) {
		return refused(field{name: "command"})
	}
	return nil
}

func noClientID(account *accounts.Account) error {
	return app.WithHint(errors.New("the client ID is missing"), "the "+account.Source.String()+" holds the secret alone; give the ID with --client-id")
}

func threeValues(s accounts.Source) bool {
	return s.Kind == accounts.SecretVariable && strings.HasPrefix(s.Name, credentials.CredentialsVariable)
}

// three is what a variable that holds provider, client ID and secret says beside the secret.
type three struct{ provider, client string }

func threeIn(a *app.App, s accounts.Source) (three, bool) {
	if !threeValues(s) {
		return three{}, false
	}
	value, _ := a.Sys.Lookup(s.Name)
	parts := strings.SplitN(value, "/", 3)
	if len(parts) < 3 {
		return three{}, false
	}
	return three{parts[0], parts[1]}, true
}

// lasting names an environment so that it is found again: by its ID, or where the program does not
// bring it along, by its file.
func lasting(e environments.Environment) (string, error) {
	if e.Origin == environments.BuiltInOrigin {
		return e.ID, nil
	}
	if _, err := os.Stat(e.Origin); err != nil {
		return "", fmt.Errorf("the environment %s is in no file that could be named: %w", e.ID, err)
	}
	return app.Absolute(e.Origin)
}

// secretKept tells what is missing where the secret should be. Where that is the keyring, it can be
// put there now.
func secretKept(ctx context.Context, a *app.App, account accounts.Account, s probe.Subject) error {
	if account.Source.Kind == accounts.Keyring {
		return inKeyring(ctx, a, account, s)
	}
	if account.Source.Kind == accounts.SecretCommand {
		return nil
	}
	for _, u := range s.Credentials.Unreadable {
		a.Say("note: %s", u)
		return nil
	}
	if !s.Credentials.HasSecret() {
		a.Say("note: there is no secret in the %s yet.", account.Source)
	}
	for _, e := range s.Credentials.Exposed {
		a.Say("warning: other users can read %s", e)
	}
	return nil
}

// inKeyring puts the secret into the keyring, where a person is there to type it. Without one it is
// a matter for later.
func inKeyring(ctx context.Context, a *app.App, account accounts.Account, s probe.Subject) error {
	q := a.Query()
	q.Issuer, q.Own = s.Environment.Issuer, account.Own("")
	found, err := credentials.Resolve(ctx, q)
	switch {
	case err != nil:
		return err
	case a.CanAsk() && a.Sys.ReadHidden != nil:
		return typeSecret(ctx, a, account.Name, found.HasSecret())
	case !found.HasSecret():
		a.Say("note: the system keyring has no secret for %s yet; on a terminal: credguide accounts update %s --keyring", account.Name, account.Name)
	}
	return nil
}

func typeSecret(ctx context.Context, a *app.App, name string, there bool) error {
	keep := ""
	if there {
		keep = "; Enter keeps the stored one"
	}
	text, err := a.AskHidden(ctx, "Client secret of "+name+" (not shown"+keep+"): ")
	if err != nil || text == "" {
		return err
	}
	if _, err := credentials.SaveKeyringAccount(ctx, a.Query(), name, credentials.NewSecret(text)); err != nil {
		return err
	}
	a.Say("Stored in the system keyring.")
	return nil
}
