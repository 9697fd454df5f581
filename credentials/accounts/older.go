package accounts

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/credguide/credguide/internal/files"
)

// older is a record as versions before the ledger kept it: in a file for each account. The next
// check moves it.
type older struct {
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

// mostOlder bounds such a file.
const mostOlder = 64 << 10

// older recalls what an earlier version kept of an account.
func (m Memory) older(name string) (r Record, known bool, err error) {
	path := m.olderFile(name)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Record{}, false, nil
	case err != nil:
		return Record{}, false, fmt.Errorf("%s: %w", path, files.Plain(err))
	case !info.Mode().IsRegular() || info.Size() > mostOlder:
		return Record{}, false, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return Record{}, false, fmt.Errorf("%s: %w", path, files.Plain(err))
	}
	var o older
	if json.Unmarshal(data, &o) != nil || o.Format != format || o.Name != name {
		return Record{}, false, nil // broken: it is as if it were not there
	}
	return Record{o.Name, o.Subject, o.Verdict, o.Cause, o.Sub, o.Since, o.At, o.WorkedAt, o.Worked}, true, nil
}

func (m Memory) removeOlder(name string) error {
	if err := os.Remove(m.olderFile(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", m.olderFile(name), files.Plain(err))
	}
	return nil
}

// olderFile is where such a record is. Its name has a part of the account's, and a digest.
func (m Memory) olderFile(name string) string {
	digest := sha256.Sum256([]byte(m.List + "\x00" + name))
	readable := strings.Trim(strings.ToLower(name), ".")
	if len(readable) > 40 {
		readable = readable[:40]
	}
	return filepath.Join(m.Folder, readable+"-"+hex.EncodeToString(digest[:8])+".json")
}
