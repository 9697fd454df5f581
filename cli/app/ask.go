package app

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"

	"github.com/credguide/credguide/internal/text"
)

// Ask reads the answer to a question of one line. Where there is none, the line of the question ends.
func (a *App) Ask(ctx context.Context, prompt string) (string, error) {
	_, _ = fmt.Fprint(a.Sys.Stderr, prompt)
	answer, err := a.ReadLine(ctx)
	if err != nil {
		_, _ = fmt.Fprintln(a.Sys.Stderr)
	}
	return answer, inWords(err)
}

// AskHidden is Ask for what is not shown while it is typed.
func (a *App) AskHidden(ctx context.Context, prompt string) (string, error) {
	_, _ = fmt.Fprint(a.Sys.Stderr, prompt)
	answer, err := a.Sys.ReadHidden(ctx)
	_, _ = fmt.Fprintln(a.Sys.Stderr)
	return answer, inWords(err)
}

// inputEnded is io.EOF as it is said to a person.
type inputEnded struct{}

func (inputEnded) Error() string { return "the input ended before the answer" }

// Is implements the interface of package errors.
func (inputEnded) Is(target error) bool { return target == io.EOF } //nolint:errorlint // by that package's own rule

func inWords(err error) error {
	if errors.Is(err, io.EOF) {
		return inputEnded{}
	}
	return err
}

// ReadLine reads one line that is shown while it is typed, and not a byte more: what follows may be
// read by a hidden prompt. An end of the input counts as the end of the line. An interrupt leaves
// the reader behind.
func (a *App) ReadLine(ctx context.Context) (string, error) {
	if tty, ok := a.Sys.Stdin.(*os.File); ok && a.CanAsk() && isTerminal(tty) {
		return readTyped(ctx, tty, a.Sys.Stderr)
	}
	return left(ctx, func() (string, error) {
		line, err := bufio.NewReaderSize(oneByte{a.Sys.Stdin}, 16).ReadString('\n')
		if line != "" {
			err = nil
		}
		return strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"), err
	})
}

// SecretInput is standard input where a secret is read from it. What is typed into a terminal, or
// pasted, is one line and is not shown: it would stay there.
func (a *App) SecretInput(ctx context.Context, what string) io.Reader {
	if !a.Sys.StdinIsTerminal || a.Sys.ReadHidden == nil {
		return a.Sys.Stdin
	}
	return &hiddenLine{ask: func() (string, error) { return a.AskHidden(ctx, what+" (not shown): ") }}
}

// hiddenLine asks for its text when it is read.
type hiddenLine struct {
	ask  func() (string, error)
	line *strings.Reader
}

func (h *hiddenLine) Read(p []byte) (int, error) {
	if h.line == nil {
		line, err := h.ask()
		if errors.Is(err, io.EOF) {
			return 0, io.EOF
		}
		if err != nil {
			return 0, err
		}
		h.line = strings.NewReader(line)
	}
	return h.line.Read(p)
}

// left reads a line; where the context ends first, the reader is left behind.
func left(ctx context.Context, read func() (string, error)) (string, error) {
	type outcome struct {
		line string
		err  error
	}
	done := make(chan outcome, 1)
	go func() {
		defer func() {
			if recover() != nil { // whoever waits has a terminal to put right
				done <- outcome{err: Defect()}
			}
		}()
		line, err := read()
		done <- outcome{line, err}
	}()
	select {
	case got := <-done:
		return got.line, got.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// oneByte hands out single bytes, so that a reader around it never takes more than it needs.
type oneByte struct {
	in interface{ Read([]byte) (int, error) }
}

func (o oneByte) Read(p []byte) (int, error) { return o.in.Read(p[:1]) }

// readTyped reads a line from a terminal with the terminal's own echo switched off, and shows it on
// echo; nil: nowhere. That echo would also show what is pasted behind the line, and whoever copies
// the client ID and the secret together pastes both into the question for the first. As at any
// terminal, a line that is suspended begins anew.
func readTyped(ctx context.Context, tty *os.File, echo io.Writer) (string, error) {
	for {
		line, err := readRaw(ctx, tty, echo)
		if !errors.Is(err, errSuspended) {
			return line, err
		}
		suspend()
	}
}

// errSuspended is the wish to go on with the line later.
var errSuspended = errors.New("the program is to be suspended")

// readRaw reads a line, or as much of it as there is until something else happens.
func readRaw(ctx context.Context, tty *os.File, echo io.Writer) (string, error) {
	fd := int(tty.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return "", err
	}
	line, err := left(ctx, func() (string, error) { return typedLine(tty, echo) })
	if failed := term.Restore(fd, before); err == nil {
		err = failed
	}
	return line, err
}

// The keys that a terminal without its own line has to be told about.
const (
	keyInterrupt = 'C' & 0x1f
	keyQuit      = '\\' & 0x1f
	keySuspend   = 'Z' & 0x1f
	keyEnd       = 'D' & 0x1f
	keyCut       = 'U' & 0x1f
	keyCutWord   = 'W' & 0x1f
	keyBackspace = 'H' & 0x1f
	keyDelete    = 0x7f
)

// typedLine takes every byte as it is but for the end of the line and the keys that take back.
func typedLine(in io.Reader, echo io.Writer) (string, error) {
	var line []byte
	show := func(format string, values ...any) {
		if echo != nil {
			_, _ = fmt.Fprintf(echo, format, values...)
		}
	}
	takeBack := func() {
		r, size := utf8.DecodeLastRune(line)
		line = line[:len(line)-size]
		show("%s", strings.Repeat("\b \b", text.Width(inCarets(r))))
	}
	for b := make([]byte, 1); ; {
		if _, err := io.ReadFull(in, b); err != nil {
			return "", err
		}
		switch c := b[0]; {
		case c == '\r', c == '\n', c == keyEnd && len(line) > 0:
			show("\r\n")
			return string(line), nil
		case c == keyEnd:
			return "", io.EOF
		case c == keyInterrupt, c == keyQuit:
			return "", context.Canceled
		case c == keySuspend:
			show("%s\r\n", inCarets(keySuspend))
			return "", errSuspended
		case c == keyBackspace, c == keyDelete:
			if len(line) > 0 {
				takeBack()
			}
		case c == keyCut:
			for len(line) > 0 {
				takeBack()
			}
		case c == keyCutWord:
			rest := bytes.TrimRight(line, " ")
			for keep := bytes.LastIndexByte(rest, ' ') + 1; len(line) > keep; {
				takeBack()
			}
		case c < ' ':
			line = append(line, c)
			show("%s", inCarets(rune(c)))
		default:
			line = append(line, c)
			show("%s", b)
		}
	}
}

// inCarets is how terminals show a character: a control one as ^I.
func inCarets(r rune) string {
	if r < ' ' {
		return "^" + string(r+'@')
	}
	return string(r)
}
