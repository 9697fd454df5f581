package serve

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/files"
	"github.com/credguide/credguide/internal/text"
)

const (
	lookAgain    = 5 * time.Second  // how often the list's file is looked at
	reloadWithin = 30 * time.Second // how long the reading of a list may take
	reloadPause  = time.Second      // what a storm of signals has to wait for between two
)

// follow reads the list again when somebody asks for that and when its file changes, until ctx
// ends. A file system that does not answer keeps this alone from going on: the accounts that are
// known are checked all the same.
func (m *monitor) follow(ctx context.Context, hangups <-chan os.Signal) {
	look := time.NewTicker(min(lookAgain, m.flags.every))
	defer look.Stop()
	secrets := time.NewTicker(settle)
	defer secrets.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangups:
			m.reload(ctx)
			m.askAllAgain()
		case <-secrets.C:
			m.lookAtSecrets(ctx)
		case <-look.C:
			if !m.source.changed(ctx) || ctx.Err() != nil {
				continue
			}
			m.reload(ctx)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(reloadPause):
		}
	}
}

// reload reads the list again. One with a fault changes nothing, and the pages and a metric say so.
func (m *monitor) reload(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, reloadWithin)
	defer cancel()
	came, went, err := m.readAgain(ctx)
	if err != nil {
		fault := cmp.Or(app.Plain(m.app.Redacted(err.Error())), "unknown fault")
		m.app.Say("the list stays as it was: %s", fault)
		m.mu.Lock()
		defer m.mu.Unlock()
		m.trouble = fault
		return
	}
	said := fmt.Sprintf("the list was read again: %s", text.Plural(m.size(), "account"))
	if came+went > 0 {
		said += fmt.Sprintf(", %d new, %d gone", came, went)
	}
	m.say(said)
}

func (m *monitor) readAgain(ctx context.Context) (came, went int, err error) {
	if m.source.given == "-" {
		return 0, 0, errors.New("it came from standard input, which can be read only once")
	}
	if err := m.source.look(ctx); errors.Is(err, files.ErrSilent) {
		return 0, 0, fmt.Errorf("read the list: %s: %w", m.source.path, err)
	}
	list, err := m.checker.List(ctx, m.source.given)
	if err != nil {
		return 0, 0, err
	}
	came, went = m.take(ctx, list)
	return came, went, nil
}

// source is where the list comes from, and how its file looked when it was last read.
type source struct {
	given string // as the person wrote it
	path  string
	stat  func(context.Context, string) (fs.FileInfo, error) // never waits without end
	seen  fs.FileInfo                                        // nil: it could not be looked at
}

func (s *source) look(ctx context.Context) (err error) {
	s.seen, err = s.stat(ctx, s.path)
	return err
}

// changed tells whether the file is another one.
func (s *source) changed(ctx context.Context) bool {
	if s.given == "-" {
		return false
	}
	now, err := s.stat(ctx, s.path)
	if err != nil {
		now = nil
	}
	return other(s.seen, now)
}
