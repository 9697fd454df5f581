// Package try is the commands try and sandbox: the program at work on servers of its own.
package try

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/explain"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/check"
	"github.com/credguide/credguide/cli/register"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/text"
)

// Command is `credguide try`.
func Command(a *app.App) *cobra.Command {
	var (
		flags check.ReportFlags
		list  bool
	)
	cmd := &cobra.Command{
		Use:   "try [FAULT]",
		Short: "See a check at work on this machine, without an account",
		Long: "try starts an identity provider and an openEO back-end on this machine, with one fault if you name it, and " +
			"checks a service account there. Nothing leaves the machine.",
		Example: `  credguide try
  credguide try grant-not-enabled
  credguide try --list`,
		Args: app.AtMost(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if list {
				return a.Print(faultList(a.Width()))
			}
			return runTry(cmd.Context(), a, args, flags)
		},
		ValidArgsFunction: app.CompleteFrom(func() ([]string, error) { return faultIDs(), nil }, cobra.ShellCompDirectiveNoFileComp),
	}
	cmd.Flags().BoolVar(&list, "list", false, "list the faults")
	flags.AddTo(cmd.Flags())
	check.CompleteCheckFlags(a, cmd)
	return cmd
}

// runTry runs the check command's own code against a sandbox, as a person with these files and
// variables would.
func runTry(ctx context.Context, a *app.App, faults []string, wanted check.ReportFlags) error {
	if err := knownFaults(faults); err != nil {
		return err
	}
	if _, err := check.ParseOutputs(a, wanted.Outputs); err != nil {
		return err
	}
	box, err := sandbox.Start(ctx, sandbox.Options{Faults: faults})
	if err != nil {
		return err
	}
	inside := &app.App{Sys: register.InsideOf(a, box), NoColor: a.NoColor}
	err = checkWith(ctx, inside, box.Args, wanted)
	if closed := box.Close(); err == nil {
		err = closed
	}
	if len(wanted.Outputs) == 0 && !wanted.Quiet && a.Sys.StderrIsTerminal { // a script has read the exit code
		a.Say("\n%s", afterTry(faults, a.Width()))
	}
	return err
}

// afterTry says why the commands of the report do not run now, and what keeps their servers
// running.
func afterTry(faults []string, width int) string {
	var keep strings.Builder
	keep.WriteString("credguide sandbox")
	for _, fault := range faults {
		keep.WriteString(" --fault " + fault)
	}
	return strings.TrimSuffix(text.HangRun("", "The servers of this try have stopped, so the commands above find nothing to check. "+
		"To keep such servers running, with the command that checks them:", keep.String(), width), "\n")
}

// checkWith runs a check with arguments as the check command takes them, reporting as wanted.
func checkWith(ctx context.Context, a *app.App, args []string, wanted check.ReportFlags) error {
	var flags check.Flags
	set := pflag.NewFlagSet("check", pflag.ContinueOnError)
	flags.AddTo(set)
	set.StringArrayVar(&a.Catalogs, "catalog", nil, "")
	if err := set.Parse(args); err != nil {
		return fmt.Errorf("the sandbox's arguments: %w", err)
	}
	strict := flags.Strict || wanted.Strict
	flags.ReportFlags = wanted
	flags.Strict, flags.InSandbox = strict, true
	return check.Run(ctx, a, &flags)
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
			return app.Unknown("fault", id, faultIDs(), "credguide try --list lists them")
		}
	}
	return nil
}

// faultList is the list of everything that the sandbox can get wrong, in the order in which a login
// meets it.
func faultList(width int) string {
	var b strings.Builder
	layer := ""
	for _, f := range sandbox.Faults() {
		if f.Layer != layer {
			if layer != "" {
				b.WriteByte('\n')
			}
			layer = f.Layer
			b.WriteString(text.Hang("", explain.Layer(checks.Layer(layer)), width))
		}
		b.WriteString(app.Row(f.ID, f.Title, width))
	}
	b.WriteString("\nTo check a login with one of them:  credguide try FAULT\nTo check one that works:            credguide try\n")
	return app.Fitted(app.Plain(b.String()), width)
}

// WithRegister adds `try register`: the wizard against a registry on this machine, without an
// account.
func WithRegister(a *app.App, try *cobra.Command) *cobra.Command {
	var flags register.Flags
	cmd := &cobra.Command{
		Use:   "register",
		Short: "See a registration, from the first question to the check, without an account",
		Long: "try register is credguide register against a registry, an identity provider and a back-end on this machine. " +
			"Nothing leaves the machine.",
		Example: `  credguide try register
  credguide try register --environment sandbox-dev`,
		Args: app.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return register.InSandbox(cmd.Context(), a, flags) },
	}
	flags.AddTo(cmd)
	_ = cmd.RegisterFlagCompletionFunc("environment", cobra.FixedCompletions(register.SandboxIDs, cobra.ShellCompDirectiveNoFileComp))
	try.AddCommand(cmd)
	return try
}
