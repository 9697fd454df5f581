package files

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Same tells whether two names stand for one file, however they are spelt and through whatever
// links, also where the file is not there yet. What is written to and read from without being
// replaced (a terminal, /dev/null) is never the same.
func Same(a, b string) bool { return IdentityOf(a).Same(IdentityOf(b)) }

// Identity is what a name stands for, to be compared with many others.
type Identity struct {
	name string // behind all links
	info fs.FileInfo
	err  error
}

// IdentityOf looks a name up, with the patience of a read.
func IdentityOf(name string) Identity {
	found, err := within(context.Background(), name, PipeWait, func() (Identity, error) {
		target := Target(name)
		info, err := stat(target)
		return Identity{target, info, err}, nil
	}, func(Identity) {})
	if err != nil {
		return Identity{name: name, err: err}
	}
	return found
}

// Silent tells that the file system did not answer.
func (i Identity) Silent() bool { return errors.Is(i.err, ErrSilent) }

// Same is as the function of that name.
func (i Identity) Same(other Identity) bool {
	if i.err == nil && other.err == nil {
		return os.SameFile(i.info, other.info) && i.info.Mode()&fs.ModeDevice == 0
	}
	a, b := i.name, other.name
	if i.Silent() || other.Silent() { // there is only the name to go by
		return filepath.Clean(a) == filepath.Clean(b)
	}
	if i.err == nil || other.err == nil || !sameName(filepath.Base(a), filepath.Base(b)) {
		return false
	}
	first, errA := Stat(context.Background(), filepath.Dir(a))
	second, errB := Stat(context.Background(), filepath.Dir(b))
	if errA != nil || errB != nil {
		return filepath.Clean(a) == filepath.Clean(b)
	}
	return os.SameFile(first, second)
}

// sameName compares the names of files that are not there yet, so that the file system cannot be
// asked.
func sameName(a, b string) bool {
	return a == b || (runtime.GOOS == "windows" || runtime.GOOS == "darwin") && strings.EqualFold(a, b)
}

// Target follows symbolic links to the file that they stand for, which need not be there: writing
// through a link keeps it.
func Target(name string) string {
	const most = 40 // as Linux bounds them
	for range most {
		to, err := os.Readlink(name)
		if err != nil {
			return name
		}
		name = In(filepath.Dir(name), to)
	}
	return name
}

// In is a name as a file of the folder has it: a relative one belongs to the folder. On Windows a
// name such as \lab\secret is of the folder's drive, and one such as C:secret, of the current
// folder of that drive, has nothing to do with it.
func In(folder, name string) string {
	switch {
	case name == "" || filepath.IsAbs(name):
		return name
	case os.IsPathSeparator(name[0]):
		return filepath.VolumeName(folder) + name
	case filepath.VolumeName(name) != "":
		if whole, err := filepath.Abs(name); err == nil {
			return whole
		}
		return name
	}
	return filepath.Join(folder, name)
}
