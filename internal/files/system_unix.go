//go:build !windows

package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/google/renameio/v2"
)

// nonblocking keeps an open of a pipe whose other end is not there from waiting; what follows waits
// in the runtime's poller and can be ended.
const nonblocking = syscall.O_NONBLOCK

// Permissions are the bits of a file's mode that tell who may do what with it.
func Permissions(mode fs.FileMode) fs.FileMode { return mode.Perm() }

// noReader tells a pipe that nobody reads from.
func noReader(err error) bool { return errors.Is(err, syscall.ENXIO) }

// openAlready is the file that a name such as /dev/stderr or /dev/fd/3 stands for, with the position
// that its other writers have; nil: the name is another one.
func openAlready(name string) (*os.File, error) {
	name = filepath.Clean(name)
	fd, ok := map[string]int{"/dev/stdout": 1, "/dev/stderr": 2}[name]
	for _, folder := range []string{"/dev/fd/", "/proc/self/fd/"} {
		if n, err := strconv.Atoi(strings.TrimPrefix(name, folder)); err == nil && strings.HasPrefix(name, folder) {
			fd, ok = n, true
		}
	}
	if !ok {
		return nil, nil
	}
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	own, err := syscall.Dup(fd)
	if err != nil {
		return nil, err
	}
	syscall.CloseOnExec(own)
	return os.NewFile(uintptr(own), name), nil
}

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

// inUse: a file can be read and replaced whoever has it open.
func inUse(error) bool { return false }
