package accounts

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/credguide/credguide/internal/files"
)

const (
	// lockWait bounds how long one run waits for another. A change takes milliseconds.
	lockWait  = 10 * time.Second
	lockPause = 15 * time.Millisecond
)

// errBusy is the answer of tryLock while somebody else has the lock.
var errBusy = errors.New("locked")

// lock keeps other runs away from a file while it is read, changed and replaced. The lock is on a file beside it, since the
// file itself is replaced, and the system takes it back when a run ends in whatever way. Where a file system has no locks,
// there is none.
func lock(ctx context.Context, path string) (unlock func(), err error) {
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		path = resolved
	}
	name := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".lock")
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", path, files.Plain(err))
	}
	until := time.Now().Add(lockWait)
	for {
		err := tryLock(file)
		if !errors.Is(err, errBusy) {
			return func() { _ = file.Close() }, nil
		}
		if time.Now().After(until) {
			_ = file.Close()
			return nil, fmt.Errorf("another run of credguide has been changing %s for %s; try again when it has ended", path, lockWait)
		}
		select {
		case <-ctx.Done():
			_ = file.Close()
			return nil, ctx.Err()
		case <-time.After(lockPause):
		}
	}
}
