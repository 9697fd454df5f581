package check

import (
	"bytes"
	"context"
	"sync"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials/accounts"
)

// Monitor makes the checks of a program that runs for long. Connections and public documents are shared, and the documents
// asked for again when they are old.
type Monitor struct {
	c      *checker
	limits probe.Limits

	mu     sync.Mutex
	shared *probe.Shared
}

// NewMonitor reads the catalogs and options. Documents are not older than maxAge, and no older than a minute.
func NewMonitor(ctx context.Context, a *app.App, f *Flags, maxAge time.Duration) (*Monitor, error) {
	c, err := NewChecker(ctx, a, f)
	if err != nil {
		return nil, err
	}
	limits := probe.Limits{PerHost: f.PerHost, Rate: f.Rate.PerSecond, MaxAge: min(maxAge, time.Minute)}
	return &Monitor{c: c, limits: limits, shared: probe.NewShared(limits)}, nil
}

// List reads the list, and forgets the files of authorities that were read for the one before.
func (m *Monitor) List(ctx context.Context, file string) (accounts.List, error) {
	list, err := m.c.list(ctx, file)
	if err != nil {
		return list, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.shared.Close()
	m.shared = probe.NewShared(m.limits)
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

// Check checks one entry now. The report holds nothing that must not be shown.
func (m *Monitor) Check(ctx context.Context, e accounts.Entry, list accounts.List) checks.Report {
	m.mu.Lock()
	shared := m.shared
	m.mu.Unlock()
	r, _ := m.c.Entry(ctx, e, list, shared, nil)
	again := m.c.againOf(list, e, r.Subject.Environment)
	done := r.WithCommands(func(run string) string { return r.guard.Text(again.Command(run)) })
	if saved, err := m.saved(done, r); err == nil {
		return saved
	}
	return done
}

// saved takes the report through the last search for what must not be shown, as every output does.
func (m *Monitor) saved(done checks.Report, r Result) (checks.Report, error) {
	var b bytes.Buffer
	if err := report.JSON(&b, done); err != nil {
		return done, err
	}
	clean := r.guard.Document(b.Bytes())
	if bytes.Equal(clean, b.Bytes()) {
		return done, nil
	}
	return m.Restore("the report", clean)
}

// Restore reads a report that was kept, and judges its evidence anew.
func (m *Monitor) Restore(name string, data []byte) (checks.Report, error) {
	evidence, err := report.ReadJSON(name, data)
	if err != nil {
		return checks.Report{}, err
	}
	return m.c.judged(evidence, nil), nil
}
