package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// MayWrite refuses to replace a file unless told to, and a place that cannot hold one.
func MayWrite(file string, force bool) error {
	if err := CanHold(file); err != nil {
		return err
	}
	info, err := os.Lstat(file)
	if errors.Is(err, fs.ErrNotExist) || force || err == nil && !info.Mode().IsRegular() && info.Mode()&fs.ModeSymlink == 0 {
		return nil
	}
	return WithHint(fmt.Errorf("%s is there already", file), "--force writes over it")
}

// WriteShared puts the whole file there or nothing, with the usual permissions: it holds nothing secret and is meant to be
// opened, committed or sent. What is no regular file (a pipe, a device) is written to as it is.
func WriteShared(name string, text []byte) error {
	if followed, err := filepath.EvalSymlinks(name); err == nil {
		name = followed // keep the link and replace what it points to
	}
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		file, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		_, err = file.Write(text)
		return errors.Join(err, file.Close())
	}
	// Not os.CreateTemp, whose files are private: here the umask is to decide.
	temporary, err := os.OpenFile(filepath.Join(filepath.Dir(name), ".credguide-"+strconv.Itoa(os.Getpid())+"-"+filepath.Base(name)), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = temporary.Write(text)
	err = errors.Join(err, temporary.Sync(), temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temporary.Name()))
	}
	return nil
}

// CanHold finds out before anything is sent whether a report can be written there afterwards.
func CanHold(file string) error {
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		return fmt.Errorf("%s is a folder", file)
	}
	info, err := os.Stat(filepath.Dir(file))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the folder %s does not exist", filepath.Dir(file))
	}
	if err == nil && !info.IsDir() {
		return fmt.Errorf("%s is not a folder", filepath.Dir(file))
	}
	return err
}
