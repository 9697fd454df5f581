package register

import (
	"context"
	"fmt"
	"slices"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/submit"
	"github.com/credguide/credguide/credentials"
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
	own := credentials.Own{ClientID: acc.id, Account: acc.id}
	switch p.Store {
	case wizard.InDotenv:
		own.ClientID, own.Credentials = "", r.fileOf(p, acc)
	case wizard.InAuth:
		own.ClientID, own.AuthConfig = "", true
	case wizard.InKeyring:
		own.Keyring = true
	default:
		return acc, false
	}
	q, e := r.places(), r.entry(acc)
	q.Own, q.Issuer, q.BackendURL, q.PairedProvider = &own, e.Issuer, e.BackendURL, e.ProviderID
	found, err := credentials.Resolve(ctx, q)
	if err != nil || !found.HasSecret() || found.ClientID != acc.id {
		return acc, false
	}
	acc.secret, acc.source = found.Secret, found.SecretSource
	return acc, true
}
