// Package register is the command register: it asks what the wizard wants to know, submits, keeps
// the account and checks it.
package register

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/submit"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/text"
	"github.com/credguide/credguide/wizard"
	"github.com/credguide/credguide/wizard/terminal"
)

// Flags are the wishes of one registration.
type Flags struct {
	cmd *cobra.Command
	set *pflag.FlagSet

	environment, backend, profile string
	answers, state, request       string
	clientID, secretFile          string
	store, storeFile, caFile      string
	resume, offline, lines        bool

	submit, approve bool
	ofFile          bool // request submit
	force           bool
	api             submit.Flags
}

// AddTo adds the flags to a command.
func (f *Flags) AddTo(cmd *cobra.Command) {
	set := cmd.Flags()
	f.cmd, f.set = cmd, set
	set.StringVar(&f.environment, "environment", "", "`ID` of an environment, or a FILE.yaml")
	set.StringVar(&f.backend, "backend", "", "`ID` or URL of an openEO back-end, or none")
	set.StringVar(&f.answers, "answers", "", "`FILE` with answers; questions that it answers are skipped")
	set.BoolVar(&f.resume, "resume", false, "continue where the last registration stopped")
	set.StringVar(&f.state, "state", "", "`FILE` to keep the answers in; default: register.yaml in your configuration folder")
	set.StringVar(&f.request, "request", "", "`FILE` for the registration request; default: the client ID with .yaml")
	set.StringVar(&f.profile, "profile", "", "`NAME` of the registry's configuration; default: all that are known, or today's")
	set.StringVar(&f.clientID, "client-id", "", "the client `ID`")
	set.StringVar(&f.secretFile, "secret-file", "", "`FILE` that contains only the secret; - is standard input")
	set.StringVar(&f.store, "store", "", "`KIND` of place to keep the secret in: "+strings.Join(stores, ", "))
	set.StringVar(&f.storeFile, "store-file", "", "`FILE` for --store dotenv; default: in your configuration folder")
	set.BoolVar(&f.force, "force", false, "overwrite the secret of another client that is stored in the same place")
	set.StringVar(&f.caFile, "ca-file", "", "`FILE` with additional certificate authorities to trust (PEM)")
	set.BoolVar(&f.offline, "offline", false, "send nothing to anybody: no updates, no waiting, no check at the end")
	set.BoolVar(&f.submit, "submit", false, "submit the request by the registry's API, with your registry token")
	set.BoolVar(&f.approve, "approve", false, "with --submit: approve your own request where that is allowed")
	f.api.AddTo(set)
	set.BoolVar(&f.lines, "lines", false, "ask line by line, without menus")
}

// Command is `credguide register`.
func Command(a *app.App) *cobra.Command {
	var flags Flags
	cmd := &cobra.Command{
		Use:   "register",
		Short: "Register a new service account, step by step",
		Long: "register asks what the account is for, and checks every answer against the registry's own rules. Then it shows what " +
			"to enter and what happens after Submit, stores the secret where you choose, waits for the deployment and checks " +
			"the login. Each answer is saved at once: Ctrl-C stops, --resume continues. " +
			"With --answers it asks only what is missing; without a terminal it asks nothing.",
		Example: `  credguide register
  credguide register --environment development
  credguide register --answers nightly-ndvi.yaml --environment production
  credguide register --submit --answers nightly-ndvi.yaml --registry-token-command "oidc-token egi"
  credguide register --resume`,
		Args: app.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return runRegister(cmd.Context(), a, flags) },
	}
	flags.AddTo(cmd)
	completeRegisterFlags(a, cmd)
	return cmd
}

func completeRegisterFlags(a *app.App, cmd *cobra.Command) {
	for flag, list := range map[string]app.Completions{
		"environment": app.CompleteFrom(a.EnvironmentNames, cobra.ShellCompDirectiveDefault),
		"backend":     app.CompleteFrom(a.BackendNames, cobra.ShellCompDirectiveNoFileComp),
		"store":       app.CompleteFrom(func() ([]string, error) { return stores, nil }, cobra.ShellCompDirectiveNoFileComp),
	} {
		_ = cmd.RegisterFlagCompletionFunc(flag, list)
	}
}

// runRegister is the command. The environments of the sandbox are there without anything set up:
// naming one starts it.
func runRegister(ctx context.Context, a *app.App, flags Flags) error {
	catalog, err := environments.Load(a.Catalogs...)
	if err != nil {
		return err
	}
	a.TellRedefined(catalog.All()...)
	if _, known := catalog.Lookup(flags.environment); !known && isSandbox(flags.environment) {
		return InSandbox(ctx, a, flags)
	}
	return newRegistration(a, catalog, flags, nil).run(ctx)
}

// registration is one run of the wizard.
type registration struct {
	*app.App
	flags   Flags
	catalog *environments.Catalog
	live    *live
	guide   *wizard.Interview
	ask     wizard.Prompter // nil: there is nobody to ask
	answers wizard.Answers
	byFlag  map[string]string // the flag that gave an answer, by the answer's ID
	box     *sandbox.Sandbox  // nil: the real world
	state   stateFile
	where   wizard.Where
	named   string  // the environment as the person named it
	request string  // the file of the request
	filled  account // made in the sandbox for the person
	stored  account // what the registry holds, and where this run put it
	// The secret that was entered is stored nowhere yet.
	unstored  bool
	isNew     bool         // the client was submitted by this run, and its secret is not stored yet
	backwards bool         // the person goes back
	asksPlace bool         // before the secret
	sureOf    submit.Place // where the secret may go
	ticket    int          // of the request that was sent to the sandbox's help desk

	confirmed string       // the address that gets the registry token
	handed    submit.Entry // the request of this run that the registry has; without a petition: none
	token     credentials.Secret
	again     bool // the token does once more: a request that was changed follows
}

func newRegistration(a *app.App, catalog *environments.Catalog, flags Flags, box *sandbox.Sandbox) *registration {
	r := &registration{App: a, flags: flags, catalog: catalog, box: box}
	r.ask = r.prompter()
	return r
}

// prompter is the best way to ask that there is.
func (r *registration) prompter() wizard.Prompter {
	kind, _ := r.Sys.Lookup("TERM")
	in, out, files := terminal.Files(r.Sys.Stdin, r.Sys.Stderr)
	switch {
	case !r.CanAsk() && !r.flags.lines:
		return nil
	case files && r.CanAsk() && !r.flags.lines && kind != "dumb":
		noColor, _ := r.Sys.Lookup("NO_COLOR")
		return terminal.NewMenus(in, out, r.Width, !r.NoColor && noColor == "")
	}
	return terminal.NewLines(r.Sys.Stderr, r.Sys.Width, r.ReadLine, r.Sys.ReadHidden)
}

// tell says a note, to a person or into a log.
func (r *registration) tell(n wizard.Note) {
	p := r.ask
	if p == nil {
		p = terminal.NewLines(r.Sys.Stderr, r.Sys.Width, nil, nil)
	}
	p.Say(n)
}

// run goes from the first question to the check. However it ends, what was typed is kept or
// printed.
func (r *registration) run(ctx context.Context) error {
	if err := r.prepare(ctx); err != nil {
		return err
	}
	if done, err := r.awaited(ctx); done {
		return err
	}
	if r.ask != nil {
		r.Say("%s", strings.TrimRight(text.Hang("", "? explains a question, < goes back, Ctrl-C stops; each answer is kept at once.", r.Width()), "\n"))
	}
	err := r.steps(ctx)
	if errors.Is(err, io.EOF) || errors.Is(err, context.Canceled) || errors.Is(err, wizard.ErrLater) || errors.Is(err, terminal.ErrCannotHide) {
		r.kept()
	}
	switch {
	case errors.Is(err, wizard.ErrLater):
		return nil
	case errors.Is(err, io.EOF):
		return errors.New("the input ended before every question was answered")
	}
	return err
}

func (r *registration) steps(ctx context.Context) error {
	for {
		if err := r.interview(ctx); err != nil {
			return err
		}
		var err error
		switch {
		case r.where.HasForm():
			err = r.submission(ctx)
		case r.where.Guided():
			err = r.guided(ctx)
		default:
			return r.nowhere()
		}
		if errors.Is(err, errEdited) {
			continue
		}
		if errors.Is(err, wizard.ErrBack) {
			r.answers, _ = r.guide.Back(r.answers)
			r.save()
			continue
		}
		return err
	}
}

// nowhere ends a registration for a back-end whose identity providers cannot be used.
func (r *registration) nowhere() error {
	r.forget()
	err := errors.New("the back-end lists no identity provider with an https address, so no client can be registered for it")
	address, given := r.answers.Text(wizard.BackendURLID)
	if !given {
		return err
	}
	return app.WithHint(err, "to see what it publishes: "+r.onward(answered, []string{"secret-file"}).Command("check", "--public", "--backend", address))
}

// interview asks what is open. Without a terminal, all that is missing is named at once.
func (r *registration) interview(ctx context.Context) error {
	if r.ask == nil {
		if err := r.fillAlone(ctx); err != nil {
			return err
		}
		if missing := r.guide.Missing(r.answers); len(missing) > 0 {
			r.tellWay()
			return r.missingAnswers(missing)
		}
		for _, n := range r.guide.Consequence(r.answers) {
			r.tell(n)
		}
	} else {
		var err error
		if r.answers, err = r.guide.Run(ctx, r.ask, r.answers, func(a wizard.Answers) { r.answers = a; r.save() }); err != nil {
			return err
		}
	}
	r.where, _ = r.guide.Where(r.answers)
	return nil
}

// tellWay says how a client is made where that takes no form, to somebody who has no values of it
// yet.
func (r *registration) tellWay() {
	where, known := r.guide.Where(r.answers)
	if !known || !where.Guided() {
		return
	}
	for _, n := range slices.Concat(r.guide.Consequence(r.answers), where.WaySteps(r.answers)) {
		r.tell(n)
	}
}

// missingAnswers names them, and the command that reads them from a file.
func (r *registration) missingAnswers(missing []wizard.Question) error {
	var b strings.Builder
	b.WriteString("these answers are missing, and there is no terminal to ask on:")
	for _, q := range missing {
		fmt.Fprintf(&b, "\n  %s: %s", q.ID, q.Ask)
	}
	if file := r.flags.answers; file != "" && file != "-" {
		return app.WithHint(errors.New(b.String()), "add them to "+file+", then: "+r.asGiven(file))
	}
	return app.WithHint(errors.New(b.String()), "give them in a file: "+r.asGiven("FILE"))
}
