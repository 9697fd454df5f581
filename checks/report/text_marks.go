package report

import (
	"strings"

	"github.com/fatih/color"

	"github.com/credguide/credguide/internal/text"
)

// symbols mark lines. Words always stand beside them, so nothing depends on the symbol or its
// colour alone.
type symbols struct {
	passed, warned, failed, skipped, unknown, note string
}

var (
	unicodeSymbols = symbols{passed: "√", warned: "‼", failed: "×", skipped: "–", unknown: "?", note: "!"}
	asciiSymbols   = symbols{passed: "[ok]", warned: "[!!]", failed: "[x]", skipped: "[--]", unknown: "[?]", note: "[i]"}
)

// widest is the width of the widest symbol, so that what follows lines up.
func (s symbols) widest() int {
	return max(text.Width(s.passed), text.Width(s.warned), text.Width(s.failed), text.Width(s.skipped), text.Width(s.unknown))
}

// toASCII writes a text of the report for terminals without UTF-8. What others wrote may have any
// character.
func toASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r > 0x7e {
			return '?'
		}
		return r
	}, text.ASCII(s))
}

// paint colours marks and titles.
type paint struct {
	good, bad, doubt, quiet, strong func(string) string
}

func noPaint(s string) string { return s }

// newPaint decides by the option alone: whoever opened the terminal knows NO_COLOR and whether
// there is a terminal.
func newPaint(on bool) paint {
	if !on {
		return paint{noPaint, noPaint, noPaint, noPaint, noPaint}
	}
	style := func(attributes ...color.Attribute) func(string) string {
		c := color.New(attributes...)
		c.EnableColor()
		return func(s string) string { return c.Sprint(s) }
	}
	return paint{
		good: style(color.FgGreen), bad: style(color.FgRed, color.Bold), doubt: style(color.FgYellow),
		quiet: style(color.Faint), strong: style(color.Bold),
	}
}
