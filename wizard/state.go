package wizard

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/credguide/credguide/internal/files"
)

// maxState bounds a saved state; a real one has a few hundred bytes.
const maxState = 1 << 20

// Save writes a file that only its owner may read, whole or not at all.
func Save(path string, data []byte) error {
	if err := files.Replace(path, data, files.Private); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// LoadState reads a saved state; fs.ErrNotExist when there is none.
func (i *Interview) LoadState(path string) (Answers, error) {
	state, err := files.Read(context.Background(), path, files.Limits{Bytes: maxState})
	if err != nil {
		return Answers{}, fmt.Errorf("read %s: %w", path, err)
	}
	return i.ReadState(path, state.Data)
}

// Forget removes a saved state. It is not there either way afterwards, unless there is an error.
func Forget(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove %s: %w", path, files.Plain(err))
	}
	return nil
}
