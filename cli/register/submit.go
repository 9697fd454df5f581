package register

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/wizard"
)

// account is what the registration ends in.
type account struct {
	id     string // empty until a generated one is known
	secret credentials.Secret
	source credentials.Source
}

// is tells that these are the same credentials.
func (a account) is(other account) bool {
	return a.id != "" && a.id == other.id && a.secret.Equal(other.secret)
}

// submission leads from the finished request to a checked login.
func (r *registration) submission(ctx context.Context) error {
	if done, err := r.writeRequest(ctx); err != nil || done {
		return err
	}
	return r.handOver(ctx)
}

// handOver brings the written request to the registry, by its form or its API.
func (r *registration) handOver(ctx context.Context) error {
	var acc account
	if !r.generated() {
		acc.id, _ = r.answers.Text(wizard.ClientIDField)
	}
	submitted, has := r.answers.Text(wizard.SubmittedID)
	if r.flags.submit || submitted == wizard.ByAPI {
		if r.offline() {
			return app.WithHint(errors.New("the registry's API has this request, and --offline lets nobody ask it"), "without --offline: "+r.resumeCommand("offline"))
		}
		err := r.pass(ctx, acc, r.byAPI)
		if !errors.Is(err, errByForm) {
			return r.afterAPI(ctx, err)
		}
		r.toForm()
		has = false
	}
	if !has && r.flags.secretFile == "" && r.ask == nil && r.box == nil {
		if _, err := r.submit(ctx, acc); err != nil {
			return err
		}
		return r.leaveToPerson()
	}
	err := r.pass(ctx, acc, r.wayOfForm(acc)...)
	if errors.Is(err, errByAPI) {
		r.flags.submit = true
		return r.handOver(ctx)
	}
	return err
}

// wayOfForm leads from the form to the stored credentials and the deployment. The secret is asked for
// when it can be stored at once, which takes the client ID: nothing is lost where somebody stops.
func (r *registration) wayOfForm(acc account) []station {
	if acc.id == "" {
		return slices.Concat([]station{r.untilSubmitted, r.review, r.generatedID}, r.placeFirst(r.secretOfSubmitted, r.keep))
	}
	return slices.Concat([]station{r.untilSubmitted}, r.placeFirst(r.secretOfSubmitted, r.keep), []station{r.review})
}

// errByAPI is the wish to have the registry's API take the request.
var errByAPI = errors.New("the registry's API")

// toForm goes on by the form in the browser.
func (r *registration) toForm() {
	r.flags.submit = false
	r.unsubmit()
}

// afterAPI lets a person change the answers where a reviewer requests that.
func (r *registration) afterAPI(ctx context.Context, err error) error {
	if !errors.Is(err, errChanges) {
		return err
	}
	answer, err := r.ask.Ask(ctx, wizard.ChangesQuestion())
	switch {
	case err != nil:
		return err
	case answer.Text == wizard.NotYet:
		return wizard.ErrLater
	}
	return r.edit(ctx, true)
}

// guided leads from a client that was made without a form to a checked login.
func (r *registration) guided(ctx context.Context) error {
	id, _ := r.answers.Text(wizard.ClientIDField)
	if r.filled.id != "" && r.filled.id == id {
		return r.pass(ctx, r.filled, r.keep)
	}
	return r.pass(ctx, account{id: id}, r.placeFirst(r.askSecret, r.keep)...)
}

// station is one part of the way to a login. Where a person goes back, the one before follows.
type station func(context.Context, account) (account, error)

func (r *registration) pass(ctx context.Context, acc account, stations ...station) error {
	at := []account{acc} // what each station begins with
	for n := 0; n < len(stations); n = len(at) - 1 {
		next, err := stations[n](ctx, at[n])
		switch {
		case errors.Is(err, wizard.ErrBack) && n > 0:
			at, r.backwards = at[:n], true
		case err != nil:
			return err
		default:
			at, r.backwards = append(at, next), false
		}
	}
	return r.conclude(ctx, at[len(stations)])
}

func (r *registration) untilSubmitted(ctx context.Context, acc account) (account, error) {
	if by, submitted := r.answers.Text(wizard.SubmittedID); submitted || r.flags.secretFile != "" {
		_, kept := r.keptIn(ctx, r.place(), acc)
		if by == wizard.Submitted && r.flags.secretFile == "" && !kept { // days may have passed since that was on the screen
			r.tell(wizard.Note{Text: "The secret of the submitted client", Lines: []string{wizard.SecretPlace(r.where)}})
		}
		return acc, nil
	}
	acc, err := r.submit(ctx, acc)
	r.isNew = err == nil
	return acc, err
}

// secretOfSubmitted asks for the secret that the form made, unless an earlier run has stored it. Of a
// client that was submitted just now, an older one may be there; and who goes back corrects it.
func (r *registration) secretOfSubmitted(ctx context.Context, acc account) (account, error) {
	if submitted, _ := r.answers.Text(wizard.SubmittedID); submitted == wizard.FillForMe {
		return acc, nil
	}
	if kept, ok := r.keptIn(ctx, r.place(), acc); ok && !r.isNew && !r.backwards {
		if !r.stored.is(kept) {
			r.tell(wizard.Note{Kind: wizard.Good, Text: "The secret is stored already: " + kept.source.String()})
		}
		r.stored = kept
		return kept, nil
	}
	acc, err := r.askSecret(ctx, acc)
	if errors.Is(err, wizard.ErrBack) && !r.asksPlace && !r.generated() {
		r.unsubmit()
	}
	return acc, err
}

// generated tells that the deployment makes the client ID.
func (r *registration) generated() bool {
	id, _ := r.answers.Text(wizard.ClientIDField)
	return id == wizard.Generated
}

// unsubmit takes back that the form was submitted: who goes back to that has not.
func (r *registration) unsubmit() {
	r.answers = r.answers.Without(wizard.SubmittedID)
	r.save()
}

// openForm has the registry's form opened before its values are shown.
func (r *registration) openForm(ctx context.Context) error {
	if r.ask == nil {
		return nil
	}
	if r.box != nil {
		r.tell(wizard.Note{
			Text:  "These are the values for the registry's form. The sandbox has one: " + r.where.NewPage(),
			Lines: []string{"Fill it in as at a real registry, or let the sandbox do that below."},
		})
		return nil
	}
	answer, err := r.ask.Ask(ctx, wizard.OpenQuestion(r.where, r.hasAPI(ctx)))
	switch {
	case err != nil:
		return err
	case answer.Text == wizard.ByAPI:
		return errByAPI
	case answer.Text == wizard.NotYet:
		return wizard.ErrLater
	case answer.Text == wizard.OpenPage:
		r.openPage(ctx, r.where.NewPage())
	}
	return nil
}

// hasAPI tells whether the registry's API is known, so that it can be offered.
func (r *registration) hasAPI(ctx context.Context) bool {
	if r.flags.offline {
		return false
	}
	_, _, err := r.live.today.Registry(ctx, r.where.Environment, r.where.Rules[0].Form())
	return err == nil
}

// submit waits until the person has submitted the request, or submits it to the sandbox.
func (r *registration) submit(ctx context.Context, acc account) (account, error) {
	if err := r.openForm(ctx); err != nil {
		return acc, err
	}
	if err := r.showValues(ctx); err != nil {
		return acc, err
	}
	r.tell(wizard.SubmitSteps(r.where))
	if r.ask == nil {
		if r.box != nil {
			return r.fillIn()
		}
		return acc, nil
	}
	for {
		answer, err := r.ask.Ask(ctx, wizard.SubmittedQuestion(r.box != nil))
		if err != nil {
			return acc, err
		}
		switch answer.Text {
		case wizard.Submitted:
			r.answers = r.answers.With(wizard.SubmittedID, wizard.Submitted)
			r.save()
			return acc, nil
		case wizard.FillForMe:
			return r.fillIn()
		case wizard.OpenPage:
			start, _ := r.where.PortalPages()
			r.openPage(ctx, start)
		case wizard.CopyPage:
			r.copyPage(ctx)
		case wizard.ShowAgain:
			if err := r.showValues(ctx); err != nil && !errors.Is(err, wizard.ErrBack) {
				return acc, err
			}
		case wizard.Trouble:
			r.tell(wizard.SubmitTrouble(r.where))
		case wizard.NotYet:
			return acc, wizard.ErrLater
		}
	}
}

// fillIn does in the sandbox what a person does in the form.
func (r *registration) fillIn() (account, error) {
	data, err := json.Marshal(r.guide.Request(r.where, r.answers))
	if err != nil {
		return account{}, fmt.Errorf("submit the request: %w", err)
	}
	var request sandbox.Request
	if err := json.Unmarshal(data, &request); err != nil {
		return account{}, fmt.Errorf("submit the request: %w", err)
	}
	p, err := r.box.Submit(request)
	if err != nil {
		return account{}, fmt.Errorf("the sandbox's registry refuses the request: %w", err)
	}
	lines := []string{"The registry made the secret. It is not shown here."}
	if p.SelfReview() {
		if p, err = r.box.Approve(p.ID); err != nil {
			return account{}, err
		}
		lines = append(lines, "You may review in this environment, so it is approved: Review › Approve › Submit Review.")
	} else {
		lines = append(lines, "In this environment an administrator approves it; the sandbox's administrator does so in seconds.")
	}
	r.tell(wizard.Note{Kind: wizard.Good, Text: "Submitted to the sandbox's registry", Lines: lines})
	r.answers = r.answers.With(wizard.SubmittedID, wizard.FillForMe)
	return account{id: p.Request.ClientID, secret: credentials.NewSecret(p.Request.ClientSecret), source: credentials.Source{Kind: "the sandbox's registry"}}, nil
}

// leaveToPerson ends a run without a terminal: the rest happens in a browser.
func (r *registration) leaveToPerson() error {
	r.tell(wizard.ReviewSteps(r.where))
	r.Say("\nWhen it is submitted, with the secret in a file:")
	r.Say("  %s", r.equivalent("--secret-file", "FILE"))
	return nil
}

// review tells what comes after Submit, and waits for the person to see it through.
func (r *registration) review(ctx context.Context, acc account) (account, error) {
	if submitted, _ := r.answers.Text(wizard.SubmittedID); submitted == wizard.FillForMe {
		return acc, nil
	}
	r.tell(wizard.ReviewSteps(r.where))
	for r.ask != nil {
		answer, err := r.ask.Ask(ctx, wizard.ReviewedQuestion(r.where))
		switch {
		case errors.Is(err, wizard.ErrBack) && r.generated():
			r.unsubmit()
		case errors.Is(err, wizard.ErrBack): // to the place of the secret, and from there to the secret
			r.unsettle()
		}
		if err != nil {
			return acc, err
		}
		switch answer.Text {
		case wizard.OpenPage:
			_, list := r.where.PortalPages()
			r.openPage(ctx, list)
		case wizard.Trouble:
			r.tell(wizard.ReviewTrouble(r.where))
		case wizard.NotYet:
			return acc, wizard.ErrLater
		default:
			return acc, nil
		}
	}
	return acc, nil
}
