package app

import (
	"context"
	"fmt"
	"strings"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/lint"
	"github.com/credguide/credguide/environments"
)

// Subject works out what a target stands for: the environment, the back-end and the credentials. With ask, what is
// missing is asked for.
func (a *App) Subject(ctx context.Context, catalog *environments.Catalog, t Target, ask bool) (s probe.Subject, why string, err error) {
	s.Catalog = catalog
	if s.Environment, why, err = ChooseEnvironment(catalog, t, a.variables(t)); err != nil {
		return s, "", err
	}
	if err := WithBackend(&s, t.Backend); err != nil {
		return s, "", err
	}
	for flag, file := range map[string]credentials.Flag{"--secret-file": t.SecretFile, "--credentials": t.CredentialsFile} {
		if err := SecretAsFile(file.Text); err != nil {
			return s, "", fmt.Errorf("%s: %w", flag, err)
		}
	}
	q := a.query(s, t)
	if ask {
		a.askFor(&q)
	}
	if s.Credentials, err = credentials.Resolve(ctx, q); err != nil {
		return s, "", err
	}
	if t.SecretVariable != "" && s.Credentials.SecretSource.Kind == credentials.KindEnvironment {
		s.Credentials.SecretSource.Name = t.SecretVariable
	}
	WithProvider(&s)
	return s, why, nil
}

func (a *App) query(s probe.Subject, t Target) credentials.Query {
	q := credentials.Query{
		ClientID: t.ClientID, SecretFile: t.SecretFile, CredentialsFile: t.CredentialsFile, ProviderID: t.ProviderID,
		Issuer: s.Environment.Issuer, Lookup: a.variables(t), Stdin: a.Sys.Stdin, Keyring: a.Sys.Keyring,
		GOOS: a.Sys.GOOS, Home: a.Sys.Home,
	}
	if s.Backend != nil {
		q.BackendURL, q.PairedProvider = s.Backend.URL, s.Backend.ProviderID
	}
	return q
}

// variables are those of the machine, as far as they are meant for the target.
func (a *App) variables(t Target) func(string) (string, bool) {
	if t.Name == "" {
		return a.Sys.Lookup
	}
	return onlyVariable(a.Sys.Lookup, t.SecretVariable)
}

// onlyVariable hides the OPENEO_AUTH_ variables from an entry of a list, which are not meant for it, and shows the variable
// that the entry names in the place of the secret.
func onlyVariable(lookup func(string) (string, bool), secret string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		switch {
		case name == credentials.EnvClientSecret && secret != "":
			return lookup(secret)
		case strings.HasPrefix(name, "OPENEO_AUTH_"):
			return "", false
		}
		return lookup(name)
	}
}

// askFor adds the questions for what no other source has, where there is a person to answer.
func (a *App) askFor(q *credentials.Query) {
	if !a.CanAsk() || a.Sys.ReadHidden == nil || q.SecretFile.Text == "-" {
		return
	}
	q.AskClientID = func(ctx context.Context) (string, error) {
		_, _ = fmt.Fprint(a.Sys.Stderr, "Client id: ")
		return a.answered(ReadLine(ctx, a.Sys.Stdin))
	}
	q.AskSecret = func(ctx context.Context, clientID string) (credentials.Secret, error) {
		of := ""
		if clientID != "" && !lint.SecretShaped(clientID) {
			of = " of " + Plain(Bounded(clientID))
		}
		_, _ = fmt.Fprintf(a.Sys.Stderr, "Client secret%s (not shown): ", of)
		text, err := a.Sys.ReadHidden(ctx)
		_, _ = fmt.Fprintln(a.Sys.Stderr)
		return credentials.NewSecret(text), err
	}
}

// answered ends the line of a question that was interrupted.
func (a *App) answered(text string, err error) (string, error) {
	if err != nil {
		_, _ = fmt.Fprintln(a.Sys.Stderr)
	}
	return text, err
}
