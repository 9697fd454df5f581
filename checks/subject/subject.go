package subject

import (
	"context"
	"io"
	"strings"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/environments"
)

// Machine is what credentials are looked for on, and who may be asked for them.
type Machine struct {
	Lookup  func(string) (string, bool) // the environment variables
	Stdin   io.Reader
	Keyring credentials.Keyring
	GOOS    string
	Home    string
	// Ask adds the questions for what no source has; nil where there is nobody to ask.
	Ask func(*credentials.Query)
}

// Resolve works out what a target stands for: the environment, the back-end and the credentials. why says how the
// environment was chosen where the person did not say. Errors are ErrTwoIssuers, *AddressError, *UnknownError, and those of
// the catalog and of package credentials.
func Resolve(ctx context.Context, catalog *environments.Catalog, t Target, m Machine) (s probe.Subject, why string, err error) {
	s.Catalog = catalog
	m.Lookup = m.variables(t)
	if s.Environment, why, err = ChooseEnvironment(catalog, t, m.Lookup); err != nil {
		return s, "", err
	}
	if err := WithBackend(&s, t.Backend); err != nil {
		return s, "", err
	}
	if s.Credentials, err = credentials.Resolve(ctx, m.query(s, t)); err != nil {
		return s, "", err
	}
	if t.SecretVariable != "" && s.Credentials.SecretSource.Kind == credentials.KindEnvironment {
		s.Credentials.SecretSource.Name = t.SecretVariable
	}
	WithProvider(&s)
	return s, why, nil
}

func (m Machine) query(s probe.Subject, t Target) credentials.Query {
	q := credentials.Query{
		ClientID: t.ClientID, SecretFile: t.SecretFile, CredentialsFile: t.CredentialsFile, ProviderID: t.ProviderID,
		Issuer: s.Environment.Issuer, Lookup: m.Lookup, Stdin: m.Stdin, Keyring: m.Keyring, GOOS: m.GOOS, Home: m.Home,
	}
	if s.Backend != nil {
		q.BackendURL, q.PairedProvider = s.Backend.URL, s.Backend.ProviderID
	}
	if m.Ask != nil {
		m.Ask(&q)
	}
	return q
}

// variables are those of the machine, as far as they are meant for the target.
func (m Machine) variables(t Target) func(string) (string, bool) {
	if t.Name == "" {
		return m.Lookup
	}
	return onlyVariable(m.Lookup, t.SecretVariable)
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
