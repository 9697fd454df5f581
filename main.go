// Command credguide takes a person from "I need a service account for openEO" to a login that works, and when it does not
// work it names the cause, who can fix it and what to change.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/credguide/credguide/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second interrupt ends the program at once
	os.Exit(cli.Main(ctx, os.Args[1:], cli.ThisMachine()))
}
