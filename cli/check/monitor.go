package check

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials/accounts"
)

// Monitor makes the checks of a program that runs for long. Connections and public documents are
// shared, and the documents asked for again when they are old.
type Monitor struct{ c *checker }

// NewMonitor reads the catalogs and options. Documents are not older than maxAge, and no older than
// a minute.
func NewMonitor(ctx context.Context, a *app.App, f *Flags, maxAge time.Duration) (*Monitor, error) {
	c, err := NewChecker(ctx, a, f)
	if err != nil {
		return nil, err
	}
	limits := probe.Limits{PerHost: f.PerHost, Rate: f.Rate.PerSecond, MaxAge: min(maxAge, time.Minute)}
	c.shared = probe.NewShared(limits)
	return &Monitor{c}, nil
}

// List reads the list, and forgets the files of authorities that were read for the one before.
func (m *Monitor) List(ctx context.Context, file string) (accounts.List, error) {
	list, err := m.c.list(ctx, file)
	if err != nil {
		return list, err
	}
	m.c.shared.Forget()
	m.c.roots.forget()
	return list, nil
}

// ListFile is the file that List reads.
func (m *Monitor) ListFile(file string) string {
	if file == "" {
		return m.c.Places().File().Path
	}
	return file
}

// Ready is a check that is ready to be made. The report holds nothing that must not be shown.
type Ready func(ctx context.Context) checks.Report

// Prepare makes a check ready: the command of an entry that Prepares runs now, and asks no host.
// Every other secret is read at the moment of the check.
func (m *Monitor) Prepare(ctx context.Context, e accounts.Entry, list accounts.List) Ready {
	check := func(ctx context.Context) (Result, probe.Subject) { return m.c.Entry(ctx, e, list, m.c.shared, nil) }
	if Prepares(e) {
		prepared := m.c.resolve(ctx, e, list)
		check = func(ctx context.Context) (Result, probe.Subject) {
			return m.c.entryOf(ctx, e, list, prepared, m.c.shared, nil)
		}
	}
	return func(ctx context.Context) checks.Report {
		r, _ := check(ctx)
		m.c.tellRedefined()
		return m.shown(ctx, r, e, list)
	}
}

// shown is a report as it may be shown.
func (m *Monitor) shown(ctx context.Context, r Result, e accounts.Entry, list accounts.List) checks.Report {
	done := m.withCommands(r.Report, e, list, r.guard.Text)
	if clean, ok := m.searched(done, r); ok {
		return done
	} else if again, err := m.Restore("the report", clean, e, list); err == nil {
		return again
	}
	return m.c.faulty(ctx, e, list, errors.New("the report held what must not be shown, and nothing was left of it")).Report
}

func (m *Monitor) withCommands(r checks.Report, e accounts.Entry, list accounts.List, redact func(string) string) checks.Report {
	again := m.c.againOf(list, e, r)
	return r.WithCommands(func(run string) string { return redact(m.c.Redacted(again.Command(run))) })
}

// searched takes the report through the last search for what must not be shown, as every output
// does, and tells whether it was clean.
func (m *Monitor) searched(done checks.Report, r Result) (document []byte, clean bool) {
	var b bytes.Buffer
	if err := report.JSON(&b, done); err != nil {
		return nil, false
	}
	text := r.guard.Document(b.String())
	return []byte(text), text == b.String()
}

// Restore reads a report of an entry that was kept, and judges its evidence anew. Its secret is not
// known here, so of the list's texts only those are shown that the report shows too.
func (m *Monitor) Restore(name string, data []byte, e accounts.Entry, list accounts.List) (checks.Report, error) {
	evidence, err := report.ReadJSON(name, data)
	if err != nil {
		return checks.Report{}, err
	}
	for _, value := range []*string{&e.Environment, &e.Issuer, &e.Backend, &e.ProviderID, &e.ClientID, &e.CAFile, &e.Source.Name} {
		if !bytes.Contains(data, []byte(*value)) {
			*value = ""
		}
	}
	ignored, shown := map[string]string{}, report.Ignored(data)
	for id := range e.Ignore {
		ignored[id] = cmp.Or(shown[id], "as the list says")
	}
	return m.withCommands(m.c.judged(evidence, ignored), e, list, func(s string) string { return s }), nil
}
