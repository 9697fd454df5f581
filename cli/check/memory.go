package check

import (
	"cmp"
	"context"
	"strings"
	"sync"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/credentials/guard"
	"github.com/credguide/credguide/credentials/lint"
)

// memory keeps what checks of accounts find, for the next ones. That it cannot be kept is said once
// and changes nothing.
type memory struct {
	accounts.Memory
	own     bool // it is of the person's own accounts
	once    sync.Once
	trouble error
}

func (c *checker) memory(ctx context.Context, list accounts.List) *memory {
	places := c.Places()
	m := &memory{Memory: places.Memory(ListFile(list)).Many(ctx)}
	m.own = m.List == places.Memory(places.File().Path).List
	return m
}

// keep remembers one check.
func (m *memory) keep(ctx context.Context, s probe.Subject, r checks.Report) accounts.Past {
	if r.Interrupted || strings.Contains(r.Subject.Name, guard.Redacted) { // such a name is not written down
		return accounts.Past{}
	}
	about, sub := aboutOf(s, r.Facts), cmp.Or(r.Facts.Text(checks.UserinfoSub), r.Facts.Text(checks.JWTSub))
	p, err := m.Remember(ctx, accounts.Seen{
		Name: s.Account.Name, Subject: about, Verdict: string(r.Verdict), Cause: causeOf(r), Sub: sub, At: r.Started, Secret: s.Credentials.Secret,
	})
	if err != nil && ctx.Err() == nil {
		m.once.Do(func() { m.trouble = err })
	}
	return p
}

// About is what a check of a subject is remembered as being about. A client ID that may be the
// secret is not written down.
func About(s probe.Subject) accounts.Subject { return aboutOf(s, nil) }

// aboutOf is that where a check may have seen already whether the client ID is held back.
func aboutOf(s probe.Subject, seen checks.Facts) accounts.Subject {
	about := accounts.Subject{Issuer: s.Environment.Issuer, ClientID: s.Credentials.ClientID}
	if s.Backend != nil {
		about.Backend = s.Backend.URL
	}
	held, known := seen.Bool(checks.ClientIDHeldBack)
	if !known {
		_, held = lint.HeldBack(about.ClientID, s.Credentials.Secret, s.Credentials.Beside...)
	}
	if held {
		about.ClientID = guard.Redacted
	}
	return about
}

// end closes the memory, and says if it could not be kept.
func (m *memory) end(c *checker) {
	if m == nil {
		return
	}
	m.Close()
	if m.trouble != nil && !c.flags.Quiet {
		c.Say("warning: %s; the result itself is not touched by this", m.trouble)
	}
}
