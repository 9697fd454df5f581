package app

import (
	"context"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/term"

	"github.com/credguide/credguide/credentials"
)

// System is the machine as the commands see it.
type System struct {
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer

	Lookup func(name string) (string, bool) // the environment's variables
	Home   string                           // the user's home folder; empty: unknown
	GOOS   string                           // as runtime.GOOS
	Now    func() time.Time

	// Which streams are terminals. A question is only asked where both standard input and standard
	// error are.
	StdinIsTerminal, StdoutIsTerminal, StderrIsTerminal bool
	// Width of the terminal in columns; 0: unknown.
	Width int
	// Columns are those of the terminal now: people resize windows while they think. nil: as Width.
	Columns func() int
	// Height of the terminal in lines; 0: standard output is no terminal, or unknown.
	Height int
	// ReadHidden reads one line from the terminal without showing it; nil: not possible.
	ReadHidden func(context.Context) (string, error)

	Keyring credentials.Keyring // nil: the system's, where it can be reached

	// Hangups gives a command the signal SIGHUP, which otherwise ends the program, until stop; nil:
	// not possible.
	Hangups func() (hangups <-chan os.Signal, stop func())

	// OutlivePipes makes a write to a pipe that nobody reads any longer an error; without it, such a
	// write ends the program. nil: not possible.
	OutlivePipes func()

	FirstPause time.Duration // of wait, between its first two questions; 0 is three seconds
}

// ThisMachine is the System that the program runs on.
func ThisMachine() System {
	home, err := os.UserHomeDir()
	if err != nil {
		home = ""
	}
	s := System{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Lookup: os.LookupEnv, Home: home, GOOS: runtime.GOOS, Now: time.Now,
		StdinIsTerminal:  isTerminal(os.Stdin),
		StdoutIsTerminal: isTerminal(os.Stdout),
		StderrIsTerminal: isTerminal(os.Stderr),
		OutlivePipes:     outlivePipes,
	}
	if s.StdoutIsTerminal {
		if columns, lines, err := term.GetSize(int(os.Stdout.Fd())); err == nil {
			s.Width, s.Height = columns, lines
			s.Columns = func() int {
				columns, _, _ := term.GetSize(int(os.Stdout.Fd())) // 0 with an error: the width of before counts
				return columns
			}
		}
	}
	if columns, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && columns > 0 { // as POSIX has it, a person's own word
		s.Width, s.Columns = columns, nil
	}
	if s.StdinIsTerminal {
		s.ReadHidden = func(ctx context.Context) (string, error) { return readTyped(ctx, os.Stdin, nil) }
	}
	return s
}

// outlivePipes takes the signal. A secret_command would inherit that it is ignored, and not this.
func outlivePipes() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }
