package serve

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/internal/files"
)

// state keeps what is known of the accounts across restarts: one file each, so that a check writes little. It holds no
// secret.
type state struct {
	dir string // empty: nothing is kept

	mu    sync.Mutex
	fault string // of the last attempt to write; empty: none
	said  time.Time
}

// kept is the form of such a file. The report stands in it by the contract, so that other programs can read it too.
type kept struct {
	Schema string          `json:"schema"`
	Name   string          `json:"name"`
	Entry  string          `json:"entry"` // which entry was checked
	Since  time.Time       `json:"since"`
	Checks int             `json:"checks"`
	Report json.RawMessage `json:"report"`
}

const schema = "credguide.state/1"

// newState refuses what can never be a folder. One that cannot be made or written to now is no reason to check nothing.
func newState(dir string) (*state, error) {
	if info, err := os.Stat(dir); dir != "" && err == nil && !info.IsDir() {
		return nil, fmt.Errorf("--state %s: a file, not a folder", dir)
	}
	return &state{dir: dir}, nil
}

// prepare makes the folder, and tries whether it can be written to before the first check has ended.
func (s *state) prepare() error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	trial, err := os.CreateTemp(s.dir, ".trial-")
	if err != nil {
		return err
	}
	_, err = trial.WriteString(schema)
	return errors.Join(err, trial.Close(), os.Remove(trial.Name()))
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

// load reads what was kept of an account. What cannot be read is as if it were not there: the next check makes it anew.
func (s *state) load(ctx context.Context, e accounts.Entry, list accounts.List, c checker) record {
	name := e.Label()
	if s.dir == "" {
		return record{Name: name}
	}
	content, err := files.Read(ctx, s.file(name), files.Limits{Bytes: 2 * report.MaxSaved})
	if err != nil {
		return record{Name: name}
	}
	var k kept
	if json.Unmarshal(content.Data, &k) != nil || k.Schema != schema || k.Name != name {
		return record{Name: name}
	}
	r, err := c.Restore(s.file(name), k.Report, e, list)
	if err != nil {
		return record{Name: name}
	}
	return record{Name: name, Print: k.Entry, Since: k.Since, Checks: max(k.Checks, 0), Checked: true, Report: r}
}

// encoded is a record as it is kept; nil: none is kept.
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
	return data
}

// save makes the folder again where somebody removed it.
func (s *state) save(name string, data []byte) error {
	return files.Replace(s.file(name), data, files.Private)
}

// tell says that the folder cannot be written to, at most once a minute because a full disk has the same with each check,
// and that it can be again.
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
