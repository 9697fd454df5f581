package register

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/submit"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/wizard"
	"github.com/credguide/credguide/wizard/registry"
)

// errByForm is the wish to use the form after all.
var errByForm = errors.New("the form in the browser")

// byAPI has the registry's API take the request, and follows it until the client is deployed.
func (r *registration) byAPI(ctx context.Context, acc account) (account, error) {
	for {
		next, err := r.handIn(ctx, acc)
		problem, told := submit.ProblemOf(err, r.where.Rules[0].Form(), r.where.Environment)
		switch {
		case err == nil:
			return next, nil
		case !told:
			return acc, r.manualWay(err)
		}
		r.tell(wizard.Note{Kind: wizard.Refused, Text: problem.Text, Lines: problem.Lines})
		at := r.reached(err)
		if r.ask == nil {
			r.goOn(at)
			return acc, app.ExitCode(problem.Code)
		}
		// A token that is not what was wrong does once more.
		r.again = !r.token.IsZero() && !errors.Is(err, registry.ErrToken) && !errors.Is(err, registry.ErrStranger)
		if err := r.afterProblem(ctx, at); err != nil {
			return acc, err
		}
	}
}

// reached tells how far the request came before an error.
func (r *registration) reached(err error) wizard.Reached {
	_, doubt := errors.AsType[*registry.Doubt](err)
	switch {
	case r.handed.Petition > 0:
		return wizard.AtRegistry
	case doubt:
		return wizard.PerhapsAtRegistry
	}
	return wizard.NotAtRegistry
}

// goOn says that nothing is lost, and which commands go on. What the registry has, or may have, is
// not entered in its form as well.
func (r *registration) goOn(at wizard.Reached) {
	if at == wizard.AtRegistry {
		r.waits(r.handed, "The registry has the request; only the steps after that are missing.")
		return
	}
	r.Say("\nThe request is saved in %s. To try again:\n  %s", r.request, r.submitAgain())
	if at == wizard.NotAtRegistry {
		r.Say("To enter it in the form yourself:\n  %s", r.byHand())
	}
}

// manualWay adds the way by hand to an error that ends the run.
func (r *registration) manualWay(err error) error {
	var code app.ExitCode
	switch {
	case errors.Is(err, wizard.ErrBack), errors.Is(err, wizard.ErrLater), errors.Is(err, context.Canceled), errors.As(err, &code):
		return err
	case isNotStored(err):
		return app.WithHint(err, "to store the secret in a file: "+r.storeAgain())
	case r.reached(err) != wizard.NotAtRegistry:
		return app.WithHint(err, "to continue: "+r.submitAgain())
	}
	return app.WithHint(err, "the request is saved; to enter it in the form yourself: "+r.byHand())
}

func isNotStored(err error) bool {
	_, failed := errors.AsType[*notStored](err)
	return failed
}

// afterProblem asks a person how to go on. Nil is: try again.
func (r *registration) afterProblem(ctx context.Context, at wizard.Reached) error {
	answer, err := r.ask.Ask(ctx, wizard.ProblemQuestion(at))
	switch {
	case err != nil:
		return err
	case answer.Text == wizard.ByForm:
		return errByForm
	case answer.Text == wizard.EditAnswers:
		return r.edit(ctx, false)
	case answer.Text == wizard.NotYet:
		return wizard.ErrLater
	}
	return nil
}

// errEdited is the wish to hand in what was changed.
var errEdited = errors.New("the answers were changed")

// edit has a person change what they answered, in any order.
func (r *registration) edit(ctx context.Context, handedIn bool) error {
	for {
		answer, err := r.ask.Ask(ctx, r.guide.EditQuestion(r.answers, handedIn))
		switch {
		case err != nil && !errors.Is(err, wizard.ErrBack):
			return err
		case err != nil || answer.Text == wizard.Done:
			r.again = r.again || handedIn && !r.token.IsZero()
			return errEdited
		}
		r.answers = r.answers.Without(answer.Text)
		r.answers, err = r.guide.Run(ctx, r.ask, r.answers, func(a wizard.Answers) { r.answers = a; r.save() })
		if err != nil {
			return err
		}
	}
}

// handIn makes the calls, in the order in which the registry's own form makes them.
func (r *registration) handIn(ctx context.Context, acc account) (account, error) {
	desk, err := r.desk(ctx)
	if err != nil {
		return acc, err
	}
	if err := desk.Enter(ctx); err != nil {
		return acc, err
	}
	order := submit.Order{
		Entry: r.entryOf(acc), Request: r.guide.Request(r.where, r.answers), MayAdd: r.mayAdd,
		Store: func(ctx context.Context, id string, secret credentials.Secret) (_ submit.Place, err error) {
			acc, err = r.storeOfRegistry(ctx, account{id: id, secret: secret})
			return r.place(), err
		},
	}
	order.Entry.API, order.Entry.Tenant = desk.Client.API, desk.Client.Tenant
	r.recall(ctx, order.Entry)
	order.Entry.Stored = r.place()
	handed, err := desk.HandIn(ctx, order)
	if err != nil {
		return acc, err
	}
	r.answers, r.handed = r.answers.With(wizard.SubmittedID, wizard.ByAPI), handed.Entry
	r.save()
	r.tell(r.handedNote(handed))
	row, err := r.approveAndFollow(ctx, desk, handed)
	if err != nil {
		return acc, err
	}
	if acc.id != "" {
		return acc, nil
	}
	record, err := desk.Record(ctx, row) // the deployment made the client ID
	if err == nil && record.ClientID == "" {
		err = errors.New("the registry does not tell the client ID of the deployed service")
	}
	if err != nil {
		return acc, err
	}
	if acc, err = r.storeOfRegistry(ctx, account{id: record.ClientID, secret: record.Secret}); err == nil {
		r.handed.Stored = r.place()
		desk.Remember(r.handed)
	}
	return acc, err
}

func (r *registration) handedNote(h submit.Handed) wizard.Note {
	n := wizard.Note{Kind: wizard.Good, Text: "The registry has the request"}
	switch {
	case h.Again:
		n.Text = "The registry has the changed request"
	case h.Known:
		n.Text = "The registry has this request already: " + submit.Standing(h.Row.Stage)
	}
	if len(h.Differs) == 0 {
		return n
	}
	n.Kind = wizard.Warning
	n.Lines = []string{"It keeps its own values of these fields, and does not take yours: " + strings.Join(h.Differs, ", ") + "."}
	if h.Row.Stage == registry.Waiting {
		n.Lines = append(n.Lines, "To submit yours instead, cancel the request first:")
		n.Runs = []string{r.onward().Command("request cancel", h.Entry.Name())}
	}
	return n
}

// desk is the registry's API, at the address that the person has confirmed.
func (r *registration) desk(ctx context.Context) (*submit.Desk, error) {
	e, form := r.where.Environment, r.where.Rules[0].Form()
	client, found, err := r.live.today.Registry(ctx, e, form)
	switch {
	case err != nil && found:
		return nil, submit.CannotTell(err)
	case err != nil:
		return nil, fmt.Errorf("the registry's API: %w", err)
	}
	if err := r.confirmAPI(ctx, client.API, found); err != nil {
		return nil, err
	}
	d := &submit.Desk{App: r.App, Client: client, Form: form}
	d.Token = func(ctx context.Context) (_ credentials.Secret, err error) {
		if r.again {
			r.again = false // where it is refused, a new one is asked for
			return r.token, nil
		}
		r.token, err = r.registryToken(ctx, client)
		return r.token, err
	}
	return d, nil
}

// confirmAPI has the host named and confirmed before it gets a token.
func (r *registration) confirmAPI(ctx context.Context, api string, found bool) error {
	u, err := url.Parse(api)
	if err != nil {
		return errors.New("the registry's API has no usable address")
	}
	switch by := ""; {
	case r.confirmed == api:
		return nil
	case r.box != nil:
		if found {
			r.Say("The portal's page says where the API is: %s", u.Host)
		}
	case found && r.ask == nil:
		return app.WithHint(fmt.Errorf("the portal's page says that the registry's API is %s, which nobody has confirmed", api),
			"to confirm it: --registry-api "+api)
	case r.ask != nil && r.flags.api.API == "" && (found || r.flags.answers == ""):
		by = "The environment's file names it."
		if found {
			by = "The portal's own page says so."
		}
		answer, err := r.ask.Ask(ctx, wizard.APIQuestion(u.Host, by))
		if err != nil {
			return err
		}
		if answer.Text != wizard.Yes {
			return errByForm
		}
	default:
		r.Say("Your registry token goes to %s and nowhere else.", u.Host)
	}
	r.confirmed = api
	return nil
}

// registryToken comes from the flags, from a sign-in in a browser, or from a question that does not
// show it.
func (r *registration) registryToken(ctx context.Context, client *registry.Client) (credentials.Secret, error) {
	if r.flags.api.HasToken() || r.ask == nil {
		return r.flags.api.Read(ctx, r.App)
	}
	if submit.CanSignIn(r.where.Environment) {
		answer, err := r.ask.Ask(ctx, wizard.SignInQuestion(client.Host()))
		switch {
		case err != nil:
			return credentials.Secret{}, err
		case answer.Text == wizard.NotYet:
			return credentials.Secret{}, wizard.ErrLater
		case answer.Text == wizard.InBrowser:
			return submit.SignIn(ctx, r.App, client.HTTP, r.where.Environment)
		}
	}
	answer, err := r.ask.Ask(ctx, wizard.TokenQuestion(client.Host(), submit.TokenPlaces(r.where.Environment)))
	return credentials.NewSecret(strings.TrimSpace(answer.Secret.Reveal())), err
}

func (r *registration) entryOf(acc account) submit.Entry {
	caFile, request := absolute(cmp.Or(r.flags.caFile, r.where.Environment.CAFile)), absolute(r.request)
	fields := r.guide.Request(r.where, r.answers)
	name, _ := fields["service_name"].(string)
	environment := r.environmentArgument()
	if origin := r.where.Environment.Origin; origin != environments.BuiltInOrigin && origin != "" {
		environment = absolute(origin)
	}
	return submit.Entry{
		Environment: environment, Backend: r.otherBackend(), CAFile: caFile, Integration: r.where.Environment.Registry.IntegrationEnvironment,
		ServiceName: name, ClientID: acc.id, Request: request,
	}
}

// mayAdd: an organisation is added only where the answers or the person say so.
func (r *registration) mayAdd(ctx context.Context, name string) (bool, error) {
	if text, answered := r.answers.Text(wizard.NewOrganisationID); answered || r.ask == nil || r.flags.answers != "" {
		return text == wizard.Yes, nil
	}
	answer, err := r.ask.Ask(ctx, wizard.NewOrganisationQuestion(app.Bounded(name)))
	return answer.Text == wizard.Yes, err
}
