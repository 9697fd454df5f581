//go:build unix

package catalog

import (
	"os"
	"path/filepath"
	"testing"
)

// TestAFolderThatIsGone: a job's working folder may be removed under it.
func TestAFolderThatIsGone(t *testing.T) {
	gone := filepath.Join(t.TempDir(), "gone")
	if err := os.Mkdir(gone, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Chdir(gone)
	if err := os.Remove(gone); err != nil {
		t.Fatal(err)
	}
	if _, err := compileAnew([]byte(thingSchema)); err != nil {
		t.Error(err)
	}
}
