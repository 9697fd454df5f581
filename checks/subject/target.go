// Package subject works out what is to be checked: from what a person wrote on the command line or
// in a list to the environment, the back-end and the places from which the credentials come. It
// asks nobody and suggests nothing: its errors have types, so that whoever talks to the person can
// say more. Secrets are read when the check is made.
package subject

import (
	"slices"
	"strings"
	"time"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/text"
)

// Target names what to check, as the person wrote it on the command line or in a list.
type Target struct {
	Name                         string // of an account or a list's entry
	Environment, Issuer, Backend string
	ProviderID, ClientID         credentials.Flag
	SecretFile, CredentialsFile  credentials.Flag
	// Own is an account's own source; then no other place is looked at. Account is what else its
	// entry says.
	Own     *credentials.Own
	Account probe.Account
	// Deadline is that of the check: a command that prints the secret has no longer; 0: none.
	Deadline time.Duration
}

// Of is the target that an account's entry stands for at a time; folder is that of the entry's
// list.
func Of(e accounts.Entry, folder string, now time.Time) Target {
	t := Target{Name: e.Label(), Environment: e.Environment, Issuer: e.Issuer, Backend: e.Backend, Own: e.Own(folder)}
	t.Own.Account = t.Name
	owner, labels := e.Told()
	t.Account = probe.Account{
		Name: t.Name, Owner: owner, Labels: labels, Expires: e.Expires.String(), DaysLeft: accounts.ExpiryAt(now, e.Expires).Days,
		CAFile: e.CAFile, Ignore: e.Ignore,
	}
	return t
}

// DefaultEnvironment is the first documented one.
const DefaultEnvironment = "production"

// ByDefault is how an environment was chosen to which nothing led.
const ByDefault = "the default"

// ChooseEnvironment finds the environment, and says how it was chosen where the person did not say.
func ChooseEnvironment(catalog *environments.Catalog, t Target, variable func(string) (string, bool)) (e environments.Environment, why string, err error) {
	switch {
	case t.Environment != "" && t.Issuer != "":
		return e, "", ErrTwoIssuers
	case t.Issuer != "":
		e, err = bareIssuer(catalog, t.Issuer)
		return e, "", err
	case t.Environment != "":
		e, err = FindEnvironment(catalog, t.Environment)
		return e, "", err
	}
	provider := t.ProviderID.Text
	switch {
	case provider != "":
	case t.Own != nil:
		provider = t.Own.ProviderID
	default:
		provider, _ = variable(credentials.EnvProviderID)
	}
	id, why := impliedEnvironment(catalog, t.Backend, provider)
	e, err = FindEnvironment(catalog, id)
	return e, why, err
}

// impliedEnvironment goes by what the back-end accepts and by the provider ID that stands for an
// environment there.
func impliedEnvironment(catalog *environments.Catalog, backend, provider string) (id, why string) {
	candidates := catalog.All()
	if backend != "" && backend != NoBackend {
		if b, accepts := catalog.BackendByName(backend, environments.Environment{}); len(accepts) > 0 {
			candidates = accepts
			id, why = accepts[0].ID, "back-end "+b.ID+" accepts it"
		}
	}
	var paired []string
	for _, e := range candidates {
		if provider != "" && slices.ContainsFunc(e.Backends, func(b environments.Backend) bool { return b.ProviderID == provider }) {
			paired = append(paired, e.ID)
		}
	}
	switch {
	case len(paired) == 1:
		return paired[0], "provider ID " + provider + " stands for it"
	case id != "":
		return id, why
	}
	return DefaultEnvironment, ByDefault
}

// bareIssuer is an identity provider of which only the issuer is given. Where the catalog knows it,
// all the rest is known too; the issuer stays as it was written, so that a slash too many is seen.
func bareIssuer(catalog *environments.Catalog, issuer string) (environments.Environment, error) {
	u, err := text.BaseAddress(issuer)
	if err != nil {
		return environments.Environment{}, &AddressError{Of: "issuer", Err: err}
	}
	if known, ok := catalog.ByIssuer(issuer); ok {
		known.Issuer = issuer
		return known, nil
	}
	return environments.Environment{Title: text.Host(u.Host), Issuer: issuer, Origin: "--issuer"}, nil
}

// NoBackend is what --backend takes to end the check after the token.
const NoBackend = "none"

// WithBackend fills in the back-end of a check.
func WithBackend(s *probe.Subject, name string) error {
	switch name {
	case NoBackend:
		return nil
	case "":
		b, ok := s.Environment.DefaultBackend()
		if !ok {
			return nil
		}
		name = b.ID
	}
	b, accepts := s.Catalog.BackendByName(name, s.Environment)
	if len(accepts) == 0 || strings.Contains(name, "@") {
		foreign, err := ForeignBackend(s.Catalog, name)
		s.Backend = &foreign
		return err
	}
	s.Backend, s.BackendInCatalog = &b, true
	for _, e := range accepts {
		s.AcceptedEnvironments = append(s.AcceptedEnvironments, e.ID)
	}
	if !slices.Contains(s.AcceptedEnvironments, s.Environment.ID) {
		b.ProviderID = "" // it pairs the back-end with another environment
	}
	return nil
}

// ForeignBackend is one that no catalog knows: its address is all there is.
func ForeignBackend(catalog *environments.Catalog, name string) (environments.Backend, error) {
	if !strings.ContainsAny(name, ".:/") && name != "localhost" {
		return environments.Backend{}, &UnknownError{Kind: "back-end", Name: name, Known: append(BackendIDs(catalog), NoBackend)}
	}
	address := name
	if !strings.Contains(name, "://") {
		address = "https://" + name // as the openEO clients do
	}
	u, err := text.BaseAddress(address)
	if err != nil {
		return environments.Backend{}, &AddressError{Of: "backend", Err: err}
	}
	return environments.Backend{ID: text.Host(u.Host), URL: address}, nil
}

// WithProvider decides by which provider ID the back-end is asked, and remembers who said so. What
// an account says counts as much as a flag: the person's program names it too.
func WithProvider(s *probe.Subject) {
	asked := s.Credentials.ProviderID
	switch {
	case asked.Set && asked.Value != "" && asked.Source.Chosen():
		s.ProviderID, s.ProviderBy = asked.Value, probe.ByFlag
	case asked.Set && asked.Value != "":
		s.ProviderID, s.ProviderBy = asked.Value, probe.ByVariable
	case s.Backend != nil && s.Backend.ProviderID != "":
		s.ProviderID, s.ProviderBy = s.Backend.ProviderID, probe.ByCatalog
	}
}

// FileError is a file that is no environment.
type FileError struct {
	Name string
	error
}

func (e *FileError) Unwrap() error { return e.error }

// FindEnvironment takes an id, an alias or the name of a file.
func FindEnvironment(catalog *environments.Catalog, name string) (environments.Environment, error) {
	if e, ok := catalog.Lookup(name); ok {
		return e, nil
	}
	if accounts.IsFile(name) {
		e, err := catalog.LoadFile(name)
		if err != nil {
			err = &FileError{name, err}
		}
		return e, err
	}
	return environments.Environment{}, &UnknownError{Kind: "environment", Name: name, Known: catalog.Names()}
}

// BackendIDs lists every back-end of the catalog once.
func BackendIDs(catalog *environments.Catalog) (ids []string) {
	seen := map[string]bool{}
	for _, e := range catalog.All() {
		for _, b := range e.Backends {
			if !seen[b.ID] {
				seen[b.ID] = true
				ids = append(ids, b.ID)
			}
		}
	}
	return ids
}
