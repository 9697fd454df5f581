package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/checks/subject"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/text"
)

// Places is where the person's own files are.
func (a *App) Places() accounts.Places {
	return accounts.Places{Lookup: a.Sys.Lookup, GOOS: a.Sys.GOOS, Home: a.Sys.Home}
}

// OfAccount is a command about accounts, with the catalogs that their environments may be in.
func (a *App) OfAccount(run string) string {
	var f InForce
	for _, dir := range a.Catalogs {
		f = f.With("catalog", dir)
	}
	return f.Command(run)
}

// Query is the machine as the stores of package credentials see it.
func (a *App) Query() credentials.Query {
	return credentials.Query{Lookup: a.Sys.Lookup, GOOS: a.Sys.GOOS, Home: a.Sys.Home, Keyring: a.Sys.Keyring}
}

// OwnFiles are those that may be read without being named.
func (a *App) OwnFiles() []string {
	return []string{a.Places().File().Path, credentials.AuthConfigPath(a.Query())}
}

// CatalogFiles are the files of the catalogs that were named.
func (a *App) CatalogFiles() (list []string) {
	for _, dir := range a.Catalogs {
		found, _ := fs.Glob(os.DirFS(dir), "*/*.yaml")
		for _, name := range found {
			list = append(list, filepath.Join(dir, filepath.FromSlash(name)))
		}
	}
	return list
}

// Accounts reads the person's own accounts.
func (a *App) Accounts() (accounts.List, error) {
	list, err := a.Places().File().Load()
	if errors.Is(err, accounts.ErrNoFolder) {
		return list, err
	}
	if err != nil {
		return list, WithHint(err, "these are your accounts; "+accounts.Variable+" names another file")
	}
	return list, nil
}

// AccountNames is for completion.
func (a *App) AccountNames() ([]string, error) {
	list, err := a.Accounts()
	return list.Names(), err
}

// Account finds an account by its name. What is wrong with its entry is the error.
func (a *App) Account(name string) (accounts.Entry, accounts.List, error) {
	list, err := a.Accounts()
	if err != nil {
		return accounts.Entry{}, list, err
	}
	entry, err := list.Find(name)
	switch {
	case err != nil && accounts.IsFile(name):
		if other := MisplacedFile(name, "the name of an account"); other != nil {
			return entry, list, other
		}
		return entry, list, WithHint(err, "a list of many is checked with: credguide check --all FILE")
	case err != nil && len(list.Entries) == 0:
		return entry, list, WithHint(err, "you have no accounts yet; credguide accounts add "+nameOr(name)+" adds an existing client, credguide register makes a new one")
	case err != nil:
		return entry, list, WithHint(err, "credguide accounts lists them")
	}
	return entry, list, entry.Fault
}

func nameOr(name string) string {
	if accounts.CheckName(name) != nil || Bounded(name) != name {
		return "NAME"
	}
	return name
}

// TargetOf is what an account's entry stands for.
func (a *App) TargetOf(e accounts.Entry, list accounts.List) subject.Target {
	return subject.Of(e, list.Folder, a.Sys.Now())
}

// WarnOf says what is odd about the person's own file.
func (a *App) WarnOf(list accounts.List) {
	if warning := a.Places().File().Warning(list); warning != "" {
		a.Say("warning: %s", warning)
	}
}

// chooser looks among the person's accounts where no other place has a secret.
type chooser struct {
	app     *App
	catalog *environments.Catalog
	target  subject.Target
	list    accounts.List
	fitting []accounts.Entry
	ask     bool   // there may be a menu
	wanted  string // the client ID that was found elsewhere
	chosen  *accounts.Entry
}

// chooseError is an error of the accounts that came up while a secret was looked for: it stands for
// itself.
type chooseError struct{ error }

func (e chooseError) Unwrap() error { return e.error }

// unchosen is the error where several accounts fit and the person chose none, with one of them.
type unchosen struct {
	error
	first string
}

func (e unchosen) Unwrap() error { return e.error }

// NameOne adds how an account is named, where several fit, to an error of Subject.
func NameOne(err error, command string) error {
	if e, ok := errors.AsType[unchosen](err); ok {
		return WithHint(err, "name one of them: credguide "+command+" "+e.first)
	}
	return err
}

// errChosen ends the search for a secret: an account has it.
var errChosen = errors.New("an account was chosen")

// chooser is nil where no account could be meant: the person named another source, or has no place
// for accounts, as a service without HOME.
func (a *App) chooser(catalog *environments.Catalog, t subject.Target, ask bool) (*chooser, error) {
	if t.Own != nil || t.SecretFile.Given || t.CredentialsFile.Given || a.Places().File().Path == "" {
		return nil, nil
	}
	c := &chooser{app: a, catalog: catalog, target: t, ask: ask}
	var err error
	if c.list, err = a.Accounts(); err != nil {
		return c, err
	}
	for _, e := range c.list.Entries {
		if e.Fault == nil && c.fits(e) {
			c.fitting = append(c.fitting, e)
		}
	}
	return c, nil
}

// fits tells whether an account agrees with all that the person named.
func (c *chooser) fits(e accounts.Entry) bool {
	t := c.target
	if t.ClientID.Given && e.ClientID != "" && t.ClientID.Text != e.ClientID {
		return false
	}
	theirs, err := c.where(subject.Target{Environment: e.Environment, Issuer: e.Issuer, Backend: e.Backend, Own: e.Own("")})
	if err != nil {
		return false
	}
	if t.Environment != "" || t.Issuer != "" {
		wanted, err := c.where(subject.Target{Environment: t.Environment, Issuer: t.Issuer, Backend: subject.NoBackend})
		if err != nil || !text.SameIssuer(wanted.Environment.Issuer, theirs.Environment.Issuer) {
			return false
		}
	}
	if t.Backend == "" {
		return true
	}
	wanted, err := c.where(subject.Target{Issuer: theirs.Environment.Issuer, Backend: t.Backend})
	return err == nil && strings.TrimRight(backendURL(wanted), "/") == strings.TrimRight(backendURL(theirs), "/")
}

func (c *chooser) where(t subject.Target) (s probe.Subject, err error) {
	s.Catalog = c.catalog.Clone()
	none := func(string) (string, bool) { return "", false }
	if s.Environment, _, err = subject.ChooseEnvironment(s.Catalog, t, none); err != nil {
		return s, err
	}
	return s, subject.WithBackend(&s, t.Backend)
}

func backendURL(s probe.Subject) string {
	if s.Backend == nil {
		return ""
	}
	return s.Backend.URL
}

// before puts the accounts before the questions for an ID and a secret.
func (c *chooser) before(ctx context.Context, q *credentials.Query) {
	if len(c.fitting) == 0 {
		return
	}
	q.AskClientID = func(context.Context) (string, error) { return "", chooseError{c.choose(ctx, "")} }
	q.AskSecret = func(_ context.Context, clientID string) (credentials.Secret, error) {
		return credentials.Secret{}, chooseError{c.choose(ctx, clientID)}
	}
}

// choose takes the only account that fits, or lets the person choose.
func (c *chooser) choose(ctx context.Context, clientID string) error {
	c.wanted = clientID
	var names []string
	for _, e := range c.fitting {
		if clientID == "" || e.ClientID == "" || e.ClientID == clientID {
			names = append(names, e.Name)
			c.chosen = &e
		}
	}
	switch {
	case len(names) == 1:
		return errChosen
	case len(names) > 1 && c.ask && c.app.CanAsk():
		name, err := c.app.Pick(ctx, "Which of your accounts?", names)
		if err != nil {
			return unchosen{err, names[0]}
		}
		entry, err := c.list.Find(name)
		if err != nil {
			return err
		}
		c.chosen = &entry
		return errChosen
	case len(names) > 1:
		return unchosen{fmt.Errorf("several of your accounts fit: %s", text.Cut(strings.Join(names, ", "), 300, text.Runes)), names[0]}
	}
	return errNoneFits
}

// errNoneFits ends the search too: the accounts have nothing for the client ID that was found.
var errNoneFits = errors.New("no account fits")

// because says how the environment was chosen, where an account had to do with it or might have.
func (c *chooser) because(s probe.Subject, why string) string {
	switch {
	case c == nil || len(c.list.Entries) == 0:
		return why
	case c.chosen != nil:
		return "that of your account"
	case why == "" || c.target.Environment != "" || c.target.Issuer != "" || c.target.Backend != "" || !s.Credentials.HasSecret():
		return why
	}
	return why + "; your accounts do not decide, because the secret comes from " + s.Credentials.SecretSource.String()
}

// Pick lets a person choose one of several names by its number.
func (a *App) Pick(ctx context.Context, question string, names []string) (string, error) {
	a.Say("%s", question)
	for i, name := range names {
		a.Say("  %d  %s", i+1, name)
	}
	for {
		line, err := a.Ask(ctx, "A number, or nothing to leave: ")
		switch n, convErr := strconv.Atoi(strings.TrimSpace(line)); {
		case err != nil && !errors.Is(err, io.EOF):
			return "", err
		case strings.TrimSpace(line) == "":
			return "", errors.New("nothing was chosen")
		case convErr == nil && n >= 1 && n <= len(names):
			return names[n-1], nil
		}
		a.Say("There is no such number.")
	}
}

// Absolute names a file so that it is found from any folder.
func Absolute(name string) (string, error) {
	if name == "" {
		return "", nil
	}
	absolute, err := filepath.Abs(name)
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return absolute, nil
}
