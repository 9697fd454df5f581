//go:build !windows

package serve

import (
	"path/filepath"
	"syscall"
	"testing"
)

// The toolkit would wait for a pipe, and read a device without end.
func TestAWebConfigThatIsNoFile(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{pipe, "/dev/zero", "/dev/null"} {
		if _, err := readConfig(t.Context(), file); err == nil {
			t.Errorf("%s is taken", file)
		}
	}
}
