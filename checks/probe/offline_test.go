package probe

import (
	"os"
	"testing"

	"github.com/credguide/credguide/internal/dev/offline"
)

// TestMain keeps the probes of the tests on this machine.
func TestMain(m *testing.M) { os.Exit(offline.Guarded(m).Run()) }
