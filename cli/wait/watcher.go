package wait

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/environments/forms"
	"github.com/credguide/credguide/internal/text"
)

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
		return app.ExitCode(app.ExitInterrupted)
	}
	w.Say("interrupted; nothing is lost: the same command waits on")
	return app.ExitCode(app.ExitInterrupted)
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
