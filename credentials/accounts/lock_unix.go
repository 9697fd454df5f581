//go:build !windows

package accounts

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// tryLock ends with release, or with the closing of the file.
func tryLock(file *os.File) error {
	err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) || errors.Is(err, unix.EINTR) {
		return errBusy
	}
	return err
}

func release(file *os.File) { _ = unix.Flock(int(file.Fd()), unix.LOCK_UN) }
