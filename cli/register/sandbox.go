package register

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/registry"
	"github.com/credguide/credguide/wizard"
)

// SandboxIDs are the environments that the sandbox brings along.
var SandboxIDs = sandbox.Environments()

func isSandbox(id string) bool { return slices.Contains(SandboxIDs, id) }

// The pace of the sandbox's operator and deployer: long enough to be seen, short enough to be
// waited for.
const (
	sandboxApproval   = time.Second
	sandboxDeployment = 2 * time.Second
	sandboxCommit     = 200 * time.Millisecond
)

// InSandbox runs the wizard against a registry on this machine.
func InSandbox(ctx context.Context, a *app.App, flags Flags) error {
	o := sandbox.Options{ApproveAfter: sandboxApproval, DeployAfter: sandboxDeployment}
	if flags.submit { // as at EGI: only the portal's page says where the API is, and an approval may come too early
		o.HideAPI, o.CommitAfter = true, sandboxCommit
	}
	box, err := sandbox.Start(ctx, o)
	if err != nil {
		return err
	}
	err = registerIn(ctx, a, box, flags)
	return errors.Join(err, box.Close())
}

// registerIn runs the wizard as somebody who has nothing but the sandbox. Only the answers outlive
// it.
func registerIn(ctx context.Context, a *app.App, box *sandbox.Sandbox, flags Flags) error {
	if folder := a.Places().ConfigFolder(); flags.state == "" && folder != "" {
		flags.state = filepath.Join(folder, "credguide", "register-sandbox.yaml")
	}
	flags.caFile = cmp.Or(flags.caFile, filepath.Join(box.Dir, "ca.pem"))
	flags.api.UseFile(filepath.Join(box.Dir, "registry.token"))
	inside := &app.App{Sys: InsideOf(a, box), NoColor: a.NoColor, Catalogs: []string{box.Dir}}
	inside.Sys.StdinIsTerminal, inside.Sys.ReadHidden = a.Sys.StdinIsTerminal, a.Sys.ReadHidden // the person is real
	catalog, err := environments.Load(box.Dir)
	if err != nil {
		return err
	}
	return newRegistration(inside, catalog, flags, box).run(ctx)
}

// freshWorld drops from saved answers what only the last sandbox knew: what was submitted, and a
// client made without a form.
func freshWorld(a wizard.Answers) wizard.Answers {
	if a.Has(wizard.MadeID) || a.Has(wizard.SentID) {
		a = a.Forgetting(wizard.ClientIDField, wizard.ExpiresID)
	}
	return a.Forgetting(wizard.SubmittedID, wizard.MadeID, wizard.SentID, wizard.AnsweredID, wizard.StoreID, wizard.StoreFileID)
}

// fillPage does on a page of the sandbox what a person does there. The secret stays here: answers
// never hold one.
func (r *registration) fillPage(ctx context.Context, q wizard.Question, a wizard.Answers) (wizard.Answers, error) {
	if q.ID == wizard.SentID {
		return a, r.sendToDesk(a)
	}
	var made registry.Made
	var err error
	place := "dashboard"
	switch q.ID {
	case wizard.MadeID:
		name, _ := a.Text(wizard.NameID)
		made, err = r.box.Create(name, "")
		a = a.With(wizard.ExpiresID, wizard.Never)
	case wizard.AnsweredID:
		place = "help desk"
		made, err = r.answerOfDesk(ctx, a)
	}
	if err != nil {
		return a, fmt.Errorf("the sandbox's %s: %w", place, err)
	}
	r.filled = account{id: made.ID, secret: credentials.NewSecret(made.Secret), source: credentials.Source{Kind: credentials.Kind("the sandbox's " + place)}}
	r.tell(wizard.Note{Kind: wizard.Good, Text: "The sandbox's " + place + " made the client " + made.ID, Lines: []string{"Its secret is not shown here."}})
	return a.With(wizard.ClientIDField, made.ID), nil
}

// fillAlone makes the client where there is nobody to ask, in a sandbox where that takes a page.
func (r *registration) fillAlone(ctx context.Context) error {
	w, known := r.guide.Where(r.answers)
	if r.box == nil || !known || !w.Guided() {
		return nil
	}
	for {
		q, more := r.guide.Next(r.answers)
		if !more || !slices.ContainsFunc(q.Choices, func(c wizard.Choice) bool { return c.Value == wizard.FillForMe }) {
			return nil
		}
		filled, err := r.fillPage(ctx, q, r.answers)
		if err != nil {
			return err
		}
		r.answers = filled.With(q.ID, wizard.Submitted)
	}
}

// sendToDesk sends the text that the person would send.
func (r *registration) sendToDesk(a wizard.Answers) error {
	w, _ := r.guide.Where(a)
	number, err := r.box.Ask(w.RequestText(a))
	if err != nil {
		return fmt.Errorf("the sandbox's help desk: %w", err)
	}
	r.ticket = number
	r.tell(wizard.Note{Kind: wizard.Good, Text: fmt.Sprintf("Sent to the sandbox's help desk, as request %d", number)})
	return nil
}

// answerOfDesk waits for the answer. A request that was not sent in this sandbox is sent now: the
// last one has ended.
func (r *registration) answerOfDesk(ctx context.Context, a wizard.Answers) (registry.Made, error) {
	if r.ticket == 0 {
		if err := r.sendToDesk(a); err != nil {
			return registry.Made{}, err
		}
	}
	for {
		made, there, err := r.box.Answer(r.ticket)
		if err != nil || there && made.Secret != "" {
			return made, err
		}
		if there {
			return made, errors.New("the secret was given out before; send the request again")
		}
		if err := rest(ctx, sandboxApproval/5); err != nil {
			return made, err
		}
	}
}

// InsideOf is the machine of somebody who has nothing but what the sandbox gives: their own
// credentials, settings and keyring must not mix with it.
func InsideOf(a *app.App, box *sandbox.Sandbox) app.System {
	sys := a.Sys
	sys.Home, sys.ReadHidden, sys.StdinIsTerminal, sys.Keyring = box.Dir, nil, false, EmptyKeyring{}
	sys.Lookup = func(name string) (string, bool) {
		if value, ok := box.Env[name]; ok {
			return value, true
		}
		if slices.Contains(outputVariables, name) {
			return a.Sys.Lookup(name)
		}
		return "", false
	}
	return sys
}

// outputVariables say what the terminal can show, and which file is the summary of a job.
var outputVariables = []string{"NO_COLOR", "TERM", "LC_ALL", "LC_CTYPE", "LANG", "GITHUB_STEP_SUMMARY"}

// EmptyKeyring is the keyring of a machine that has none.
type EmptyKeyring struct{}

// Get finds nothing.
func (EmptyKeyring) Get(string, string) (string, error) { return "", credentials.ErrNotInKeyring }

// Set refuses.
func (EmptyKeyring) Set(string, string, string) error {
	return errors.New("the sandbox has no keyring")
}
