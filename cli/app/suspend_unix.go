//go:build unix

package app

import (
	"os"
	"os/signal"
	"syscall"
	"time"
)

// suspend stops this program, and what a shell started with it, until the shell lets it go on. Where
// no shell could, the system stops nothing.
func suspend() {
	goesOn := make(chan os.Signal, 1)
	signal.Notify(goesOn, syscall.SIGCONT)
	defer signal.Stop(goesOn)
	if err := syscall.Kill(0, syscall.SIGTSTP); err != nil {
		return
	}
	select { // the signal may come a moment after it was sent
	case <-goesOn:
	case <-time.After(time.Second):
	}
}
