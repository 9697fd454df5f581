package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/environments"
)

// The pace of asking: often at first, because in development a deployment takes seconds, and ever more rarely, because an
// operator's approval takes days. Every pause is varied, so that many waiting programs do not ask at the same moment.
const (
	firstPause  = 3 * time.Second
	longestWait = time.Minute
	slower      = 1.5
	variation   = 0.2
)

// defaultWaiting is how long wait waits where it is not told.
const defaultWaiting = 30 * time.Minute

func (a *app) waitCommand() *cobra.Command {
	flags := checkFlags{}
	var waiting time.Duration
	cmd := &cobra.Command{
		Use:   "wait",
		Short: "Wait until a new client is deployed, then check it",
		Long: "wait asks the identity provider for the client id, and nothing else, until it is known. No secret is sent " +
			"for that. Then it makes the check. It also looks in the sister environments: a client that was registered " +
			"in another one never turns up here.",
		Example: `  credguide wait --environment development --client-id nightly-ndvi
  credguide wait --environment production --credentials openeo.env --timeout 8h`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if flags.all != "" || flags.from != "" || flags.plan {
				return errors.New("wait takes one client; --all, --from and --plan are for check")
			}
			flags.timeout = probe.DefaultStepTimeout
			return a.wait(cmd.Context(), &flags, waiting)
		},
	}
	flags.addTo(cmd.Flags())
	step := cmd.Flags().Lookup("timeout") // here the whole wait is what a person wants to limit
	step.DefValue, step.Usage = defaultWaiting.String(), "how long to wait, as a `TIME`"
	waiting = defaultWaiting
	step.Value = durationFlag{&waiting}
	a.completeCheckFlags(cmd)
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
		return errors.New("a time of more than zero is wanted")
	}
	*f.d = d
	return nil
}

// wait waits and then checks.
func (a *app) wait(ctx context.Context, flags *checkFlags, waiting time.Duration) error {
	if err := flags.valid(); err != nil {
		return err
	}
	outputs, err := parseOutputs(flags.outputs)
	if err != nil {
		return err
	}
	c, err := a.checker(flags)
	if err != nil {
		return err
	}
	s, why, err := a.subject(ctx, c.environments, flags.target(), true)
	if err != nil {
		return err
	}
	if why != "" {
		a.say("environment %s (%s; --environment chooses another)", s.Environment.ID, why)
	}
	if s.Credentials.ClientID == "" {
		return withHint(errors.New("wait needs the client id"), "give it with --client-id, or in the file of --credentials")
	}
	c.keepSecret(s)
	w := watcher{app: a, subject: s, options: c.options, quiet: flags.quiet}
	if err := w.until(ctx, a.sys.Now().Add(waiting)); err != nil {
		return err
	}
	if !s.Credentials.HasSecret() {
		a.say("%q is deployed. There is no secret to check it with; when there is: credguide check --environment %s", plain(s.Credentials.ClientID), s.Environment.ID)
		return nil
	}
	live := c.startProgress(outputs)
	r := c.run(ctx, s, live.on)
	live.stop()
	return c.conclude(outputs, document{reports: []checks.Report{r}, again: c.again})
}

// watcher asks until the client is there.
type watcher struct {
	*app
	subject probe.Subject
	options probe.Options
	quiet   bool
	asked   int
	looked  bool // in the sister environments
}

// until returns nil when the client is deployed, and else an exit code after having said why.
func (w *watcher) until(ctx context.Context, end time.Time) error {
	id := w.subject.Credentials.ClientID
	watch := probe.NewWatch(ctx, w.subject.Environment, id, w.options)
	defer watch.Close()
	pause := cmp.Or(w.sys.FirstPause, firstPause)
	for {
		standing, err := watch.Ask(ctx)
		w.asked++
		if ctx.Err() != nil {
			return w.interrupted()
		}
		if err != nil && !errors.Is(err, probe.ErrNoAnswer) {
			return err
		}
		if done, result := w.decide(ctx, standing, err); done {
			return result
		}
		if !w.sys.Now().Add(pause).Before(end) {
			w.giveUp(id, err)
			return exitCode(exitCannotTell)
		}
		if err := w.sleep(ctx, varied(pause), standing, err); err != nil {
			return err
		}
		pause = min(time.Duration(float64(pause)*slower), longestWait)
	}
}

// giveUp says what was seen last. A server that did not answer has not said that it does not know the client.
func (w *watcher) giveUp(id string, noAnswer error) {
	title := w.subject.Environment.Title
	if noAnswer != nil {
		w.say("cannot tell: %s did not answer (%s); credguide check tells more", title, plain(noAnswer.Error()))
		return
	}
	times := "once"
	if w.asked > 1 {
		times = fmt.Sprintf("%d times", w.asked)
	}
	w.say("not yet: %s does not know %q (asked %s); wait longer with --timeout 8h, or come back later", title, plain(id), times)
}

// decide tells whether the waiting is over.
func (w *watcher) decide(ctx context.Context, s probe.Standing, noAnswer error) (done bool, result error) {
	id := plain(w.subject.Credentials.ClientID)
	switch {
	case noAnswer != nil:
		return false, nil // an outage passes; the limit of the wait holds
	case s.Client == "known":
		w.announce("%s knows %q: it is deployed.", w.subject.Environment.Title, id)
		w.bell()
		return true, nil
	case s.Client == "unknown":
		return w.elsewhere(ctx)
	case s.Client == "other":
		w.say("this identity provider does not tell whether it knows a client id; try the check itself: credguide check")
		return true, exitCode(exitCannotTell)
	}
	w.say("%s knows %q, but it is %s; waiting does not help. credguide check tells more.", w.subject.Environment.Title, id, standingWords[s.Client])
	return true, exitCode(exitMisconfigured)
}

var standingWords = map[string]string{
	"disabled": "switched off", "bearer-only": "bearer-only, which cannot log in", "wrong-protocol": "no OIDC client",
	"realm-disabled": "in a realm that is switched off",
}

// elsewhere looks in the sister environments, at the first answer only: "not yet" and "registered elsewhere" look the same
// from here, and the second never ends. Somebody may have registered in both, and waits for this one.
func (w *watcher) elsewhere(ctx context.Context) (done bool, result error) {
	if w.looked || w.options.NoSiblings {
		return false, nil
	}
	w.looked = true
	for _, e := range w.subject.Catalog.Sisters(w.subject.Environment) {
		if w.knownIn(ctx, e) {
			w.say("%q is known in %s, and not in %s. Registered there only, it will not turn up here.", plain(w.subject.Credentials.ClientID), e.Title, w.subject.Environment.Title)
			w.say("use it where it lives: credguide check --environment %s", e.ID)
			w.say("or register it here: credguide register --environment %s", w.subject.Environment.ID)
			w.say("if that is done already, wait with --no-siblings")
			return true, exitCode(exitMisconfigured)
		}
	}
	return false, nil
}

func (w *watcher) knownIn(ctx context.Context, e environments.Environment) bool {
	watch := probe.NewWatch(ctx, e, w.subject.Credentials.ClientID, w.options)
	defer watch.Close()
	s, err := watch.Ask(ctx)
	return err == nil && s.Certain && (s.Client == "known" || s.Client == "disabled")
}

// sleep waits for the next question, with a line on the terminal that counts.
func (w *watcher) sleep(ctx context.Context, pause time.Duration, s probe.Standing, noAnswer error) error {
	state := "not known yet"
	if noAnswer != nil {
		state = plain(noAnswer.Error())
	}
	line := fmt.Sprintf("Waiting for %q to be deployed: %s (asked %d, next in %d s, Ctrl-C stops)",
		plain(w.subject.Credentials.ClientID), state, w.asked, int(pause.Round(time.Second).Seconds()))
	w.status(line)
	defer w.status("")
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return w.interrupted()
	}
}

func (w *watcher) interrupted() error {
	w.say("interrupted; nothing is lost: the same command waits on")
	return exitCode(checks.ExitInterrupted)
}

// status writes one line on a terminal over the last one; elsewhere only the first, so that a log stays short.
func (w *watcher) status(line string) {
	switch {
	case w.quiet:
	case w.sys.StderrIsTerminal:
		_, _ = fmt.Fprintf(w.sys.Stderr, "\r\x1b[K%s", cut(line, w.width()-1))
	case w.asked == 1 && line != "":
		w.say("%s", line)
	}
}

func (w *watcher) announce(format string, args ...any) {
	if !w.quiet {
		w.say(format, args...)
	}
}

// bell calls the person back to a terminal that was left alone.
func (w *watcher) bell() {
	if w.sys.StderrIsTerminal && !w.quiet && w.asked > 1 {
		_, _ = fmt.Fprint(w.sys.Stderr, "\a")
	}
}

func varied(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (1 - variation + 2*variation*rand.Float64()))
}

func cut(s string, width int) string {
	if r := []rune(s); len(r) > width && width > 1 {
		return string(r[:width-1]) + "…"
	}
	return s
}
