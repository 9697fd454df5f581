// Command credguide takes a person from "I need a service account for openEO" to a login that works, and when it does not
// work it names the cause, who can fix it and what to change.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/credguide/credguide/cli"
	"github.com/credguide/credguide/cli/app"
)

// together is how long a repeated signal counts as the same: timeout(1) sends its signal to the program and then to its group.
const together = 500 * time.Millisecond

// grace is how long an interrupted command may take to write what it has seen. A read that nobody answers (a named pipe, a
// device) cannot be interrupted, so it must not keep the program.
const grace = 3 * time.Second

func main() {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // nohup
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	context.AfterFunc(ctx, func() {
		time.Sleep(together)
		stop() // a second interrupt ends the program at once
		time.Sleep(grace - together)
		fmt.Fprintln(os.Stderr, "interrupted")
		os.Exit(app.Interrupted)
	})
	os.Exit(cli.Main(ctx, os.Args[1:], app.ThisMachine()))
}
