package app

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/checks/subject"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/lint"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/catalog"
	"github.com/credguide/credguide/internal/text"
)

// Subject works out what a target stands for. With ask, what is missing is asked for.
func (a *App) Subject(ctx context.Context, catalog *environments.Catalog, t subject.Target, ask bool) (s probe.Subject, why string, err error) {
	for flag, file := range map[string]credentials.Flag{"--secret-file": t.SecretFile, "--credentials": t.CredentialsFile} {
		if err := SecretAsFile(file.Text); err != nil {
			return s, "", fmt.Errorf("%s: %w", flag, err)
		}
	}
	a.warnMisplaced(t.CredentialsFile.Text)
	m := subject.Machine{Lookup: a.Sys.Lookup, Stdin: a.SecretInput(ctx, "Client secret"), Keyring: a.Sys.Keyring, GOOS: a.Sys.GOOS, Home: a.Sys.Home}
	prompts := func(*credentials.Query) {}
	if ask && t.Own == nil {
		prompts = a.askFor
	}
	c, err := a.chooser(catalog, t, ask)
	if err != nil {
		// Only where nothing else has a secret does it matter that the accounts cannot be read.
		prompts = func(q *credentials.Query) {
			q.AskClientID = func(context.Context) (string, error) { return "", chooseError{err} }
			q.AskSecret = func(context.Context, string) (credentials.Secret, error) {
				return credentials.Secret{}, chooseError{err}
			}
		}
	}
	m.Ask = func(q *credentials.Query) {
		prompts(q)
		if c != nil {
			c.before(ctx, q)
		}
	}
	s, why, err = subject.Resolve(ctx, catalog, t, m)
	if errors.Is(err, errChosen) {
		chosen := a.TargetOf(*c.chosen, c.list)
		chosen.ProviderID = t.ProviderID
		m.Ask = nil
		s, why, err = subject.Resolve(ctx, catalog, chosen, m)
		if err == nil && c.wanted != "" && s.Credentials.ClientID != c.wanted {
			c.chosen, err = nil, errNoneFits // its source turns out to be another client's, or nobody's
		}
	}
	if errors.Is(err, errNoneFits) {
		m.Ask = prompts
		s, why, err = subject.Resolve(ctx, catalog, t, m)
	}
	if ask || t.Own == nil { // not of a list, where each report is searched for its own secret
		a.KeepAll(s.Credentials)
	}
	if told, ok := errors.AsType[chooseError](err); ok {
		err = told.error
	}
	return s, c.because(s, why), err
}

// SayChosen says what was chosen where the person did not say it: the environment, or the account.
// Of an account that is named, everything is said, but for an environment that it leaves open.
func (a *App) SayChosen(s probe.Subject, why string, t subject.Target) {
	switch named := t.Own != nil; {
	case why == "", named && why != subject.ByDefault:
	case named:
		a.Say("environment %s (%s, because the account names none); to name one, with its ID in place of ID: credguide accounts update %s --environment ID",
			s.Environment.ID, why, text.Word(t.Name))
	case s.Account.Name != "":
		a.Say("for your account %s", s.Account.Name)
	default:
		a.Say("environment %s (%s; --environment chooses another)", s.Environment.ID, why)
	}
}

// TellRedefined says which files put another environment in the place of a built-in one, and where
// that leads.
func (a *App) TellRedefined(list ...environments.Environment) {
	for _, e := range list {
		if u, err := url.Parse(e.Issuer); err == nil && e.Redefines() {
			a.Say("environment %s is redefined by %s: its identity provider is %s", e.ID, e.Origin, text.Host(u.Host))
		}
	}
}

// Advised adds to an error of package subject what a person may want to know: the name that was
// probably meant, and how the right value looks.
func Advised(err error) error {
	if errors.Is(err, subject.ErrSecretInAddress) {
		return WithHint(err, "nothing was sent; replace the secret if the address was used before")
	}
	if errors.Is(err, subject.ErrTwoIssuers) {
		return WithHint(err, "an environment has its issuer already")
	}
	if e, ok := errors.AsType[*subject.AddressError](err); ok {
		return WithHint(err, map[string]string{
			"issuer":  "an issuer looks like https://aai.egi.eu/auth/realms/egi",
			"backend": "a back-end is given as its ID, its URL, or none",
		}[e.Of])
	}
	if e, ok := errors.AsType[*subject.UnknownError](err); ok {
		own := map[string]string{"environment": "for one of your own, give its FILE.yaml", "back-end": "for one of your own, give its URL"}
		if near := Nearest(e.Name, e.Known); near != "" {
			err = fmt.Errorf("%w (did you mean %q?)", err, near)
		}
		return WithHint(err, "credguide environments lists them; "+own[e.Kind])
	}
	if e, ok := errors.AsType[*subject.FileError](err); ok && strings.Contains(e.Name, "://") {
		return notAnAddress(e.Name)
	}
	if e, ok := errors.AsType[*subject.FileError](err); ok {
		return OrMisplaced(e.Name, Environment, err)
	}
	if e, ok := errors.AsType[*catalog.NoFolderError](err); ok {
		return OrMisplaced(e.Name, folder, err)
	}
	return err
}

// notAnAddress is the error of an address in the place of an environment, with the environment that is
// meant where its issuer is known.
func notAnAddress(address string) error {
	hint := "credguide environments lists the IDs; check and accounts take the address of another identity provider as --issuer URL"
	if known, err := environments.Load(); err == nil {
		for _, e := range known.All() {
			if text.SameIssuer(e.Issuer, address) {
				hint = "this is the issuer of " + e.ID + ": --environment " + e.ID
			}
		}
	}
	return WithHint(errors.New("expected the ID of an environment, or a file, and found an address"), hint)
}

// askFor adds the questions for what no other source has, where there is a person to answer.
func (a *App) askFor(q *credentials.Query) {
	if !a.CanAsk() || a.Sys.ReadHidden == nil || q.SecretFile.Text == "-" {
		return
	}
	q.AskClientID = func(ctx context.Context) (string, error) { return a.Ask(ctx, "Client ID: ") }
	q.AskSecret = func(ctx context.Context, clientID string) (credentials.Secret, error) {
		of := ""
		if clientID != "" && !lint.Suspect(clientID) {
			of = " of " + Plain(Bounded(clientID))
		}
		text, err := a.AskHidden(ctx, "Client secret"+of+" (not shown; Enter for none): ")
		return credentials.NewSecret(text), err
	}
}
