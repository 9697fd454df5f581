// Package app is what all commands stand on: the streams and the terminal, exit codes and hints, near misses, questions, and
// the commands that are printed, completed with what is in force. Everything that a command touches of the machine comes in
// with a System, so that a test or the sandbox can stand in for it. Results go to standard output, everything said to the
// person beside them to standard error.
package app

import (
	"fmt"
	"strings"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/guard"
)

// App is one run of the program: the machine and what all commands share.
type App struct {
	Sys      System
	Catalogs []string // --catalog
	NoColor  bool     // --no-color

	kept guard.Guard
}

// Keep makes sure that nothing which is written repeats a secret, beside the reports, which know their own.
func (a *App) Keep(secret credentials.Secret) { a.kept.Add(secret) }

// Redacted is a text from outside without the secrets that are kept.
func (a *App) Redacted(text string) string { return a.kept.Text(text) }

// Say writes a line to the person, beside the result.
func (a *App) Say(format string, values ...any) {
	_, _ = fmt.Fprintln(a.Sys.Stderr, Plain(a.Redacted(fmt.Sprintf(format, values...))))
}

// Print writes a result.
func (a *App) Print(text string) error {
	if _, err := a.Sys.Stdout.Write(a.kept.Document([]byte(text))); err != nil {
		return fmt.Errorf("write to standard output: %w", err)
	}
	return nil
}

// The width of texts in columns.
const (
	UsualWidth   = 80
	largestWidth = 100
)

// Width is that of the terminal, within what is comfortable to read.
func (a *App) Width() int {
	if a.Sys.Width <= 0 {
		return UsualWidth
	}
	return min(a.Sys.Width, largestWidth)
}

// Colour tells whether standard output may be coloured (no-color.org).
func (a *App) Colour() bool {
	noColor, _ := a.Sys.Lookup("NO_COLOR")
	kind, _ := a.Sys.Lookup("TERM")
	return a.Sys.StdoutIsTerminal && !a.NoColor && noColor == "" && kind != "dumb"
}

// Unicode tells whether the terminal shows more than ASCII. The first of these variables that is set decides, as POSIX has
// it; where none is, terminals of today do.
func (a *App) Unicode() bool {
	if !a.Sys.StdoutIsTerminal || a.Sys.GOOS == "windows" {
		return true
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale, _ := a.Sys.Lookup(name); locale != "" {
			locale = strings.ToLower(locale)
			return strings.Contains(locale, "utf-8") || strings.Contains(locale, "utf8")
		}
	}
	return true
}

// CanAsk tells whether there is a person to ask.
func (a *App) CanAsk() bool { return a.Sys.StdinIsTerminal && a.Sys.StderrIsTerminal }
