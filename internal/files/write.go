package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// The mode of a file follows its content.
const (
	// Private is for secrets and for what tells of an account: its owner only, whatever the umask and the old file.
	Private fs.FileMode = 0o600
	// Readable is for what is meant to be opened, committed or sent. The umask has its say.
	Readable fs.FileMode = 0o644
)

// Replace writes the whole new file beside the old one and renames it, so that a full disk or a crash leaves the old one as
// it was. A symbolic link stays one. A private file gets its folder made. Errors do not name the file.
func Replace(name string, data []byte, mode fs.FileMode) error {
	target := Target(name)
	if info, err := os.Stat(target); err == nil && !info.Mode().IsRegular() {
		return errors.New("not an ordinary file")
	}
	if mode == Private {
		if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
			return fmt.Errorf("make its folder: %w", Plain(err))
		}
	}
	if err := replace(target, data, mode); err != nil {
		return Plain(err)
	}
	return nil
}

// ReplaceSoon is Replace for a private file that may be lost with the power, and whose loss is borne: it does not wait for the
// disk, so that a thousand of them take no longer than their bytes.
func ReplaceSoon(name string, data []byte) error {
	pending, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"*") // only its owner may read it
	if err != nil {
		return Plain(err)
	}
	_, err = pending.Write(data)
	if err = errors.Join(err, pending.Close()); err == nil {
		err = os.Rename(pending.Name(), name)
	}
	if err != nil {
		_ = os.Remove(pending.Name())
	}
	return Plain(err)
}

// Write is Replace for what may also go to a pipe or a device, which is written to as it is.
func Write(name string, data []byte, mode fs.FileMode) error {
	return write(name, data, mode, PipeWait)
}

// Append adds to a file, which is made if it is not there.
func Append(name string, data []byte, mode fs.FileMode) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_APPEND|os.O_CREATE|nonblocking, mode)
	if err != nil {
		return Plain(err)
	}
	_, err = file.Write(data)
	return Plain(errors.Join(err, file.Close()))
}

func write(name string, data []byte, mode fs.FileMode, wait time.Duration) error {
	info, err := os.Stat(name)
	if err != nil || info.Mode().IsRegular() || info.IsDir() {
		return Replace(name, data, mode)
	}
	end := time.Now().Add(wait)
	file, err := os.OpenFile(name, os.O_WRONLY|nonblocking, 0)
	for noReader(err) && info.Mode()&fs.ModeNamedPipe != 0 && time.Now().Before(end) { // a script may start it a moment later
		time.Sleep(pause)
		file, err = os.OpenFile(name, os.O_WRONLY|nonblocking, 0)
	}
	if err == nil {
		_ = file.SetWriteDeadline(end) // of a pipe; a device has none, and takes what it is given
		_, err = file.Write(data)
		err = errors.Join(err, file.Close())
	}
	switch {
	case noReader(err) && info.Mode()&fs.ModeNamedPipe != 0, errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("nobody reads from this pipe within %s", wait)
	case err != nil:
		return Plain(err)
	}
	return nil
}
