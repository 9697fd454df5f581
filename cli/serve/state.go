package serve

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/internal/files"
)

// state keeps what is known of the accounts across restarts: one file each, so that a check writes
// little. It holds no secret.
type state struct {
	dir   string // empty: nothing is kept
	shard shard
	claim claim

	mu    sync.Mutex
	fault string // of what could not be written; empty: nothing
	said  time.Time
}

// kept is the form of such a file. The report stands in it by the contract, so that other programs
// can read it too.
type kept struct {
	Schema string          `json:"schema"`
	Name   string          `json:"name"`
	Entry  string          `json:"entry"` // which entry was checked
	Since  time.Time       `json:"since"`
	Checks int             `json:"checks"`
	Report json.RawMessage `json:"report"`
}

const schema = "credguide.state/1"

// newState refuses what can never be a folder. One that cannot be made or written to now is no
// reason to check nothing.
func newState(ctx context.Context, dir string, part shard) (*state, error) {
	if dir != "" {
		if info, err := files.Stat(ctx, dir); err == nil && !info.IsDir() {
			return nil, fmt.Errorf("--state %s: a file, not a folder", dir)
		}
	}
	return &state{dir: dir, shard: part}, nil
}

// file is the place for an account's state; no name of a list can lead out of the folder.
func (s *state) file(name string) string {
	digest := sha256.Sum256([]byte(name))
	readable := strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, name)
	return filepath.Join(s.dir, readable[:min(len(readable), 40)]+"-"+hex.EncodeToString(digest[:6])+".json")
}

// load reads what was kept of an account. What cannot be read is as if it were not there: the next
// check makes it anew.
func (s *state) load(ctx context.Context, e accounts.Entry, list accounts.List, c checker) (record, error) {
	none := record{Name: e.Label()}
	if s.dir == "" {
		return none, nil
	}
	file := s.file(none.Name)
	k, err := readKept(ctx, file)
	if err != nil || k.Name != none.Name {
		return none, err
	}
	r, err := c.Restore(file, k.Report, e, list)
	if err != nil {
		return none, err
	}
	if k.Since.IsZero() || k.Since.After(r.Started) {
		k.Since = r.Started
	}
	return record{Name: none.Name, Print: k.Entry, Since: k.Since, Checks: min(max(k.Checks, 0), mostChecks), Checked: true, Report: r}, nil
}

// mostChecks is more than there can be, and less than would turn negative.
const mostChecks = 1 << 40

// readKept reads such a file. A pipe in its place would keep its reader waiting.
func readKept(ctx context.Context, file string) (k kept, err error) {
	info, err := files.Stat(ctx, file)
	if err != nil {
		return k, err
	}
	if !info.Mode().IsRegular() {
		return k, errNoState
	}
	content, err := files.Read(ctx, file, files.Limits{Bytes: 2 * report.MaxSaved})
	if err != nil {
		return k, err
	}
	if json.Unmarshal(content.Data, &k) != nil || k.Schema != schema {
		return k, errNoState
	}
	return k, nil
}

var errNoState = errors.New("no state of an account")

// encoded is a record as it is kept, compressed while it waits to be written; nil: none is kept.
func (s *state) encoded(r record) []byte {
	if s.dir == "" {
		return nil
	}
	var b bytes.Buffer
	if err := report.JSON(&b, r.Report); err != nil { // into memory
		panic(err)
	}
	data, err := json.Marshal(kept{schema, r.Name, r.Print, r.Since, r.Checks, b.Bytes()})
	if err != nil { // of texts, numbers and JSON
		panic(err)
	}
	waiting, err := compressed(func(w io.Writer) error { _, err := w.Write(data); return err })
	if err != nil { // into memory
		panic(err)
	}
	return waiting
}

var (
	stateFile = regexp.MustCompile(`^[0-9A-Za-z_-]{0,40}-[0-9a-f]{12}\.json$`)
	partFile  = regexp.MustCompile(`^(\.[0-9A-Za-z_-]{0,40}-[0-9a-f]{12}\.json|` + regexp.QuoteMeta(trialFile) + `)[0-9]+$`)
)

// sweep removes files that are older than age and that nobody needs, and what a killed program left
// half written. The folder may hold files of others, and those of other instances: only what tells
// that it is an account's state is removed. needless is asked by the file's name first, and then
// with the account's.
func (s *state) sweep(ctx context.Context, now time.Time, age time.Duration, needless func(file, name string) bool) error {
	found, err := os.ReadDir(s.dir)
	if err != nil {
		return err
	}
	for _, f := range found {
		file, part := filepath.Join(s.dir, f.Name()), partFile.MatchString(f.Name())
		if ctx.Err() != nil || !part && (!stateFile.MatchString(f.Name()) || !needless(file, "")) {
			continue
		}
		info, err := f.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		if old := now.Sub(info.ModTime()); part && old > keepParts {
			_ = os.Remove(file) // what cannot be removed now is old tomorrow too
		} else if !part && old > age {
			if k, err := readKept(ctx, file); err == nil && s.file(k.Name) == file && needless(file, k.Name) {
				_ = os.Remove(file)
			}
		}
	}
	return nil
}
