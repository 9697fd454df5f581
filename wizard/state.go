package wizard

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// maxState bounds a saved state; a real one has a few hundred bytes.
const maxState = 1 << 20

// Save writes a file that only its owner may read, whole or not at all.
func Save(path string, data []byte) (err error) {
	target := path
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		target = resolved // a link stays one
	}
	if info, err := os.Stat(target); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("write %s: it is not an ordinary file", path)
	}
	dir := filepath.Dir(target)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the folder of %s: %w", path, reason(err))
	}
	temporary, err := os.CreateTemp(dir, ".credguide-*") // made with mode 0600
	if err != nil {
		return fmt.Errorf("write %s: %w", path, reason(err))
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("write %s: %w", path, reason(err))
			_ = os.Remove(temporary.Name()) // what is left of a failure
		}
	}()
	_, err = temporary.Write(data)
	if err == nil {
		err = temporary.Sync() // a full disk may tell only now
	}
	if closed := temporary.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(temporary.Name(), target)
}

// LoadState reads a saved state; fs.ErrNotExist when there is none.
func (i *Interview) LoadState(path string) (Answers, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Answers{}, fmt.Errorf("read %s: %w", path, reason(err))
	}
	if !info.Mode().IsRegular() || info.Size() > maxState {
		return Answers{}, fmt.Errorf("read %s: it is no saved state", path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return Answers{}, fmt.Errorf("read %s: %w", path, reason(err))
	}
	return i.ReadState(path, data)
}

// Forget removes a saved state. It is not there either way afterwards, unless there is an error.
func Forget(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove %s: %w", path, reason(err))
	}
	return nil
}

// reason is the error without the path, which the caller names.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	var l *os.LinkError
	if errors.As(err, &l) {
		return l.Err
	}
	return err
}
