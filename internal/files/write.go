package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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

// OpenPrivate opens a private file that is written over in its place. With create, one is made
// where there is none, and others lose their right to it; else, one that may not be written is
// opened to be read. A pipe keeps nobody waiting: it is refused, as all is that is no regular file.
func OpenPrivate(name string, create bool) (*os.File, error) {
	flags := os.O_RDWR | nonblocking
	if create {
		flags |= os.O_CREATE
	}
	file, err := os.OpenFile(name, flags, Private)
	if err != nil && !create {
		file, err = os.OpenFile(name, os.O_RDONLY|nonblocking, 0)
	}
	if err != nil {
		return nil, Plain(err)
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("not an ordinary file")
	}
	if err != nil {
		_ = file.Close()
		return nil, Plain(err)
	}
	if create && info.Mode().Perm()&^Private != 0 {
		_ = file.Chmod(Private) // Windows has no such modes
	}
	return file, nil
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
