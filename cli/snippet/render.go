package snippet

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"unicode/utf8"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/environments/snippets"
	"github.com/credguide/credguide/internal/text"
	"github.com/credguide/credguide/packaging"
)

// Values go into a snippet. There is none for the secret.
type Values struct {
	// Environment is the title of the identity provider, Issuer its address.
	Environment, Issuer string
	// Backend is the URL as a person gives it to an openEO client; empty: none.
	Backend string
	// ProviderID is the id of the identity provider at the back-end; empty: not known.
	ProviderID string
	// ClientID may be empty: then it is read from OPENEO_AUTH_CLIENT_ID.
	ClientID string
	// SecretFile is the file that a snippet reads the secret from where OPENEO_AUTH_CLIENT_SECRET
	// is not set.
	SecretFile string
	// Variables: SecretFile holds it in a line OPENEO_AUTH_CLIENT_SECRET=value, quoted as for a
	// shell, not alone.
	Variables bool
	// Check are the arguments of `credguide check` for this account, without its id.
	Check []string
	// Origin is where a CI job gets credguide from.
	Origin Origin
	// Subject is the sub of the account's tokens; empty: not known.
	Subject string
	// EntitlementsAt is where membership of a virtual organisation is asked for, and Wanted what of
	// it.
	EntitlementsAt string
	Wanted         []string
	// Integration is the registry's name for the environment. Helpdesk is the back-end's, Contact
	// the identity provider's.
	Integration, Helpdesk, Contact string
	// CheckLine is the command that checks this account on this machine; empty: the one of Check.
	CheckLine string
	// Place is where the secret of an account is now, for a snippet that brings it to where it
	// runs.
	Place Place
}

// JobsLine is the command that writes a notebook of this account's jobs.
func (v Values) JobsLine() string {
	const line = "credguide snippet jobs "
	if v.Place.Name != "" {
		return line + text.ShellWord(v.Place.Name)
	}
	args := slices.Clone(v.Check)
	if at := slices.Index(args, "--ca-file"); at >= 0 { // which writing a text does not take
		args = slices.Delete(args, at, at+2)
	}
	return line + text.ShellWords(args)
}

// DefaultSecretFile is outside of every repository.
const DefaultSecretFile = "~/.openeo-client-secret"

// longestValue bounds a value, in characters. URLs and paths are the longest.
const longestValue = 1000

// Render writes the snippet for these values.
func Render(s snippets.Snippet, v Values) ([]byte, error) {
	if s.NeedsBackend && v.Backend == "" {
		return nil, fmt.Errorf("the snippet %s: %w", s.ID, snippets.ErrNoBackend)
	}
	if v.SecretFile == "" {
		v.SecretFile = DefaultSecretFile
	}
	if v.CheckLine == "" {
		v.CheckLine = "credguide check " + text.ShellWords(v.Check)
	}
	if v.Origin == (Origin{}) {
		v.Origin = originOf(packaging.Names(), app.ThisBuild())
	}
	if err := v.valid(); err != nil {
		return nil, err
	}
	if s.Cells != nil {
		return writeNotebook(s, v)
	}
	text, err := fill(s, s.Text, v)
	return []byte(text), err
}

// valid refuses what could end a line, a string or a comment of a program, and so become code:
// control characters, line ends, invisible characters, and the beginning of an expression of GitHub
// Actions, which is filled in before any shell sees the quotes around it.
func (v Values) valid() error {
	named := map[string]string{
		"the environment's title": v.Environment, "the issuer": v.Issuer, "the back-end": v.Backend, "the provider ID": v.ProviderID,
		"the client ID": v.ClientID, "the secret's file": v.SecretFile, "the module": v.Origin.Module, "the version": v.Origin.Ref, "the home page": v.Origin.Homepage,
	}
	for n, argument := range v.Check {
		named["argument "+strconv.Itoa(n+1)+" of the check"] = argument
	}
	named["the name"], named["the secret's place"], named["the command for it"], named["the list"] = v.Place.Name, v.Place.Words, v.Place.Fetch, v.Place.List
	named["the subject"], named["the check"] = v.Subject, v.CheckLine
	named["the help desk"], named["the contact"], named["the address for entitlements"] = v.Helpdesk, v.Contact, v.EntitlementsAt
	for n, e := range v.Wanted {
		named["entitlement "+strconv.Itoa(n+1)] = e
	}
	for name, value := range named {
		switch {
		case !text.Printable(value):
			return fmt.Errorf("%s cannot be written into a snippet: it has characters that cannot be seen", name)
		case utf8.RuneCountInString(value) > longestValue:
			return fmt.Errorf("%s cannot be written into a snippet: it is longer than %d characters", name, longestValue)
		case strings.Contains(value, "${{"):
			return fmt.Errorf("%s cannot be written into a snippet: it holds ${{", name)
		}
	}
	return nil
}

// fill puts the values into one template. The marks are <% and %>, because GitHub Actions and R use
// the usual braces and brackets themselves.
func fill(s snippets.Snippet, source string, v Values) (string, error) {
	t, err := template.New(s.ID).Delims("<%", "%>").Option("missingkey=error").Funcs(template.FuncMap{
		"q": quotings[s.Quoting], "shell": text.ShellWord, "path": shellPath, "args": text.ShellWords, "code": codeSpan,
		"cron": forCron, "unit": forSystemd, "items": forContainers,
	}).Parse(source)
	if err != nil {
		return "", fmt.Errorf("the snippet %s: %w", s.ID, err)
	}
	var b strings.Builder
	if err := t.Execute(&b, v); err != nil {
		return "", fmt.Errorf("the snippet %s: %w", s.ID, err)
	}
	return b.String(), nil
}
