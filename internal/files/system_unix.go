//go:build !windows

package files

import (
	"errors"
	"io/fs"
	"path/filepath"
	"syscall"

	"github.com/google/renameio/v2"
)

// nonblocking keeps an open of a pipe whose other end is not there from waiting; what follows waits
// in the runtime's poller and can be ended.
const nonblocking = syscall.O_NONBLOCK

// noReader tells a pipe that nobody reads from.
func noReader(err error) bool { return errors.Is(err, syscall.ENXIO) }

func replace(target string, data []byte, mode fs.FileMode) error {
	permissions := renameio.WithPermissions(mode)
	if mode == Private {
		permissions = renameio.WithStaticPermissions(mode)
	}
	pending, err := renameio.NewPendingFile(target, renameio.WithTempDir(filepath.Dir(target)), permissions)
	if err != nil {
		return err
	}
	if _, err = pending.Write(data); err == nil {
		err = pending.CloseAtomicallyReplace()
	}
	if err != nil {
		_ = pending.Cleanup() // what went wrong before is the error that counts
	}
	return err
}
