package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/pflag"

	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/credentials/lint"
	"github.com/credguide/credguide/internal/files"
)

// Limits of the files that are read whole.
const (
	MaxPEM  = 4 << 20
	MaxList = 256 << 20 // a list may have any number of entries; this is some hundred thousand
)

// ReadFile reads a file that the user named; - is standard input. shown is its name in messages.
func (a *App) ReadFile(ctx context.Context, name string, most int64) (data []byte, shown string, err error) {
	return readFile(ctx, a.Sys.Stdin, name, most)
}

// ReadSecret is ReadFile for a secret, which a person may type into a terminal.
func (a *App) ReadSecret(ctx context.Context, name, what string, most int64) ([]byte, error) {
	data, _, err := readFile(ctx, a.SecretInput(ctx, what), name, most)
	return data, err
}

func readFile(ctx context.Context, stdin io.Reader, name string, most int64) (data []byte, shown string, err error) {
	if name == "-" {
		shown = "standard input"
		data, err = files.ReadAll(ctx, io.NopCloser(stdin), most)
	} else {
		if err := SecretAsFile(name); err != nil {
			return nil, "", err
		}
		var content files.Content
		shown = name
		content, err = files.Read(ctx, name, files.Limits{Bytes: most})
		data = content.Data
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", shown, err)
	}
	return data, shown, err
}

// CanHold finds out before anything is sent whether a file can be written there afterwards.
func CanHold(file string) error {
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		return fmt.Errorf("%s is a folder", file)
	}
	info, err := os.Stat(filepath.Dir(file))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the folder %s does not exist", filepath.Dir(file))
	}
	if err == nil && !info.IsDir() {
		return fmt.Errorf("%s is not a folder", filepath.Dir(file))
	}
	return errors.Join(err, LosesNoSecret(file))
}

// LosesNoSecret refuses to replace a file that somebody keeps a secret in: it may be the only copy.
func LosesNoSecret(file string) error {
	const most = 64 << 10
	info, err := os.Stat(file)
	if err != nil || !info.Mode().IsRegular() || info.Size() > most {
		return nil //nolint:nilerr // what cannot be read says so where it is written
	}
	if text, err := os.ReadFile(file); err != nil || !lint.KeepsSecret(string(text)) {
		return nil //nolint:nilerr // the same
	}
	return WithHint(fmt.Errorf("%s holds a secret, which would be lost", file), "choose another file or folder")
}

// Apart refuses to replace a file that is read.
func Apart(output string, inputs ...string) error {
	for _, in := range inputs {
		if output != "" && in != "" && in != "-" && files.Same(output, in) {
			return WithHint(fmt.Errorf("%s would be replaced, and it is read", output), "choose another file for the output")
		}
	}
	return nil
}

// MayWrite refuses to replace a file that is read, another one unless told to, and a place that
// cannot hold one.
func MayWrite(file string, force bool, inputs ...string) error {
	if err := errors.Join(CanHold(file), Apart(file, inputs...)); err != nil {
		return err
	}
	info, err := os.Lstat(file)
	if target, err := os.Stat(file); err == nil { // of a link that leads nowhere, the link counts
		info = target
	}
	if errors.Is(err, fs.ErrNotExist) || force || err == nil && !info.Mode().IsRegular() && info.Mode()&fs.ModeSymlink == 0 {
		return nil
	}
	return WithHint(fmt.Errorf("%s is there already", file), "--force writes over it")
}

// SecretAsFile catches the secret itself in the place of a file's name, before it gets into a
// message as a name.
func SecretAsFile(name string) error {
	token := lint.IsToken(name)
	if !token && !lint.InPlaceOfFile(name) {
		return nil
	}
	for _, there := range []string{name, filepath.Dir(name)} {
		if _, err := os.Stat(there); there != "." && (err == nil || errors.Is(err, fs.ErrPermission)) {
			return nil
		}
	}
	if token {
		return WithHint(errors.New("expected a file name, but this looks like the token itself"),
			"write the token to a file that only you can read; command lines are visible and saved")
	}
	return WithHint(errors.New("expected a file name, but this looks like the secret itself"),
		"write the secret to a file that only you can read, and replace this secret: command lines are visible and saved")
}

// takesFile is the usage of a flag whose value names a file or a folder.
var takesFile = regexp.MustCompile("`(FILE|DIR)|=FILE")

// NoSecretAsFile is SecretAsFile for the values of all flags that name a file or a folder, and for
// the variable that does.
func (a *App) NoSecretAsFile(set *pflag.FlagSet) (err error) {
	named, _ := a.Sys.Lookup(accounts.Variable)
	if err := SecretAsFile(named); err != nil {
		return fmt.Errorf("%s: %w", accounts.Variable, err)
	}
	set.Visit(func(f *pflag.Flag) {
		if err != nil || !takesFile.MatchString(f.Usage) {
			return
		}
		for _, value := range ValuesOf(f) {
			if _, file, ok := strings.Cut(value, "="); ok && strings.Contains(f.Usage, "=FILE") {
				value = file
			}
			if secret := SecretAsFile(value); secret != nil && err == nil {
				err = fmt.Errorf("--%s: %w", f.Name, secret)
			}
		}
	})
	return err
}
