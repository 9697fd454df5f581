package files_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/windows"

	"github.com/credguide/credguide/internal/files"
)

// alone keeps a file from all others, as many editors and a scanner of viruses do.
func alone(t *testing.T, name string) *os.File {
	t.Helper()
	wide, err := windows.UTF16PtrFromString(name)
	if err != nil {
		t.Fatal(err)
	}
	handle, err := windows.CreateFile(wide, windows.GENERIC_READ, 0, nil, windows.OPEN_EXISTING, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		t.Fatal(err)
	}
	return os.NewFile(uintptr(handle), name)
}

func TestAFileThatAnotherProgramHasOpen(t *testing.T) {
	name := put(t, "old")
	held := alone(t, name)
	if _, err := files.Read(t.Context(), name, files.Limits{Bytes: limit}); err == nil || err.Error() != "another program has this file open" {
		t.Errorf("%v", err)
	}
	time.AfterFunc(50*time.Millisecond, func() { _ = held.Close() })
	if err := files.Replace(name, []byte("new"), files.Private); err != nil || content(t, name) != "new" {
		t.Errorf("not replaced when it is free: %v", err)
	}
}

// A name that starts at the root is of the folder's drive, and one of a drive's current folder is of
// no other folder.
func TestInDrives(t *testing.T) {
	t.Chdir(t.TempDir())
	here, err := filepath.Abs("secret")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		`\run\secret`:                        `Q:\run\secret`,
		"/run/secret":                        "Q:/run/secret",
		`R:\secret`:                          `R:\secret`,
		`\\server\share\secret`:              `\\server\share\secret`,
		filepath.VolumeName(here) + "secret": here,
	} {
		if got := files.In(`Q:\lab`, name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// Windows keeps no permissions of others.
func TestPermissions(t *testing.T) {
	if got := files.Permissions(fs.FileMode(0o666)); got != 0o600 {
		t.Errorf("%o", got)
	}
}
