package credentials

import (
	"os"
	"path/filepath"
)

// writeAtomic replaces the file by a rename, which Windows does in one step
// too. Who may read it is inherited from the user's folder.
func writeAtomic(target string, data []byte) (err error) {
	pending, err := os.CreateTemp(filepath.Dir(target), ".credguide-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = pending.Close()
			_ = os.Remove(pending.Name())
		}
	}()
	if _, err = pending.Write(data); err != nil {
		return err
	}
	if err = pending.Sync(); err != nil {
		return err
	}
	if err = pending.Close(); err != nil {
		return err
	}
	return os.Rename(pending.Name(), target)
}
