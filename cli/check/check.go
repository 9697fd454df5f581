// Package check is the command check, and what the commands above it need of a check: flags, lists, outputs.
package check

import (
	"context"
	"crypto/x509"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/checks/subject"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/guard"
	"github.com/credguide/credguide/credentials/lint"
	"github.com/credguide/credguide/environments"
)

// Command is `credguide check`.
func Command(a *app.App) *cobra.Command {
	var flags Flags
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Find out why a service account cannot log in, or that it can",
		Long: "check logs in as an openEO client does, with the client id and secret that it finds, and names the " +
			"cause if that fails.\n\n" +
			"The client id and the secret are taken from the first of these that has them: --client-id and " +
			"--secret-file, the file of --credentials, the variables OPENEO_AUTH_CLIENT_ID and " +
			"OPENEO_AUTH_CLIENT_SECRET, the openEO Python client's auth-config.json, the system keyring, and a question " +
			"on the terminal. They are used exactly as they are found. The secret is sent to the identity provider's " +
			"token endpoint and nowhere else.",
		Example: `  credguide check --environment development
  credguide check --environment production --credentials openeo.env --verbose
  credguide check --output junit=report.xml --quiet
  credguide check --from report.json`,
		Args: app.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return Run(cmd.Context(), a, &flags) },
	}
	flags.AddTo(cmd.Flags())
	CompleteCheckFlags(a, cmd)
	return cmd
}

// Run is the command: the wishes of the flags, checked before anything is read or sent, and then one of four ways.
func Run(ctx context.Context, a *app.App, flags *Flags) error {
	if err := flags.Valid(); err != nil {
		return err
	}
	if flags.Plan {
		return showPlan(ctx, a, flags)
	}
	outputs, err := flags.ParseOutputs()
	if err != nil {
		return err
	}
	c, err := NewChecker(ctx, a, flags)
	if err != nil {
		return err
	}
	switch {
	case flags.From != "":
		return c.replay(ctx, flags.From, outputs)
	case flags.All != "":
		return c.all(ctx, flags.All, outputs)
	}
	return c.one(ctx, flags.Target(), outputs)
}

// checker makes checks: the catalogs and options that a run of the command has.
type checker struct {
	*app.App
	Environments  *environments.Catalog
	diagnosesOnce func() (*checks.Catalog, error)
	Options       probe.Options
	flags         ReportFlags
	Again         app.InForce // how the same is checked once more
}

// NewChecker reads the catalogs and options of a run.
func NewChecker(ctx context.Context, a *app.App, flags *Flags) (*checker, error) {
	// The system's certificate authorities take longer to read than all that follows here, and the first handshake needs
	// them. The library keeps what was read.
	go func() { _, _ = x509.SystemCertPool() }()
	c := &checker{App: a, flags: flags.ReportFlags}
	var err error
	if c.Environments, err = environments.Load(a.Catalogs...); err != nil {
		return nil, err
	}
	if c.Options, err = ProbeOptions(ctx, a, flags); err != nil {
		return nil, err
	}
	if flags.All == "" && !flags.InSandbox {
		c.Again = app.InForceOf(flags.set)
	}
	return c, c.loadDiagnoses()
}

// one makes a single check.
func (c *checker) one(ctx context.Context, t subject.Target, outputs []output) error {
	s, why, err := c.Subject(ctx, c.Environments, t, true)
	if err != nil {
		return err
	}
	if why != "" && !c.flags.Quiet {
		c.Say("environment %s (%s; --environment chooses another)", s.Environment.ID, why)
	}
	c.KeepSecret(s)
	live := c.StartProgress(outputs)
	r := c.Run(ctx, s, live.On)
	live.Stop()
	return c.Conclude(outputs, Document{Results: []Result{r}, Again: c.Again})
}

// Result is a report, and what knows the values that must not stand in it.
type Result struct {
	checks.Report
	guard *guard.Guard
}

// Run observes and diagnoses. The evidence is redacted already; a diagnosis of somebody else's catalog may hold anything.
func (c *checker) Run(ctx context.Context, s probe.Subject, on func(probe.Event)) Result {
	seen := probe.Run(ctx, s, c.Options, on)
	return Result{report.Redacted(checks.Diagnose(c.diagnoses(), seen.Evidence), seen.Guard.Own), seen.Guard}
}

// KeepSecret keeps the secret out of what is said beside the report.
func (c *checker) KeepSecret(s probe.Subject) {
	c.Keep(s.Credentials.Secret)
	if _, held := lint.HeldBack(s.Credentials.ClientID, s.Credentials.Secret); held { // the two may be swapped
		c.Keep(credentials.NewSecret(s.Credentials.ClientID))
	}
}

// Conclude writes the reports and turns them into the exit code.
func (c *checker) Conclude(outputs []output, d Document) error {
	code := checks.ExitCodeAll(d.reports(), c.flags.Strict)
	if code == app.ExitInterrupted && !textOnStdout(outputs) { // the text says so itself
		c.Say("interrupted: the report holds what was seen until then")
	}
	if err := writeReports(c.App, outputs, d, c.flags); err != nil {
		return err
	}
	if code == app.ExitHealthy {
		return nil
	}
	return app.ExitCode(code)
}

// replay diagnoses a saved report anew: nothing is read but the file, and nothing is sent.
func (c *checker) replay(ctx context.Context, name string, outputs []output) error {
	data, shown, err := c.ReadFile(ctx, name, report.MaxSaved)
	if err != nil {
		return fmt.Errorf("read the report: %w", err)
	}
	evidence, err := report.ReadJSON(shown, data)
	if err != nil {
		return err
	}
	return c.Conclude(outputs, Document{Results: []Result{{checks.Diagnose(c.diagnoses(), evidence), guard.New()}}})
}
