package check

import (
	"context"
	"errors"
	"fmt"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/checks/subject"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/environments"
)

// validPublic refuses what has no meaning without credentials.
func (f *Flags) validPublic() error {
	if !f.Public {
		return nil
	}
	if given := app.Given(f.set, "all", "from", "seen", "plan", "client-id", "secret-file", "credentials", "no-siblings", "allow-token-host"); len(given) > 0 {
		return app.WithHint(fmt.Errorf("--public and --%s exclude each other", given[0]), "--public checks what is published, with no credentials")
	}
	switch {
	case len(f.Names) > 0:
		return errors.New("--public takes no account: it uses no credentials")
	case f.backend == "" || f.backend == subject.NoBackend:
		return app.WithHint(errors.New("--public needs --backend URL"), "for example credguide check --public --backend https://openeo.example.org")
	}
	return nil
}

// public checks what a back-end and its identity providers publish: those that were named, else all
// that the back-end lists, each in a report of its own.
func (c *checker) public(ctx context.Context, flags *Flags, outputs []output) error {
	subjects, err := c.publicSubjects(ctx, flags)
	if err != nil {
		return err
	}
	if len(subjects) == 1 {
		live := c.StartProgress(outputs)
		r := c.run(ctx, subjects[0], c.Options, live.On)
		live.Stop()
		return c.Conclude(outputs, Document{Result: r, Again: c.Again})
	}
	if !c.flags.Quiet && textOnStdout(outputs) {
		c.Say("the back-end lists %d login providers; --provider-id ID shows one in full", len(subjects))
	}
	var labels []string
	for _, s := range subjects {
		labels = append(labels, s.ProviderID)
	}
	run := c.newListRun(outputs, labels)
	live := c.StartProgress(outputs)
	for i, s := range subjects {
		r := c.run(ctx, s, c.Options, live.On)
		if err := run.addNow(report.Entry{Report: r.Report, Label: labels[i]}, r.guard); err != nil {
			run.fault(err)
		}
	}
	live.Stop()
	return run.conclude()
}

func (c *checker) publicSubjects(ctx context.Context, flags *Flags) ([]probe.Subject, error) {
	t := flags.Target()
	if t.Environment != "" || t.Issuer != "" {
		s, err := c.publicSubject(t)
		return []probe.Subject{s}, err
	}
	b, err := c.backendNamed(flags.backend)
	if err != nil {
		return nil, err
	}
	published, err := probe.ReadBackend(ctx, b, c.Options)
	if err != nil { // a check without an identity provider says why
		s := probe.Subject{Catalog: c.Environments, Public: true}
		err := subject.WithBackend(&s, flags.backend)
		return []probe.Subject{s}, err
	}
	var subjects []probe.Subject
	for _, p := range published.Providers {
		if flags.providerID != "" && p.ID != flags.providerID {
			continue
		}
		s, err := c.publicSubject(subject.Target{Issuer: p.Issuer, Backend: flags.backend, ProviderID: credentials.Flag{Text: p.ID, Given: true}})
		if err != nil {
			return nil, fmt.Errorf("the provider %s: %w", p.ID, err)
		}
		subjects = append(subjects, s)
	}
	if len(subjects) == 0 {
		return nil, app.Unknown("provider ID", flags.providerID, listedIDs(published), app.OneOf(listedIDs(published)))
	}
	return subjects, nil
}

func listedIDs(p probe.Published) (ids []string) {
	for _, l := range p.Providers {
		ids = append(ids, l.ID)
	}
	return ids
}

// backendNamed is the back-end of the catalog, or the one at an address.
func (c *checker) backendNamed(name string) (environments.Backend, error) {
	if b, accepts := c.Environments.BackendByName(name, environments.Environment{}); len(accepts) > 0 {
		return b, nil
	}
	return subject.ForeignBackend(c.Environments, name)
}

func (c *checker) publicSubject(t subject.Target) (probe.Subject, error) {
	s := probe.Subject{Catalog: c.Environments, Public: true}
	var err error
	nothing := func(string) (string, bool) { return "", false }
	if s.Environment, _, err = subject.ChooseEnvironment(c.Environments, t, nothing); err != nil {
		return s, err
	}
	if err := subject.WithBackend(&s, t.Backend); err != nil {
		return s, err
	}
	if t.ProviderID.Text != "" {
		s.ProviderID, s.ProviderBy = t.ProviderID.Text, probe.ByFlag
		return s, nil
	}
	subject.WithProvider(&s)
	return s, nil
}
