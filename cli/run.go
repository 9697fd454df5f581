package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"strings"
)

// app is one run of the program: the machine and what all commands share.
type app struct {
	sys      System
	catalogs []string // --catalog
	noColor  bool     // --no-color
}

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

// defect is the error for a panic, to be called where it is recovered. The panic's value may hold a secret, so only the
// place is told.
func defect() error {
	return withHint(fmt.Errorf("internal: the program failed at %s", panicPlace()),
		"this is a defect of credguide; please report this line")
}

// panicPlace is where the program failed: the first frame above the panic that is not the Go runtime's.
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

// say writes a line to the person, beside the result.
func (a *app) say(format string, values ...any) {
	_, _ = fmt.Fprintln(a.sys.Stderr, plain(fmt.Sprintf(format, values...)))
}

// print writes a result.
func (a *app) print(text string) error {
	if _, err := io.WriteString(a.sys.Stdout, text); err != nil {
		return fmt.Errorf("write to standard output: %w", err)
	}
	return nil
}

// The width of texts in columns.
const (
	usualWidth   = 80
	largestWidth = 100
)

// width is that of the terminal, within what is comfortable to read.
func (a *app) width() int {
	if a.sys.Width <= 0 {
		return usualWidth
	}
	return min(a.sys.Width, largestWidth)
}

// colour tells whether standard output may be coloured (no-color.org).
func (a *app) colour() bool {
	noColor, _ := a.sys.Lookup("NO_COLOR")
	kind, _ := a.sys.Lookup("TERM")
	return a.sys.StdoutIsTerminal && !a.noColor && noColor == "" && kind != "dumb"
}

// unicode tells whether the terminal shows more than ASCII. The first of these variables that is set decides, as POSIX has
// it; where none is, terminals of today do.
func (a *app) unicode() bool {
	if !a.sys.StdoutIsTerminal || a.sys.GOOS == "windows" {
		return true
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale, _ := a.sys.Lookup(name); locale != "" {
			locale = strings.ToLower(locale)
			return strings.Contains(locale, "utf-8") || strings.Contains(locale, "utf8")
		}
	}
	return true
}

// canAsk tells whether there is a person to ask.
func (a *app) canAsk() bool { return a.sys.StdinIsTerminal && a.sys.StderrIsTerminal }
