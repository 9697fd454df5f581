package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/windows"
)

// nonblocking has no meaning here: a Windows pipe is no file.
const nonblocking = 0

// Permissions are those of the owner: Windows keeps no bits of others, and the mode that Go makes up
// says that everybody may do what the owner may.
func Permissions(mode fs.FileMode) fs.FileMode { return mode & 0o700 }

func noReader(error) bool { return false }

// openAlready: there are no names for open files here.
func openAlready(string) (*os.File, error) { return nil, nil }

// replace renames, which Windows does in one step too. Who may read the file is inherited from its
// folder, whatever the mode.
func replace(target string, data []byte, _ fs.FileMode) error {
	pending, err := os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+"*")
	if err != nil {
		return err
	}
	_, err = pending.Write(data)
	if err == nil {
		err = pending.Sync()
	}
	if closed := pending.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = rename(pending.Name(), target)
	}
	if err != nil {
		_ = os.Remove(pending.Name())
	}
	return err
}

// rename takes the place of a file that others may have open for a moment: a scanner of viruses, or
// another run of this program. Windows refuses that with either error.
func rename(from, to string) error {
	const patience = 2 * time.Second
	for end := time.Now().Add(patience); ; time.Sleep(pause) {
		err := os.Rename(from, to)
		if err == nil || !inUse(err) && !errors.Is(err, windows.ERROR_ACCESS_DENIED) || time.Now().After(end) {
			return err
		}
	}
}

// inUse tells that another program keeps a file for itself.
func inUse(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_LOCK_VIOLATION)
}
