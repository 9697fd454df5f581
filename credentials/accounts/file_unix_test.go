//go:build unix

package accounts_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credguide/credguide/credentials/accounts"
)

// The link stays one: people keep such files in a repository of their own.
func TestFileBehindALink(t *testing.T) {
	f := newFile(t, "- {name: a, keyring: true}\n")
	link := accounts.File{Path: filepath.Join(t.TempDir(), "accounts.yaml")}
	if err := os.Symlink(f.Path, link.Path); err != nil {
		t.Fatal(err)
	}
	if err := link.Add(t.Context(), accounts.Account{Name: "b", Source: keyring}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link.Path); err != nil || info.Mode()&os.ModeSymlink == 0 || !strings.Contains(content(t, f), "name: b") {
		t.Errorf("%v, %v", info, err)
	}
}
