package accounts

import (
	"context"
	"errors"
	"strings"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/credentials/command"
	"github.com/credguide/credguide/credentials/lint"
	"github.com/credguide/credguide/environments"
)

// ask asks for what the flags leave open, where there is a person: the environment, the client ID
// and where the secret is. Without one, what is missing is named.
func (w *wishes) ask(ctx context.Context, a *app.App, account *accounts.Account) error {
	if !a.CanAsk() {
		return app.WithHint(errors.New("no source given for the secret"),
			"name one: --secret-file FILE, --secret-variable NAME, --secret-command COMMAND, --credentials FILE, --auth-config or --keyring")
	}
	if w.environment == "" && w.issuer == "" && w.backend == "" {
		catalog, err := environments.Load(a.Catalogs...)
		if err != nil {
			return err
		}
		ids := map[string]string{}
		var offered []string
		for _, e := range catalog.All() {
			words := e.ID + ": " + e.Title
			offered, ids[words] = append(offered, words), e.ID
		}
		picked, err := a.Pick(ctx, "Where is the client registered?", offered)
		if err != nil {
			return err
		}
		w.environment = ids[picked]
	}
	if !w.set.Changed("client-id") {
		err := until(ctx, a, "Client ID (nothing where the source has it): ", func(id string) error {
			if lint.Suspect(id) {
				return errors.New("this looks like the secret, not a client ID")
			}
			account.ClientID = id
			return nil
		})
		if err != nil {
			return err
		}
	}
	return askSource(ctx, a, account)
}

// places are the sources as a person chooses them.
var places = []struct {
	words  string
	kind   accounts.SourceKind
	prompt string
}{
	{"the system keyring (typed now)", accounts.Keyring, ""},
	{"a file that holds the secret alone", accounts.SecretFile, "File: "},
	{"a file of OPENEO_AUTH_… lines", accounts.Credentials, "File: "},
	{"an environment variable", accounts.SecretVariable, "Name of the variable: "},
	{"a program prints it (a secret manager)", accounts.SecretCommand, "Command: "},
	{"the openEO Python client's auth-config.json", accounts.AuthConfig, ""},
}

func askSource(ctx context.Context, a *app.App, account *accounts.Account) error {
	var words []string
	for _, p := range places {
		words = append(words, p.words)
	}
	chosen, err := a.Pick(ctx, "Where is the secret?", words)
	if err != nil {
		return err
	}
	for _, p := range places {
		if p.words != chosen {
			continue
		}
		account.Source.Kind = p.kind
		if p.prompt == "" {
			return nil
		}
		return until(ctx, a, p.prompt, func(answer string) error { return typedSource(&account.Source, answer) })
	}
	return nil
}

func typedSource(source *accounts.Source, answer string) (err error) {
	if answer == "" {
		return errors.New("nothing was entered")
	}
	switch source.Kind {
	case accounts.SecretCommand:
		source.Command, err = command.Words(answer)
		return err
	case accounts.SecretVariable:
		if wrong := accounts.CheckVariable(answer); wrong != "" {
			return errors.New(wrong)
		}
		source.Name = answer
		return nil
	}
	if err := app.SecretAsFile(answer); err != nil {
		return err
	}
	source.Name, err = app.Absolute(answer)
	return err
}

// until asks again where an answer is not taken, so that those before it are not lost.
func until(ctx context.Context, a *app.App, prompt string, take func(answer string) error) error {
	for {
		answer, err := a.Ask(ctx, prompt)
		if err != nil {
			return err
		}
		if err = take(strings.TrimSpace(answer)); err == nil {
			return nil
		}
		a.Say("× %s", err)
	}
}
