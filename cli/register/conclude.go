package register

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/pflag"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/checks/subject"
	"github.com/credguide/credguide/cli/check"
	"github.com/credguide/credguide/cli/wait"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/internal/text"
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
	w := wait.Watcher{App: r.App, Subject: s, Options: options, InForce: c.Again, Again: r.waitCommand(acc, name)}
	w.InForce.Account = name
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

func (r *registration) backendArgument() string {
	switch b := r.where.Backend; {
	case b == nil:
		return subject.NoBackend
	case b.ID == b.URL || len(r.where.Environment.Backends) == 0:
		return b.URL
	default:
		if _, accepts := r.catalog.BackendByName(b.ID, r.where.Environment); len(accepts) == 0 {
			return b.URL
		}
		return b.ID
	}
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
	if err := set.Parse(r.WithPlaces(r.checkArguments(acc), r.flags.caFile)); err != nil {
		return nil, fmt.Errorf("the arguments of the check: %w", err)
	}
	return &flags, nil
}

// equivalent is the command line that does the same again, without a question.
func (r *registration) equivalent(more ...string) string {
	args := []string{"--answers", r.request, "--environment", r.environmentArgument()}
	if b := r.backendArgument(); b != subject.NoBackend {
		args = append(args, "--backend", b)
	}
	if r.flags.profile != "" {
		args = append(args, "--profile", r.flags.profile)
	}
	return r.commandLine("register", append(args, more...))
}

// environmentArgument is the id, or the file where only that knows the environment.
func (r *registration) environmentArgument() string {
	e := r.where.Environment
	if r.named != "" && r.named != e.ID && !slices.Contains(e.Aliases, r.named) {
		return r.named
	}
	return e.ID
}

// placeArguments name the identity provider, by its issuer where there is no environment of it.
func (r *registration) placeArguments() []string {
	if e := r.where.Environment; e.ID == "" {
		return []string{"--issuer", e.Issuer}
	}
	return []string{"--environment", r.environmentArgument()}
}

func (r *registration) checkArguments(acc account) []string {
	args := append(r.placeArguments(), "--backend", r.backendArgument())
	if id := r.foreignProvider(); id != "" {
		args = append(args, "--provider-id", id)
	}
	switch acc.source.Kind {
	case credentials.KindDotenv:
		return append(args, "--credentials", acc.source.Path)
	case credentials.KindSecretFile:
		return append(args, "--client-id", acc.id, "--secret-file", acc.source.Path)
	}
	return append(args, "--client-id", acc.id)
}

func (r *registration) commandLine(command string, args []string) string {
	return commandOf(command, r.WithPlaces(args, r.flags.caFile))
}

func commandOf(command string, args []string) string {
	return "credguide " + command + " " + text.ShellWords(args)
}

// commands prints what does the same again, before the waiting that somebody may interrupt. A
// sandbox is gone by then.
func (r *registration) commands(acc account, name string) {
	if r.box != nil {
		return
	}
	if r.request != "" {
		r.Say("\nTo do the same again, without questions:")
		same := r.equivalent()
		if submitted, _ := r.answers.Text(wizard.SubmittedID); submitted == wizard.ByAPI {
			same = r.submitAgain(r.request)
		}
		r.Say("  %s", same)
	}
	r.Say("\nTo wait for the deployment and check, at any time:")
	r.Say("  %s", r.waitCommand(acc, name))
	if name == "" {
		r.Say("  %s", r.commandLine("check", r.checkArguments(acc)))
	}
}

// jobsCommand writes a notebook that lists the jobs of the client.
func (r *registration) jobsCommand(acc account, name string) string {
	switch {
	case r.box != nil:
		return ""
	case name != "":
		return "credguide snippet jobs " + text.ShellWord(name)
	}
	args := append(r.placeArguments(), "--backend", r.backendArgument(), "--client-id", acc.id)
	return commandOf("snippet jobs", r.WithCatalogs(args))
}

// waitCommand waits for the deployment later; of a sandbox nothing is there later.
func (r *registration) waitCommand(acc account, name string) string {
	switch {
	case r.box != nil:
		return ""
	case name != "":
		return "credguide wait " + text.ShellWord(name)
	}
	return r.commandLine("wait", r.checkArguments(acc))
}
