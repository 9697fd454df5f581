//go:build !windows

package check

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials/accounts"
)

// The secret of an entry that is not checked is read to be kept out of its report. Where a folder
// does not answer, that is found out once, however many entries have their secret there: the
// deadline of a list is over by then.
func TestASilentFolderIsWaitedForOnce(t *testing.T) {
	dir := t.TempDir()
	pipe, file := filepath.Join(dir, "pipe"), filepath.Join(dir, "file")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	open, err := os.OpenFile(pipe, os.O_RDWR, 0) // somebody who never writes
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = open.Close() }()
	if err := os.WriteFile(file, []byte("Zk7dK2wQ9xL4vB8n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := &checker{App: &app.App{Sys: app.System{Now: time.Now, Lookup: func(string) (string, bool) { return "", false }}}}
	secretOf := func(name string) string {
		entry := accounts.Entry{Account: accounts.Account{Name: "a", ClientID: "x", Source: accounts.Source{Kind: accounts.SecretFile, Name: name}}}
		secret := c.ownSecret(t.Context(), entry, accounts.List{Folder: dir})
		return secret.Reveal()
	}
	if secretOf(file) == "" {
		t.Fatal("the secret is not read")
	}
	if secretOf(pipe) != "" || !c.silent.has(dir) {
		t.Fatal("a pipe to which nobody writes answers")
	}
	if secretOf(file) != "" {
		t.Error("the folder is asked again at once")
	}
	if other := filepath.Join(t.TempDir(), "file"); os.WriteFile(other, []byte("Zk7dK2wQ9xL4vB8n"), 0o600) != nil || secretOf(other) == "" {
		t.Error("another folder is not asked")
	}
	c.silent.folders[dir] = time.Now().Add(-2 * forgive)
	if secretOf(file) == "" {
		t.Error("it is never asked again")
	}
}
