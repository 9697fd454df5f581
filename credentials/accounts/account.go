// Package accounts holds a person's accounts: names for an environment, a back-end, a client ID and
// the place where the secret is, never the secret itself. The person's own file and every list for
// many checks have one format. The package knows no environments and opens no socket; it reads and
// writes the file, remembers what checks found, and works out what follows from the data.
package accounts

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/lint"
	"github.com/credguide/credguide/internal/text"
)

// Account is one entry of the file.
type Account struct {
	Name        string
	Environment string // an ID, or the path of a file
	Issuer      string // instead of an environment
	Backend     string
	ProviderID  string
	ClientID    string
	Source      Source
	Expires     Date // the client's end date; zero: none is known
	Owner       string
	Labels      map[string]string // entries of a list that have the same share it: nobody writes to it
	CAFile      string
	Ignore      map[string]string // findings that do not count, each with the reason; shared as well
}

// SourceKind is the key under which an entry names its source.
type SourceKind string

// The kinds of source.
const (
	SecretFile     SourceKind = "secret_file"
	SecretVariable SourceKind = "secret_variable"
	SecretCommand  SourceKind = "secret_command"
	Keyring        SourceKind = "keyring"
	Credentials    SourceKind = "credentials"
	AuthConfig     SourceKind = "auth_config"
)

var sourceKinds = []SourceKind{SecretFile, SecretVariable, SecretCommand, Keyring, Credentials, AuthConfig}

// Source is where an account's secret is.
type Source struct {
	Kind    SourceKind
	Name    string   // the file or variable
	Command []string // of SecretCommand
}

// String names the source as a person would: the kind, and what it is about.
func (s Source) String() string {
	switch s.Kind {
	case SecretFile, Credentials:
		return "file " + s.Name
	case SecretVariable:
		return "variable " + s.Name
	case SecretCommand:
		if len(s.Command) > 0 {
			return "command " + filepath.Base(s.Command[0])
		}
		return "command"
	case Keyring:
		return "system keyring"
	case AuthConfig:
		return "auth-config.json"
	}
	return "none"
}

// Own is the account as the resolver takes it; folder is that of the file which the entry stands
// in.
func (a Account) Own(folder string) *credentials.Own {
	own := &credentials.Own{Account: a.Name, ClientID: a.ClientID, ProviderID: a.ProviderID, Folder: folder}
	switch a.Source.Kind {
	case SecretFile:
		own.SecretFile = a.Source.Name
	case SecretVariable:
		own.SecretVariable = a.Source.Name
	case SecretCommand:
		own.SecretCommand = a.Source.Command
	case Keyring:
		own.Keyring = true
	case Credentials:
		own.Credentials = a.Source.Name
	case AuthConfig:
		own.AuthConfig = true
	}
	return own
}

var allowedName = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

// CheckName says what is wrong with a name that is to be given to an account. One that begins with
// a dash would be taken for a flag.
func CheckName(name string) error {
	switch {
	case name == "":
		return errors.New("an account needs a name")
	case !allowedName.MatchString(name):
		return fmt.Errorf("the name %s must consist of letters, digits, '.', '_' and '-'", Shown(name))
	case name == ".", name == "..":
		return fmt.Errorf("the name %s means a folder, and has no page in credguide serve", Shown(name))
	case name[0] == '-':
		return fmt.Errorf("the name %s must not begin with '-'", Shown(name))
	case len(name) > longestName:
		return fmt.Errorf("the name is longer than %d characters", longestName)
	}
	return nil
}

// longestName is what is given to a new account; a list may have longer ones.
const longestName = 64

// Shown makes a text from outside fit for a message: quoted, on one line, short, and hidden where
// it looks like a secret.
func Shown(s string) string {
	if lint.SecretShaped(s) {
		return "(not shown: it looks like a secret)"
	}
	return text.Quote(s, 60)
}

// Hidden is a client ID as it may be shown: one of which a part looks like a secret stands in the
// wrong place.
func Hidden(clientID string) string {
	if lint.Suspect(clientID) {
		return "(not shown: it looks like a secret)"
	}
	return clientID
}

// Told are the owner and the labels as they may be shown: a secret may have been pasted there, also
// that of another entry.
func (a Account) Told() (owner string, labels map[string]string) {
	labels, own := a.Labels, false
	for name, value := range a.Labels {
		if shown := told(value); shown != value {
			if !own {
				labels, own = maps.Clone(labels), true
			}
			labels[name] = shown
		}
	}
	return told(a.Owner), labels
}

func told(text string) string {
	if slices.ContainsFunc(strings.Fields(text), lint.SecretShaped) {
		return "(not shown: it looks like a secret)"
	}
	return text
}

// IsFile tells the file of an environment from its ID.
func IsFile(environment string) bool {
	ext := strings.ToLower(filepath.Ext(environment))
	return slices.Contains([]string{".yaml", ".yml", ".json"}, ext) || strings.ContainsAny(environment, `/\`)
}
