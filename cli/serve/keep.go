package serve

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"time"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/internal/files"
)

const (
	saveAgain  = time.Minute      // how often is tried what could not be written
	saveWithin = 10 * time.Second // how long the file system may take before that is said
)

// keep writes what checks find, until all is over. It alone writes: a folder that does not answer
// keeps no check waiting, and of each account only the last result waits for it.
func (m *monitor) keep(ctx context.Context, over <-chan struct{}) {
	again := time.NewTicker(saveAgain)
	defer again.Stop()
	left := map[*account][]byte{} // could not be written
	works := m.state.timed(m.app, m.state.prepare)
	defer m.state.claim.end()
	m.state.alone(m.app)
	swept := time.Time{}
	for {
		if works && len(left) == 0 {
			m.state.tell(m.app, nil)
		}
		if works && time.Since(swept) >= sweepAgain {
			swept = time.Now()
			m.state.timed(m.app, func() error { return m.sweep(ctx) })
		}
		select {
		case <-m.fresh:
			fresh := m.takeUnsaved()
			failed := m.save(fresh)
			works = works || len(failed) < len(fresh)
			for a := range fresh {
				delete(left, a)
			}
			maps.Copy(left, failed)
		case <-m.listed:
			swept = time.Time{}
		case <-again.C:
			works = works || m.state.timed(m.app, m.state.prepare)
			m.state.alone(m.app)
			left = m.save(left)
		case <-over: // a last attempt
			maps.Copy(left, m.takeUnsaved())
			m.save(left)
			return
		}
	}
}

func (m *monitor) takeUnsaved() map[*account][]byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	taken := m.unsaved
	m.unsaved = map[*account][]byte{}
	return taken
}

// save writes results, and gives back those that could not be written. On a disk that is nearly
// full some can be.
func (m *monitor) save(results map[*account][]byte) map[*account][]byte {
	left := map[*account][]byte{}
	for a, data := range results {
		file := m.state.file(a.Name)
		if !m.state.timed(m.app, func() error { return naming(file, files.Replace(file, expanded(data), files.Private)) }) {
			left[a] = data
		}
	}
	return left
}

func naming(file string, err error) error {
	if err != nil {
		err = fmt.Errorf("%s: %w", filepath.Base(file), err)
	}
	return err
}

const (
	sweepAgain = 24 * time.Hour
	keepGone   = 7 * 24 * time.Hour // how long what is known of an account stays that left the list
	keepParts  = 24 * time.Hour     // and what a program left behind that was killed while it wrote
)

// sweep removes what is known of accounts that left the list long ago. A list that somebody is
// still writing may lack half of them, and they are back soon.
func (m *monitor) sweep(ctx context.Context) error {
	m.mu.Lock()
	entries := m.list.Entries // replaced as a whole
	m.mu.Unlock()
	present := map[string]bool{} // the accounts of every instance
	for _, e := range entries {
		present[m.state.file(e.Label())] = true
	}
	return m.state.sweep(ctx, time.Now(), max(keepGone, 4*m.flags.every), func(file, name string) bool {
		return !present[file] && (name == "" || m.flags.shard.has(name))
	})
}

// prepare makes the folder, and tries whether it can be written to before the first check has
// ended.
func (s *state) prepare() error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	trial, err := os.CreateTemp(s.dir, trialFile)
	if err != nil {
		return err
	}
	_, err = trial.WriteString(schema)
	return errors.Join(err, trial.Close(), os.Remove(trial.Name()))
}

const trialFile = ".trial-"

// claim is the folder's lock. Only who keeps results uses it.
type claim struct {
	letGo func()
	told  bool
}

func (c *claim) end() {
	if c.letGo != nil {
		c.letGo()
		c.letGo = nil
	}
}

// alone takes the folder for this instance, and says once that another one has it: then both make
// tokens for each account. A file system without locks tells nothing.
func (s *state) alone(a *app.App) {
	name := ".serve.lock"
	if s.shard.of > 0 { // parts of a list may share the folder
		name = fmt.Sprintf(".serve-%d-%d.lock", s.shard.part, s.shard.of)
	}
	lock := filepath.Join(s.dir, name)
	if s.claim.letGo != nil {
		if _, err := os.Stat(lock); !errors.Is(err, fs.ErrNotExist) {
			return
		}
		s.claim.end() // somebody removed the folder, and a lock on what is gone holds nothing
	}
	letGo, held, err := accounts.Hold(lock)
	s.claim.letGo = letGo
	if err == nil && !held && !s.claim.told {
		s.claim.told = true
		a.Say("warning: another credguide serve keeps its results in %s: each account is checked by both", s.dir)
	}
}

// timed writes, and tells if that fails or takes too long.
func (s *state) timed(a *app.App, write func() error) bool {
	late := time.AfterFunc(saveWithin, func() { s.tell(a, files.ErrSilent) })
	defer late.Stop()
	err := write()
	if err != nil {
		s.tell(a, err)
	}
	return err == nil
}

// tell says that the folder cannot be written to, at most once a minute because a full disk has the
// same with each check, and that it can be again.
func (s *state) tell(a *app.App, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.fault
	if s.fault = ""; err == nil {
		if before != "" {
			a.Say("the results are kept in %s again", s.dir)
		}
		return
	}
	s.fault = app.Plain(files.Plain(err).Error())
	if before != "" && time.Since(s.said) < saveAgain {
		return
	}
	s.said = time.Now()
	a.Say("warning: the results cannot be kept in %s: %s; the checks go on", s.dir, s.fault)
}

// trouble is why results are not kept; empty: they are.
func (s *state) trouble() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fault
}
