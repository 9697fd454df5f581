//go:build acceptance

package pythonclient

import (
	"context"
	"os"
	"os/exec"
	"strings"

	"github.com/credguide/credguide/internal/dev/acceptance/process"
)

// Run runs a program with the client at hand, in an empty home, with these
// variables, and returns what it printed.
func (p *Python) Run(ctx context.Context, program string, variables ...string) (string, error) {
	home, err := os.MkdirTemp("", "credguide-lab-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(home)
	command := exec.CommandContext(ctx, p.interpreter, "-")
	command.Env = append(environment(home, ""), variables...)
	command.Stdin = strings.NewReader(program)
	output, err := process.Output(command)
	return string(output), err
}
