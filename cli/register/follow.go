package register

import (
	"context"
	"errors"
	"time"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/submit"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/wizard"
	"github.com/credguide/credguide/wizard/registry"
)

// The pace at which a request is followed: the deployment takes seconds to minutes.
const (
	followFirst   = 2 * time.Second
	followLongest = 15 * time.Second
	followFor     = 10 * time.Minute
)

// approveAndFollow approves the request where its owner may, and waits until it is deployed. What
// waits for somebody else ends the run.
func (r *registration) approveAndFollow(ctx context.Context, desk *submit.Desk, h submit.Handed) (registry.Row, error) {
	row := h.Row
	if row.Stage == registry.Waiting {
		var approved bool
		var err error
		if h.Entry, approved, err = r.approve(ctx, desk, h.Entry); err != nil {
			return row, err
		}
		if !approved && r.box == nil {
			if r.mayApprove(desk) {
				r.waits(h.Entry, "The request waits for a review. You may approve it yourself.", "--approve")
			} else {
				r.waits(h.Entry, "The request waits for a review. Who decides: "+submit.Contact(r.where.Environment))
			}
			return row, app.ExitCode(app.ExitCannotTell)
		}
	}
	pause, end := followFirst, r.Sys.Now().Add(followFor)
	if r.box != nil {
		pause, end = sandboxDeployment/4, r.Sys.Now().Add(time.Minute)
	}
	for {
		if done, err := r.standing(h.Entry, row); done {
			return row, err
		}
		if !r.Sys.Now().Before(end) {
			r.waits(h.Entry, "The request is not deployed yet. Questions go to "+submit.Contact(r.where.Environment))
			return row, app.ExitCode(app.ExitCannotTell)
		}
		if err := rest(ctx, pause); err != nil {
			return row, err
		}
		pause = min(pause*3/2, followLongest)
		var err error
		if row, err = desk.Progress(ctx, h.Entry); err != nil {
			return row, err
		}
	}
}

func rest(ctx context.Context, pause time.Duration) error {
	select {
	case <-time.After(pause):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// standing tells whether the following is over, and says why where that is not because all is well.
func (r *registration) standing(e submit.Entry, row registry.Row) (done bool, err error) {
	comment := []string{}
	if row.Comment != "" {
		comment = append(comment, "The reviewer: "+row.Comment)
	}
	switch row.Stage {
	case registry.Deployed:
		r.tell(wizard.Note{Kind: wizard.Good, Text: "The registry has deployed the client"})
		return true, nil
	case registry.Changes:
		n := wizard.Note{Kind: wizard.Warning, Text: "The reviewer requests changes", Lines: comment}
		if r.ask == nil { // a person is asked what to change
			n.Lines, n.Runs = append(n.Lines, "Correct "+r.request+", then submit it again:"), []string{r.submitAgain()}
		}
		r.tell(n)
		return true, r.changesWanted()
	case registry.Rejected:
		r.tell(wizard.Note{
			Kind: wizard.Refused, Text: "The request was rejected", Lines: append(comment, "Correct "+r.request+", then submit it again:"), Runs: []string{r.submitAgain()},
		})
	case registry.Broken:
		r.tell(wizard.Note{Kind: wizard.Refused, Text: "The request was approved, but the deployment failed", Lines: append(comment, "A scope that the identity provider does not know is a likely cause. Write to "+submit.Contact(r.where.Environment)+".")})
	case registry.Gone:
		r.tell(wizard.Note{
			Kind: wizard.Refused, Text: "The request is not there any more: " + e.Name() + " was cancelled",
			Lines: []string{"To submit it as a new request:"}, Runs: []string{r.submitAgain()},
		})
	default:
		return false, nil
	}
	return true, app.ExitCode(app.ExitMisconfigured)
}

// errChanges leads a person back to the answers, to hand the request in again.
var errChanges = errors.New("the reviewer requests changes")

func (r *registration) changesWanted() error {
	if r.ask == nil {
		return app.ExitCode(app.ExitMisconfigured)
	}
	return errChanges
}

func (r *registration) mayApprove(desk *submit.Desk) bool {
	return r.where.Environment.Approval == environments.ApprovalSelf && desk.MayApprove()
}

// approve approves the request where its owner may and wants that.
func (r *registration) approve(ctx context.Context, desk *submit.Desk, e submit.Entry) (_ submit.Entry, approved bool, err error) {
	self := r.mayApprove(desk)
	switch {
	case !self && r.flags.approve:
		r.Say("--approve has no effect here: in %s an administrator approves requests.", r.where.Environment.ID)
		return e, false, nil
	case !self:
		return e, false, nil
	case !r.flags.approve && (r.ask == nil || r.flags.answers != ""):
		return e, false, nil
	case !r.flags.approve:
		answer, err := r.ask.Ask(ctx, wizard.ApproveQuestion())
		if err != nil || answer.Text != wizard.Yes {
			return e, false, err
		}
	}
	e, err = desk.Approve(ctx, e)
	if errors.Is(err, registry.ErrNotAllowed) {
		r.tell(wizard.Note{Kind: wizard.Warning, Text: "The registry does not let you approve this request; an administrator decides."})
		return e, false, nil
	}
	if err == nil {
		r.tell(wizard.Note{Kind: wizard.Good, Text: "The request is approved"})
	}
	return e, err == nil, err
}

// waits ends a run whose request is not decided or deployed yet. more is said to go on.
func (r *registration) waits(e submit.Entry, what string, more ...string) {
	r.Say("\n%s", what)
	r.Say("Its status:\n  %s", r.onward().Command("request status", e.Name()))
	again := r.submitAgain(more...)
	if r.flags.answers == "" && r.state.used {
		again = r.resumeCommand()
	}
	how := "To continue:" // with --resume, a question offers the approval
	if len(more) > 0 && !(r.flags.answers == "" && r.state.used) {
		how = "To approve it and continue:"
	}
	r.Say("%s\n  %s", how, again)
}
