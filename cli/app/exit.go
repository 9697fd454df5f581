package app

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/text"
)

// Exit codes of all commands: those of a check, and one for a command line that cannot be right.
const (
	ExitHealthy       = checks.ExitHealthy
	ExitMisconfigured = checks.ExitMisconfigured
	ExitUsage         = 2
	ExitCannotTell    = checks.ExitCannotTell
	ExitInterrupted   = checks.ExitInterrupted // a signal ended it
)

// ExitCode ends a command whose result is already written.
type ExitCode int

func (ExitCode) Error() string { return "the command ended with a result" }

// hinted is an error with a line that says what to do. Hints travel in the chain and are printed in
// one place.
type hinted struct {
	error
	hint string
}

func (h hinted) Unwrap() error { return h.error }

// WithHint adds to an error what the person can do about it.
func WithHint(err error, hint string) error { return hinted{err, hint} }

// HintsOf collects the hints of the chain, the outermost first.
func HintsOf(err error) (hints []string) {
	for err != nil {
		if several, ok := err.(interface{ Unwrap() []error }); ok { //nolint:errorlint // as below
			for _, one := range several.Unwrap() {
				hints = append(hints, HintsOf(one)...)
			}
			return hints
		}
		if h, ok := err.(hinted); ok { //nolint:errorlint // each link of the chain is looked at in turn
			hints = append(hints, h.hint)
		}
		err = errors.Unwrap(err)
	}
	return hints
}

// Plain makes text of foreign origin (file names, arguments, server words) safe for a terminal.
func Plain(s string) string { return text.Sanitise(s, text.KeepLines, text.MarkRemoved) }

// Defect is the error for a panic, to be called where it is recovered. The panic's value may hold a
// secret, so only the place is told.
func Defect() error {
	return WithHint(fmt.Errorf("internal: the program failed at %s", panicPlace()),
		"this is a defect of credguide; please report this line")
}

// panicPlace is where the program failed: the first frame above the panic that is not the Go
// runtime's.
func panicPlace() string {
	pc := make([]uintptr, 64)
	frames := runtime.CallersFrames(pc[:runtime.Callers(1, pc)])
	panicking := false
	for {
		f, more := frames.Next()
		inRuntime := strings.HasPrefix(f.Function, "runtime.")
		if panicking && !inRuntime {
			return fmt.Sprintf("%s:%d", filepath.Base(f.File), f.Line)
		}
		panicking = panicking || f.Function == "runtime.gopanic"
		if !more {
			return "an unknown place"
		}
	}
}
