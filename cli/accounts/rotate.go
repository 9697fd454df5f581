package accounts

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/check"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/text"
)

func rotateCommand(a *app.App) *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:   "rotate NAME",
		Short: "Replace an account's secret, step by step",
		Long: "rotate guides you to a new secret: how to generate it at the identity provider, where to store it, how to check " +
			"it, which other places on this machine still have the old one, and how to end the old one. On a terminal it " +
			"goes through the steps with you; elsewhere it lists them.",
		Args:              oneName("the name of an account"),
		ValidArgsFunction: completeName(a),
		RunE:              func(cmd *cobra.Command, args []string) error { return rotate(cmd.Context(), a, args[0], format) },
	}
	a.FormatFlag(cmd, &format, "text", "json")
	return cmd
}

// rotation is one run of the command.
type rotation struct {
	*app.App
	entry   accounts.Entry
	list    accounts.List
	catalog *environments.Catalog
	subject probe.Subject // with the secret that the account has at the start
}

// stepJSON is a step as JSON writes it.
type stepJSON struct {
	ID      string   `json:"id"`
	Text    string   `json:"text"`
	Details []string `json:"details,omitempty"`
	Run     string   `json:"run,omitempty"`
}

func rotate(ctx context.Context, a *app.App, name, format string) error {
	r := &rotation{App: a}
	var err error
	if r.entry, r.list, err = a.Account(name); err != nil {
		return err
	}
	a.WarnOf(r.list)
	if r.catalog, err = environments.Load(a.Catalogs...); err != nil {
		return err
	}
	if r.subject, _, err = a.Subject(ctx, r.catalog.Clone(), a.TargetOf(r.entry, r.list), false); err != nil {
		return err
	}
	steps := r.steps(r.holders(ctx))
	switch {
	case format == "json":
		all := make([]stepJSON, len(steps))
		for i, s := range steps {
			all[i] = stepJSON(s)
		}
		return a.PrintJSON(all)
	case !a.CanAsk():
		var b strings.Builder
		for i, s := range steps {
			b.WriteString(r.page(i+1, s))
		}
		return a.Print(app.Plain(b.String()))
	}
	return r.through(ctx, steps)
}

// steps are those of the account's environment.
func (r *rotation) steps(others []string) []accounts.RotationStep {
	how := accounts.Rotation{Others: others, Command: func(words ...string) string { return r.OfAccount(strings.Join(words, " ")) }}
	account := r.entry.Account
	account.ClientID = accounts.Hidden(cmp.Or(account.ClientID, r.subject.Credentials.ClientID))
	e := r.subject.Environment
	if e.Registration != nil {
		how.Where = e.Registration.URL
		known := strings.NewReplacer(environments.PlaceClientID, cmp.Or(account.ClientID, "the client ID"), environments.PlaceEnvironment, e.Title)
		for _, step := range e.Registration.Rotate {
			how.Provider = append(how.Provider, known.Replace(step))
		}
	}
	if how.Where == "" && e.Registry != nil {
		how.Where = e.Registry.Portal
	}
	return accounts.RotationSteps(account, how)
}

// holders are the other places of this machine that hold the account's secret: variables, the
// openEO client's file, and other accounts. No program is run to find out.
func (r *rotation) holders(ctx context.Context) []string {
	old := r.subject.Credentials.Secret
	if old.IsZero() {
		return nil
	}
	var found []string
	q := r.Query()
	q.Issuer = r.subject.Environment.Issuer
	if b := r.subject.Backend; b != nil {
		q.BackendURL, q.PairedProvider = b.URL, b.ProviderID
	}
	if value, set := q.Lookup(credentials.EnvClientSecret); set && old.Equal(credentials.NewSecret(value)) && r.entry.Source.Name != credentials.EnvClientSecret {
		found = append(found, "the variable "+credentials.EnvClientSecret)
	}
	if r.entry.Source.Kind != accounts.AuthConfig && r.same(ctx, q, credentials.Own{AuthConfig: true}, old) {
		found = append(found, "auth-config.json of the openEO Python client ("+credentials.AuthConfigPath(q)+")")
	}
	return append(found, accounts.StillHeld(r.list, r.entry.Name, func(e accounts.Entry) bool {
		if e.Source.Kind == accounts.SecretCommand || e.Source.Kind == accounts.AuthConfig {
			return false
		}
		return r.same(ctx, q, *e.Own(r.list.Folder), old)
	})...)
}

func (r *rotation) same(ctx context.Context, q credentials.Query, own credentials.Own, old credentials.Secret) bool {
	q.Own = &own
	there, err := credentials.Resolve(ctx, q)
	return err == nil && there.HasSecret() && there.Secret.Equal(old)
}

// page is one step as text.
func (r *rotation) page(number int, s accounts.RotationStep) string {
	var b strings.Builder
	mark := fmt.Sprintf("%d. ", number)
	indent := strings.Repeat(" ", len(mark))
	b.WriteString(text.Hang(mark, s.Text, r.Width()))
	for _, detail := range s.Details {
		b.WriteString(text.Hang(indent+"· ", detail, r.Width()))
	}
	if s.Run != "" {
		b.WriteString(indent + s.Run + "\n")
	}
	return b.String()
}

// through goes through the steps with a person. What can be done here is done: the secret for the
// keyring is asked for, and the check is made.
func (r *rotation) through(ctx context.Context, steps []accounts.RotationStep) error {
	for i := 0; i < len(steps); i++ {
		s := steps[i]
		r.Say("\n%s", strings.TrimSuffix(r.page(i+1, s), "\n"))
		switch {
		case s.ID == accounts.StepPlace && r.entry.Source.Kind == accounts.Keyring && r.Sys.ReadHidden != nil:
			if err := typeSecret(ctx, r.App, r.entry.Name, true); err != nil {
				return err
			}
			continue
		case s.ID == accounts.StepCheck:
			again, err := r.checked(ctx)
			if err != nil {
				return err
			}
			if again {
				i -= 2 // back to where the secret is put in place
			}
			continue
		}
		answer, err := r.Ask(ctx, "Press Enter when you are done, or type q to stop: ")
		if err != nil {
			return err
		}
		if strings.EqualFold(strings.TrimSpace(answer), "q") {
			r.stopped()
			return nil
		}
	}
	r.Say("\n%s has its new secret.", r.entry.Name)
	return nil
}

func (r *rotation) stopped() {
	r.Say("Stopped. To continue: %s", r.OfAccount("credguide accounts rotate "+r.entry.Name))
}

// checked makes the check with the new secret. Where the account still has the old one, or the new
// one is refused, the person may try again.
func (r *rotation) checked(ctx context.Context) (again bool, err error) {
	now, _, err := r.Subject(ctx, r.catalog.Clone(), r.TargetOf(r.entry, r.list), false)
	if err != nil {
		return false, err
	}
	unchanged := now.Credentials.HasSecret() && now.Credentials.Secret.Equal(r.subject.Credentials.Secret)
	if unchanged {
		r.Say("The account still has the old secret.")
	} else {
		var flags check.Flags
		set := pflag.NewFlagSet("check", pflag.ContinueOnError)
		flags.AddTo(set)
		flags.Names = []string{r.entry.Name}
		if err = check.Run(ctx, r.App, &flags); err == nil {
			return false, nil
		}
		if ctx.Err() != nil {
			return false, err
		}
	}
	answer, askErr := r.Ask(ctx, "Enter goes back to putting the secret in place, q stops: ")
	switch {
	case askErr != nil:
		return false, askErr
	case strings.EqualFold(strings.TrimSpace(answer), "q"):
		r.stopped()
		return false, cmp.Or(err, error(app.ExitCode(app.ExitMisconfigured)))
	}
	return true, nil
}
