package credentials

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/credguide/credguide/internal/text"
)

// Kind is the sort of place a value can come from.
type Kind string

// The places, in the order in which they are looked at.
const (
	KindFlag        Kind = "flag"
	KindSecretFile  Kind = "secret file"
	KindStdin       Kind = "standard input"
	KindDotenv      Kind = "credentials file"
	KindEnvironment Kind = "environment"
	KindAuthConfig  Kind = "auth-config.json"
	KindKeyring     Kind = "system keyring"
	KindPrompt      Kind = "prompt"
	// KindAccount is what stands in an account's own entry, and KindCommand
	// the program that an entry names for its secret.
	KindAccount Kind = "account"
	KindCommand Kind = "command"
)

// Source names the place that one value came from. It never holds the
// value.
type Source struct {
	Kind Kind
	Name string // flag, variable, file, account or program; provider ID in auth-config.json
	Line int    // line in a credentials file, from 1; 0 elsewhere
	Path string // the file on disk, where there is one
}

// IsZero reports whether no place is named.
func (s Source) IsZero() bool { return s == Source{} }

// Chosen tells that the person named this very value: by a flag, in an
// account, or in a variable that an account names for it.
func (s Source) Chosen() bool {
	return s.Kind == KindFlag || s.Kind == KindAccount || s.Kind == KindEnvironment && strings.HasPrefix(s.Name, CredentialsVariable)
}

// String is the source as reports show it.
func (s Source) String() string {
	name := text.Visible(s.Name)
	switch s.Kind {
	case KindFlag:
		return "flag " + name
	case KindSecretFile:
		return "file " + name
	case KindDotenv:
		if s.Line > 0 {
			return fmt.Sprintf("file %s, line %d", name, s.Line)
		}
		return "file " + name
	case KindEnvironment:
		return "environment " + name
	case KindAuthConfig:
		if name == "" {
			return "auth-config.json"
		}
		return "auth-config.json (" + name + ")"
	case KindAccount, KindCommand:
		return string(s.Kind) + " " + name
	}
	return string(s.Kind)
}

// Words is the source in a sentence, where an environment is one that has clients.
func (s Source) Words() string {
	if s.Kind == KindEnvironment {
		return "variable " + text.Visible(s.Name)
	}
	return s.String()
}

// Value is the name of a value that is searched for.
type Value string

// The four values of the OPENEO_AUTH_ variables.
const (
	ClientID     Value = "client ID"
	ClientSecret Value = "client secret"
	ProviderID   Value = "provider ID"
	AuthMethod   Value = "authentication method"
)

// Outcome is what a look at one place brought.
type Outcome string

// The outcomes of a look. Exposed is recorded beside Found: an exposed file
// is still read, since refusing it would hide every other fault in it.
const (
	Found      Outcome = "found"
	Absent     Outcome = "absent"
	Empty      Outcome = "empty"
	Unreadable Outcome = "unreadable"
	Exposed    Outcome = "exposed"
	NotLooked  Outcome = "not looked at"
	// NotTaken is a secret that was found and is for somebody else.
	NotTaken Outcome = "not taken"
)

// Looked records one look at one place.
type Looked struct {
	Source  Source
	Value   Value // empty when the outcome is about the whole place
	Outcome Outcome
	Detail  string // why, in plain words; never a secret
}

// String is one line for a list of the places that were looked at.
func (l Looked) String() string {
	text := l.Source.String() + ": " + string(l.Outcome)
	if l.Detail != "" {
		text += ": " + l.Detail
	}
	return text
}

// Exposure is a file that other users of the machine may read.
type Exposure struct {
	Source Source
	Path   string
	Mode   fs.FileMode
	Volume bool // Kubernetes mounted it, so that its mode is the volume's
}

// String names the file and its mode as chmod writes it.
func (e Exposure) String() string {
	return fmt.Sprintf("%s: mode %03o", text.Visible(e.Path), e.Mode.Perm())
}

// UnreadableFile is a file that is named or found, and cannot be used.
type UnreadableFile struct {
	Source   Source
	Path     string
	Explicit bool   // named by the user on the command line
	Reason   string // missing, a directory, no permission, too large, not text, ...
	Passing  bool   // this machine cannot read it at the moment
}

// String names the file and the reason.
func (u UnreadableFile) String() string {
	if u.Path == "" { // a command, or a variable that is to hold three values
		return u.Source.String() + ": " + u.Reason
	}
	return text.Visible(u.Path) + ": " + u.Reason
}
