// Package cli is the command line: it puts the commands together, and turns how a run ended into an exit code.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/credguide/credguide/cli/app"
)

// Main runs the command that args name and returns the exit code. The signals of the machine cancel ctx.
func Main(ctx context.Context, args []string, sys app.System) (code int) {
	defer func() {
		if recover() != nil {
			code = concluded(sys.Stderr, app.Defect())
		}
	}()
	a := &app.App{Sys: sys}
	root := root(a)
	root.SetArgs(append([]string{}, args...)) // nil would mean os.Args
	return concluded(sys.Stderr, root.ExecuteContext(ctx))
}

// concluded turns a command's error into its exit code, and prints it if it has not been said yet.
func concluded(stderr io.Writer, err error) int {
	var code app.ExitCode
	err = app.Advised(err)
	switch {
	case err == nil:
		return app.ExitHealthy
	case errors.As(err, &code):
		return int(code)
	case errors.Is(err, context.Canceled):
		_, _ = fmt.Fprintln(stderr, "interrupted")
		return app.ExitInterrupted
	}
	for line := range strings.SplitSeq(app.Plain(err.Error()), "\n") {
		_, _ = fmt.Fprintln(stderr, "error: "+line)
	}
	for _, hint := range app.HintsOf(err) {
		_, _ = fmt.Fprintln(stderr, "hint: "+app.Plain(hint))
	}
	return app.ExitUsage
}
