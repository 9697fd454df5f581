package credentials

import (
	"context"
	"io"
	"time"
)

// The variables of the openEO Python client, which this tool shares.
const (
	EnvClientID     = "OPENEO_AUTH_CLIENT_ID"
	EnvClientSecret = "OPENEO_AUTH_CLIENT_SECRET"
	EnvProviderID   = "OPENEO_AUTH_PROVIDER_ID"
	EnvAuthMethod   = "OPENEO_AUTH_METHOD"
)

// variables in the order in which they are reported.
var variables = []struct {
	name  string
	value Value
}{
	{EnvClientID, ClientID},
	{EnvClientSecret, ClientSecret},
	{EnvProviderID, ProviderID},
	{EnvAuthMethod, AuthMethod},
}

// Flag is a command line flag that takes text. Given keeps `--client-id ""`
// (an unset variable in a script) apart from no flag.
type Flag struct {
	Text  string
	Given bool
}

// Query says what to look for and through what. Everything that touches the
// machine comes in here, so that a test or a sandbox can stand in for it.
type Query struct {
	ClientID        Flag   // --client-id
	SecretFile      Flag   // --secret-file; "-" is Stdin
	CredentialsFile Flag   // --credentials
	ProviderID      Flag   // --provider-id
	PairedProvider  string // the catalog's provider ID for this back-end and environment
	BackendURL      string // as a user gives it to connect(); empty: no back-end
	Issuer          string // of the chosen environment

	// Own is an account's own source; then nothing else is looked at.
	Own *Own

	Lookup  func(name string) (string, bool) // the environment; nil: none
	Stdin   io.Reader
	Keyring Keyring // nil: the system's, if it can be reached
	GOOS    string  // as runtime.GOOS
	Home    string  // the user's home folder; empty: unknown

	// Asking is for a terminal only; nil means there is none.
	AskClientID func(context.Context) (string, error)
	AskSecret   func(ctx context.Context, clientID string) (Secret, error)

	// PipeWait bounds how long a named pipe may stay silent; 0 is files.PipeWait.
	PipeWait time.Duration
	// CommandWait bounds how long a command may take; 0 is command.Wait.
	CommandWait time.Duration
}

func (q Query) lookup(name string) (string, bool) {
	if q.Lookup == nil {
		return "", false
	}
	return q.Lookup(name)
}
