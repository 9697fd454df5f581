package credentials

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/credguide/credguide/credentials/command"
)

// Own is where one account has its values: what its entry says itself, and
// one source. Resolve then looks nowhere else, so that what is checked under
// a name is that account and never what a variable happens to hold.
type Own struct {
	Account string // its name, as messages show it
	// ClientID and ProviderID are those of the entry; empty: the source's.
	ClientID, ProviderID string

	// One of these is where the secret is.
	SecretFile, SecretVariable, Credentials string
	SecretCommand                           []string
	Keyring, AuthConfig                     bool

	Folder string // of the entry's file: where a command runs
}

// CredentialsVariable begins the name of a variable that holds provider,
// client ID and secret in one, with slashes between them (as APEx and other
// projects pass them to openEO jobs).
const CredentialsVariable = "OPENEO_AUTH_CLIENT_CREDENTIALS_"

// PrintVariable is a command for a shell that prints the secret in a variable, without a line end.
func PrintVariable(name string) string {
	if strings.HasPrefix(name, CredentialsVariable) { // provider ID/client ID/secret
		return `printf %s "${` + name + `#*/*/}"`
	}
	return `printf %s "$` + name + `"`
}

// SetFromVariable is a command for PowerShell that puts the secret in a variable where it is looked for.
func SetFromVariable(name string) string {
	const set = "$env:OPENEO_AUTH_CLIENT_SECRET = "
	if strings.HasPrefix(name, CredentialsVariable) {
		return set + "($env:" + name + " -split '/', 3)[2]"
	}
	return set + "$env:" + name
}

// readOwn reads what the account's entry says, and its source.
func (s *search) readOwn(ctx context.Context, own Own) {
	flags := flagValues(s.query, &s.journal)
	entry := newPlace(KindAccount)
	source := Source{Kind: KindAccount, Name: own.Account}
	for value, text := range map[Value]string{ClientID: own.ClientID, ProviderID: own.ProviderID} {
		if text != "" {
			entry.put(value, NewSecret(text), source)
		}
	}
	switch id := entry.values[ClientID]; {
	case id.set:
		s.journal.lookAt(ClientID, id)
	case own.Credentials == "" && !own.AuthConfig && !strings.HasPrefix(own.SecretVariable, CredentialsVariable):
		s.journal.look(source, ClientID, Absent, "its entry has no client_id")
	}
	given := s.ownSource(ctx, own, flags, entry)
	s.named = []*place{flags, entry, given}
	s.found = []*place{newPlace(KindEnvironment), newPlace(KindAuthConfig)}
	if given.kind == KindAuthConfig {
		s.found[1] = given
	}
}

func (s *search) ownSource(ctx context.Context, own Own, flags, entry *place) *place {
	q, j := s.query, &s.journal
	switch {
	case own.SecretFile != "":
		q.SecretFile = Flag{own.SecretFile, true}
		return secretFileValue(ctx, q, j)
	case own.Credentials != "":
		q.CredentialsFile = Flag{own.Credentials, true}
		return dotenvValues(ctx, q, j)
	case own.SecretVariable != "":
		return variableValues(q, own.SecretVariable, j)
	case len(own.SecretCommand) > 0:
		return commandValue(ctx, q, own, j)
	case own.Keyring:
		return accountKeyring(ctx, q, own.Account, entry.values[ClientID], j)
	case own.AuthConfig:
		provider := flags.values[ProviderID].text.Reveal()
		return authConfigValues(ctx, q, wantedProvider{flag: cmp.Or(provider, own.ProviderID), paired: q.PairedProvider}, j)
	}
	j.look(Source{Kind: KindAccount, Name: own.Account}, ClientSecret, Absent, "its entry names no source of the secret")
	return newPlace(KindAccount)
}

// variableValues reads the variable that an entry names.
func variableValues(q Query, name string, j *journal) *place {
	found := newPlace(KindEnvironment)
	source := Source{Kind: KindEnvironment, Name: name}
	text, set := q.lookup(name)
	switch {
	case !set:
		j.look(source, ClientSecret, Absent, "")
		return found
	case !strings.HasPrefix(name, CredentialsVariable), strings.TrimSpace(text) == "":
		found.put(ClientSecret, NewSecret(text), source)
		j.lookAt(ClientSecret, found.values[ClientSecret])
		return found
	}
	parts := strings.SplitN(text, "/", 3)
	if len(parts) < 3 {
		j.cannotRead(source, true, errors.New("expected provider ID/client ID/client secret, and found fewer than two slashes"))
		return found
	}
	for i, value := range []Value{ProviderID, ClientID, ClientSecret} {
		found.put(value, NewSecret(parts[i]), source)
		j.lookAt(value, found.values[value])
	}
	return found
}

// commandValue runs the program that an entry names.
func commandValue(ctx context.Context, q Query, own Own, j *journal) *place {
	found := newPlace(KindCommand)
	source := Source{Kind: KindCommand, Name: command.Name(own.SecretCommand)}
	text, err := command.Run(ctx, own.SecretCommand, command.Options{Folder: own.Folder, Wait: q.CommandWait})
	if err != nil {
		j.cannotRead(source, true, err)
		return found
	}
	found.put(ClientSecret, NewSecret(text), source)
	j.lookAt(ClientSecret, found.values[ClientSecret])
	return found
}

// accountKeyring looks under the account's name, and then where the secret
// lies that was kept for the client before it had an account.
func accountKeyring(ctx context.Context, q Query, name string, id candidate, j *journal) *place {
	found := newPlace(KindKeyring)
	store, why := reachKeyring(q)
	if why != "" {
		j.look(Source{Kind: KindKeyring}, ClientSecret, NotLooked, why)
		return found
	}
	if !keyringGet(ctx, store, keyringAccountUser(name), ClientSecret, found, j) && id.set && q.Issuer != "" {
		keyringGet(ctx, store, keyringSecretUser(q.Issuer, id.text.Reveal()), ClientSecret, found, j)
	}
	return found
}
