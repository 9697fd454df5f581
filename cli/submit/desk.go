// Package submit hands registration requests to a registry's API with a person's own token, and
// follows them. What was handed in is remembered, and looked for at the registry where that is in
// doubt, so nothing is handed in twice.
package submit

import (
	"context"
	"errors"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/environments/forms"
	"github.com/credguide/credguide/wizard/registry"
)

// Desk is where a person hands requests in. The person has confirmed the address of its client.
type Desk struct {
	*app.App
	Client *registry.Client
	Form   forms.Form
	// Token gives the person's token, and a new one when the last is taken no longer.
	Token func(context.Context) (credentials.Secret, error)

	session *registry.Session
	token   credentials.Secret
	user    registry.User
	told    bool // that nothing can be remembered
}

// Enter finds out whether the registry takes the token, and whose it is. Nothing is changed by
// that.
func (d *Desk) Enter(ctx context.Context) error {
	if err := d.open(ctx); err != nil {
		return err
	}
	user, err := d.session.User(ctx)
	d.user = user
	return err
}

func (d *Desk) open(ctx context.Context) error {
	token, err := d.Token(ctx)
	if err != nil {
		return err
	}
	d.Keep(token)
	session, err := d.Client.Session(token, d.Client.API)
	if err == nil {
		d.session, d.token = session, token
	}
	return err
}

// call makes a call, and again with a new token where the one in use is taken no longer: that is
// refused before anything is done, so nothing happens twice.
func call[T any](ctx context.Context, d *Desk, f func(*registry.Session) (T, error)) (T, error) {
	v, err := f(d.session)
	if !errors.Is(err, registry.ErrToken) {
		return v, err
	}
	d.Say("The registry no longer takes the token, so a new one is needed. Nothing is lost: this step is then tried again.")
	old := d.token
	if renewal := d.open(ctx); renewal != nil {
		return v, errors.Join(err, renewal)
	}
	if d.token.Equal(old) {
		return v, err
	}
	return f(d.session)
}

// MayApprove tells whether the token's owner may approve requests of their own where the registry
// allows that at all.
func (d *Desk) MayApprove() bool { return d.user.ReviewsOwn }

// Approve approves one's own request, and remembers the service that comes of it.
func (d *Desk) Approve(ctx context.Context, e Entry) (Entry, error) {
	service, err := call(ctx, d, func(s *registry.Session) (int, error) { return s.Approve(ctx, e.Petition) })
	if err == nil {
		e.Service = service
		d.Remember(e)
	}
	if errors.Is(err, registry.ErrNotAllowed) {
		d.user.ReviewsOwn = false // whatever the registry says of the person
	}
	return e, err
}

// Progress tells what has become of a request.
func (d *Desk) Progress(ctx context.Context, e Entry) (registry.Row, error) {
	return call(ctx, d, func(s *registry.Session) (registry.Row, error) { return s.Progress(ctx, e.Mark()) })
}

// Record reads a request or a service with its credentials.
func (d *Desk) Record(ctx context.Context, row registry.Row) (registry.Record, error) {
	record, err := call(ctx, d, func(s *registry.Session) (registry.Record, error) { return s.Record(ctx, row) })
	d.Keep(record.Secret)
	return record, err
}

// Cancel takes an open request back.
func (d *Desk) Cancel(ctx context.Context, petition int) error {
	_, err := call(ctx, d, func(s *registry.Session) (struct{}, error) { return struct{}{}, s.Cancel(ctx, petition) })
	return err
}
