// Package command runs a program of the person's own that prints one secret: the client of a secret
// manager. The program runs without a shell, for a limited time, and what it prints goes nowhere
// but to the caller. Errors say how it ended and never what it said, because that may be a part of
// the secret.
package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/credguide/credguide/internal/files"
	"github.com/credguide/credguide/internal/text"
)

const (
	// Wait is how long a program may take; a caller may give it less. A secret manager asks a
	// server, and may first renew a login of its own.
	Wait = 30 * time.Second
	// most bounds what a program may print. A secret has some hundred bytes.
	most = 64 << 10
	// stragglers is how long a program that has ended may leave its output open to its children.
	stragglers = time.Second
)

// Options are what may be left as it is.
type Options struct {
	Folder string        // where the program runs; empty: the current folder
	Wait   time.Duration // 0: Wait
}

var (
	errSlow = errors.New("time limit")
	errMuch = errors.New("too much output")
)

// Run runs the program and returns the line that it printed, without its line end.
func Run(ctx context.Context, words []string, o Options) (string, error) {
	if len(words) == 0 || words[0] == "" {
		return "", errors.New("the command is empty")
	}
	name := Name(words)
	wait := o.Wait
	if wait <= 0 || wait > Wait {
		wait = Wait
	}
	limited, cancel := context.WithTimeoutCause(ctx, wait, errSlow)
	defer cancel()
	limited, stop := context.WithCancelCause(limited)
	defer stop(nil)
	out := &bounded{full: func() { stop(errMuch) }}
	err := start(limited, words, o.Folder, out)
	switch cause := context.Cause(limited); {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case errors.Is(cause, errMuch):
		return "", fmt.Errorf("%s printed more than %d KiB; expected the secret alone", name, most>>10)
	case errors.Is(cause, errSlow):
		return "", fmt.Errorf("%s did not end within %s; it may be waiting for a password", name, wait)
	case err != nil:
		return "", ended(name, err)
	}
	return oneLine(name, out.data.String())
}

// start runs the program to its end. When the time is up, all that it started ends with it.
func start(ctx context.Context, words []string, folder string, out *bounded) error {
	program, err := find(words[0], folder)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, program, words[1:]...)
	cmd.Dir, cmd.Stdout, cmd.WaitDelay = folder, out, stragglers
	family := newFamily(cmd)
	defer family.close()
	cmd.Cancel = family.kill
	if err := cmd.Start(); err != nil {
		return err
	}
	family.started()
	err = cmd.Wait()
	if errors.Is(err, exec.ErrWaitDelay) {
		// The program itself ended well, and a child of its own holds the output open. Its process
		// group still exists, so the number cannot belong to anybody else.
		_ = family.kill()
		return nil
	}
	return err
}

// find looks for the program as a shell would, but a name with a folder in it belongs to the list's
// folder.
func find(name, folder string) (string, error) {
	if !strings.ContainsAny(name, `/\`) {
		return exec.LookPath(name)
	}
	whole, err := filepath.Abs(files.In(folder, name))
	if err != nil {
		return "", err
	}
	found, err := exec.LookPath(whole)
	if errors.Is(err, exec.ErrNotFound) { // which Windows says of this too, and PATH was not looked at
		err = fs.ErrNotExist
	}
	return found, err
}

// ended says how a program failed, in plain words.
func ended(name string, err error) error {
	var exit *exec.ExitError
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return fmt.Errorf("there is no program %s in PATH", name)
	case errors.As(err, &exit) && exit.ExitCode() >= 0:
		return fmt.Errorf("%s ended with status %d", name, exit.ExitCode())
	case errors.As(err, &exit):
		return fmt.Errorf("%s was ended: %s", name, exit.ProcessState)
	}
	if found, ok := errors.AsType[*exec.Error](err); ok {
		err = found.Err
	}
	return fmt.Errorf("%s could not be started: %w", name, files.Plain(err))
}

// oneLine takes one line end off, and nothing else: what is left is the secret as it is.
func oneLine(name, printed string) (string, error) {
	line := strings.TrimSuffix(strings.TrimSuffix(printed, "\n"), "\r")
	switch {
	case !utf8.ValidString(printed) || strings.ContainsRune(printed, 0):
		return "", fmt.Errorf("%s printed something that is not text in UTF-8", name)
	case printed == "":
		return "", fmt.Errorf("%s ended well but printed nothing; expected the secret", name)
	case strings.TrimSpace(line) == "":
		return "", fmt.Errorf("%s printed only white space; expected the secret", name)
	case strings.ContainsAny(line, "\r\n"):
		return "", fmt.Errorf("%s printed %d lines; expected the secret alone", name, lines(line))
	}
	return line, nil
}

func lines(s string) int {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return 1 + strings.Count(s, "\n") + strings.Count(s, "\r")
}

// Name is how a command is called in messages: the program alone, since its arguments may hold a
// token.
func Name(words []string) string {
	if len(words) == 0 {
		return "the command"
	}
	return text.Visible(text.Cut(filepath.Base(words[0]), 40, text.Runes))
}

// bounded keeps what is printed, up to the limit.
type bounded struct {
	data bytes.Buffer
	full func()
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.data.Len()+len(p) > most {
		b.full()
		return 0, errMuch
	}
	return b.data.Write(p)
}
