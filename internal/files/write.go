package files

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// The mode of a file follows its content.
const (
	// Private is for secrets and for what tells of an account: its owner only, whatever the umask
	// and the old file.
	Private fs.FileMode = 0o600
	// Readable is for what is meant to be opened, committed or sent. The umask has its say.
	Readable fs.FileMode = 0o644
)

// Replace writes the whole new file beside the old one and renames it, so that a full disk or a
// crash leaves the old one as it was. A symbolic link stays one. A private file gets its folder
// made. Errors do not name the file.
func Replace(name string, data []byte, mode fs.FileMode) error {
	target := Target(name)
	if info, err := os.Stat(target); err == nil && !info.Mode().IsRegular() {
		return errors.New("not an ordinary file")
	}
	if mode == Private {
		if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
			return fmt.Errorf("make its folder: %w", Plain(err))
		}
	}
	if err := replace(target, data, mode); err != nil {
		return Plain(err)
	}
	return nil
}

// Overwrite writes over a small private file of text whose loss is borne: it makes no new file and
// does not wait for the disk, so that a thousand of them take no longer than their bytes. Where the
// old text was longer, blank lines fill the rest, so that who reads at the same moment sees one of
// the two or a torn one, and never one behind the other.
func Overwrite(name string, data []byte) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|nonblocking, Private)
	if err != nil {
		return Plain(err)
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	switch {
	case err != nil:
		return Plain(err)
	case !info.Mode().IsRegular():
		return errors.New("not an ordinary file")
	}
	if info.Mode().Perm()&^Private != 0 {
		_ = file.Chmod(Private) // Windows has no such modes
	}
	const most = 64 << 10
	old := int(min(info.Size(), most))
	if old > len(data) {
		data = append(slices.Clip(data), bytes.Repeat([]byte("\n"), old-len(data))...)
	}
	_, err = file.WriteAt(data, 0)
	if err == nil && info.Size() > most {
		err = file.Truncate(int64(len(data)))
	}
	return Plain(err)
}

// Write is Replace for what may also go to a pipe or a device, which is written to as it is.
func Write(name string, data []byte, mode fs.FileMode) error {
	return write(name, data, mode, PipeWait)
}

func write(name string, data []byte, mode fs.FileMode, wait time.Duration) error {
	asItIs, err := toPlace(name, wait)
	switch {
	case err != nil:
		return err
	case asItIs == nil:
		return Replace(name, data, mode)
	}
	_, err = asItIs.Write(data)
	return errors.Join(err, asItIs.Close())
}

// Append adds to a file, which is made if it is not there.
func Append(name string, data []byte, mode fs.FileMode) error {
	return appendTo(name, data, mode, PipeWait)
}

func appendTo(name string, data []byte, mode fs.FileMode, wait time.Duration) error {
	asItIs, err := toPlace(name, wait)
	if err != nil {
		return err
	}
	if asItIs == nil {
		file, err := os.OpenFile(name, os.O_WRONLY|os.O_APPEND|os.O_CREATE, mode)
		if err != nil {
			return Plain(err)
		}
		asItIs = &place{file, wait}
	}
	_, err = asItIs.Write(data)
	return errors.Join(err, asItIs.Close())
}
