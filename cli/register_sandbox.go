package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/wizard"
)

// sandboxIDs are the environments that the sandbox brings along.
var sandboxIDs = []string{"sandbox", "sandbox-demo", "sandbox-dev"}

func isSandbox(id string) bool { return slices.Contains(sandboxIDs, id) }

// The pace of the sandbox's operator and deployer: long enough to be seen, short enough to be waited for.
const (
	sandboxApproval   = time.Second
	sandboxDeployment = 2 * time.Second
)

func registerInSandbox(ctx context.Context, a *app, flags registerFlags) error {
	box, err := sandbox.Start(ctx, sandbox.Options{ApproveAfter: sandboxApproval, DeployAfter: sandboxDeployment})
	if err != nil {
		return err
	}
	err = registerIn(ctx, a, box, flags)
	return errors.Join(err, box.Close())
}

// registerIn runs the wizard as somebody who has nothing but the sandbox. Only the answers outlive it.
func registerIn(ctx context.Context, a *app, box *sandbox.Sandbox, flags registerFlags) error {
	if folder := configFolder(a); flags.state == "" && folder != "" {
		flags.state = filepath.Join(folder, "credguide", "register-sandbox.yaml")
	}
	flags.caFile = cmp.Or(flags.caFile, filepath.Join(box.Dir, "ca.pem"))
	inside := &app{sys: insideOf(a, box), noColor: a.noColor, catalogs: []string{box.Dir}}
	inside.sys.StdinIsTerminal, inside.sys.ReadHidden = a.sys.StdinIsTerminal, a.sys.ReadHidden // the person is real
	catalog, err := environments.Load(box.Dir)
	if err != nil {
		return err
	}
	return newRegistration(inside, catalog, flags, box).run(ctx)
}

// freshWorld drops from saved answers what only the last sandbox knew.
func freshWorld(a wizard.Answers) wizard.Answers { return a.Without(wizard.SubmittedID) }

// insideOf is the machine of somebody who has nothing but what the sandbox gives: their own credentials, settings and keyring
// must not mix with it.
func insideOf(a *app, box *sandbox.Sandbox) System {
	sys := a.sys
	sys.Home, sys.ReadHidden, sys.StdinIsTerminal, sys.Keyring = box.Dir, nil, false, emptyKeyring{}
	sys.Lookup = func(name string) (string, bool) {
		if value, ok := box.Env[name]; ok {
			return value, true
		}
		if slices.Contains(displayVariables, name) {
			return a.sys.Lookup(name)
		}
		return "", false
	}
	return sys
}

// displayVariables say what the terminal can show.
var displayVariables = []string{"NO_COLOR", "TERM", "LC_ALL", "LC_CTYPE", "LANG"}

type emptyKeyring struct{}

func (emptyKeyring) Get(string, string) (string, error) { return "", credentials.ErrNotInKeyring }

func (emptyKeyring) Set(string, string, string) error {
	return fmt.Errorf("the sandbox has no keyring")
}
