package cli

import (
	"context"
	"strings"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/credentials"
)

// conclude waits for the deployment and makes the check that everything was for. The secret is at hand, so it is not
// looked up again.
func (r *registration) conclude(ctx context.Context, acc account) error {
	r.commands(acc)
	if acc.source.Kind != credentials.KindPrompt { // kept, or in a file: nothing can be lost any more
		r.forget()
	}
	flags := checkFlags{caFile: r.flags.caFile, timeout: probe.DefaultStepTimeout, deadline: probe.DefaultDeadline}
	c, err := r.checker(&flags)
	if err != nil {
		return err
	}
	c.environments = r.catalog // it has the file of --environment too
	s, err := r.subjectOf(acc)
	if err != nil {
		return err
	}
	c.keepSecret(s)
	r.say("")
	w := watcher{app: r.app, subject: s, options: c.options}
	waiting := defaultWaiting
	if r.box != nil {
		waiting = time.Minute
		w.options.NoSiblings = true // the sandbox was told here where to register it
	}
	if err := w.until(ctx, r.sys.Now().Add(waiting)); err != nil {
		return err
	}
	live := c.startProgress(nil)
	result := c.run(ctx, s, live.on)
	live.stop()
	outputs, err := parseOutputs(nil)
	if err != nil {
		return err
	}
	err = c.conclude(outputs, document{reports: []checks.Report{result}})
	if r.box != nil {
		r.say("\nThis was the sandbox, and it ends here. In earnest: credguide register")
	}
	return err
}

func (r *registration) subjectOf(acc account) (probe.Subject, error) {
	s := probe.Subject{Environment: r.where.Environment, Catalog: r.catalog}
	if err := withBackend(&s, r.backendArgument()); err != nil {
		return s, err
	}
	s.Credentials = credentials.Resolved{ClientID: acc.id, ClientIDSource: acc.source, Secret: acc.secret, SecretSource: acc.source}
	withProvider(&s)
	return s, nil
}

func (r *registration) backendArgument() string {
	switch b := r.where.Backend; {
	case b == nil:
		return noBackend
	case b.ID == b.URL || len(r.where.Environment.Backends) == 0:
		return b.URL
	default:
		if _, accepts := r.catalog.BackendByName(b.ID, r.where.Environment); len(accepts) == 0 {
			return b.URL
		}
		return b.ID
	}
}

// equivalent is the command line that does the same again, without a question.
func (r *registration) equivalent(more ...string) string {
	args := []string{"credguide", "register", "--answers", r.request, "--environment", r.where.Environment.ID}
	if b := r.backendArgument(); b != noBackend {
		args = append(args, "--backend", b)
	}
	return r.commandLine(append(args, more...))
}

// commandLine adds the catalogs and quotes for a shell.
func (r *registration) commandLine(args []string) string {
	for _, dir := range r.catalogs {
		args = append(args, "--catalog", dir)
	}
	if r.flags.caFile != "" {
		args = append(args, "--ca-file", r.flags.caFile)
	}
	for n := range args {
		args[n] = quoted(args[n])
	}
	return strings.Join(args, " ")
}

// commands prints what does the same again, before the waiting that somebody may interrupt. A sandbox is gone by then.
func (r *registration) commands(acc account) {
	if r.box != nil {
		return
	}
	check := []string{"--environment", r.where.Environment.ID, "--backend", r.backendArgument()}
	switch acc.source.Kind {
	case credentials.KindDotenv:
		check = append(check, "--credentials", acc.source.Path)
	case credentials.KindSecretFile:
		check = append(check, "--client-id", acc.id, "--secret-file", acc.source.Path)
	default:
		check = append(check, "--client-id", acc.id)
	}
	r.say("\nThe same again, without a question:")
	r.say("  %s", r.equivalent())
	r.say("To wait for the deployment and check, at any time:")
	r.say("  %s", r.commandLine(append([]string{"credguide", "wait"}, check...)))
	r.say("  %s", r.commandLine(append([]string{"credguide", "check"}, check...)))
}
