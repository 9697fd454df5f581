package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/explain"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/sandbox"
)

func (a *app) tryCommand() *cobra.Command {
	var (
		flags reportFlags
		list  bool
	)
	cmd := &cobra.Command{
		Use:   "try [FAULT]",
		Short: "See a check at work on this machine, without an account",
		Long: "try starts an identity provider and an openEO back-end on this machine, lets them get one thing wrong if " +
			"you name it, and checks a service account there. Nothing leaves the machine.",
		Example: `  credguide try
  credguide try grant-not-enabled
  credguide try --list`,
		Args: atMost(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if list {
				return a.print(faultList(a.width()))
			}
			return a.try(cmd.Context(), args, flags)
		},
		ValidArgsFunction: completeFrom(func() ([]string, error) { return faultIDs(), nil }, cobra.ShellCompDirectiveNoFileComp),
	}
	cmd.Flags().BoolVar(&list, "list", false, "list what can go wrong")
	flags.addTo(cmd.Flags())
	a.completeCheckFlags(cmd)
	return cmd
}

// try runs the check command's own code against a sandbox, as a person with these files and variables would.
func (a *app) try(ctx context.Context, faults []string, wanted reportFlags) error {
	if err := knownFaults(faults); err != nil {
		return err
	}
	if _, err := parseOutputs(wanted.outputs); err != nil {
		return err
	}
	box, err := sandbox.Start(ctx, sandbox.Options{Faults: faults})
	if err != nil {
		return err
	}
	inside := &app{sys: a.inside(box), noColor: a.noColor}
	err = inside.checkWith(ctx, box.Args, wanted)
	if closed := box.Close(); err == nil {
		err = closed
	}
	return err
}

// inside is the machine of somebody who has nothing but what the sandbox gives: their own credentials, settings and keyring
// must not mix with it.
func (a *app) inside(box *sandbox.Sandbox) System {
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

// checkWith runs a check with arguments as the check command takes them, reporting as wanted.
func (a *app) checkWith(ctx context.Context, args []string, wanted reportFlags) error {
	var flags checkFlags
	set := pflag.NewFlagSet("check", pflag.ContinueOnError)
	flags.addTo(set)
	set.StringArrayVar(&a.catalogs, "catalog", nil, "")
	if err := set.Parse(args); err != nil {
		return fmt.Errorf("the sandbox's arguments: %w", err)
	}
	strict := flags.strict || wanted.strict
	flags.reportFlags = wanted
	flags.strict, flags.inSandbox = strict, true
	return a.check(ctx, &flags)
}

func faultIDs() (ids []string) {
	for _, f := range sandbox.Faults() {
		ids = append(ids, f.ID)
	}
	return ids
}

func knownFaults(faults []string) error {
	for _, id := range faults {
		if !slices.Contains(faultIDs(), id) {
			return unknown("fault", id, faultIDs(), "credguide try --list lists them")
		}
	}
	return nil
}

// faultList is the list of everything that the sandbox can get wrong, in the order in which a login meets it.
func faultList(width int) string {
	var b strings.Builder
	layer := ""
	for _, f := range sandbox.Faults() {
		if f.Layer != layer {
			if layer != "" {
				b.WriteByte('\n')
			}
			layer = f.Layer
			b.WriteString(explain.Layer(checks.Layer(layer)) + "\n")
		}
		b.WriteString(row(f.ID, f.Title, width))
	}
	b.WriteString("\ncredguide try FAULT shows what a check says of it; try alone, of a login that works.\n")
	return plain(b.String())
}
