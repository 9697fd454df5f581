//go:build acceptance

// Package javascriptclient runs programs with the real JavaScript client of
// openEO at hand. What npm installs stays in the laboratory's folder.
package javascriptclient

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/credguide/credguide/internal/dev/acceptance/labdir"
	"github.com/credguide/credguide/internal/dev/acceptance/process"
)

//go:embed package.json package-lock.json
var files embed.FS

// JavaScript is a folder with the client in it.
type JavaScript struct{ home string }

// Prepare installs the client at first.
func Prepare(ctx context.Context) (*JavaScript, error) {
	release, err := labdir.Lock("javascript")
	if err != nil {
		return nil, err
	}
	defer release()
	lock, err := files.ReadFile("package-lock.json")
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(lock)
	home, err := labdir.Path("javascript", hex.EncodeToString(sum[:8]))
	if err != nil {
		return nil, err
	}
	err = labdir.Once(home, func(temporary string) error {
		if err := os.CopyFS(temporary, files); err != nil {
			return err
		}
		npm := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
		npm.Dir = temporary
		return process.Run(npm)
	})
	if err != nil {
		return nil, fmt.Errorf("install the JavaScript client: %w", err)
	}
	return &JavaScript{home}, nil
}

// Run runs a module with these variables and no others of openEO, and returns
// what it printed.
func (j *JavaScript) Run(ctx context.Context, module string, variables ...string) (string, error) {
	file, err := os.CreateTemp(j.home, "program-*.mjs") // beside node_modules, where imports are looked for
	if err != nil {
		return "", err
	}
	defer os.Remove(file.Name())
	if _, err := file.WriteString(module); err != nil {
		return "", err
	}
	if err := file.Close(); err != nil {
		return "", err
	}
	command := exec.CommandContext(ctx, "node", filepath.Base(file.Name()))
	command.Dir = j.home
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "OPENEO_") {
			command.Env = append(command.Env, variable)
		}
	}
	command.Env = append(command.Env, variables...)
	output, err := process.Output(command)
	return string(output), err
}
