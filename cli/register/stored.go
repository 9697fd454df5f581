package register

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/submit"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/wizard"
)

// place is where the secret goes, as a flag, a file of answers or an earlier answer says it. Without
// a store there is none yet. The file is named only where it is not the usual one.
func (r *registration) place() submit.Place {
	if r.flags.store != "" {
		return submit.Place{Store: r.flags.store, File: r.flags.storeFile}
	}
	if r.flags.storeFile != "" {
		return submit.Place{Store: wizard.InDotenv, File: r.flags.storeFile}
	}
	store, _ := r.answers.Text(wizard.StoreID)
	file, _ := r.answers.Text(wizard.StoreFileID)
	return submit.Place{Store: store, File: file}
}

// flagged tells that the place was named on the command line, which is not changed on the way.
func (r *registration) flagged() bool { return r.flags.store != "" || r.flags.storeFile != "" }

// settle keeps the answer where the secret goes, so that it is not asked for again.
func (r *registration) settle(p submit.Place) {
	if r.flagged() || p.Store == "" {
		return
	}
	r.answers = r.answers.With(wizard.StoreID, p.Store).Without(wizard.StoreFileID)
	if p.File != "" {
		r.answers = r.answers.With(wizard.StoreFileID, absolute(p.File))
	}
	if r.state.used {
		r.save()
	}
}

// unsettle has the place asked for again.
func (r *registration) unsettle() {
	r.stored = account{}
	r.answers = r.answers.Without(wizard.StoreID).Without(wizard.StoreFileID)
	if r.state.used {
		r.save()
	}
}

// recall takes over where an earlier run put the secret of a request.
func (r *registration) recall(ctx context.Context, e submit.Entry) {
	if known, ok := submit.MemoryOf(r.App).Find(ctx, e); ok && r.place().Store == "" && slices.Contains(stores, known.Stored.Store) {
		r.settle(known.Stored)
	}
}

// placeFirst asks for the place before the secret, unless it is settled: the secret is then stored as
// soon as it is entered.
func (r *registration) placeFirst(then ...station) []station {
	r.asksPlace = r.ask != nil && r.place().Store == "" && r.flags.secretFile == ""
	if !r.asksPlace {
		return then
	}
	return append([]station{r.askPlace}, then...)
}

func (r *registration) askPlace(ctx context.Context, acc account) (account, error) {
	if submitted, _ := r.answers.Text(wizard.SubmittedID); submitted == wizard.FillForMe {
		return acc, nil // the secret is here already
	}
	p, err := r.chooseStore(ctx, acc)
	if err == nil {
		err = r.mayStore(ctx, acc, p)
	}
	switch {
	case errors.Is(err, errAnotherPlace):
		return r.askPlace(ctx, acc)
	case err == nil:
		r.settle(p)
	case errors.Is(err, wizard.ErrBack) && r.where.HasForm() && !r.generated():
		r.unsubmit()
	}
	return acc, err
}

// validPlace refuses an answer that names no place. A saved one that is none is asked for again.
func (r *registration) validPlace() error {
	p := r.place()
	if p.File != "" && p.Store == "" {
		p.Store = wizard.InDotenv
		r.settle(p)
	}
	var err error
	switch {
	case r.flagged():
		return nil // the flags are judged already
	case p.Store != "" && !slices.Contains(stores, p.Store):
		err = app.Unknown("store", p.Store, stores, app.OneOf(stores))
	case p.File != "" && p.Store != wizard.InDotenv:
		err = app.WithHint(fmt.Errorf("a file for the secret goes with the store %s, not %s", wizard.InDotenv, p.Store), "leave one of them out")
	case p.File != "":
		err = wizard.StoreFileQuestion("").Check(p.File)
	}
	if err != nil && r.flags.answers == "" {
		r.unsettle()
		return nil
	}
	return err
}

// keptIn finds the credentials of a client where an earlier run put them, so that nobody is asked for
// them again.
func (r *registration) keptIn(ctx context.Context, p submit.Place, acc account) (account, bool) {
	if acc.id == "" || r.flags.secretFile != "" {
		return acc, false
	}
	found, ok := r.lookIn(ctx, p, acc)
	if !ok || !found.HasSecret() || found.ClientID != acc.id {
		return acc, false
	}
	acc.secret, acc.source = found.Secret, found.SecretSource
	return acc, true
}

// lookIn reads what is in the place for the credentials of a client.
func (r *registration) lookIn(ctx context.Context, p submit.Place, acc account) (credentials.Resolved, bool) {
	q, e := r.Query(), r.entry(acc)
	var own credentials.Own
	switch p.Store {
	case wizard.InDotenv:
		own.Credentials = r.fileOf(p, acc)
	case wizard.InAuth:
		own.AuthConfig, own.ProviderID = true, e.ProviderID
	case wizard.InKeyring:
		own.ClientID, own.Account, own.Keyring = acc.id, acc.id, true
	default:
		return credentials.Resolved{}, false
	}
	q.Own, q.Issuer, q.BackendURL, q.PairedProvider = &own, e.Issuer, e.BackendURL, e.ProviderID
	found, err := credentials.Resolve(ctx, q)
	r.KeepAll(found)
	return found, err == nil
}

// mayStore makes sure of a place, once: that no other client's secret is lost, and that nobody commits
// this one by accident.
func (r *registration) mayStore(ctx context.Context, acc account, p submit.Place) error {
	if r.sureOf == p {
		return nil
	}
	err := r.losesNone(ctx, p, acc)
	if err == nil && p.Store == wizard.InDotenv {
		err = r.outsideGit(ctx, r.fileOf(p, acc))
	}
	if err == nil {
		r.sureOf = p
	}
	return err
}

// losesNone makes sure that no other client loses its secret to the new one: it may be the only copy.
// The keyring has an entry for each client.
func (r *registration) losesNone(ctx context.Context, p submit.Place, acc account) error {
	if p.Store == wizard.InKeyring || r.flags.force {
		return nil
	}
	found, ok := r.lookIn(ctx, p, acc)
	if !ok || !found.HasSecret() || found.Secret.Equal(acc.secret) || found.ClientID == acc.id {
		return nil
	}
	other := "another client"
	if id := found.ClientID; id != "" && id == accounts.Hidden(id) {
		other = "the client " + app.Bounded(id)
	}
	there := cmp.Or(found.SecretSource.Path, found.SecretSource.String())
	if r.ask == nil {
		return app.WithHint(fmt.Errorf("%s holds the secret of %s, which would be lost", there, other), "choose another place, or add --force to replace it")
	}
	r.tell(wizard.Note{Kind: wizard.Warning, Text: there + " holds the secret of " + other + ". It would be lost, and may be the only copy."})
	return r.sure(ctx, "Replace it?")
}

// sure asks whether to write the secret to a place all the same.
func (r *registration) sure(ctx context.Context, question string) error {
	answer, err := r.ask.Ask(ctx, wizard.Question{ID: "sure", Ask: question, Kind: wizard.Confirm})
	if errors.Is(err, wizard.ErrBack) || err == nil && answer.Text == wizard.No {
		return errAnotherPlace
	}
	return err
}

// storeOfRegistry keeps what the registry has or is about to get.
func (r *registration) storeOfRegistry(ctx context.Context, acc account) (account, error) {
	r.Keep(acc.secret)
	if kept, already := r.keptAlready(ctx, acc); already {
		return kept, nil
	}
	acc.source = credentials.Source{Kind: atRegistry}
	acc, err := r.keep(ctx, acc)
	if err != nil && !errors.Is(err, wizard.ErrBack) && !errors.Is(err, wizard.ErrLater) && !errors.Is(err, io.EOF) && ctx.Err() == nil {
		err = &notStored{err}
	}
	return acc, err
}

// atRegistry is the kind of source of a secret that only the registry has.
const atRegistry credentials.Kind = "the registry"

// notStored is the failure of a place for the secret, which says nothing about the request.
type notStored struct{ error }

func (n *notStored) Unwrap() error { return n.error }

// keptAlready finds these very credentials where this run or an earlier one put them.
func (r *registration) keptAlready(ctx context.Context, acc account) (account, bool) {
	if r.stored.is(acc) {
		return r.stored, true
	}
	p := r.place()
	if p.Store == "" {
		p.Store = wizard.InDotenv
	}
	kept, ok := r.keptIn(ctx, p, acc)
	return kept, ok && kept.is(acc)
}
