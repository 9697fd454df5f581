//go:build !windows

package files_test

import (
	"errors"
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

func link(t *testing.T, to, name string) string {
	t.Helper()
	if err := os.Symlink(to, name); err != nil {
		t.Fatal(err)
	}
	return name
}

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

// The files of the kernel say that they are empty, and are not.
func TestReadOfAFileThatSaysThatItIsEmpty(t *testing.T) {
	const name = "/proc/self/status"
	if _, err := os.Stat(name); err != nil {
		return // not Linux
	}
	got, err := files.Read(t.Context(), name, files.Limits{Bytes: 64 << 10})
	if err != nil || !strings.Contains(string(got.Data), "\nPid:") || !strings.HasPrefix(string(got.Data), "Name:") {
		t.Errorf("%q, %v", got.Data, err)
	}
	if _, err := files.Read(t.Context(), name, files.Limits{Bytes: 10}); err == nil || err.Error() != "too large: more than 0 KiB" {
		t.Error(err)
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

func TestOpenPrivateOfOtherKinds(t *testing.T) {
	for _, create := range []bool{false, true} {
		if _, err := files.OpenPrivate(pipe(t), create); err == nil || err.Error() != "not an ordinary file" {
			t.Errorf("a pipe: %v", err)
		}
		name := put(t, "")
		if err := os.Chmod(name, 0o644); err != nil {
			t.Fatal(err)
		}
		file, err := files.OpenPrivate(name, create)
		if err != nil {
			t.Fatal(err)
		}
		info, err := file.Stat()
		if want := map[bool]fs.FileMode{false: 0o644, true: 0o600}[create]; err != nil || info.Mode() != want {
			t.Errorf("%v instead of %v, %v", info.Mode(), want, err)
		}
		if err := file.Close(); err != nil {
			t.Error(err)
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

// Whatever grows in a pipe is given up when nobody reads it, and not before.
func TestStreamsToPipes(t *testing.T) {
	name := pipe(t)
	const short = time.Millisecond
	want := "nobody reads from this pipe within 1ms"
	for _, grows := range []bool{true, false} {
		if _, err := files.NewStreamWithin(name, files.Private, grows, short); err == nil || err.Error() != want {
			t.Errorf("without a reader: %v", err)
		}
	}
	if err := files.AppendWithin(name, []byte("x"), files.Private, short); err == nil || err.Error() != want {
		t.Errorf("added without a reader: %v", err)
	}
	held := hold(t, name)
	full := []byte(strings.Repeat("x", 1<<20))
	s, err := files.NewStreamWithin(name, files.Private, true, short)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Write(full); err == nil || err.Error() != want {
		t.Errorf("a reader that does not read: %v", err)
	}
	if err := s.Commit(); err != nil {
		t.Error(err)
	}
	read := make(chan int)
	go func() {
		n, buffer := 0, make([]byte, 1<<10)
		for n < len(full) {
			more, err := held.Read(buffer)
			if n += more; err != nil {
				break
			}
		}
		read <- n
	}()
	if s, err = files.NewStream(name, files.Private, true); err != nil {
		t.Fatal(err)
	}
	n, err := s.Write(full)
	if got := <-read; n != len(full) || err != nil || got < len(full) {
		t.Errorf("%d written, %d read, %v", n, got, err)
	}
	_ = s.Commit()
}

// A file that the process has open keeps what others write to it.
func TestWriteToAnOpenFile(t *testing.T) {
	file, err := os.OpenFile(put(t, ""), os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	name := fmt.Sprintf("/dev/fd/%d", file.Fd())
	want := ""
	for _, write := range []func(text string) error{
		func(text string) error { return files.Write(name, []byte(text), files.Private) },
		func(text string) error { return files.Append(name, []byte(text), files.Private) },
		func(text string) error {
			s, err := files.NewStream(name, files.Private, true)
			if err != nil {
				return err
			}
			_, err = s.Write([]byte(text))
			return errors.Join(err, s.Commit())
		},
	} {
		for _, part := range []string{"ours ", "theirs "} {
			do := write
			if part == "ours " {
				do = func(text string) error { _, err := file.WriteString(text); return err }
			}
			if err := do(part); err != nil {
				t.Fatal(err)
			}
			want += part
		}
	}
	if got := content(t, file.Name()); got != want {
		t.Errorf("%q", got)
	}
}

// Under systemd, standard error is a socket, which has no name that can be opened.
func TestWriteToAnOpenSocket(t *testing.T) {
	ends, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs := os.NewFile(uintptr(ends[0]), "ours"), os.NewFile(uintptr(ends[1]), "theirs")
	defer theirs.Close()
	defer ours.Close()
	if err := files.Write(fmt.Sprintf("/dev/fd/%d", ends[0]), []byte("a report"), files.Private); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, 64)
	if n, err := theirs.Read(got); string(got[:n]) != "a report" {
		t.Errorf("%q, %v", got[:n], err)
	}
}

func TestLinksAreFollowed(t *testing.T) {
	name := put(t, "old")
	folder := filepath.Dir(name)
	through := link(t, filepath.Base(name), filepath.Join(folder, "link"))
	if got, err := files.Read(t.Context(), through, files.Limits{Bytes: limit}); err != nil || string(got.Data) != "old" || got.Mode != 0o600 {
		t.Errorf("%v, %v", got, err)
	}
	if err := files.Replace(through, []byte("new"), files.Private); err != nil || content(t, name) != "new" {
		t.Errorf("%v: %s", err, content(t, name))
	}
	if to, err := os.Readlink(through); err != nil || to != filepath.Base(name) {
		t.Errorf("the link is gone: %v", err)
	}
	dangling := link(t, "later", filepath.Join(folder, "dangling"))
	if err := files.Replace(dangling, []byte("x"), files.Readable); err != nil || content(t, filepath.Join(folder, "later")) != "x" {
		t.Error(err)
	}
}

func TestSameThroughLinks(t *testing.T) {
	name := put(t, "x")
	folder := filepath.Dir(name)
	soft := link(t, "file", filepath.Join(folder, "soft"))
	around := link(t, folder, filepath.Join(t.TempDir(), "folder"))
	dangling := link(t, "new", filepath.Join(folder, "dangling"))
	link(t, "loop", filepath.Join(folder, "loop"))
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{name, soft, true},
		{name, around + "/soft", true},
		{filepath.Join(folder, "new"), around + "/new", true},
		{dangling, around + "/new", true},
		{dangling, folder + "/newer", false},
		{folder + "/loop", folder + "/loop", true},
	} {
		isSame(t, test.a, test.b, test.want)
	}
}
