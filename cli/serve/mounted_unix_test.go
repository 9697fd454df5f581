//go:build unix

package serve

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// mounted is a list as Kubernetes mounts it: a link to a link to a folder, which is swapped as a
// whole.
func mounted(t *testing.T, dir, version, text string) string {
	t.Helper()
	folder := filepath.Join(dir, version)
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	file := put(t, filepath.Join(folder, "list.yaml"), text)
	old := time.Now().Add(-1000 * time.Hour) // the time of a file says little
	if err := os.Chtimes(file, old, old); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(version, filepath.Join(dir, "..data_tmp")); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(dir, "..data_tmp"), filepath.Join(dir, "..data")); err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(dir, "list.yaml")
	if _, err := os.Lstat(list); err != nil {
		if err := os.Symlink(filepath.Join("..data", "list.yaml"), list); err != nil {
			t.Fatal(err)
		}
	}
	return list
}

func TestAMountedListIsReadAgain(t *testing.T) {
	dir := t.TempDir()
	list := mounted(t, dir, "v1", entries(issuer, "stays", "goes"))
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		m, said := start(t, w, &flags{every: time.Hour}, list)
		stop := running(t, m, nil)
		defer stop()
		time.Sleep(time.Minute)
		mounted(t, dir, "v2", entries(issuer, "stays", "comes"))
		time.Sleep(time.Minute)
		has(t, said.String(), "the list was read again: 2 accounts, 1 new, 1 gone\n")
		metrics := get(t, m, "/metrics", http.StatusOK)
		has(t, metrics, `name="stays"`, `name="comes"`, "credguide_list_last_reload_successful 1", "credguide_list_accounts 2")
		if strings.Contains(metrics, `name="goes"`) {
			t.Error("an account that is gone has metrics")
		}
		get(t, m, "/probe?name=goes", http.StatusNotFound)
		get(t, m, "/-/ready", http.StatusOK)
		if n := len(w.times("stays")); n != 1 {
			t.Errorf("what did not change was checked %d times", n)
		}
	})
}
