// Command credguide takes a person from "I need a service account for openEO" to a login that
// works, and when it does not work it names the cause, who can fix it and what to change.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/cli"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/text"
)

// together is how long a repeated signal counts as the same: timeout(1) sends its signal to the
// program and then to its group.
const together = 500 * time.Millisecond

// grace is how long an interrupted command may take to write what it has seen. A read that nobody
// answers (a named pipe, a device) cannot be interrupted, so it must not keep the program.
const grace = 3 * time.Second

func main() {
	log.SetOutput(io.Discard) // net/http repeats there what a server sends, and with GODEBUG what it is sent
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	machine := app.ThisMachine()
	machine.Hangups = endOnHangup(stop)
	quietly(os.Args[1:])
	if runtime.GOOS == "windows" {
		text.ForWindows()
	}
	context.AfterFunc(ctx, func() {
		time.Sleep(together)
		stop() // a second interrupt ends the program at once
		time.Sleep(grace - together)
		fmt.Fprintln(os.Stderr, "interrupted")
		os.Exit(app.ExitInterrupted)
	})
	os.Exit(cli.Main(ctx, os.Args[1:], machine))
}

// quietly keeps off the terminal, and out of a file, what is typed when a shell asks how it may go
// on: of what it cannot complete the library repeats every argument there, and one may be a secret.
func quietly(args []string) {
	if len(args) == 0 || !strings.HasPrefix(args[0], cobra.ShellCompRequestCmd) {
		return
	}
	_ = os.Unsetenv("BASH_COMP_DEBUG_FILE")
	if nowhere, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
		os.Stderr = nowhere
	}
}

// endOnHangup ends the program when its terminal goes away, until a command takes the signal for
// something else.
func endOnHangup(end func()) (take func() (<-chan os.Signal, func())) {
	gone := make(chan os.Signal, 1)
	if !signal.Ignored(syscall.SIGHUP) { // nohup
		signal.Notify(gone, syscall.SIGHUP)
	}
	go func() {
		<-gone
		end()
	}()
	return func() (<-chan os.Signal, func()) {
		taken := make(chan os.Signal, 1)
		signal.Notify(taken, syscall.SIGHUP) // before the other one stops: without any, the signal would kill
		signal.Stop(gone)
		return taken, func() { signal.Stop(taken) }
	}
}
