package cli

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/wizard"
)

// sandboxIDs are the environments that the sandbox brings along.
var sandboxIDs = []string{"sandbox", "sandbox-demo", "sandbox-dev"}

func isSandbox(id string) bool { return slices.Contains(sandboxIDs, id) }

// withRegister adds `try register`: the wizard against a registry on this machine, without an account.
func (a *app) withRegister(try *cobra.Command) *cobra.Command {
	var flags registerFlags
	cmd := &cobra.Command{
		Use:   "register",
		Short: "See a registration, from the first question to the check, without an account",
		Long: "try register is credguide register against a registry, an identity provider and a back-end on this machine. " +
			"Nothing leaves the machine.",
		Example: `  credguide try register
  credguide try register --environment sandbox-dev`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.registerInSandbox(cmd.Context(), flags) },
	}
	flags.addTo(cmd.Flags())
	_ = cmd.RegisterFlagCompletionFunc("environment", cobra.FixedCompletions(sandboxIDs, cobra.ShellCompDirectiveNoFileComp))
	try.AddCommand(cmd)
	return try
}

// The pace of the sandbox's operator and deployer: long enough to be seen, short enough to be waited for.
const (
	sandboxApproval   = time.Second
	sandboxDeployment = 2 * time.Second
)

func (a *app) registerInSandbox(ctx context.Context, flags registerFlags) error {
	box, err := sandbox.Start(ctx, sandbox.Options{ApproveAfter: sandboxApproval, DeployAfter: sandboxDeployment})
	if err != nil {
		return err
	}
	err = a.registerIn(ctx, box, flags)
	return errors.Join(err, box.Close())
}

// registerIn runs the wizard as somebody who has nothing but the sandbox. Only the answers outlive it.
func (a *app) registerIn(ctx context.Context, box *sandbox.Sandbox, flags registerFlags) error {
	if folder := a.configFolder(); flags.state == "" && folder != "" {
		flags.state = filepath.Join(folder, "credguide", "register-sandbox.yaml")
	}
	flags.caFile = cmp.Or(flags.caFile, filepath.Join(box.Dir, "ca.pem"))
	inside := &app{sys: a.inside(box), noColor: a.noColor, catalogs: []string{box.Dir}}
	inside.sys.StdinIsTerminal, inside.sys.ReadHidden = a.sys.StdinIsTerminal, a.sys.ReadHidden // the person is real
	catalog, err := environments.Load(box.Dir)
	if err != nil {
		return err
	}
	return inside.registration(catalog, flags, box).run(ctx)
}

// freshWorld drops from saved answers what only the last sandbox knew.
func freshWorld(a wizard.Answers) wizard.Answers { return a.Without(wizard.SubmittedID) }
