//go:build !windows

package credentials

import (
	"path/filepath"

	"github.com/google/renameio/v2"
)

// writeAtomic replaces the file with one that only the user may read, also
// where the old one was open to others.
func writeAtomic(target string, data []byte) error {
	pending, err := renameio.NewPendingFile(target,
		renameio.WithTempDir(filepath.Dir(target)), renameio.WithStaticPermissions(0o600))
	if err != nil {
		return err
	}
	if _, err := pending.Write(data); err != nil {
		return discard(pending, err)
	}
	if err := pending.CloseAtomicallyReplace(); err != nil {
		return discard(pending, err)
	}
	return nil
}

// discard removes the unfinished file; what went wrong before is the error
// that counts.
func discard(pending *renameio.PendingFile, err error) error {
	_ = pending.Cleanup()
	return err
}
