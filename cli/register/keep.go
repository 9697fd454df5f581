package register

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/submit"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/internal/files"
	"github.com/credguide/credguide/wizard"
)

// stores are the places where the credentials may be kept.
var stores = []string{wizard.InDotenv, wizard.InAuth, wizard.InKeyring, wizard.KeptNowhere}

// askSecret takes the secret from its file, or asks for it and looks at it at once.
func (r *registration) askSecret(ctx context.Context, acc account) (account, error) {
	if r.flags.secretFile != "" {
		return r.secretFromFile(ctx, acc)
	}
	if r.ask == nil {
		return acc, app.WithHint(errors.New("the secret is missing, and there is no terminal to ask on"), "give it with --secret-file FILE")
	}
	for {
		answer, err := r.ask.Ask(ctx, wizard.SecretQuestion(r.where, acc.id))
		if errors.Is(err, wizard.ErrBack) && r.asksPlace {
			r.unsettle()
		}
		if err != nil {
			return acc, err
		}
		acc.secret, acc.source = answer.Secret, credentials.Source{Kind: credentials.KindPrompt}
		r.unstored = true
		doubt := wizard.SecretDoubt(r.where, acc.secret)
		if doubt == "" {
			return acc, nil
		}
		r.tell(wizard.Note{Kind: wizard.Warning, Text: doubt})
		sure, err := r.ask.Ask(ctx, wizard.Question{ID: "sure", Ask: "Is the secret complete?", Kind: wizard.Confirm})
		if err != nil && !errors.Is(err, wizard.ErrBack) {
			return acc, err
		}
		if sure.Text == wizard.Yes {
			return acc, nil
		}
	}
}

func (r *registration) secretFromFile(ctx context.Context, acc account) (account, error) {
	found, err := credentials.Resolve(ctx, credentials.Query{
		SecretFile: credentials.Flag{Text: r.flags.secretFile, Given: true}, Stdin: r.SecretInput(ctx, "Client secret"), GOOS: r.Sys.GOOS, Keyring: EmptyKeyring{},
	})
	if err != nil {
		return acc, err
	}
	for _, u := range found.Unreadable {
		return acc, fmt.Errorf("--secret-file: %s", u)
	}
	if err := wizard.SecretProblem(r.where, acc.id, found.Secret); err != nil {
		return acc, app.WithHint(fmt.Errorf("%s: %w", r.flags.secretFile, err), `printf %s writes a text without a line break`)
	}
	if doubt := wizard.SecretDoubt(r.where, found.Secret); doubt != "" {
		r.tell(wizard.Note{Kind: wizard.Warning, Text: doubt})
	}
	acc.secret, acc.source = found.Secret, found.SecretSource
	return acc, nil
}

// keep puts the client ID and the secret where the person wants them, unless they are there already.
func (r *registration) keep(ctx context.Context, acc account) (account, error) {
	acc, err := r.generatedID(ctx, acc)
	if err != nil {
		return acc, err
	}
	switch {
	case r.backwards && r.flagged(): // there is nothing to ask here
		return acc, wizard.ErrBack
	case r.stored.is(acc):
		return r.stored, nil
	}
	for {
		p, err := r.chooseStore(ctx, acc)
		if err != nil {
			return acc, err
		}
		kept, err := r.store(ctx, acc, p)
		switch {
		case err == nil:
			r.unstored, r.isNew = false, false // or the person keeps it
			r.settle(p)
			if kept.Source.Kind != "" {
				acc.source = kept.Source
				r.stored = acc
			}
			return acc, nil
		case r.ask == nil || r.flagged() && !errors.Is(err, errAnotherPlace):
			return acc, err
		case !errors.Is(err, errAnotherPlace):
			r.tell(wizard.Note{Kind: wizard.Refused, Text: err.Error(), Lines: []string{"Nothing was lost; choose another place."}})
		}
		r.flags.store, r.flags.storeFile = "", "" // the person has refused the place that these name
		r.unsettle()
	}
}

// generatedID asks for an ID that the identity provider made, which is known by now.
func (r *registration) generatedID(ctx context.Context, acc account) (account, error) {
	if acc.id != "" {
		return acc, nil
	}
	if r.ask == nil {
		return acc, app.WithHint(errors.New("the client ID was generated, and is not known here"), "give it with --client-id when the badge is Deployed")
	}
	answer, err := r.ask.Ask(ctx, wizard.DeployedIDQuestion(r.where))
	acc.id = answer.Text
	return acc, err
}

// errAnotherPlace is the wish to keep the secret somewhere else.
var errAnotherPlace = errors.New("another place was asked for")

// fileOf is the file of a place for a client.
func (r *registration) fileOf(p submit.Place, acc account) string {
	return cmp.Or(p.File, r.dotenvPath(acc))
}

// chooseStore asks where the secret goes, unless that is settled.
func (r *registration) chooseStore(ctx context.Context, acc account) (submit.Place, error) {
	p := r.place()
	switch {
	case p.Store != "":
		return p, r.apart(p.File)
	case r.ask == nil && r.flags.submit: // the secret is made here, so it is kept before it is used
		return submit.Place{Store: wizard.InDotenv}, nil
	case r.ask == nil:
		return submit.Place{Store: wizard.KeptNowhere}, nil
	}
	authConfig := ""
	if e := r.entry(acc); e.BackendURL != "" && e.ProviderID != "" {
		authConfig = credentials.AuthConfigPath(r.Query())
	}
	usual := r.dotenvPath(acc)
	for {
		answer, err := r.ask.Ask(ctx, wizard.StoreQuestion(r.short(usual), r.short(authConfig), r.box == nil))
		if err != nil || answer.Text != wizard.ElsewhereStore {
			return submit.Place{Store: answer.Text}, err
		}
		where, err := r.ask.Ask(ctx, wizard.StoreFileQuestion(usual))
		if errors.Is(err, wizard.ErrBack) {
			continue
		}
		if apart := r.apart(where.Text); apart != nil {
			r.tell(wizard.Note{Kind: wizard.Refused, Text: "Choose another file: " + apart.Error()})
			continue
		}
		return submit.Place{Store: wizard.InDotenv, File: where.Text}, err
	}
}

// apart refuses to put the secret into a file that is something else.
func (r *registration) apart(file string) error {
	return app.Apart(file, r.request, r.flags.answers, r.flags.secretFile, r.flags.caFile)
}

// dotenvPath is a file outside of any repository, one for each client: a host may have several
// identity providers.
func (r *registration) dotenvPath(acc account) string {
	where := cmp.Or(r.where.Environment.ID, strings.TrimPrefix(r.where.Environment.Issuer, "https://"))
	return filepath.Join(r.Places().ConfigFolder(), "credguide", plainName(where)+"-"+plainName(acc.id)+".env")
}

// plainName is a text as any file may be called.
func plainName(name string) string {
	return strings.Map(func(c rune) rune {
		if strings.ContainsRune("-_.", c) || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			return c
		}
		return '_'
	}, name)
}

// short writes a path below the home folder as people do.
func (r *registration) short(path string) string {
	if rest, ok := strings.CutPrefix(path, r.Sys.Home+string(filepath.Separator)); ok && r.Sys.Home != "" && r.box == nil {
		return filepath.Join("~", rest)
	}
	return path
}

func (r *registration) entry(acc account) credentials.Entry {
	e := credentials.Entry{ClientID: acc.id, Secret: acc.secret, Issuer: r.where.Environment.Issuer}
	if b := r.where.Backend; b != nil {
		e.BackendURL, e.ProviderID = b.URL, b.ProviderID
	}
	return e
}

// store writes the credentials to one place, and says where.
func (r *registration) store(ctx context.Context, acc account, p submit.Place) (kept credentials.Kept, err error) {
	if err := r.mayStore(ctx, acc, p); err != nil {
		return kept, err
	}
	switch p.Store {
	case wizard.KeptNowhere:
		return kept, nil
	case wizard.InDotenv:
		kept, err = credentials.SaveDotenv(r.fileOf(p, acc), r.entry(acc))
	case wizard.InAuth:
		kept, err = credentials.SaveAuthConfig(credentials.AuthConfigPath(r.Query()), r.entry(acc), r.Sys.Now(), app.Tool().Name+" "+app.Tool().Version)
	case wizard.InKeyring:
		kept, err = credentials.SaveKeyring(ctx, r.Query(), r.entry(acc))
	}
	if err != nil {
		return kept, err
	}
	n := wizard.Note{Kind: wizard.Good, Text: "Stored in the " + string(kept.Source.Kind)}
	if kept.Path != "" {
		n.Text = "Stored in " + kept.Path + ", " + mayRead
	}
	if kept.Narrowed {
		n.Lines = append(n.Lines, "Others could read this file before.")
	}
	if kept.ForShells {
		n.Lines = append(n.Lines, "The file is spelled for shells: python-dotenv reads this secret differently.")
	}
	r.tell(n)
	return kept, nil
}

// mayRead is who may read a file that was made for its owner alone. Windows lets in whoever its folder
// does.
var mayRead = func() string {
	if files.Permissions(0o077) == 0 {
		return "with the permissions of its folder"
	}
	return "which only you may read"
}()

// outsideGit makes sure that nobody commits the secret by accident.
func (r *registration) outsideGit(ctx context.Context, file string) error {
	state := credentials.GitStateOf(ctx, file)
	if state != credentials.GitNotIgnored && state != credentials.GitUnknown {
		return nil
	}
	r.tell(wizard.Note{Kind: wizard.Warning, Text: file + " is " + string(state) + ": the secret could be committed by accident."})
	if r.ask == nil || r.flagged() {
		return nil // it was named on the command line
	}
	return r.sure(ctx, "Write the secret there anyway?")
}
