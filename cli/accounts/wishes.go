package accounts

import (
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/check"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/credentials/command"
)

// wishes are the flags of add and update: what an account is to have.
type wishes struct {
	set *pflag.FlagSet

	environment, issuer, backend, providerID, clientID string
	secretFile, secretVariable, secretCommand          string
	credentialsFile                                    string
	keyring, authConfig                                bool
	expires, owner, caFile                             string
	labels                                             []string
}

func (w *wishes) addTo(a *app.App, cmd *cobra.Command) {
	w.set = cmd.Flags()
	w.set.StringVar(&w.environment, "environment", "", "`ID` of an environment, or a FILE.yaml")
	w.set.StringVar(&w.issuer, "issuer", "", "`URL` of an identity provider, instead of an environment")
	w.set.StringVar(&w.backend, "backend", "", "`ID` or URL of an openEO back-end, or none")
	w.set.StringVar(&w.providerID, "provider-id", "", "`ID` of the identity provider at the back-end")
	w.set.StringVar(&w.clientID, "client-id", "", "the client `ID`; default: the source's")
	w.set.StringVar(&w.secretFile, "secret-file", "", "the secret is in a `FILE` that holds nothing else")
	w.set.StringVar(&w.secretVariable, "secret-variable", "", "the secret is in the environment variable `NAME`")
	w.set.StringVar(&w.secretCommand, "secret-command", "", "the secret is what `COMMAND` prints; one quoted text, run without a shell")
	w.set.BoolVar(&w.keyring, "keyring", false, "the secret is in the system keyring, under the account's name")
	w.set.StringVar(&w.credentialsFile, "credentials", "", "client ID and secret are in a `FILE` of OPENEO_AUTH_… lines")
	w.set.BoolVar(&w.authConfig, "auth-config", false, "client ID and secret are in the openEO Python client's auth-config.json")
	w.set.StringVar(&w.expires, "expires", "", "the client's end `DATE`, such as 2027-03-31")
	w.set.StringVar(&w.owner, "owner", "", "who looks after the client: a `TEXT`")
	w.set.StringArrayVar(&w.labels, "label", nil, "a label `NAME=VALUE`; repeatable, and NAME= removes one")
	w.set.StringVar(&w.caFile, "ca-file", "", "`FILE` with additional certificate authorities to trust (PEM)")
	check.CompleteCheckFlags(a, cmd)
}

// sourceFlags are those of which one is given.
var sourceFlags = []string{"secret-file", "secret-variable", "secret-command", "keyring", "credentials", "auth-config"}

// source is the one that was given; empty: none.
func (w *wishes) source() (accounts.Source, error) {
	given := app.Given(w.set, sourceFlags...)
	switch {
	case len(given) == 0:
		return accounts.Source{}, nil
	case len(given) > 1:
		return accounts.Source{}, app.WithHint(fmt.Errorf("--%s exclude each other", strings.Join(given, " and --")), "an account's secret is in one place")
	}
	return w.oneSource("--" + given[0])
}

func (w *wishes) oneSource(flag string) (accounts.Source, error) {
	switch flag {
	case "--secret-file", "--credentials":
		kind, name := accounts.SecretFile, w.secretFile
		if flag == "--credentials" {
			kind, name = accounts.Credentials, w.credentialsFile
		}
		if name == "-" {
			return accounts.Source{}, app.WithHint(fmt.Errorf("%s: standard input cannot be read again later", flag), "name a file")
		}
		absolute, err := app.Absolute(name)
		return accounts.Source{Kind: kind, Name: absolute}, err
	case "--secret-variable":
		if wrong := accounts.CheckVariable(w.secretVariable); wrong != "" {
			return accounts.Source{}, fmt.Errorf("--secret-variable: %s", wrong)
		}
		return accounts.Source{Kind: accounts.SecretVariable, Name: w.secretVariable}, nil
	case "--secret-command":
		words, err := command.Words(w.secretCommand)
		if err != nil {
			return accounts.Source{}, fmt.Errorf("--secret-command: %w", err)
		}
		return accounts.Source{Kind: accounts.SecretCommand, Command: words}, nil
	case "--keyring":
		return flagSource(w.keyring, flag, accounts.Keyring)
	}
	return flagSource(w.authConfig, flag, accounts.AuthConfig)
}

func flagSource(on bool, flag string, kind accounts.SourceKind) (accounts.Source, error) {
	if !on {
		return accounts.Source{}, fmt.Errorf("%s=false is not a source of the secret", flag)
	}
	return accounts.Source{Kind: kind}, nil
}

// any tells whether anything was given.
func (w *wishes) any() bool {
	given := false
	w.set.Visit(func(f *pflag.Flag) { given = given || f.Name != "catalog" && f.Name != "no-color" })
	return given
}

// valid refuses what cannot go together.
func (w *wishes) valid(mayRemove bool) error {
	if err := app.NotEmpty(w.set, "environment", "issuer", "client-id", "secret-file", "secret-variable", "secret-command", "credentials"); err != nil {
		return err
	}
	if w.environment != "" && w.issuer != "" {
		return app.WithHint(errors.New("--environment and --issuer exclude each other"), "an environment has its issuer already")
	}
	if w.expires != "" {
		if _, err := accounts.ParseDate(w.expires); err != nil {
			return fmt.Errorf("--expires: %w", err)
		}
	}
	for _, label := range w.labels {
		name, value, found := strings.Cut(label, "=")
		if !found || name == "" || value == "" && !mayRemove {
			return app.WithHint(errors.New("--label takes NAME=VALUE"), "for example --label team=eo")
		}
	}
	return nil
}

// onto sets on an account what was given and needs no looking up.
func (w *wishes) onto(account *accounts.Account) error {
	for _, x := range []struct {
		flag, value string
		to          *string
	}{
		{"provider-id", w.providerID, &account.ProviderID},
		{"client-id", w.clientID, &account.ClientID},
		{"owner", w.owner, &account.Owner},
		{"backend", w.backend, &account.Backend},
	} {
		if w.set.Changed(x.flag) {
			*x.to = x.value
		}
	}
	if w.set.Changed("expires") {
		account.Expires, _ = accounts.ParseDate(w.expires) // valid has read it; an empty one removes it
	}
	account.Labels = maps.Clone(account.Labels) // others may have the same map
	for _, label := range w.labels {
		name, value, _ := strings.Cut(label, "=")
		if account.Labels == nil {
			account.Labels = map[string]string{}
		}
		if account.Labels[name] = value; value == "" {
			delete(account.Labels, name)
		}
	}
	if !w.set.Changed("ca-file") {
		return nil
	}
	var err error
	account.CAFile, err = app.Absolute(w.caFile)
	return err
}
