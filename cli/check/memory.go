package check

import (
	"cmp"
	"context"
	"io/fs"
	"os"
	"sync"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/credentials/accounts"
)

// memory keeps what checks of accounts find, for the next ones. That it cannot be kept is said once and changes nothing.
type memory struct {
	accounts.Memory
	once    sync.Once
	trouble error
}

func (c *checker) memory(list accounts.List) *memory {
	return &memory{Memory: c.Places().Memory(ListFile(list))}
}

// keep remembers one check, and returns what was remembered before and what is now.
func (m *memory) keep(ctx context.Context, s probe.Subject, r checks.Report) (before, now accounts.Record) {
	if r.Interrupted {
		return before, now
	}
	about, sub := About(s), cmp.Or(r.Facts.Text(checks.UserinfoSub), r.Facts.Text(checks.JWTSub))
	before, known, err := m.Remember(ctx, accounts.Seen{
		Name: s.Account.Name, Subject: about, Verdict: string(r.Verdict), Cause: causeOf(r), Sub: sub, At: r.Started, Secret: s.Credentials.Secret,
	})
	if err != nil {
		m.once.Do(func() { m.trouble = err })
	}
	if !known {
		return accounts.Record{}, now
	}
	now, _, _ = m.Recall(s.Account.Name) // what it could not tell, Remember has told
	return before, now
}

// About is what a check of a subject is remembered as being about.
func About(s probe.Subject) accounts.Subject {
	about := accounts.Subject{Issuer: s.Environment.Issuer, ClientID: s.Credentials.ClientID}
	if s.Backend != nil {
		about.Backend = s.Backend.URL
	}
	return about
}

func (m *memory) warn(c *checker) {
	if m != nil && m.trouble != nil && !c.flags.Quiet {
		c.Say("warning: %s; the result itself is not touched by this", m.trouble)
	}
}

// modeOf is the mode of a file that was named; standard input has none.
func modeOf(file string) (fs.FileMode, bool) {
	info, err := os.Stat(file)
	if err != nil || file == "-" {
		return 0, false
	}
	return info.Mode(), true
}
