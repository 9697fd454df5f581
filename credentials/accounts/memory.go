package accounts

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/credguide/credguide/credentials"
)

// Memory is what the checks of a list's accounts left behind.
type Memory struct {
	Folder  string // empty: nothing is remembered
	KeyFile string
	List    string // which list the names are of

	readKey func() ([]byte, error) // where it is read once
	shared  *ledger                // where the file stays open
}

// Many is the memory for a run of many checks, which ends with Close: the key is read once, at the
// first of them, and the file is kept open.
func (m Memory) Many(ctx context.Context) Memory {
	one := m
	m.readKey = sync.OnceValues(func() ([]byte, error) { return one.key(ctx, true) })
	m.shared = newLedger(m.Folder, m.List)
	return m
}

// Close ends a run of many checks.
func (m Memory) Close() {
	if m.shared != nil {
		m.shared.close()
	}
}

// Healthy is the verdict of a login that works.
const Healthy = "healthy"

// Subject is what a check was about. What is remembered of another one says nothing.
type Subject struct {
	Issuer   string `json:"issuer"`
	Backend  string `json:"backend"`
	ClientID string `json:"client_id"`
}

// Seen is the outcome of one check.
type Seen struct {
	Name    string
	Subject Subject
	Verdict string
	Cause   string // the ID of the first finding; empty: none
	Sub     string // of its tokens; empty: not seen
	At      time.Time
	Secret  credentials.Secret
}

// Recall returns what is remembered of an account. A file that is not there, or a line that no one
// can read any more, is nothing; known tells.
func (m Memory) Recall(name string) (r Record, known bool, err error) {
	if m.Folder == "" {
		return Record{}, false, nil
	}
	l, done := m.ledger()
	defer done()
	l.mu.Lock()
	defer l.mu.Unlock()
	if err = l.refresh(false); err == nil {
		r, known, err = m.recall(l, name)
	}
	if err != nil {
		return Record{}, false, fmt.Errorf("read what earlier checks found: %w", err)
	}
	return r, known, nil
}

func (m Memory) recall(l *ledger, name string) (r Record, known bool, err error) {
	for range 2 { // it may be read in the middle of a write
		line, err := l.find(name)
		if err != nil {
			return Record{}, false, err
		}
		if line == nil {
			return m.older(name)
		}
		switch r, err := readLine(line); {
		case errors.Is(err, errNewer):
			return Record{}, false, fmt.Errorf("%s: %w", l.path, err)
		case err == nil && r.Name == name:
			return r, true, nil
		}
	}
	return Record{}, false, nil // broken: the next check writes it anew
}

// recallToWrite is recall for who has the turn. A line that cannot be read by now is given up.
func (m Memory) recallToWrite(l *ledger, name string) (r Record, known bool, err error) {
	r, known, err = m.recall(l, name)
	if !known && err == nil {
		l.strike(name)
	}
	return r, known, err
}

// wrongClock is how much later than a check what is remembered cannot be from another run that began
// later and ended sooner. Then the clock was wrong, and nothing can be told from its times.
const wrongClock = 48 * time.Hour

// Past is what was remembered before a check of the same subject, and what is now.
type Past struct {
	Before, Now Record
	Known       bool     // that there was a check before
	Same        Sameness // of the secret that worked and the one in use
}

// Remember keeps the outcome of a check. An error means that nothing could be kept, or no
// fingerprint be made; the check itself is as good as without it.
func (m Memory) Remember(ctx context.Context, seen Seen) (Past, error) {
	if m.Folder == "" {
		return Past{}, nil
	}
	key, keyErr := m.key(ctx, true)
	l, done := m.ledger()
	defer done()
	end, err := l.turn(ctx)
	if err != nil {
		before, known, _ := m.Recall(seen.Name)
		return past(before, known, seen, key), fmt.Errorf("remember the check: %w", err)
	}
	defer end()
	before, known, err := m.recallToWrite(l, seen.Name)
	if err != nil {
		return Past{}, fmt.Errorf("read what earlier checks found: %w", err)
	}
	p := past(before, known && before.At.Sub(seen.At) < wrongClock, seen, key)
	if p.Known && before.At.After(seen.At) {
		p.Now = before
		return p, nil // another run checked it later
	}
	return p, errors.Join(m.write(l, p.Now), keyErr)
}

// past leaves out what was remembered of another subject.
func past(before Record, known bool, seen Seen, key []byte) (p Past) {
	if known && before.Subject == seen.Subject {
		p.Before, p.Known = before, true
	}
	now := fingerprintOf(key, seen.Secret)
	p.Now, p.Same = p.Before.with(seen, now), p.Before.worked.compare(now)
	return p
}

// with is what is remembered after a check.
func (r Record) with(seen Seen, secret fingerprint) Record {
	next := r
	if seen.Sub != "" {
		next.Sub = seen.Sub
	}
	next.Name, next.Subject, next.At = seen.Name, seen.Subject, seen.At.UTC().Truncate(time.Second)
	if r.Verdict != seen.Verdict || r.Cause != seen.Cause {
		next.Verdict, next.Cause, next.Since = seen.Verdict, seen.Cause, next.At
	}
	if seen.Verdict == Healthy {
		next.WorkedAt, next.worked = next.At, secret
	}
	return next
}

func (m Memory) write(l *ledger, r Record) error {
	_, there := l.lines[r.Name]
	err := l.put(r.Name, r.line())
	if err == nil && !there {
		err = m.removeOlder(r.Name)
	}
	if err != nil {
		return fmt.Errorf("remember the check: %w", err)
	}
	return nil
}

// Rename moves what is remembered to an account's new name.
func (m Memory) Rename(ctx context.Context, old, name string) error {
	if _, known, err := m.Recall(old); err != nil || !known {
		return err
	}
	l, done := m.ledger()
	defer done()
	end, err := l.turn(ctx)
	if err != nil {
		return fmt.Errorf("remember the check: %w", err)
	}
	defer end()
	r, known, err := m.recallToWrite(l, old) // another run may have checked it meanwhile
	if err != nil || !known {
		return err
	}
	r.Name = name
	if err := m.write(l, r); err != nil {
		return err
	}
	return m.remove(l, old)
}

// Forget drops what is remembered of an account.
func (m Memory) Forget(ctx context.Context, name string) error {
	_, known, err := m.Recall(name)
	if err == nil && !known {
		return nil
	}
	l, done := m.ledger()
	defer done()
	end, err := l.turn(ctx)
	if err != nil {
		return fmt.Errorf("forget what earlier checks found: %w", err)
	}
	defer end()
	return m.remove(l, name)
}

func (m Memory) remove(l *ledger, name string) error {
	if err := errors.Join(l.drop(name), m.removeOlder(name)); err != nil {
		return fmt.Errorf("forget what earlier checks found: %w", err)
	}
	return nil
}

// ledger is the one that a run of many checks shares, or one for a single call.
func (m Memory) ledger() (l *ledger, done func()) {
	if m.shared != nil {
		return m.shared, func() {}
	}
	l = newLedger(m.Folder, m.List)
	return l, l.close
}
