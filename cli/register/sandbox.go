package register

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/wizard"
)

// SandboxIDs are the environments that the sandbox brings along.
var SandboxIDs = []string{"sandbox", "sandbox-demo", "sandbox-dev"}

func isSandbox(id string) bool { return slices.Contains(SandboxIDs, id) }

// The pace of the sandbox's operator and deployer: long enough to be seen, short enough to be waited for.
const (
	sandboxApproval   = time.Second
	sandboxDeployment = 2 * time.Second
)

// InSandbox runs the wizard against a registry on this machine.
func InSandbox(ctx context.Context, a *app.App, flags Flags) error {
	box, err := sandbox.Start(ctx, sandbox.Options{ApproveAfter: sandboxApproval, DeployAfter: sandboxDeployment})
	if err != nil {
		return err
	}
	err = registerIn(ctx, a, box, flags)
	return errors.Join(err, box.Close())
}

// registerIn runs the wizard as somebody who has nothing but the sandbox. Only the answers outlive it.
func registerIn(ctx context.Context, a *app.App, box *sandbox.Sandbox, flags Flags) error {
	if folder := configFolder(a); flags.state == "" && folder != "" {
		flags.state = filepath.Join(folder, "credguide", "register-sandbox.yaml")
	}
	flags.caFile = cmp.Or(flags.caFile, filepath.Join(box.Dir, "ca.pem"))
	inside := &app.App{Sys: InsideOf(a, box), NoColor: a.NoColor, Catalogs: []string{box.Dir}}
	inside.Sys.StdinIsTerminal, inside.Sys.ReadHidden = a.Sys.StdinIsTerminal, a.Sys.ReadHidden // the person is real
	catalog, err := environments.Load(box.Dir)
	if err != nil {
		return err
	}
	return newRegistration(inside, catalog, flags, box).run(ctx)
}

// freshWorld drops from saved answers what only the last sandbox knew.
func freshWorld(a wizard.Answers) wizard.Answers { return a.Without(wizard.SubmittedID) }

// InsideOf is the machine of somebody who has nothing but what the sandbox gives: their own credentials, settings and keyring
// must not mix with it.
func InsideOf(a *app.App, box *sandbox.Sandbox) app.System {
	sys := a.Sys
	sys.Home, sys.ReadHidden, sys.StdinIsTerminal, sys.Keyring = box.Dir, nil, false, EmptyKeyring{}
	sys.Lookup = func(name string) (string, bool) {
		if value, ok := box.Env[name]; ok {
			return value, true
		}
		if slices.Contains(displayVariables, name) {
			return a.Sys.Lookup(name)
		}
		return "", false
	}
	return sys
}

// displayVariables say what the terminal can show.
var displayVariables = []string{"NO_COLOR", "TERM", "LC_ALL", "LC_CTYPE", "LANG"}

type EmptyKeyring struct{}

func (EmptyKeyring) Get(string, string) (string, error) { return "", credentials.ErrNotInKeyring }

func (EmptyKeyring) Set(string, string, string) error {
	return fmt.Errorf("the sandbox has no keyring")
}
