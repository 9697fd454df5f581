//go:build acceptance

// Package labdir is the laboratory's place on disk: where distributions,
// snapshots and environments are kept between runs, and the lock that lets
// two test processes prepare the same thing without treading on each other.
package labdir

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Variable names the environment variable that moves the laboratory.
const Variable = "CREDGUIDE_LAB_DIR"

// Path joins the elements below the laboratory's folder and makes sure that
// the folder which holds the last one exists.
func Path(elements ...string) (string, error) {
	root := os.Getenv(Variable)
	if root == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("find a place for the laboratory (set %s): %w", Variable, err)
		}
		root = filepath.Join(cache, "credguide-lab")
	}
	path, err := filepath.Abs(filepath.Join(append([]string{root}, elements...)...))
	if err != nil {
		return "", err
	}
	return path, os.MkdirAll(filepath.Dir(path), 0o755)
}

// Lock waits until no other process holds the lock of that name. The kernel
// releases it when the process ends, however it ends.
func Lock(name string) (release func(), err error) {
	path, err := Path(name + ".lock")
	if err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open the laboratory's lock: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		file.Close()
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return func() { file.Close() }, nil
}

// Once makes the folder at path by calling build with a fresh temporary
// folder beside it, unless the folder is there already. A build that fails or
// is killed leaves nothing that a later run could mistake for a whole one.
// The caller holds a Lock.
func Once(path string, build func(temporary string) error) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	temporary := path + ".unfinished"
	if err := os.RemoveAll(temporary); err != nil {
		return err
	}
	if err := os.MkdirAll(temporary, 0o755); err != nil {
		return err
	}
	if err := build(temporary); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}

// Keyed is a path below the name for what is made of these files: another one
// for each state of theirs.
func Keyed(name string, files fs.FS) (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, path)
		fmt.Fprintf(sum, "%s %d\n%s", path, len(content), content)
		return err
	})
	if err != nil {
		return "", err
	}
	return Path(name, hex.EncodeToString(sum.Sum(nil)[:8]))
}
