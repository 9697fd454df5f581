package accounts

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/credguide/credguide/internal/files"

	"github.com/credguide/credguide/credentials"
)

// Memory is what the checks of a list's accounts left behind: one small file for each account, so
// that many can be checked at once and the work for one does not grow with the list.
type Memory struct {
	Folder  string // empty: nothing is remembered
	KeyFile string
	List    string // which list the names are of

	readKey func() ([]byte, error) // where it is read once
}

// Many is the memory for a run of many checks: the key is read once, at the first of them.
func (m Memory) Many(ctx context.Context) Memory {
	one := m
	m.readKey = sync.OnceValues(func() ([]byte, error) { return one.key(ctx, true) })
	return m
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

// Record is what is remembered of an account. The fingerprint in it is for Compare alone and is
// never exported.
type Record struct {
	Name     string
	Subject  Subject
	Verdict  string
	Cause    string
	Sub      string    // of its tokens, when they were last seen
	Since    time.Time // of the first check with this verdict and cause
	At       time.Time // of the last check
	WorkedAt time.Time // of the last check that found it working; zero: none
	worked   fingerprint
}

// stored is a Record as the file has it.
type stored struct {
	Format int    `json:"format"`
	Name   string `json:"name"`
	Subject
	Verdict  string      `json:"verdict"`
	Cause    string      `json:"cause,omitempty"`
	Sub      string      `json:"sub,omitempty"`
	Since    time.Time   `json:"since"`
	At       time.Time   `json:"at"`
	WorkedAt time.Time   `json:"worked_at,omitzero"`
	Worked   fingerprint `json:"worked,omitzero"`
}

const (
	format     = 1
	mostRecord = 64 << 10
)

// errNewer is the answer to what a newer version wrote, which is left as it is.
var errNewer = errors.New("a newer version of credguide wrote it")

// Recall returns what is remembered of an account. A file that is not there, or that no one can
// read any more, is nothing; known tells.
func (m Memory) Recall(name string) (r Record, known bool, err error) {
	if m.Folder == "" {
		return Record{}, false, nil
	}
	path := m.file(name)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Record{}, false, nil
	case err != nil:
		return Record{}, false, fmt.Errorf("read what earlier checks found: %s: %w", path, files.Plain(err))
	case !info.Mode().IsRegular() || info.Size() > mostRecord:
		return Record{}, false, nil
	}
	var s stored
	for range 2 { // it may be read in the middle of a write
		data, err := os.ReadFile(path)
		if err != nil {
			return Record{}, false, fmt.Errorf("read what earlier checks found: %s: %w", path, files.Plain(err))
		}
		switch err := json.Unmarshal(data, &s); {
		case s.Format > format:
			return Record{}, false, fmt.Errorf("read what earlier checks found: %s: %w", path, errNewer)
		case err == nil && s.Format == format && s.Name == name:
			return Record{s.Name, s.Subject, s.Verdict, s.Cause, s.Sub, s.Since, s.At, s.WorkedAt, s.Worked}, true, nil
		}
	}
	return Record{}, false, nil // broken: the next check writes it anew
}

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
	unlock, err := m.lock(ctx)
	if err != nil {
		before, known, _ := m.Recall(seen.Name)
		return past(before, known, seen, key), err
	}
	defer unlock()
	before, known, err := m.Recall(seen.Name)
	if err != nil {
		return Past{}, err
	}
	p := past(before, known, seen, key)
	if p.Known && before.At.After(seen.At) {
		p.Now = before
		return p, nil // another run checked it later
	}
	return p, errors.Join(m.write(p.Now), keyErr)
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

func (m Memory) write(r Record) error {
	data, err := json.MarshalIndent(stored{format, r.Name, r.Subject, r.Verdict, r.Cause, r.Sub, r.Since, r.At, r.WorkedAt, r.worked}, "", "  ")
	if err != nil {
		return fmt.Errorf("remember the check: %w", err)
	}
	if err := files.Overwrite(m.file(r.Name), append(data, '\n')); err != nil {
		return fmt.Errorf("remember the check: %s: %w", m.file(r.Name), err)
	}
	return nil
}

// Rename moves what is remembered to an account's new name.
func (m Memory) Rename(ctx context.Context, old, name string) error {
	r, known, err := m.Recall(old)
	if err != nil || !known {
		return err
	}
	unlock, err := m.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	r.Name = name
	if err := m.write(r); err != nil {
		return err
	}
	return m.remove(old)
}

// Forget drops what is remembered of an account.
func (m Memory) Forget(name string) error {
	if m.Folder == "" {
		return nil
	}
	return m.remove(name)
}

func (m Memory) remove(name string) error {
	if err := os.Remove(m.file(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("forget what earlier checks found: %s: %w", m.file(name), files.Plain(err))
	}
	return nil
}

func (m Memory) lock(ctx context.Context) (func(), error) {
	if err := os.MkdirAll(m.Folder, 0o700); err != nil {
		return nil, fmt.Errorf("remember the check: %s: %w", m.Folder, files.Plain(err))
	}
	unlock, err := lockBeside(ctx, filepath.Join(m.Folder, "state"))
	if err != nil {
		return nil, fmt.Errorf("remember the check: %w", err)
	}
	return unlock, nil
}

// file is where an account's record is. Lists may have the same names, and file systems may not
// tell upper from lower case, so a digest makes the difference.
func (m Memory) file(name string) string {
	digest := sha256.Sum256([]byte(m.List + "\x00" + name))
	readable := strings.Trim(strings.ToLower(name), ".")
	if len(readable) > 40 {
		readable = readable[:40]
	}
	return filepath.Join(m.Folder, readable+"-"+hex.EncodeToString(digest[:8])+".json")
}
