package credentials

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Entry is what is kept: a client id with its secret, and what a client
// needs to find them again.
type Entry struct {
	ClientID   string
	Secret     Secret
	ProviderID string // for auth-config.json; in a dotenv file it may be absent
	BackendURL string // as given to connect(); for auth-config.json
	Issuer     string // for auth-config.json and the keyring
}

// Kept tells where an entry went.
type Kept struct {
	Source   Source // as Resolve will name it
	Path     string // empty for the keyring
	Created  bool   // the file was not there before
	Narrowed bool   // others could read the file before and no longer can
}

func (e Entry) check() error {
	switch {
	case e.ClientID == "":
		return errors.New("there is no client id to keep")
	case e.Secret.IsZero():
		return errors.New("there is no client secret to keep")
	case refuseBytes([]byte(e.ClientID)) != nil, refuseBytes([]byte(e.Secret.Reveal())) != nil:
		return errors.New("the client id or secret is no text, so it cannot be kept")
	}
	return nil
}

// oldFile is a file that is to be merged into.
type oldFile struct {
	target string // the file itself, where the path is a symbolic link
	data   []byte
	mode   fs.FileMode
	there  bool
}

// existing reads the old file. A symbolic link is followed, so that it stays
// one. A file that cannot be read as text is an error: writing would lose
// it.
func existing(path string) (oldFile, error) {
	old := oldFile{target: path}
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		old.target = resolved
	}
	info, err := os.Stat(old.target)
	if errors.Is(err, fs.ErrNotExist) {
		return old, nil
	}
	if err != nil {
		return old, fmt.Errorf("look at %s: %w", path, plainReason(err))
	}
	switch {
	case !info.Mode().IsRegular():
		return old, fmt.Errorf("keep the old %s: it is not an ordinary file", path)
	case info.Size() > maxFile:
		return old, fmt.Errorf("keep the old %s: %w", path, tooLarge())
	}
	old.mode, old.there = info.Mode(), true
	old.data, err = os.ReadFile(old.target)
	if err != nil {
		return old, fmt.Errorf("read the old %s: %w", path, plainReason(err))
	}
	if err := refuseBytes(old.data); err != nil {
		return old, fmt.Errorf("keep the old %s: %w", path, err)
	}
	return old, nil
}

// WriteFile puts the whole text into a file that only the user may read, or
// leaves the old one as it was. A symbolic link is followed, so that it stays
// one, and the folder is made if it is not there.
func WriteFile(path string, data []byte) error {
	target := path
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		target = resolved
	}
	if info, err := os.Stat(target); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("write %s: it is not an ordinary file", path)
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		return fmt.Errorf("make the folder of %s: %w", path, plainReason(err))
	}
	if err := writeAtomic(target, data); err != nil {
		return fmt.Errorf("write %s: %w", path, plainReason(err))
	}
	return nil
}

// replace writes a file that is read again as a small one.
func replace(path string, data []byte) error {
	if len(data) > maxFile {
		return fmt.Errorf("write %s: it would be %w", path, tooLarge())
	}
	return WriteFile(path, data)
}
