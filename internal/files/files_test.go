package files_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/internal/files"
)

const limit = 100

func put(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func content(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestRead(t *testing.T) {
	whole := strings.Repeat("a", limit)
	name := put(t, whole)
	got, err := files.Read(t.Context(), name, files.Limits{Bytes: limit})
	if err != nil || string(got.Data) != whole || files.Permissions(got.Mode) != 0o600 {
		t.Errorf("%v, %v", got, err)
	}
	long := strings.Repeat("long ", 50<<10)
	if got, err := files.Read(t.Context(), put(t, long), files.Limits{Bytes: 1 << 20}); err != nil || string(got.Data) != long {
		t.Errorf("%d bytes of a long file, %v", len(got.Data), err)
	}
	if got, err := files.Read(t.Context(), put(t, ""), files.Limits{Bytes: limit}); err != nil || len(got.Data) > 0 {
		t.Errorf("%q in an empty file, %v", got.Data, err)
	}
	for want, n := range map[string]string{
		"there is no such file":            name + "x",
		"a directory, not a file":          filepath.Dir(name),
		"too large: more than 0 KiB":       put(t, whole+"a"),
		"a device or socket, not a file":   os.DevNull,
		files.Plain(os.ErrInvalid).Error(): "a\x00b",
	} {
		if _, err := files.Read(t.Context(), n, files.Limits{Bytes: limit}); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", n, err, want)
		}
	}
	if _, err := files.Read(t.Context(), name+"x", files.Limits{Bytes: limit}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the cause is lost: %v", err)
	}
}

// The errors of Windows are whole sentences.
func TestPlainStandsInASentence(t *testing.T) {
	for said, want := range map[string]string{"The handle is invalid.": "the handle is invalid", "no space left on device": "no space left on device", ".": "."} {
		cause := errors.New(said)
		if got := files.Plain(&fs.PathError{Op: "open", Path: "CON", Err: cause}); got.Error() != want || !errors.Is(got, cause) {
			t.Errorf("%q: %q", said, got)
		}
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestReadAll(t *testing.T) {
	got, err := files.ReadAll(t.Context(), io.NopCloser(strings.NewReader("abc")), limit)
	if err != nil || string(got) != "abc" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := files.ReadAll(t.Context(), io.NopCloser(endless{}), 4<<20); err == nil || err.Error() != "too large: more than 4 MiB" {
		t.Errorf("%v", err)
	}
	in, out := io.Pipe()
	defer out.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := files.ReadAll(ctx, in, limit); !errors.Is(err, context.Canceled) {
		t.Errorf("an interrupt: %v", err)
	}
}

func TestText(t *testing.T) {
	for data, want := range map[string]string{
		"a\x00b": "not text: it holds NUL bytes", "\xff\xfea\x00": "not text in UTF-8: it starts with the mark of UTF-16; save it as UTF-8", "p\xe4ss": "not text in UTF-8",
	} {
		if err := files.Text([]byte(data)); err == nil || err.Error() != want {
			t.Errorf("%q: %v", data, err)
		}
	}
	if err := files.Text([]byte("ü\n")); err != nil {
		t.Error(err)
	}
}

func TestReplace(t *testing.T) {
	name := put(t, "old")
	if err := files.Replace(name, []byte("new"), files.Private); err != nil || content(t, name) != "new" {
		t.Errorf("%v: %s", err, content(t, name))
	}
	for want, n := range map[string]string{
		"not an ordinary file":  filepath.Dir(name),
		"there is no such file": filepath.Join(filepath.Dir(name), "none", "file"),
	} {
		if err := files.Replace(n, nil, files.Readable); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", n, err, want)
		}
	}
	if err := files.Replace(filepath.Join(name, "file"), nil, files.Private); err == nil || !strings.HasPrefix(err.Error(), "make its folder: ") {
		t.Error(err)
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(name), ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left over: %v %v", left, err)
	}
}

func TestSame(t *testing.T) {
	name := put(t, "x")
	folder := filepath.Dir(name)
	other := put(t, "x")
	hard := filepath.Join(folder, "hard")
	if err := os.Link(name, hard); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{name, name, true},
		{name, folder + "/./file", true},
		{name, hard, true},
		{name, other, false},
		{name, filepath.Join(folder, "new"), false},
		{filepath.Join(folder, "new"), folder + "/../" + filepath.Base(folder) + "/new", true},
		{filepath.Join(folder, "new"), filepath.Join(filepath.Dir(other), "new"), false},
		{folder + "/none/./new", folder + "/none/new", true},
		{os.DevNull, os.DevNull, false},
	} {
		isSame(t, test.a, test.b, test.want)
	}
	t.Chdir(folder)
	if diff := cmp.Diff([]bool{true, true, false}, []bool{files.Same("file", name), files.Same("new", "./new"), files.Same("new", "newer")}); diff != "" {
		t.Error(diff)
	}
}

func isSame(t *testing.T, a, b string, want bool) {
	t.Helper()
	if got, back := files.Same(a, b), files.Same(b, a); got != want || back != got {
		t.Errorf("%s and %s: %v, %v", a, b, got, back)
	}
}

// A name in a file is relative to the folder of the file, unless it says itself where it starts.
func TestIn(t *testing.T) {
	folder := t.TempDir()
	root := filepath.VolumeName(folder) + string(filepath.Separator)
	for name, want := range map[string]string{
		"":                            "",
		"secret":                      filepath.Join(folder, "secret"),
		"../secret":                   filepath.Join(filepath.Dir(folder), "secret"),
		filepath.Join(root, "secret"): filepath.Join(root, "secret"),
		"/run/secret":                 filepath.VolumeName(folder) + "/run/secret",
	} {
		if got := files.In(folder, name); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
}

func TestOpenPrivate(t *testing.T) {
	name := filepath.Join(t.TempDir(), "record")
	if _, err := files.OpenPrivate(name, false); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("of a file that is not there: %v", err)
	}
	for _, text := range []string{"first", "again"} {
		file, err := files.OpenPrivate(name, true)
		if err != nil {
			t.Fatal(err)
		}
		_, err = file.WriteString(text)
		if err = errors.Join(err, file.Close()); err != nil || content(t, name) != text {
			t.Errorf("%q instead of %q, %v", content(t, name), text, err)
		}
	}
	for _, create := range []bool{true, false} {
		if _, err := files.OpenPrivate(t.TempDir(), create); err == nil {
			t.Error("a folder is opened")
		}
	}
}

// A text is whole also where there is no room for a temporary file, or no longer.
func TestASpoolWithoutRoom(t *testing.T) {
	for _, room := range []bool{false, true} {
		folder := t.TempDir()
		if !room {
			folder = filepath.Join(folder, "none")
		}
		for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
			t.Setenv(name, folder)
		}
		s := files.NewSpool(4)
		for i, part := range []string{"abc", "defg", "hij", "klm"} {
			if room && i == 2 {
				if err := s.Fill(); err != nil {
					t.Fatal(err)
				}
			}
			if n, err := s.Write([]byte(part)); n != len(part) || err != nil {
				t.Errorf("%d, %v", n, err)
			}
		}
		got, err := io.ReadAll(s.Reader())
		if string(got) != "abcdefghijklm" || s.Size() != int64(len(got)) || err != nil {
			t.Errorf("%q, %v", got, err)
		}
		if left, _ := os.ReadDir(os.TempDir()); len(left) > 0 || s.Close() != nil {
			t.Errorf("left over: %v", left)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	name := filepath.Join(b.TempDir(), "openeo.env")
	if err := os.WriteFile(name, make([]byte, 150), 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := files.Read(b.Context(), name, files.Limits{Bytes: 64 << 10}); err != nil {
			b.Fatal(err)
		}
	}
}
