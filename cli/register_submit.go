package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/cli/browser"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/sandbox"
	"github.com/credguide/credguide/wizard"
)

// account is what the registration ends in.
type account struct {
	id     string // empty until a generated one is known
	secret credentials.Secret
	source credentials.Source
}

// submission leads from the finished request to a checked login.
func (r *registration) submission(ctx context.Context) error {
	if done, err := r.writeRequest(ctx); err != nil || done {
		return err
	}
	var acc account
	if id, _ := r.answers.Text(wizard.ClientIDField); id != wizard.Generated {
		acc.id = id
	}
	var err error
	if _, submitted := r.answers.Text(wizard.SubmittedID); !submitted && r.flags.secretFile == "" {
		if acc, err = r.submit(ctx, acc); err != nil {
			return err
		}
		if r.ask == nil && r.box == nil {
			return r.leaveToPerson()
		}
	}
	if acc.secret.IsZero() {
		if acc, err = r.askSecret(ctx, acc); err != nil {
			return err
		}
	}
	if acc, err = r.review(ctx, acc); err != nil {
		return err
	}
	if acc, err = r.keep(ctx, acc); err != nil {
		return err
	}
	return r.conclude(ctx, acc)
}

// writeRequest judges the request and writes it. done: it is refused, and a person was sent back or told.
func (r *registration) writeRequest(ctx context.Context) (done bool, err error) {
	v := r.guide.Judge(r.where, r.answers)
	if !v.Acceptable {
		n := wizard.Note{Kind: wizard.Refused, Text: "The registry would refuse the request"}
		for _, e := range v.Errors {
			n.Lines = append(n.Lines, e.Label+": "+e.Message)
		}
		r.tell(n)
		return true, exitCode(exitMisconfigured)
	}
	text, err := r.guide.RequestYAML(r.where, r.answers)
	if err != nil {
		return false, err
	}
	r.request = r.requestPath(text)
	written := "written to " + r.request
	if err := wizard.Save(r.request, text); err != nil {
		written = "not written: " + err.Error()
		r.state.broken = true // so that the answers are printed at the end
	}
	n := wizard.Note{Kind: wizard.Good, Text: fmt.Sprintf("The request is complete: %d fields on both tabs, accepted by the registry's own rules; %s", len(r.guide.Request(r.where, r.answers)), written)}
	r.tell(n)
	for _, advice := range v.Advice {
		r.tell(wizard.Note{Kind: wizard.Warning, Text: advice.Message})
	}
	return false, ctx.Err()
}

// requestPath is the file asked for, else one beside the user that is free or ours.
func (r *registration) requestPath(text []byte) string {
	if r.flags.request != "" {
		return r.flags.request
	}
	name, _ := r.answers.Text(wizard.ClientIDField)
	if strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" || name == wizard.Generated {
		name = "request"
	}
	dir := ""
	if r.box != nil {
		dir = r.box.Dir
	}
	header, _, _ := bytes.Cut(text, []byte("\n"))
	for n := 1; ; n++ {
		path := filepath.Join(dir, name+".yaml")
		if n > 1 {
			path = filepath.Join(dir, fmt.Sprintf("%s-%d.yaml", name, n))
		}
		old, err := os.ReadFile(path)
		if err != nil || bytes.HasPrefix(old, header) || path == r.flags.answers || n == 100 {
			return path
		}
	}
}

// showValues shows the form's tabs, with a rest between them where somebody reads.
func (r *registration) showValues(ctx context.Context) error {
	notes := wizard.Sheet(r.where, r.guide.Request(r.where, r.answers))
	for n, note := range notes {
		r.tell(note)
		if r.ask == nil {
			continue
		}
		label := "go on"
		if n+1 < len(notes) {
			label += " to the next tab"
		}
		q := wizard.Question{ID: "shown", Ask: "These are the values of this tab.", Kind: wizard.Choose, Default: "on", Choices: []wizard.Choice{{Value: "on", Label: label}}}
		if _, err := r.ask.Ask(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// submit waits until the person has submitted the request, or submits it to the sandbox.
func (r *registration) submit(ctx context.Context, acc account) (account, error) {
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
			start, _ := wizard.PortalPages(r.where.Environment)
			r.openPage(ctx, start)
		case wizard.ShowAgain:
			if err := r.showValues(ctx); err != nil && !errors.Is(err, wizard.ErrBack) {
				return acc, err
			}
		case wizard.Trouble:
			r.tell(wizard.SubmitTrouble())
		case wizard.NotYet:
			return acc, errLater
		}
	}
}

// openPage opens a browser, and prints the address for people whose browser is on another machine.
func (r *registration) openPage(ctx context.Context, address string) {
	r.say("\n%s", address)
	browser.Stdout, browser.Stderr = io.Discard, io.Discard
	opened := make(chan error, 1)
	go func() { opened <- browser.OpenURL(address) }()
	select {
	case err := <-opened:
		if err != nil {
			r.say("No browser could be opened here; open the address yourself.")
		}
	case <-time.After(3 * time.Second): // some browsers keep their starter waiting
	case <-ctx.Done():
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
		lines = append(lines, "In this environment an operator approves it; the sandbox's operator does so in seconds.")
	}
	r.tell(wizard.Note{Kind: wizard.Good, Text: "Submitted to the sandbox's registry", Lines: lines})
	r.answers = r.answers.With(wizard.SubmittedID, wizard.FillForMe)
	return account{id: p.Request.ClientID, secret: credentials.NewSecret(p.Request.ClientSecret), source: credentials.Source{Kind: "the sandbox's registry"}}, nil
}

// leaveToPerson ends a run without a terminal: the rest happens in a browser.
func (r *registration) leaveToPerson() error {
	r.tell(wizard.ReviewSteps(r.where))
	r.say("\nWhen it is submitted, with the secret in a file:")
	r.say("  %s", r.equivalent("--secret-file", "FILE"))
	return nil
}

// review tells what comes after Submit, and waits for the person to see it through.
func (r *registration) review(ctx context.Context, acc account) (account, error) {
	if submitted, _ := r.answers.Text(wizard.SubmittedID); submitted == wizard.FillForMe {
		return acc, nil
	}
	r.tell(wizard.ReviewSteps(r.where))
	for r.ask != nil {
		answer, err := r.ask.Ask(ctx, wizard.ReviewedQuestion())
		if errors.Is(err, wizard.ErrBack) {
			r.say("The request is submitted: it can be changed in the registry only.")
			continue
		}
		if err != nil {
			return acc, err
		}
		switch answer.Text {
		case wizard.OpenPage:
			_, list := wizard.PortalPages(r.where.Environment)
			r.openPage(ctx, list)
		case wizard.Trouble:
			r.tell(wizard.ReviewTrouble(r.where))
		case wizard.NotYet:
			return acc, errLater
		default:
			return acc, nil
		}
	}
	return acc, nil
}
