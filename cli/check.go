package cli

import (
	"context"
	"crypto/x509"
	"fmt"
	"sync"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/report"
)

func (a *app) checkCommand() *cobra.Command {
	var flags checkFlags
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
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.check(cmd.Context(), &flags) },
	}
	flags.addTo(cmd.Flags())
	a.completeCheckFlags(cmd)
	return cmd
}

// check is the command: the wishes of the flags, checked before anything is read or sent, and then one of four ways.
func (a *app) check(ctx context.Context, flags *checkFlags) error {
	if err := flags.valid(); err != nil {
		return err
	}
	if flags.plan {
		return a.plan(ctx, flags)
	}
	outputs, err := parseOutputs(flags.outputs)
	if err != nil {
		return err
	}
	c, err := a.checker(flags)
	if err != nil {
		return err
	}
	switch {
	case flags.from != "":
		return c.replay(flags.from, outputs)
	case flags.all != "":
		return c.all(ctx, flags.all, outputs)
	}
	return c.one(ctx, flags.target(), outputs)
}

// checker makes checks: the catalogs and options that a run of the command has.
type checker struct {
	*app
	environments  *environments.Catalog
	diagnosesOnce func() (*checks.Catalog, error)
	options       probe.Options
	flags         reportFlags
	guard         *credentials.Guard
	ownWords      sync.Once
	again         again // how the same is checked once more
}

func (a *app) checker(flags *checkFlags) (*checker, error) {
	// The system's certificate authorities take longer to read than all that follows here, and the first handshake needs
	// them. The library keeps what was read.
	go func() { _, _ = x509.SystemCertPool() }()
	c := &checker{app: a, flags: flags.reportFlags, guard: credentials.NewGuard()}
	var err error
	if c.environments, err = environments.Load(a.catalogs...); err != nil {
		return nil, err
	}
	if c.options, err = a.probeOptions(flags); err != nil {
		return nil, err
	}
	if flags.all == "" && !flags.inSandbox {
		c.again = flags.again()
	}
	return c, c.loadDiagnoses()
}

// one makes a single check.
func (c *checker) one(ctx context.Context, t target, outputs []output) error {
	s, why, err := c.subject(ctx, c.environments, t, true)
	if err != nil {
		return err
	}
	if why != "" && !c.flags.quiet {
		c.say("environment %s (%s; --environment chooses another)", s.Environment.ID, why)
	}
	c.keepSecret(s)
	live := c.startProgress(outputs)
	r := c.run(ctx, s, live.on)
	live.stop()
	return c.conclude(outputs, document{reports: []checks.Report{r}, again: c.again})
}

// run observes and diagnoses.
func (c *checker) run(ctx context.Context, s probe.Subject, on func(probe.Event)) checks.Report {
	result := probe.Run(ctx, s, c.options, on)
	for _, token := range result.Minted {
		c.guard.Add(token)
	}
	c.knowOwnWords(s)
	return checks.Diagnose(c.diagnoses(), result.Evidence)
}

// keepSecret tells the guard what must not get into any output, and what stands there by right.
func (c *checker) keepSecret(s probe.Subject) {
	found := s.Credentials
	c.guard.Add(found.Secret)
	if id := credentials.NewSecret(found.ClientID); credentials.SecretShaped(found.ClientID) && !found.Secret.Equal(id) {
		c.guard.Add(id) // the two were swapped
	} else {
		c.guard.Public(found.ClientID)
	}
	for _, e := range s.Catalog.All() {
		c.guard.Public(e.ID, e.Title, e.Issuer)
	}
	if s.Backend != nil {
		c.guard.Public(s.Backend.ID, s.Backend.URL, s.Backend.Title)
	}
	c.guard.Public(s.Environment.ID, s.Environment.Title, s.Environment.Issuer)
}

// conclude writes the reports and turns them into the exit code.
func (c *checker) conclude(outputs []output, d document) error {
	code := checks.ExitCodeAll(d.reports, c.flags.strict)
	if code == exitInterrupted && !textOnStdout(outputs) { // the text says so itself
		c.say("interrupted: the report holds what was seen until then")
	}
	if err := c.writeReports(outputs, d, c.flags, c.guard); err != nil {
		return err
	}
	if code == exitHealthy {
		return nil
	}
	return exitCode(code)
}

// replay diagnoses a saved report anew: nothing is read but the file, and nothing is sent.
func (c *checker) replay(name string, outputs []output) error {
	in, shown, err := c.open(name)
	if err != nil {
		return fmt.Errorf("read the report: %w", err)
	}
	defer in.Close()
	evidence, err := report.ReadJSON(shown, in)
	if err != nil {
		return err
	}
	return c.conclude(outputs, document{reports: []checks.Report{checks.Diagnose(c.diagnoses(), evidence)}})
}
