package registry

import (
	"os"
	"testing"

	"github.com/credguide/credguide/internal/dev/offline"
)

// TestMain keeps what the tests ask on this machine.
func TestMain(m *testing.M) { os.Exit(offline.Guarded(m).Run()) }
