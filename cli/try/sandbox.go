package try

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/register"
	"github.com/credguide/credguide/internal/files"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/text"
)

// SandboxCommand is `credguide sandbox`.
func SandboxCommand(a *app.App) *cobra.Command {
	var o sandbox.Options
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Run an identity provider and an openEO back-end on this machine",
		Long: "sandbox starts EGI-like identity providers, an openEO back-end and a registry on this machine only, and " +
			"prints the lines to use them. They run until you press Ctrl-C.",
		Example: `  credguide sandbox
  credguide sandbox --fault grant-not-enabled`,
		Args: app.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := app.NotEmpty(cmd.Flags(), "dir"); err != nil {
				return err
			}
			return runSandbox(cmd.Context(), a, o)
		},
	}
	cmd.Flags().StringArrayVar(&o.Faults, "fault", nil, "the `ID` of a fault to simulate (try --list); repeatable")
	cmd.Flags().StringVar(&o.Dir, "dir", "", "`DIR` for the files; default: a temporary one, removed at the end")
	cmd.Flags().DurationVar(&o.Delay, "delay", 0, "`TIME` added to each answer, such as 50ms")
	cmd.Flags().BoolVar(&o.PlainHTTP, "http", false, "http instead of https")
	cmd.Flags().BoolVar(&o.JWTBearer, "jwt-bearer", false, "the back-end accepts the plain token too (openEO API 1.3)")
	cmd.Flags().DurationVar(&o.DeployAfter, "deploy-after", 2*time.Second, "`TIME` from the approval of a new client to its deployment")
	_ = cmd.RegisterFlagCompletionFunc("fault", app.CompleteFrom(func() ([]string, error) { return faultIDs(), nil }, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// runSandbox runs until the interrupt that is its usual end, so that is no failure.
func runSandbox(ctx context.Context, a *app.App, o sandbox.Options) error {
	if err := knownFaults(o.Faults); err != nil {
		return err
	}
	if o.Delay < 0 || o.DeployAfter < 0 {
		return app.WithHint(errors.New("--delay and --deploy-after must not be negative"), "for example --delay 50ms")
	}
	if o.Dir != "" { // the other terminal may stand in another folder
		dir, err := filepath.Abs(o.Dir)
		if err != nil {
			return fmt.Errorf("find the folder of the sandbox: %w", err)
		}
		o.Dir, o.MayReplace = dir, app.LosesNoSecret
	}
	box, err := sandbox.Start(ctx, o)
	if err != nil {
		return err
	}
	err = writeVariables(box)
	if err == nil {
		err = a.Print(app.Plain(sandboxLines(box, a.Width())))
	}
	if err == nil {
		<-ctx.Done()
	}
	return errors.Join(err, box.Close())
}

// variablesFile holds the variables of a fault as a shell reads them: one may be the secret, which
// is not printed.
func variablesFile(box *sandbox.Sandbox) string {
	if text.OnWindows() {
		return filepath.Join(box.Dir, "variables.ps1")
	}
	return filepath.Join(box.Dir, "variables.sh")
}

func writeVariables(box *sandbox.Sandbox) error {
	if len(box.Env) == 0 {
		return nil
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(box.Env)) {
		b.WriteString(setting(name, box.Env[name]))
	}
	return files.Replace(variablesFile(box), []byte(b.String()), files.Private)
}

// setting is the line that sets a variable, in PowerShell on Windows.
func setting(name, value string) string {
	if text.OnWindows() {
		return fmt.Sprintf("$env:%s = '%s'\n", name, strings.ReplaceAll(value, "'", "''"))
	}
	return fmt.Sprintf("export %s=%s\n", name, text.ShellWord(value))
}

// reading is the command that makes the variables known to a shell. PowerShell runs no files where
// nobody allowed that, but takes their lines.
func reading(box *sandbox.Sandbox) string {
	if text.OnWindows() {
		return "Get-Content -Raw -Encoding UTF8 " + text.Word(variablesFile(box)) + " | Invoke-Expression"
	}
	return ". " + text.Word(variablesFile(box))
}

// sandboxLines are what a person types to use the sandbox.
func sandboxLines(box *sandbox.Sandbox, width int) string {
	var b strings.Builder
	typed := func(command string, args []string) string {
		return text.Continued("  "+command+" "+text.Words(args), width) + "\n"
	}
	line := func(label, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %-19s%s\n", label, value)
		}
	}
	b.WriteString("The sandbox runs on this machine until you press Ctrl-C.\n\n")
	for _, env := range register.SandboxIDs {
		line(env, box.Issuer(env))
	}
	line("openEO back-end", box.BackendURL())
	line("lab back-end", box.LabURL())
	line("registry", box.RegistryURL())
	line("dashboard", box.RegistryURL()+"/dashboard")
	line("help desk", box.RegistryURL()+"/desk")
	line("client ID", box.ClientID)
	line("files", box.Dir)
	b.WriteString("\nIn another terminal:\n\n")
	if len(box.Env) > 0 {
		b.WriteString("  " + reading(box) + "\n")
	}
	b.WriteString(typed("credguide check", box.Args))
	b.WriteString("\nTo register a client there, up to a checked login:\n\n")
	catalog := []string{"--catalog", box.Dir}
	if slices.Contains(box.Args, "--ca-file") {
		catalog = append(catalog, "--ca-file", filepath.Join(box.Dir, "ca.pem"))
	}
	b.WriteString(typed("credguide register", catalog))
	return b.String()
}
