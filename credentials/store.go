package credentials

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/credguide/credguide/internal/files"
)

// Entry is what is kept: a client ID with its secret, and what a client
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
	Narrowed bool   // others could read the file before and no longer can
	// ForShells: a value is spelt as only a shell reads it, and python-dotenv does not.
	ForShells bool
}

func (e Entry) check() error {
	switch {
	case e.ClientID == "":
		return errors.New("there is no client ID to store")
	case e.Secret.IsZero():
		return errors.New("there is no client secret to store")
	case files.Text([]byte(e.ClientID)) != nil, files.Text([]byte(e.Secret.Reveal())) != nil:
		return errors.New("the client ID or secret is not text, so it cannot be stored")
	}
	return nil
}

// existing reads the file that is to be merged into; without one there is
// nothing in it. A file that cannot be read as text is an error: writing
// would lose it.
func existing(path string) (files.Content, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return files.Content{}, fmt.Errorf("keep the old %s: it is not an ordinary file", path)
	}
	old, err := readText(context.Background(), path, 0)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return files.Content{}, nil
	case err != nil:
		return files.Content{}, fmt.Errorf("keep the old %s: %w", path, err)
	}
	return old, nil
}

// replace writes the whole new file or nothing.
func replace(path string, data []byte) error {
	if len(data) > maxFile {
		return fmt.Errorf("write %s: it would be larger than %s", path, files.Size(maxFile))
	}
	if err := files.Replace(path, data, files.Private); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
