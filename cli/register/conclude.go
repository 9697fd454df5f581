package register

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/checks/subject"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/check"
	"github.com/credguide/credguide/cli/wait"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/wizard"
)

// conclude waits for the deployment and makes the check that everything was for. The secret is at
// hand, so it is not looked up again.
func (r *registration) conclude(ctx context.Context, acc account) error {
	name := r.keepAccount(ctx, acc)
	r.tell(wizard.BeforeFirstJob(r.where, r.jobsCommand(acc, name)))
	r.commands(acc, name)
	if acc.source.Kind != credentials.KindPrompt { // kept, or in a file: nothing can be lost any more
		r.awaits(name)
	}
	if r.offline() {
		r.notAsked()
		return nil
	}
	flags, err := r.checkFlags(acc)
	if err != nil {
		return err
	}
	c, err := check.NewChecker(ctx, r.App, flags)
	if err != nil {
		return err
	}
	c.Environments = r.catalog // it has the file of --environment too
	s, err := r.subjectOf(acc)
	if err != nil {
		return err
	}
	c.KeepSecret(s)
	r.Say("")
	options, err := c.OptionsFor(ctx, s)
	if err != nil {
		return err
	}
	if name != "" {
		c.Again = app.InForce{Account: name} // which stands for all the flags
	}
	w := wait.Watcher{App: r.App, Subject: s, Options: options, InForce: c.Again, Again: r.waitCommand(acc, name)}
	if err := r.untilDeployed(ctx, w); err != nil {
		return err
	}
	if name != "" {
		r.forget()
	}
	outputs, err := check.ParseOutputs(r.App, nil)
	if err != nil {
		return err
	}
	s.Account.Name = name
	err = c.One(ctx, s, outputs)
	if err == nil { // where nothing was kept, a secret that was mistyped is asked for again with --resume
		r.forget()
	}
	r.useAccount(acc, name, err)
	if r.box != nil {
		r.Say("\nThis was the sandbox. Its servers stop now, so the commands above find nothing.\nTo register for real:\n  credguide register")
	}
	return err
}

func (r *registration) untilDeployed(ctx context.Context, w wait.Watcher) error {
	waiting := wait.DefaultWaiting
	if r.box != nil {
		waiting = time.Minute
		w.Options.NoSiblings = true // the sandbox was told here where to register it
	}
	return w.Until(ctx, r.Sys.Now().Add(waiting))
}

// offline tells that nobody may be asked for anything. The sandbox is this very program.
func (r *registration) offline() bool { return r.flags.offline && r.box == nil }

func (r *registration) notAsked() {
	r.Say("\nNothing was sent: with --offline credguide neither waits for the deployment nor checks the login.")
}

func (r *registration) subjectOf(acc account) (probe.Subject, error) {
	s := probe.Subject{Environment: r.where.Environment, Catalog: r.catalog}
	if err := subject.WithBackend(&s, r.backendArgument()); err != nil {
		return s, err
	}
	s.Credentials = credentials.Resolved{ClientID: acc.id, ClientIDSource: acc.source, Secret: acc.secret, SecretSource: acc.source}
	subject.WithProvider(&s)
	if id := r.foreignProvider(); id != "" && s.ProviderID == "" {
		s.ProviderID, s.ProviderBy = id, probe.ByFlag // as the account, or the printed command, says it
	}
	return s, nil
}

// checkFlags are those of the command that makes the same check again. Of a sandbox nothing can be
// checked later.
func (r *registration) checkFlags(acc account) (*check.Flags, error) {
	var flags check.Flags
	set := pflag.NewFlagSet("check", pflag.ContinueOnError)
	flags.AddTo(set)
	if r.box != nil {
		flags.CaFile = r.flags.caFile
		return &flags, nil
	}
	set.StringArray("catalog", nil, "")
	args := r.checkArguments(acc)
	for _, dir := range r.Catalogs {
		args = append(args, "--catalog", dir)
	}
	if r.flags.caFile != "" {
		args = append(args, "--ca-file", r.flags.caFile)
	}
	if err := set.Parse(args); err != nil {
		return nil, fmt.Errorf("the arguments of the check: %w", err)
	}
	return &flags, nil
}
