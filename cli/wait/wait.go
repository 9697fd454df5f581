// Package wait is the command wait: it asks for the client ID alone until the identity provider
// knows it, then checks.
package wait

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/check"
)

// The pace of asking: often at first, because in development a deployment takes seconds, and ever
// more rarely, because an operator's approval takes days. Every pause is varied, so that many
// waiting programs do not ask at the same moment.
const (
	firstPause  = 3 * time.Second
	longestWait = time.Minute
	slower      = 1.5
	variation   = 0.2
)

// DefaultWaiting is how long wait waits where it is not told.
const DefaultWaiting = 30 * time.Minute

// Command is `credguide wait`.
func Command(a *app.App) *cobra.Command {
	flags := check.Flags{}
	var waiting time.Duration
	cmd := &cobra.Command{
		Use:   "wait [NAME]",
		Short: "Wait until a new client is deployed, then check it",
		Long: "wait asks the identity provider about the client ID until it is known, without sending the secret. Then it " +
			"runs the check. It also looks in the sister environments, because a client that is registered in another " +
			"environment never appears in this one.",
		Example: `  credguide wait nightly
  credguide wait --environment development --client-id nightly-ndvi
  credguide wait --environment production --credentials openeo.env --timeout 8h`,
		Args:              app.AtMost(1),
		ValidArgsFunction: app.CompleteFrom(a.AccountNames, cobra.ShellCompDirectiveNoFileComp),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := app.NotEmpty(cmd.Flags(), "client-id"); err != nil {
				return err
			}
			if err := flags.Take(args); err != nil {
				return err
			}
			if flags.All.Given() || flags.From != "" || flags.Plan || flags.Public || flags.Seen != "" {
				return errors.New("wait takes one client; --all, --from, --plan, --public and --seen are for check")
			}
			flags.Timeout = min(probe.DefaultStepTimeout, waiting)
			return waitFor(cmd.Context(), a, &flags, waiting, func() {})
		},
	}
	flags.AddTo(cmd.Flags())
	step := cmd.Flags().Lookup("timeout") // here the whole wait is what a person wants to limit
	step.DefValue, step.Usage = DefaultWaiting.String(), "how long to wait, as a `TIME`"
	waiting = DefaultWaiting
	step.Value = durationFlag{&waiting}
	for _, name := range []string{"all", "from", "plan", "public", "seen", "per-host", "rate", "list-deadline", "resume-from", "only"} { // these are for check alone
		_ = cmd.Flags().MarkHidden(name)
	}
	check.CompleteCheckFlags(a, cmd)
	return cmd
}

// durationFlag lets a command give a flag of the check another meaning.
type durationFlag struct{ d *time.Duration }

func (f durationFlag) String() string { return f.d.String() }
func (f durationFlag) Type() string   { return "duration" }

func (f durationFlag) Set(text string) error {
	d, err := time.ParseDuration(text)
	if err != nil {
		return err
	}
	if d <= 0 {
		return errors.New("the time must be greater than zero")
	}
	*f.d = d
	return nil
}

// Account waits for the client of one of the person's accounts and checks it. deployed is called in
// between.
func Account(ctx context.Context, a *app.App, name string, deployed func()) error {
	var flags check.Flags
	set := pflag.NewFlagSet("wait", pflag.ContinueOnError)
	flags.AddTo(set)
	set.StringArray("catalog", nil, "")
	if err := set.Parse(nil); err != nil {
		return fmt.Errorf("the flags of a check: %w", err)
	}
	if err := flags.Take([]string{name}); err != nil {
		return err
	}
	return waitFor(ctx, a, &flags, DefaultWaiting, deployed)
}

// waitFor waits and then checks.
func waitFor(ctx context.Context, a *app.App, flags *check.Flags, waiting time.Duration, deployed func()) error {
	if err := flags.Valid(); err != nil {
		return err
	}
	outputs, err := flags.ParseOutputs(a)
	if err != nil {
		return err
	}
	c, err := check.NewChecker(ctx, a, flags)
	if err != nil {
		return err
	}
	t, err := flags.TargetIn(a)
	if err != nil {
		return err
	}
	s, why, err := a.Subject(ctx, c.Environments, t, true)
	if err != nil {
		return app.NameOne(err, "wait")
	}
	flags.Disguise(a, s.Credentials.ClientID)
	if !flags.Quiet {
		a.SayChosen(s, why, t)
	}
	if s.Credentials.ClientID == "" {
		return app.WithHint(errors.New("wait needs the client ID"), "give it with --client-id, or in the file of --credentials")
	}
	if c.Options, err = c.OptionsFor(ctx, s); err != nil {
		return err
	}
	c.KeepSecret(s)
	w := Watcher{App: a, Subject: s, Options: c.Options, InForce: c.Again, quiet: flags.Quiet}
	w.InForce.Account = s.Account.Name
	if err := w.Until(ctx, a.Sys.Now().Add(waiting)); err != nil {
		return err
	}
	deployed()
	a.Deployed(ctx, s.Account.Name)
	if !s.Credentials.HasSecret() && flags.Quiet {
		return nil
	}
	if !s.Credentials.HasSecret() {
		a.Say("%q is deployed. There is no secret to check it with; when there is: %s", app.Plain(s.Credentials.ClientID), w.InForce.Command("credguide check"))
		return nil
	}
	return c.One(ctx, s, outputs)
}
