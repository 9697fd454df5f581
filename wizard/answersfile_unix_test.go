//go:build unix

package wizard

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTheStateBehindALink(t *testing.T) {
	path, link := filepath.Join(t.TempDir(), "register.yaml"), filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	if err := Save(link, []byte("client_id: x1\n")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode().IsRegular() {
		t.Errorf("the link is gone: %v", err)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "client_id: x1\n" {
		t.Errorf("%q, %v", data, err)
	}
}
