package probe_test

import (
	"io"
	"log"
)

// quiet is a server log for tests in which the server's complaints are expected.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }
