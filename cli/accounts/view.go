package accounts

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/checks/subject"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/submit"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/environments"
)

// view is all that is known of an account without a network.
type view struct {
	entry   accounts.Entry
	subject probe.Subject
	where   error // why environment or back-end cannot be worked out
	record  accounts.Record
	known   bool // it was checked before
	expiry  accounts.Expiry
}

// shown is a view as JSON writes it.
type shown struct {
	Name        string            `json:"name"`
	Environment string            `json:"environment"`
	Issuer      string            `json:"issuer"`
	Backend     string            `json:"backend"`
	ProviderID  string            `json:"provider_id"`
	ClientID    string            `json:"client_id"`
	Source      string            `json:"source"`
	Expires     string            `json:"expires"`
	Last        *last             `json:"last"`
	Owner       string            `json:"owner,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
	Fault       string            `json:"fault,omitempty"`
}

// last is the last check of an account.
type last struct {
	Verdict string    `json:"verdict"`
	Cause   string    `json:"cause,omitempty"`
	Since   time.Time `json:"since"`
	At      time.Time `json:"at"`
}

// viewer works out views; the catalog is read once for all of them.
type viewer struct {
	*app.App
	list    accounts.List
	catalog *environments.Catalog
	memory  accounts.Memory
}

func newViewer(ctx context.Context, a *app.App) (*viewer, error) {
	list, err := a.Accounts()
	if err != nil {
		return nil, err
	}
	catalog, err := environments.Load(a.Catalogs...)
	return &viewer{App: a, list: list, catalog: catalog, memory: a.Places().Memory(list.Path).Many(ctx)}, err
}

func (v *viewer) of(ctx context.Context, e accounts.Entry) view {
	one := view{entry: e, expiry: accounts.ExpiryAt(v.Sys.Now(), e.Expires)}
	if e.Name != "" {
		one.record, one.known, _ = v.memory.Recall(e.Name) // what cannot be read is as if it were not there
	}
	if e.Fault != nil {
		return one
	}
	one.subject, one.where = v.subject(ctx, e)
	return one
}

// subject works out environment and back-end, and the client ID where a file of the source has it.
// No program is run and no keyring asked: a list of many accounts must come at once.
func (v *viewer) subject(ctx context.Context, e accounts.Entry) (probe.Subject, error) {
	t := v.TargetOf(e, v.list)
	cheap := e.Source.Kind == accounts.Credentials || e.Source.Kind == accounts.AuthConfig ||
		e.Source.Kind == accounts.SecretVariable && strings.HasPrefix(e.Source.Name, credentials.CredentialsVariable)
	if !cheap {
		t.Own = &credentials.Own{Account: t.Own.Account, ClientID: e.ClientID, ProviderID: e.ProviderID}
	}
	s, _, err := v.Subject(ctx, v.catalog.Clone(), t, false)
	return s, err
}

// Subject works out what an account stands for, without a network and without opening what holds
// its secret.
func Subject(ctx context.Context, a *app.App, e accounts.Entry, list accounts.List) (probe.Subject, error) {
	catalog, err := environments.Load(a.Catalogs...)
	if err != nil {
		return probe.Subject{}, err
	}
	return (&viewer{App: a, list: list, catalog: catalog}).subject(ctx, e)
}

func (v *viewer) all(ctx context.Context) []view {
	views := make([]view, len(v.list.Entries))
	for i, e := range v.list.Entries {
		views[i] = v.of(ctx, e)
	}
	return views
}

// rank puts what needs somebody first: faults, what does not work, what ends soon; then what was
// never checked.
func (o view) rank() int {
	switch {
	case o.entry.Fault != nil || o.where != nil:
		return 0
	case o.known && o.record.Verdict != accounts.Healthy:
		return 1
	case o.expiry.Past, o.expiry.Soon:
		return 2
	case !o.known:
		return 3
	}
	return 4
}

// fulfils says whether the account is the one that was requested, and has worked.
func (o view) fulfils(requested submit.Entry) bool {
	e := o.subject.Environment
	return requested.ClientID != "" && o.record.Subject.ClientID == requested.ClientID && !o.record.WorkedAt.IsZero() &&
		(e.ID == requested.Environment || e.Origin == requested.Environment)
}

func brokenFirst(views []view) []view {
	sorted := slices.Clone(views)
	slices.SortStableFunc(sorted, func(a, b view) int { return cmp.Compare(a.rank(), b.rank()) })
	return sorted
}

// fault is what is wrong with the entry itself.
func (o view) fault() string {
	if err := cmp.Or(o.entry.Fault, o.where); err != nil {
		return app.Plain(err.Error())
	}
	return ""
}

func (o view) environment() string {
	switch e := o.entry; {
	case o.subject.Environment.ID != "":
		return o.subject.Environment.ID
	case e.Environment != "":
		return e.Environment
	default:
		return e.Issuer
	}
}

func (o view) backend() string {
	if o.subject.Backend != nil {
		return o.subject.Backend.ID
	}
	return cmp.Or(o.entry.Backend, subject.NoBackend)
}

func (o view) clientID() string {
	return accounts.Hidden(cmp.Or(o.subject.Credentials.ClientID, o.entry.ClientID))
}

func (o view) providerID() string { return cmp.Or(o.subject.ProviderID, o.entry.ProviderID) }

// state is what is remembered, in one sentence.
func (o view) state(now time.Time) string {
	text := "not checked yet"
	if o.known {
		text = o.record.Story(now)
		if o.record.Verdict != accounts.Healthy && o.record.Cause != "" {
			text += " (" + o.record.Cause + ")"
		}
	}
	if o.expiry.Soon || o.expiry.Past {
		text += "; " + o.expiry.String()
	}
	return text
}

// next is the command for an account, as it is now.
func (o view) next() string {
	if o.entry.Name == "" {
		return ""
	}
	return "credguide check " + o.entry.Name
}

func (o view) json() shown {
	owner, labels := o.entry.Told()
	s := shown{
		Name: o.entry.Label(), Environment: o.environment(), Issuer: cmp.Or(o.subject.Environment.Issuer, o.entry.Issuer), Backend: o.backend(),
		ProviderID: o.providerID(), ClientID: o.clientID(), Source: o.entry.Source.String(), Expires: o.entry.Expires.String(),
		Owner: owner, Labels: labels, Fault: o.fault(),
	}
	if o.known {
		s.Last = &last{o.record.Verdict, o.record.Cause, o.record.Since, o.record.At}
	}
	return s
}

// mark shows the state in one character; words always stand beside it.
func (o view) mark(unicode bool) string {
	marks := []string{"×", "×", "‼", "·", "√"}
	if !unicode {
		marks = []string{"[x]", "[x]", "[!!]", "[ ]", "[ok]"}
	}
	return marks[o.rank()]
}

func (o view) title() string {
	return fmt.Sprintf("%s: %s, %s", o.entry.Label(), o.environment(), o.backend())
}
