package submit

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/wizard/registry"
)

// Order is a request to hand in, with what only the person can decide.
type Order struct {
	Entry   Entry // its petition is not needed
	Request map[string]any
	// MayAdd tells whether an organisation that the registry does not know may be added to it.
	MayAdd func(ctx context.Context, organisation string) (bool, error)
	// Store keeps the credentials: before the request is handed in, and when the registry turns out
	// to hold others.
	Store func(ctx context.Context, clientID string, secret credentials.Secret) (Place, error)
}

// Handed is a request that the registry has.
type Handed struct {
	Entry Entry
	Row   registry.Row
	// Known: it was there already.
	Known bool
	// Again: it was changed and handed in again.
	Again bool
	// Differs names the fields in which the registry has something else, and keeps it.
	Differs []string
}

// UnknownOrganisation is an organisation that would have to be added.
type UnknownOrganisation struct{ Name string }

func (u *UnknownOrganisation) Error() string {
	return fmt.Sprintf("the registry does not know the organisation %q", u.Name)
}

// Unanswered is a public question that the registry did not answer.
type Unanswered struct{ error }

func (u *Unanswered) Unwrap() error { return u.error }

// CannotTell marks the error of such a question.
func CannotTell(err error) error { return &Unanswered{err} }

// HandIn hands a request in, once: what is remembered, or is at the registry already, goes on from
// where it is.
func (d *Desk) HandIn(ctx context.Context, o Order) (Handed, error) {
	memory := MemoryOf(d.App)
	if known, ok := memory.Find(ctx, o.Entry); ok && known.Petition > 0 {
		handed, there, err := d.remembered(ctx, o, known)
		if err != nil || there {
			return handed, err
		}
	}
	row, found, err := d.taken(ctx, o.Entry)
	if err != nil {
		return Handed{}, err
	}
	if found {
		return d.goOn(ctx, o, row, "")
	}
	return d.create(ctx, o, memory)
}

// remembered goes on with a request of an earlier run. It is not there where it was cancelled, or
// was rejected and has been changed since.
func (d *Desk) remembered(ctx context.Context, o Order, known Entry) (handed Handed, there bool, err error) {
	row, err := d.Progress(ctx, known)
	if err != nil {
		return Handed{}, false, err
	}
	switch row.Stage {
	case registry.Gone:
		return Handed{}, false, nil
	case registry.Rejected:
		o.Entry.Petition, o.Entry.Digest = known.Petition, known.Digest
		return Handed{Entry: o.Entry, Row: row, Known: true}, known.Digest == digest(o.Request), nil
	}
	if row.Petition == 0 {
		o.Entry.Petition = known.Petition
	}
	handed, err = d.goOn(ctx, o, row, known.Digest)
	return handed, true, err
}

// taken looks for the request at the registry, where its client ID is not free or is not known yet.
func (d *Desk) taken(ctx context.Context, e Entry) (registry.Row, bool, error) {
	if e.ClientID != "" {
		free, err := d.Client.Available(ctx, e.ClientID, e.Integration)
		if err != nil {
			return registry.Row{}, false, CannotTell(err)
		}
		if free {
			return registry.Row{}, false, nil
		}
	}
	type own struct {
		row   registry.Row
		found bool
	}
	mine, err := call(ctx, d, func(s *registry.Session) (own, error) {
		row, found, err := s.Own(ctx, e.Mark())
		return own{row, found}, err
	})
	if err == nil && !mine.found && e.ClientID != "" {
		err = &registry.Refused{Fields: []registry.FieldRefusal{{Field: "client_id", Message: "it is taken in " + e.Integration + ", and not by a request of yours with this service name"}}}
	}
	return mine.row, mine.found, err
}

// goOn takes up a request that the registry has. Where changes were requested and the request is
// another one now, it is handed in again under the number that the registry gave it for that.
func (d *Desk) goOn(ctx context.Context, o Order, row registry.Row, before string) (Handed, error) {
	record, err := d.Record(ctx, row)
	if err != nil {
		return Handed{}, err
	}
	if row.Petition > 0 {
		o.Entry.Petition = row.Petition
	}
	handed := Handed{Row: row, Known: true}
	o.Entry.Digest, o.Entry.Service = before, row.Service
	if before != digest(o.Request) {
		handed.Differs = registry.Differences(d.Form, o.Request, record)
	}
	// Where it is not remembered what was handed in, the registry's own record tells.
	changed := before != digest(o.Request) && (before != "" || len(handed.Differs) > 0)
	if row.Stage == registry.Changes && changed {
		draft, err := d.draft(ctx, o)
		if err != nil {
			return Handed{}, err
		}
		if _, err := call(ctx, d, func(s *registry.Session) (struct{}, error) {
			return struct{}{}, s.Resubmit(ctx, row.Petition, draft.WithSecret(record.Secret))
		}); err != nil {
			return Handed{}, err
		}
		o.Entry.Digest, handed.Again, handed.Differs, handed.Row.Stage = digest(o.Request), true, nil, registry.Waiting
	}
	handed.Entry = o.Entry
	d.Remember(o.Entry)
	if record.ClientID == "" || handed.Row.Stage == registry.Changes { // until it is handed in again, no client will come of it
		return handed, nil
	}
	err = d.store(ctx, o, &handed, record)
	return handed, err
}

// store keeps what the registry has, and remembers where.
func (d *Desk) store(ctx context.Context, o Order, handed *Handed, record registry.Record) (err error) {
	if handed.Entry.Stored, err = o.Store(ctx, record.ClientID, record.Secret); err == nil {
		d.Remember(handed.Entry)
	}
	return err
}

// create hands in a request that is new. Its secret is stored first: whatever happens after that,
// it is not lost.
func (d *Desk) create(ctx context.Context, o Order, memory Memory) (Handed, error) {
	draft, err := d.draft(ctx, o)
	if err != nil {
		return Handed{}, err
	}
	d.Keep(draft.Secret())
	if o.Entry.ClientID != "" {
		if o.Entry.Stored, err = o.Store(ctx, o.Entry.ClientID, draft.Secret()); err != nil {
			return Handed{}, err
		}
	}
	o.Entry.Petition, o.Entry.Digest = 0, digest(o.Request)
	d.Remember(o.Entry) // a run that ends between the request and its answer leaves a trace
	submitted, err := call(ctx, d, func(s *registry.Session) (registry.Submitted, error) { return s.Submit(ctx, draft) })
	if err != nil {
		if doubt := (*registry.Doubt)(nil); !errors.As(err, &doubt) {
			err = errors.Join(err, memory.Forget(o.Entry))
		}
		return Handed{}, err
	}
	o.Entry.Petition = submitted.Petition
	d.Remember(o.Entry)
	row := registry.Row{Petition: submitted.Petition, ServiceName: o.Entry.ServiceName, Environment: o.Entry.Integration, Stage: registry.Waiting}
	handed := Handed{Entry: o.Entry, Row: row, Known: submitted.Found}
	if !submitted.Found {
		return handed, nil
	}
	record, err := d.Record(ctx, row)
	if err == nil && record.ClientID != "" && !record.Secret.Equal(draft.Secret()) {
		err = d.store(ctx, o, &handed, record)
	}
	return handed, err
}

// Remember keeps what is known of a request for the runs that follow.
func (d *Desk) Remember(e Entry) {
	if err := MemoryOf(d.App).Put(e); err != nil && !d.told {
		d.told = true
		d.Say("warning: %s; without it the request is found by its client ID and name", err)
	}
}

// draft completes the request, and names its organisation as the registry does.
func (d *Desk) draft(ctx context.Context, o Order) (registry.Draft, error) {
	draft := registry.NewDraft(d.Form, o.Request)
	name, _ := o.Request["organization_name"].(string)
	if name = strings.TrimSpace(name); name == "" {
		return draft, nil
	}
	known, err := call(ctx, d, func(s *registry.Session) (bool, error) { return s.KnowsOrganisation(ctx, name) })
	if err != nil {
		return draft, err
	}
	if !known {
		may, err := o.MayAdd(ctx, name)
		if err != nil {
			return draft, err
		}
		if !may {
			return draft, &UnknownOrganisation{name}
		}
	}
	address, _ := o.Request["organization_url"].(string)
	id, err := call(ctx, d, func(s *registry.Session) (int, error) {
		return s.AddOrganisation(ctx, registry.Organisation{Name: name, URL: address})
	})
	if err != nil {
		return draft, err
	}
	return draft.WithOrganisation(id), nil
}
