package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Main runs the command that args name and returns the exit code. The signals of the machine cancel ctx.
func Main(ctx context.Context, args []string, sys System) (code int) {
	defer func() {
		if recover() != nil {
			code = concluded(sys.Stderr, defect())
		}
	}()
	a := &app{sys: sys}
	root := a.root()
	root.SetArgs(append([]string{}, args...)) // nil would mean os.Args
	return concluded(sys.Stderr, root.ExecuteContext(ctx))
}

// concluded turns a command's error into its exit code, and prints it if it has not been said yet.
func concluded(stderr io.Writer, err error) int {
	var code exitCode
	switch {
	case err == nil:
		return exitHealthy
	case errors.As(err, &code):
		return int(code)
	case errors.Is(err, context.Canceled):
		_, _ = fmt.Fprintln(stderr, "interrupted")
		return exitInterrupted
	}
	for line := range strings.SplitSeq(plain(err.Error()), "\n") {
		_, _ = fmt.Fprintln(stderr, "error: "+line)
	}
	for _, hint := range hintsOf(err) {
		_, _ = fmt.Fprintln(stderr, "hint: "+plain(hint))
	}
	return exitUsage
}
