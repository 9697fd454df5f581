//go:build !windows

package files_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/credguide/credguide/internal/files"
)

func pipe(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// hold opens both ends, so that the pipe is neither without a writer nor without a reader.
func hold(t *testing.T, name string) *os.File {
	t.Helper()
	held, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = held.Close() })
	return held
}

func TestReadOfPipes(t *testing.T) {
	name := pipe(t)
	got, err := files.Read(t.Context(), name, files.Limits{Bytes: limit})
	if err != nil || len(got.Data) != 0 || got.Mode&fs.ModeNamedPipe == 0 {
		t.Errorf("without a writer: %v, %v", got, err)
	}
	held := hold(t, name)
	if _, err := files.Read(t.Context(), name, files.Limits{Bytes: limit, Wait: time.Millisecond}); err == nil || err.Error() != "nothing more came within 1ms" {
		t.Errorf("a silent writer: %v", err)
	}
	if _, err := held.WriteString("abc"); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(10*time.Millisecond, func() { _ = held.Close() })
	if got, err := files.Read(t.Context(), name, files.Limits{Bytes: limit, Wait: time.Minute}); err != nil || string(got.Data) != "abc" {
		t.Errorf("%v, %v", got, err)
	}
}

// Shells pass <(command) as the name of a pipe.
func TestReadOfProcessSubstitution(t *testing.T) {
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	time.AfterFunc(10*time.Millisecond, func() {
		_, _ = writer.WriteString("abc") // a failed write shows as missing below
		_ = writer.Close()
	})
	got, err := files.Read(t.Context(), fmt.Sprintf("/dev/fd/%d", reader.Fd()), files.Limits{Bytes: limit, Wait: time.Minute})
	if err != nil || string(got.Data) != "abc" {
		t.Errorf("%v, %v", got, err)
	}
}

func TestModes(t *testing.T) {
	old := syscall.Umask(0o027)
	defer syscall.Umask(old)
	for mode, want := range map[fs.FileMode]fs.FileMode{files.Private: 0o600, files.Readable: 0o640} {
		name := filepath.Join(t.TempDir(), "new", "file")
		if mode == files.Readable {
			name = put(t, "old")
		}
		for range 2 {
			if err := files.Write(name, []byte("x"), mode); err != nil {
				t.Fatal(err)
			}
			info, err := os.Stat(name)
			if err != nil || info.Mode() != want {
				t.Errorf("%o: %v, %v", mode, info.Mode(), err)
			}
			if err := os.Chmod(name, 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestWriteToPipes(t *testing.T) {
	name := pipe(t)
	if err := files.WriteWithin(name, []byte("x"), files.Private, time.Millisecond); err == nil || err.Error() != "nobody reads from this pipe within 1ms" {
		t.Errorf("without a reader: %v", err)
	}
	if err := files.Replace(name, []byte("x"), files.Private); err == nil || err.Error() != "not an ordinary file" {
		t.Errorf("replaced: %v", err)
	}
	held := hold(t, name)
	if err := files.Write(name, []byte("abc"), files.Private); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, 10)
	if n, err := held.Read(got); err != nil || string(got[:n]) != "abc" {
		t.Errorf("%q, %v", got[:n], err)
	}
	full := []byte(strings.Repeat("x", 1<<20))
	if err := files.WriteWithin(name, full, files.Private, time.Millisecond); err == nil || !strings.HasPrefix(err.Error(), "nobody reads") {
		t.Errorf("a reader that does not read: %v", err)
	}
	if err := files.Write(os.DevNull, full, files.Private); err != nil {
		t.Error(err)
	}
}
