// Package app is what all commands stand on: the streams and the terminal, exit codes and hints,
// near misses, questions, and the commands that are printed, completed with what is in force.
// Everything that a command touches of the machine comes in with a System, so that a test or the
// sandbox can stand in for it. Results go to standard output, everything said to the person beside
// them to standard error.
package app

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/guard"
	"github.com/credguide/credguide/internal/files"
	"github.com/credguide/credguide/internal/text"
)

// App is one run of the program: the machine and what all commands share.
type App struct {
	Sys      System
	Catalogs []string // --catalog
	NoColor  bool     // --no-color

	kept guard.Guard
	// disguise is how what is said names people and clients; nil: as they are called.
	disguise func(string) string
}

// Disguise sets how what is said to the person names people and clients: with --anonymise, a log may
// go into a ticket like the report. Once set, all that follows is said so.
func (a *App) Disguise(text func(string) string) { a.disguise = text }

// Disguised is a text as it is said.
func (a *App) Disguised(text string) string {
	if a.disguise == nil {
		return text
	}
	return a.disguise(text)
}

// Keep makes sure that nothing which is written repeats a secret, beside the reports, which know
// their own.
func (a *App) Keep(secret credentials.Secret) { a.kept.Add(secret) }

// KeepAll keeps every secret that was found, also in places that did not count.
func (a *App) KeepAll(found credentials.Resolved) {
	a.Keep(found.Secret)
	for _, secret := range found.Beside {
		a.Keep(secret)
	}
}

// Keeps tells that there is a secret to keep.
func (a *App) Keeps() bool { return a.kept.Knows() }

// Holds tells that a text has much of a secret that is kept: so much is no name that both have.
func (a *App) Holds(text string) bool {
	const much = 16
	return a.kept.Longest(text) >= much
}

// Public names what is shown by right, such as a client ID that is not held back.
func (a *App) Public(texts ...string) { a.kept.Public(texts...) }

// Learn reads the secret from the files that the flags name, for an error that is said before
// anybody needed it: the secret may stand in a wrong place too.
func (a *App) Learn(ctx context.Context, secretFile, credentialsFile string) {
	for _, own := range []credentials.Own{{SecretFile: secretFile}, {Credentials: credentialsFile}} {
		if named := own.SecretFile + own.Credentials; named == "" || named == "-" {
			continue
		}
		if found, err := credentials.Resolve(ctx, credentials.Query{Own: &own}); err == nil {
			a.KeepAll(found)
		}
	}
}

// Redacting is a writer of text that leaves out the secrets that are kept.
func (a *App) Redacting(w io.Writer) io.Writer { return redacting{a, w} }

type redacting struct {
	a  *App
	to io.Writer
}

func (r redacting) Write(text []byte) (int, error) {
	_, err := io.WriteString(r.to, r.a.Redacted(string(text)))
	return len(text), err
}

// Redacted is a text from outside without the secrets that are kept.
func (a *App) Redacted(text string) string { return a.kept.Text(text) }

// Say writes a line to the person, beside the result. On a terminal it is broken between words; in
// a log it stays one line.
func (a *App) Say(format string, values ...any) {
	said := a.spelt(Plain(a.Disguised(a.Redacted(fmt.Sprintf(format, values...)))))
	if a.Sys.StderrIsTerminal {
		said = Fitted(said, a.Width())
	}
	_, _ = fmt.Fprintln(a.Sys.Stderr, said)
}

// Print writes a result in words, without the secrets that are kept. They are looked for before the
// spelling changes, which would change them too.
func (a *App) Print(text string) error {
	return a.Write([]byte(a.spelt(string(a.kept.Page([]byte(text), false)))))
}

// PrintVerbatim is Print for what a program reads: in its spelling a quotation mark of a name would
// become one that ends a text.
func (a *App) PrintVerbatim(document []byte) error { return a.Write(a.kept.Page(document, false)) }

// spelt is a text as the terminal can show it.
func (a *App) spelt(s string) string {
	if a.Unicode() {
		return s
	}
	return text.ASCII(s)
}

// Document is JSON, HTML or the like without the secrets that are kept.
func (a *App) Document(document []byte) []byte { return a.kept.Page(document, true) }

// Write writes a result as it is: a report, which knows its own secret.
func (a *App) Write(text []byte) error {
	if _, err := a.Sys.Stdout.Write(text); err != nil {
		return fmt.Errorf("write to standard output: %w", files.Plain(err))
	}
	return nil
}

// IsStandardOutput tells whether the name of a file stands for standard output, or for the file that
// it goes to anyway.
func (a *App) IsStandardOutput(file string) bool {
	if file == "-" || file == "/dev/stdout" {
		return true
	}
	out, ok := a.Sys.Stdout.(*os.File)
	if !ok {
		return false
	}
	ours, err := out.Stat()
	if err != nil || ours.Mode()&fs.ModeDevice != 0 { // nothing is replaced there
		return false
	}
	theirs, err := os.Stat(file)
	return err == nil && os.SameFile(ours, theirs)
}

// The width of texts in columns.
const (
	UsualWidth   = 80
	largestWidth = 100
	leastWidth   = 20
)

// Width is that of the terminal, within what is comfortable to read.
func (a *App) Width() int {
	width := a.Sys.Width
	if a.Sys.Columns != nil {
		width = cmp.Or(a.Sys.Columns(), width)
	}
	if width <= 0 {
		return UsualWidth
	}
	return max(leastWidth, min(width, largestWidth))
}

// Colour tells whether standard output may be coloured (no-color.org).
func (a *App) Colour() bool {
	noColor, _ := a.Sys.Lookup("NO_COLOR")
	kind, _ := a.Sys.Lookup("TERM")
	return a.Sys.StdoutIsTerminal && !a.NoColor && noColor == "" && kind != "dumb"
}

// Unicode tells whether the terminal shows more than ASCII. The first of these variables that is
// set decides, as POSIX has it; where none is, terminals of today do.
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
