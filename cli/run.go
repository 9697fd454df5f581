package cli

import (
	"fmt"
	"io"
	"strings"
)

// app is one run of the program: the machine and what all commands share.
type app struct {
	sys      System
	catalogs []string // --catalog
	noColor  bool     // --no-color
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
