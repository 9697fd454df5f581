package files

import (
	"io/fs"
	"os"
	"path/filepath"
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
		err = os.Rename(pending.Name(), target)
	}
	if err != nil {
		_ = os.Remove(pending.Name())
	}
	return err
}
