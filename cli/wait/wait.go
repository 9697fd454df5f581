// Package wait is the command wait: it asks for the client ID alone until the identity provider
// knows it, then checks.
package wait

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/check"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/environments/forms"
	"github.com/credguide/credguide/internal/text"
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

// Watcher asks until the client is there.
type Watcher struct {
	*app.App
	Subject probe.Subject
	Options probe.Options
	// InForce completes the commands that are printed.
	InForce app.InForce
	// Again is the command that waits on; empty: the one that is running.
	Again string

	quiet  bool
	asked  int
	looked bool // in the sister environments
}

// Until returns nil when the client is deployed, and else an exit code after having said why.
func (w *Watcher) Until(ctx context.Context, end time.Time) error {
	watch := probe.NewWatch(ctx, w.Subject.Environment, w.Subject.Credentials, w.Options)
	defer watch.Close()
	pause := cmp.Or(w.Sys.FirstPause, firstPause)
	for {
		standing, err := watch.Ask(ctx)
		w.asked++
		if ctx.Err() != nil {
			return w.interrupted()
		}
		if held, ok := errors.AsType[*probe.HeldBack](err); ok {
			return w.notAsked(held)
		}
		if err != nil && !errors.Is(err, probe.ErrNoAnswer) {
			return err
		}
		if done, result := w.decide(ctx, standing, err); done {
			return result
		}
		if !w.Sys.Now().Add(pause).Before(end) {
			w.giveUp(err)
			return app.ExitCode(app.ExitCannotTell)
		}
		if err := w.sleep(ctx, varied(pause), err); err != nil {
			return err
		}
		pause = min(time.Duration(float64(pause)*slower), longestWait)
	}
}

// called is the client ID in a sentence; a command has all of it.
func (w *Watcher) called() string {
	return text.Cut(app.Plain(w.Subject.Credentials.ClientID), 60, text.Runes)
}

// notAsked ends the wait before anything is sent: what stands in the place of the client ID must
// not get into the addresses of requests, nor onto a screen.
func (w *Watcher) notAsked(held *probe.HeldBack) error {
	w.Say("the client ID is not shown, and nobody was asked for it: %s", held.Why)
	w.Say("Swap the two if the client secret was given as the client ID. The client ID is the short name or number that the registry shows for the client.")
	return app.ExitCode(app.ExitMisconfigured)
}

// giveUp says what was seen last. A server that did not answer has not said that it does not know
// the client.
func (w *Watcher) giveUp(noAnswer error) {
	title := w.Subject.Environment.Title
	if noAnswer != nil {
		w.Say("cannot tell: %s did not answer (%s). To find out more: %s", title, app.Plain(noAnswer.Error()), w.InForce.Command("credguide check"))
		return
	}
	times := "once"
	if w.asked > 1 {
		times = fmt.Sprintf("%d times", w.asked)
	}
	longer := cmp.Or(w.Again, w.InForce.Command("credguide wait")) + " --timeout 8h"
	w.Say("not yet: %s does not know %q (asked %s)", title, w.called(), times)
	if page := w.badges(); page != "" {
		w.Say("Its badge tells whether it waits for a review, or why it is not deployed: %s", page)
	}
	w.Say("To wait longer, now or later: %s", longer)
}

// badges is the page of the registry that shows how far a request is: one that nobody has approved,
// or whose deployment failed, looks like any other wait from here.
func (w *Watcher) badges() string {
	e := w.Subject.Environment
	if e.Registry == nil || e.Registry.Form == "" {
		return ""
	}
	form, err := forms.Lookup(e.Registry.Form, w.Catalogs...)
	if err != nil {
		return ""
	}
	return e.RegistryPage(form.Pages.List)
}

// decide tells whether the waiting is over.
func (w *Watcher) decide(ctx context.Context, s probe.Standing, noAnswer error) (done bool, result error) {
	id := w.called()
	switch {
	case noAnswer != nil:
		return false, nil // an outage passes; the limit of the wait holds
	case s.Client == "known":
		w.announce("%s knows %q: it is deployed.", w.Subject.Environment.Title, id)
		w.bell()
		return true, nil
	case s.Client == "unknown":
		return w.elsewhere(ctx)
	case s.Client == "other":
		w.Say("this identity provider does not tell whether it knows a client ID; try the check itself: %s", w.InForce.Command("credguide check"))
		return true, app.ExitCode(app.ExitCannotTell)
	}
	w.Say("%s knows %q, but it is %s; waiting does not help. To find out more: %s",
		w.Subject.Environment.Title, id, standingWords[s.Client], w.InForce.Command("credguide check"))
	return true, app.ExitCode(app.ExitMisconfigured)
}

var standingWords = map[string]string{
	"disabled": "switched off", "bearer-only": "bearer-only, which cannot log in", "wrong-protocol": "no OIDC client",
	"realm-disabled": "in a realm that is switched off",
}

// elsewhere looks in the sister environments, at the first answer only: "not yet" and "registered
// elsewhere" look the same from here, and the second never ends. Somebody may have registered in
// both, and waits for this one.
func (w *Watcher) elsewhere(ctx context.Context) (done bool, result error) {
	if w.looked || w.Options.NoSiblings {
		return false, nil
	}
	w.looked = true
	for _, e := range w.Subject.Catalog.Sisters(w.Subject.Environment) {
		if w.knownIn(ctx, e) {
			w.Say("%q is known in %s, and not in %s. Registered there only, it will not turn up here.", w.called(), e.Title, w.Subject.Environment.Title)
			w.Say("use it in the environment where it is registered: %s", w.InForce.Command("credguide check --environment "+e.ID))
			w.Say("or register it here: %s", w.InForce.Command("credguide register --environment "+w.Subject.Environment.ID))
			w.Say("if that is done already, wait with --no-siblings")
			return true, app.ExitCode(app.ExitMisconfigured)
		}
	}
	return false, nil
}

func (w *Watcher) knownIn(ctx context.Context, e environments.Environment) bool {
	watch := probe.NewWatch(ctx, e, w.Subject.Credentials, w.Options)
	defer watch.Close()
	s, err := watch.Ask(ctx)
	return err == nil && s.Certain && (s.Client == "known" || s.Client == "disabled")
}

// sleep waits for the next question, with a line on the terminal that counts.
func (w *Watcher) sleep(ctx context.Context, pause time.Duration, noAnswer error) error {
	state := "not known yet"
	if noAnswer != nil {
		state = app.Plain(noAnswer.Error())
	}
	next := int(pause.Round(time.Second).Seconds())
	line := fmt.Sprintf("Waiting for %q to be deployed: %s (asked %d, next in %d s, Ctrl-C stops)", w.called(), state, w.asked, next)
	if w.Sys.StderrIsTerminal && text.Width(w.Disguised(line)) >= w.Width() { // better without the client ID than without the reason
		line = fmt.Sprintf("Waiting (asked %d, next in %d s): %s", w.asked, next, state)
	}
	w.status(line)
	defer w.status("")
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		w.status("")
		return w.interrupted()
	}
}

func (w *Watcher) interrupted() error {
	if w.Again != "" {
		w.Say("interrupted; nothing is lost. To continue:\n  %s", w.Again)
		return app.ExitCode(checks.ExitInterrupted)
	}
	w.Say("interrupted; nothing is lost: the same command waits on")
	return app.ExitCode(checks.ExitInterrupted)
}

// status writes one line on a terminal over the last one; elsewhere only the first, so that a log
// stays short.
func (w *Watcher) status(line string) {
	switch {
	case w.quiet:
	case w.Sys.StderrIsTerminal:
		_, _ = fmt.Fprintf(w.Sys.Stderr, "\r\x1b[K%s", text.Cut(w.Disguised(line), w.Width()-1, text.Cells))
	case w.asked == 1 && line != "":
		w.Say("%s", line)
	}
}

func (w *Watcher) announce(format string, args ...any) {
	if !w.quiet {
		w.Say(format, args...)
	}
}

// bell calls the person back to a terminal that was left alone.
func (w *Watcher) bell() {
	if w.Sys.StderrIsTerminal && !w.quiet && w.asked > 1 {
		_, _ = fmt.Fprint(w.Sys.Stderr, "\a")
	}
}

func varied(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (1 - variation + 2*variation*rand.Float64()))
}
