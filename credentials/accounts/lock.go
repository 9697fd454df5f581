package accounts

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
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

// lock keeps other runs away from a file while it is read, changed and replaced. The lock is on a
// file beside it, since the file itself is replaced, and the system takes it back when a run ends
// in whatever way. Where a file system has no locks, there is none.
func lock(ctx context.Context, path string) (unlock func(), err error) {
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		path = resolved
	}
	return lockBeside(ctx, path)
}

// lockBeside is lock for a path that is no link.
func lockBeside(ctx context.Context, path string) (unlock func(), err error) {
	name := lockName(path)
	until := time.Now().Add(lockWait)
	ours, err := among(ctx, name, path, until)
	if err != nil {
		return nil, err
	}
	theirs, err := lockFile(ctx, name, path, until)
	if err != nil {
		ours()
		return nil, err
	}
	return func() { theirs(); ours() }, nil
}

func lockName(path string) string {
	return filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".lock")
}

// Hold takes a lock for as long as the program runs, or until it is let go. Whoever comes second
// does not wait: held tells. A program that is killed lets go too.
func Hold(name string) (letGo func(), held bool, err error) {
	file, err := openLock(name, name)
	if err != nil {
		return nil, false, err
	}
	if err := tryLock(file); err != nil {
		_ = file.Close()
		if errors.Is(err, errBusy) {
			return nil, false, nil
		}
		return nil, false, fmt.Errorf("lock %s: %w", name, err)
	}
	return func() { _ = file.Close() }, true, nil
}

// places are one for each lock's file, for this process: who waits here goes on at once, and need
// not ask the system again and again.
var places = struct {
	sync.Mutex
	of map[string]chan struct{}
}{of: map[string]chan struct{}{}}

// among waits for the others of this process.
func among(ctx context.Context, name, path string, until time.Time) (leave func(), err error) {
	places.Lock()
	turn, ok := places.of[name]
	if !ok {
		turn = make(chan struct{}, 1)
		places.of[name] = turn
	}
	places.Unlock()
	leave = func() { <-turn }
	select {
	case turn <- struct{}{}:
		return leave, nil
	default:
	}
	late := time.NewTimer(time.Until(until))
	defer late.Stop()
	select {
	case turn <- struct{}{}:
		return leave, nil
	case <-late.C:
		return nil, busy(path)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// lockFile waits for other processes.
func lockFile(ctx context.Context, name, path string, until time.Time) (unlock func(), err error) {
	file, err := openLock(name, path)
	if err != nil {
		return nil, err
	}
	if err := waitFor(ctx, file, path, until); err != nil {
		_ = file.Close()
		return nil, err
	}
	return func() { _ = file.Close() }, nil
}

func openLock(name, path string) (*os.File, error) {
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", path, files.Plain(err))
	}
	return file, nil
}

// waitFor takes the lock as soon as no other process has it.
func waitFor(ctx context.Context, file *os.File, path string, until time.Time) error {
	for errors.Is(tryLock(file), errBusy) {
		if time.Now().After(until) {
			return busy(path)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lockPause):
		}
	}
	return nil
}

func busy(path string) error {
	return fmt.Errorf("another run of credguide has been changing %s for %s; try again when it has ended", path, lockWait)
}
