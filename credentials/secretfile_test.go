package credentials_test

import (
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credguide/credguide/credentials"
)

func TestNamedFileThatCannotBeRead(t *testing.T) {
	tests := map[string]struct {
		name func(m *machine) string
		want string
	}{
		"missing":   {func(m *machine) string { return filepath.Join(m.home, "none") }, "there is no such file"},
		"folder":    {func(m *machine) string { return m.home }, "a directory, not a file"},
		"too large": {func(m *machine) string { return m.file("s", strings.Repeat("a", 65537), 0o600) }, "too large: more than 64 KiB"},
		"NUL":       {func(m *machine) string { return m.file("s", "a\x00b", 0o600) }, "not text: it holds NUL bytes"},
		"UTF-16":    {func(m *machine) string { return m.file("s", "\xff\xfea\x00", 0o600) }, "not text in UTF-8: it starts with the mark of UTF-16; save it as UTF-8"},
		"Latin-1":   {func(m *machine) string { return m.file("s", "p\xe4ss", 0o600) }, "not text in UTF-8"},
		"no name":   {func(*machine) string { return "" }, "the file name is empty"},
		"no stdin":  {func(*machine) string { return "-" }, "there is no standard input"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t)
			m.query.SecretFile = flag(test.name(m))
			r := m.resolve()
			if len(r.Unreadable) != 1 || r.Unreadable[0].Reason != test.want || !r.Unreadable[0].Explicit {
				t.Fatalf("%+v, want %s", r.Unreadable, test.want)
			}
			if name == "no stdin" {
				return
			}
			m.query.SecretFile, m.query.CredentialsFile = credentials.Flag{}, m.query.SecretFile
			if r := m.resolve(); len(r.Unreadable) != 1 || r.Unreadable[0].Reason != test.want || r.Unreadable[0].Source.Kind != credentials.KindDotenv {
				t.Errorf("as a credentials file: %+v", r.Unreadable)
			}
		})
	}
}

func TestLargestFileIsRead(t *testing.T) {
	m := newMachine(t)
	m.query.SecretFile = flag(m.file("s", strings.Repeat("a", 65536), 0o600))
	if r := m.resolve(); r.Secret.Len() != 65536 {
		t.Errorf("%d characters, %v", r.Secret.Len(), r.Unreadable)
	}
}

func TestEndlessInputIsBounded(t *testing.T) {
	m := newMachine(t)
	m.query.SecretFile, m.query.Stdin = flag("-"), endless{}
	if r := m.resolve(); len(r.Unreadable) != 1 || r.Unreadable[0].Reason != "too large: more than 64 KiB" {
		t.Errorf("%+v", r.Unreadable)
	}
}

func TestInterruptEndsTheWaitForStandardInput(t *testing.T) {
	m := newMachine(t)
	in, out := io.Pipe()
	defer out.Close()
	m.query.SecretFile, m.query.Stdin = flag("-"), in
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := credentials.Resolve(ctx, m.query); err == nil {
		t.Error("an interrupt is no error")
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return copy(p, strings.Repeat("a", len(p))), nil }

func TestHostileFileNamesAreShownHarmlessly(t *testing.T) {
	m := newMachine(t)
	m.query.SecretFile = flag("no\x1b[31m\nfile")
	r := m.resolve()
	for _, text := range []string{r.Unreadable[0].String(), r.Looked[0].String(), r.Unreadable[0].Source.String()} {
		if strings.ContainsAny(text, "\x1b\n") {
			t.Errorf("%q", text)
		}
	}
}
