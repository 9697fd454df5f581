package accounts

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/environments"
)

// Made is a client that was made just now, and where its secret was put.
type Made struct {
	ClientID    string
	Name        string // what the person calls it; empty where it has no name but its ID
	Environment environments.Environment
	Backend     string // as --backend takes it
	ProviderID  string // at a back-end that no catalog has; empty: the catalog's counts
	Kept        credentials.Source
	CAFile      string
	Expires     string // the last day of the client; empty where there is none
}

// Keep adds an account for a new client and returns its name: that of the person, or the client ID,
// with something behind it where it is taken. A client that has an account already keeps it. Where
// the secret was not put anywhere there is no account, and no name.
func Keep(ctx context.Context, a *app.App, m Made) (name string, err error) {
	account, ok, err := m.account()
	if err != nil || !ok {
		return "", err
	}
	list, err := a.Accounts()
	if err != nil {
		return "", err
	}
	file := a.Places().File()
	for n := 1; ; n++ {
		account.Name = m.name(n)
		old, err := list.Find(account.Name)
		switch {
		case err != nil:
			return account.Name, file.Add(ctx, account)
		case old.ClientID == account.ClientID && old.Environment == account.Environment && old.Issuer == account.Issuer && old.Fault == nil:
			return account.Name, file.Update(ctx, account.Name, func(kept *accounts.Account) {
				kept.Backend, kept.Source, kept.CAFile = account.Backend, account.Source, account.CAFile
				kept.ProviderID = cmp.Or(account.ProviderID, kept.ProviderID)
				kept.Expires = cmp.Or(account.Expires, kept.Expires)
			})
		}
	}
}

func (m Made) account() (account accounts.Account, ok bool, err error) {
	account = accounts.Account{ClientID: m.ClientID, Backend: m.Backend, ProviderID: m.ProviderID}
	if account.Source, ok, err = m.source(); err != nil || !ok {
		return account, ok, err
	}
	if m.Environment.ID == "" {
		account.Issuer = m.Environment.Issuer
	} else if account.Environment, err = lasting(m.Environment); err != nil {
		return account, false, err
	}
	if m.Expires != "" {
		if account.Expires, err = accounts.ParseDate(m.Expires); err != nil {
			return account, false, err
		}
	}
	account.CAFile, err = app.Absolute(m.CAFile)
	return account, true, err
}

func (m Made) source() (accounts.Source, bool, error) {
	kinds := map[credentials.Kind]accounts.SourceKind{
		credentials.KindDotenv: accounts.Credentials, credentials.KindSecretFile: accounts.SecretFile,
		credentials.KindAuthConfig: accounts.AuthConfig, credentials.KindKeyring: accounts.Keyring,
	}
	source := accounts.Source{Kind: kinds[m.Kept.Kind]}
	if source.Kind == accounts.Credentials || source.Kind == accounts.SecretFile {
		var err error
		if source.Name, err = app.Absolute(m.Kept.Path); err != nil {
			return source, false, err
		}
	}
	return source, source.Kind != "", nil
}

// name is the n-th name to try.
func (m Made) name(n int) string {
	name := strings.Map(func(c rune) rune {
		if accounts.CheckName("a"+string(c)) != nil {
			return '-'
		}
		return c
	}, cmp.Or(m.Name, m.ClientID))
	name = strings.TrimLeft(name, "-")
	name = name[:min(len(name), 40)]
	switch {
	case name == "":
		name = "account"
	case n == 2 && m.Environment.ID != "" && accounts.CheckName(name+"-"+m.Environment.ID) == nil:
		return name + "-" + m.Environment.ID
	}
	if n > 1 {
		name += fmt.Sprintf("-%d", n)
	}
	return name
}
