package app

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/credguide/credguide/credentials/lint"
)

// Limits of the files that are read whole.
const (
	MaxPEM  = 4 << 20
	MaxList = 1 << 20
)

// Open opens a file that the user named; - is standard input.
func (a *App) Open(name string) (in io.ReadCloser, shown string, err error) {
	if name == "-" {
		return io.NopCloser(a.Sys.Stdin), "standard input", nil
	}
	if err := SecretAsFile(name); err != nil {
		return nil, "", err
	}
	file, err := os.Open(name)
	return file, name, err
}

// ReadFile reads a file of bounded size.
func ReadFile(name string, most int64) ([]byte, error) {
	if err := SecretAsFile(name); err != nil {
		return nil, err
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return ReadBounded(file, name, most)
}

func ReadBounded(in io.Reader, name string, most int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(in, most+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > most {
		return nil, fmt.Errorf("%s is larger than %s", name, size(most))
	}
	return data, nil
}

// size writes a limit as people say it.
func size(bytes int64) string {
	if bytes < 1<<20 {
		return fmt.Sprintf("%d KiB", bytes>>10)
	}
	return fmt.Sprintf("%d MiB", bytes>>20)
}

// SecretAsFile catches the secret itself in the place of a file's name, before it gets into a message as a name. Names with
// folders or an ending look random too, and are names.
func SecretAsFile(name string) error {
	if strings.ContainsAny(name, `/\.`) || !lint.SecretShaped(name) {
		return nil
	}
	if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return WithHint(errors.New("the name of a file is wanted, and what was given looks like the secret itself"),
		"write the secret into a file that only you may read; it should be replaced now, as command lines are seen and kept")
}
