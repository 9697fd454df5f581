package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/lint"
	"github.com/credguide/credguide/environments"
)

// subject works out what a target stands for: the environment, the back-end and the credentials. With ask, what is
// missing is asked for.
func (a *app) subject(ctx context.Context, catalog *environments.Catalog, t target, ask bool) (s probe.Subject, why string, err error) {
	s.Catalog = catalog
	if s.Environment, why, err = chooseEnvironment(catalog, t, a.variables(t)); err != nil {
		return s, "", err
	}
	if err := withBackend(&s, t.backend); err != nil {
		return s, "", err
	}
	for flag, file := range map[string]credentials.Flag{"--secret-file": t.secretFile, "--credentials": t.credentialsFile} {
		if err := secretAsFile(file.Text); err != nil {
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
	if t.secretVariable != "" && s.Credentials.SecretSource.Kind == credentials.KindEnvironment {
		s.Credentials.SecretSource.Name = t.secretVariable
	}
	withProvider(&s)
	return s, why, nil
}

func (a *app) query(s probe.Subject, t target) credentials.Query {
	q := credentials.Query{
		ClientID: t.clientID, SecretFile: t.secretFile, CredentialsFile: t.credentialsFile, ProviderID: t.providerID,
		Issuer: s.Environment.Issuer, Lookup: a.variables(t), Stdin: a.sys.Stdin, Keyring: a.sys.Keyring,
		GOOS: a.sys.GOOS, Home: a.sys.Home,
	}
	if s.Backend != nil {
		q.BackendURL, q.PairedProvider = s.Backend.URL, s.Backend.ProviderID
	}
	return q
}

// variables are those of the machine, as far as they are meant for the target.
func (a *app) variables(t target) func(string) (string, bool) {
	if t.name == "" {
		return a.sys.Lookup
	}
	return onlyVariable(a.sys.Lookup, t.secretVariable)
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
func (a *app) askFor(q *credentials.Query) {
	if !a.canAsk() || a.sys.ReadHidden == nil || q.SecretFile.Text == "-" {
		return
	}
	q.AskClientID = func(ctx context.Context) (string, error) {
		_, _ = fmt.Fprint(a.sys.Stderr, "Client id: ")
		return a.answered(readLine(ctx, a.sys.Stdin))
	}
	q.AskSecret = func(ctx context.Context, clientID string) (credentials.Secret, error) {
		of := ""
		if clientID != "" && !lint.SecretShaped(clientID) {
			of = " of " + plain(bounded(clientID))
		}
		_, _ = fmt.Fprintf(a.sys.Stderr, "Client secret%s (not shown): ", of)
		text, err := a.sys.ReadHidden(ctx)
		_, _ = fmt.Fprintln(a.sys.Stderr)
		return credentials.NewSecret(text), err
	}
}

// answered ends the line of a question that was interrupted.
func (a *app) answered(text string, err error) (string, error) {
	if err != nil {
		_, _ = fmt.Fprintln(a.sys.Stderr)
	}
	return text, err
}
