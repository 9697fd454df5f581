package files

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Same tells whether two names stand for one file, however they are spelt and through whatever
// links, also where the file is not there yet. What is written to and read from without being
// replaced (a terminal, /dev/null) is never the same.
func Same(a, b string) bool {
	a, b = Target(a), Target(b)
	first, errA := os.Stat(a)
	second, errB := os.Stat(b)
	if errA == nil && errB == nil {
		return os.SameFile(first, second) && first.Mode()&fs.ModeDevice == 0
	}
	if errA == nil || errB == nil || !sameName(filepath.Base(a), filepath.Base(b)) {
		return false
	}
	first, errA = os.Stat(filepath.Dir(a))
	second, errB = os.Stat(filepath.Dir(b))
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
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(name), to)
		}
		name = to
	}
	return name
}
