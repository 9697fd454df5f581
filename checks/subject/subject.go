package subject

import (
	"context"
	"io"
	"slices"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/lint"
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

// Resolve works out what a target stands for: the environment, the back-end and the credentials.
// why says how the environment was chosen where the person did not say. Errors are ErrTwoIssuers,
// ErrSecretInAddress, *AddressError, *UnknownError, and those of the catalog and of package
// credentials.
func Resolve(ctx context.Context, catalog *environments.Catalog, t Target, m Machine) (s probe.Subject, why string, err error) {
	s.Catalog, s.Account = catalog, t.Account
	if s.Environment, why, err = ChooseEnvironment(catalog, t, m.Lookup); err != nil {
		return s, "", err
	}
	if err := WithBackend(&s, t.Backend); err != nil {
		return s, "", err
	}
	if s.Credentials, err = credentials.Resolve(ctx, m.query(s, t)); err != nil {
		return s, "", err
	}
	if addressHoldsSecret(s) {
		return s, "", ErrSecretInAddress
	}
	WithProvider(&s)
	return s, why, nil
}

// longSecret is the length from which a secret stands in an address for no other reason than that
// somebody put it there.
const longSecret = 16

func addressHoldsSecret(s probe.Subject) bool {
	addresses := []string{s.Environment.Issuer}
	if s.Backend != nil {
		addresses = append(addresses, s.Backend.URL)
	}
	return slices.ContainsFunc(append(slices.Clip(s.Credentials.Beside), s.Credentials.Secret), func(secret credentials.Secret) bool {
		return secret.Len() >= longSecret && lint.HeldIn(secret, addresses...)
	})
}

func (m Machine) query(s probe.Subject, t Target) credentials.Query {
	q := credentials.Query{
		ClientID: t.ClientID, SecretFile: t.SecretFile, CredentialsFile: t.CredentialsFile, ProviderID: t.ProviderID, Own: t.Own,
		Issuer: s.Environment.Issuer, Lookup: m.Lookup, Stdin: m.Stdin, Keyring: m.Keyring, GOOS: m.GOOS, Home: m.Home,
	}
	q.CommandWait = t.Deadline
	if s.Backend != nil {
		q.BackendURL, q.PairedProvider = s.Backend.URL, s.Backend.ProviderID
	}
	if m.Ask != nil {
		m.Ask(&q)
	}
	return q
}
