//go:build acceptance

// Package pythonclient logs in with the real Python client of openEO, in a
// virtual environment of the laboratory. It is the judge of the diagnoses:
// what credguide calls healthy must work here, and what it calls broken must
// fail here.
package pythonclient

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/credguide/credguide/internal/dev/acceptance/labdir"
	"github.com/credguide/credguide/internal/dev/acceptance/process"
)

//go:embed login.py requirements.txt
var files embed.FS

// Python is a virtual environment with the client in it.
type Python struct {
	interpreter string
	script      string
}

// Login says how to log in. A nil value is an argument that is not given.
type Login struct {
	Backend      string  `json:"backend"`
	ClientID     *string `json:"client_id"`
	ClientSecret *string `json:"client_secret"`
	ProviderID   *string `json:"provider_id"`
	// Environment holds further variables, as OPENEO_AUTH_CLIENT_ID.
	Environment map[string]string `json:"environment"`
}

// Outcome is how a login went.
type Outcome struct {
	UserID string `json:"user_id"`
	// Failure is the last line of what the client said, empty if it worked.
	Failure string  `json:"failure"`
	Seconds float64 `json:"seconds"`
}

// Worked tells whether the login ended at the back-end's /me.
func (o Outcome) Worked() bool { return o.Failure == "" }

// Prepare makes the virtual environment at first.
func Prepare(ctx context.Context) (*Python, error) {
	release, err := labdir.Lock("python")
	if err != nil {
		return nil, err
	}
	defer release()
	wanted, err := fs.ReadFile(files, "requirements.txt")
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(wanted)
	home, err := labdir.Path("python", hex.EncodeToString(sum[:8]))
	if err != nil {
		return nil, err
	}
	// A virtual environment holds its own path, so that it is made in place
	// and counts as whole only when the note beside it is written.
	whole := home + ".whole"
	if _, err := os.Stat(whole); errors.Is(err, fs.ErrNotExist) {
		if err := create(ctx, home); err != nil {
			return nil, fmt.Errorf("make a virtual environment with the openEO client: %w", err)
		}
		if err := os.WriteFile(whole, nil, 0o644); err != nil {
			return nil, err
		}
	}
	script, err := fs.ReadFile(files, "login.py")
	if err != nil {
		return nil, err
	}
	p := &Python{interpreter: filepath.Join(home, "bin", "python"), script: filepath.Join(home, "login.py")}
	return p, os.WriteFile(p.script, script, 0o644)
}

func create(ctx context.Context, home string) error {
	if err := process.Run(exec.CommandContext(ctx, "python3", "-m", "venv", "--clear", home)); err != nil {
		return err
	}
	requirements := filepath.Join(home, "requirements.txt")
	content, err := files.ReadFile("requirements.txt")
	if err != nil {
		return err
	}
	if err := os.WriteFile(requirements, content, 0o644); err != nil {
		return err
	}
	return process.Run(exec.CommandContext(ctx, filepath.Join(home, "bin", "python"), "-m", "pip", "install", "--quiet", "--requirement", requirements))
}

// Login goes through the logins one after another, in one process, because
// the import alone takes longer than a login. The identity providers are
// trusted by the authorities in caFile alone.
func (p *Python) Login(ctx context.Context, caFile string, logins ...Login) ([]Outcome, error) {
	home, err := os.MkdirTemp("", "credguide-lab-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(home)
	input, err := json.Marshal(logins)
	if err != nil {
		return nil, err
	}
	command := exec.CommandContext(ctx, p.interpreter, p.script)
	command.Env = environment(home, caFile)
	command.Stdin = bytes.NewReader(input)
	output, err := process.Output(command)
	if err != nil {
		return nil, fmt.Errorf("run the Python client: %w", err)
	}
	var outcomes []Outcome
	if err := json.Unmarshal(output, &outcomes); err != nil {
		return nil, fmt.Errorf("read what the Python client answered: %w", err)
	}
	if len(outcomes) != len(logins) {
		return nil, fmt.Errorf("%d logins, but %d outcomes", len(logins), len(outcomes))
	}
	return outcomes, nil
}

// environment hides the configuration of the machine's user: the folders are
// empty ones, and no OPENEO variable gets through.
func environment(home, caFile string) []string {
	var variables []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "OPENEO_") && !strings.HasPrefix(variable, "PYTHON") {
			variables = append(variables, variable)
		}
	}
	return append(variables, "HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_DATA_HOME="+home, "OPENEO_CONFIG_HOME="+home,
		"PYTHONDONTWRITEBYTECODE=1", "REQUESTS_CA_BUNDLE="+caFile)
}
