// Package cli is the command line: it puts the commands together, and turns how a run ended into an
// exit code.
package cli

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials"
)

// Main runs the command that args name and returns the exit code. The signals of the machine cancel
// ctx.
func Main(ctx context.Context, args []string, sys app.System) (code int) {
	a := &app.App{Sys: sys}
	defer func() {
		if recover() != nil {
			code = concluded(a, app.Defect())
		}
	}()
	secret, _ := sys.Lookup(credentials.EnvClientSecret)
	a.Keep(credentials.NewSecret(secret))
	if _, file := sys.Stderr.(*os.File); !file || !sys.StderrIsTerminal { // menus need the terminal itself
		a.Sys.Stderr = a.Redacting(sys.Stderr)
	}
	root := root(a)
	if len(args) > 0 && args[0] == cobra.ShellCompRequestCmd {
		plainUsages(root)
	}
	root.SetArgs(append([]string{}, args...)) // nil would mean os.Args
	var unhelped error                        // cobra's function for help has no way to say so
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { unhelped = showHelp(a, cmd) })
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		err = unhelped
	}
	if err != nil && cmd != nil {
		a.Learn(ctx, valueOf(cmd, "secret-file"), valueOf(cmd, "credentials"))
	}
	return concluded(a, err)
}

// valueOf is that of a flag, where the command has it.
func valueOf(cmd *cobra.Command, flag string) string {
	if f := cmd.Flags().Lookup(flag); f != nil {
		return f.Value.String()
	}
	return ""
}

// concluded turns a command's error into its exit code, and prints it if it has not been said yet.
func concluded(a *app.App, err error) int {
	var code app.ExitCode
	err = app.Advised(err)
	switch {
	case err == nil:
		return app.ExitHealthy
	case errors.As(err, &code):
		return int(code)
	case errors.Is(err, context.Canceled):
		a.Say("interrupted")
		return app.ExitInterrupted
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		a.Say("error: %s", line)
	}
	for _, hint := range app.HintsOf(err) {
		a.Say("hint: %s", hint)
	}
	return app.ExitUsage
}
