//go:build !windows

package credentials_test

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

func pipe(t *testing.T, m *machine) string {
	t.Helper()
	path := filepath.Join(m.home, "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	m.query.SecretFile = flag(path)
	return path
}

func TestPipeWithoutWriterDoesNotBlock(t *testing.T) {
	m := newMachine(t)
	pipe(t, m)
	if r := m.resolve(); !r.SecretSetButEmpty {
		t.Errorf("%+v", r.Unreadable)
	}
}

func TestPipeThatStaysSilentIsGivenUp(t *testing.T) {
	m := newMachine(t)
	path := pipe(t, m)
	writer, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	m.query.PipeWait = 50 * time.Millisecond
	r := m.resolve()
	if len(r.Unreadable) != 1 || r.Unreadable[0].Reason != "nothing more came within 50ms" {
		t.Errorf("%+v", r.Unreadable)
	}
}

// Shells pass <(command) as the name of a pipe.
func TestPipeWithWriterIsRead(t *testing.T) {
	m := newMachine(t)
	path := pipe(t, m)
	reader, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := reader.WriteString("s1"); err != nil {
		t.Fatal(err)
	}
	done := time.AfterFunc(50*time.Millisecond, func() { reader.Close() })
	defer done.Stop()
	if r := m.resolve(); r.Secret.Reveal() != "s1" || len(r.Exposed) != 0 {
		t.Errorf("%+v", r.Unreadable)
	}
}

func TestDevicesAreNotRead(t *testing.T) {
	m := newMachine(t)
	m.query.SecretFile = flag("/dev/zero")
	if r := m.resolve(); len(r.Unreadable) != 1 || r.Unreadable[0].Reason != "a device or socket, not a file" {
		t.Errorf("%+v", r.Unreadable)
	}
}

func TestProcessSubstitutionIsRead(t *testing.T) {
	m := newMachine(t)
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	time.AfterFunc(50*time.Millisecond, func() {
		// A failed write shows as a missing secret below.
		_, _ = writer.WriteString("s1\n")
		_ = writer.Close()
	})
	m.query.SecretFile = flag(fmt.Sprintf("/dev/fd/%d", reader.Fd()))
	if r := m.resolve(); r.Secret.Reveal() != "s1\n" {
		t.Errorf("%q, %+v", r.Secret.Reveal(), r.Unreadable)
	}
}
