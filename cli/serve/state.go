package serve

import (
	"bytes"
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

	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/check"
	"github.com/credguide/credguide/internal/files"
)

// state keeps what is known of the accounts across restarts: one file each, so that a check writes little. It holds no
// secret.
type state struct {
	dir string // empty: nothing is kept

	mu   sync.Mutex
	said time.Time
}

// kept is the form of such a file. The report stands in it by the contract, so that other programs can read it too.
type kept struct {
	Schema string          `json:"schema"`
	Name   string          `json:"name"`
	Since  time.Time       `json:"since"`
	Checks int             `json:"checks"`
	Report json.RawMessage `json:"report"`
}

const schema = "credguide.state/1"

func (s *state) prepare() error {
	if s.dir == "" {
		return nil
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return fmt.Errorf("--state %s: %w", s.dir, files.Plain(err))
	}
	return nil
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
func (s *state) load(name string, m *check.Monitor) record {
	if s.dir == "" {
		return record{}
	}
	info, err := os.Stat(s.file(name))
	if err != nil || !info.Mode().IsRegular() || info.Size() > 2*report.MaxSaved {
		return record{}
	}
	data, err := os.ReadFile(s.file(name))
	if err != nil {
		return record{}
	}
	var k kept
	if json.Unmarshal(data, &k) != nil || k.Schema != schema || k.Name != name {
		return record{}
	}
	r, err := m.Restore(s.file(name), k.Report)
	if err != nil {
		return record{}
	}
	return record{Name: name, Since: k.Since, Checks: max(k.Checks, 0), Checked: true, Report: r}
}

func (s *state) save(r record) error {
	if s.dir == "" {
		return nil
	}
	var b bytes.Buffer
	if err := report.JSON(&b, r.Report); err != nil {
		return err
	}
	data, err := json.Marshal(kept{schema, r.Name, r.Since, r.Checks, b.Bytes()})
	if err != nil {
		return err
	}
	return files.Replace(s.file(r.Name), data, files.Private)
}

// say tells of a fault of the folder, at most once a minute: a full disk has the same with each check.
func (s *state) say(a *app.App, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.said) < time.Minute {
		return
	}
	s.said = time.Now()
	if errors.Is(err, fs.ErrNotExist) {
		err = errors.New("the folder is gone")
	}
	a.Say("warning: the results could not be kept in %s: %v; the checks go on", s.dir, files.Plain(err))
}
