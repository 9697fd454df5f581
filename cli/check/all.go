package check

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/credentials/guard"
)

// sideBySide is how many checks run at once. More would look like an attack to the identity provider.
const sideBySide = 4

// all checks every entry of a list.
func (c *checker) all(ctx context.Context, list accounts.List, outputs []output) error {
	names := make([]string, len(list.Entries))
	for i, e := range list.Entries {
		names[i] = e.Label()
		if err := apart(outputs, c.TargetOf(e, list)); err != nil {
			return fmt.Errorf("%s: %s: %w", list.Path, names[i], err)
		}
	}
	live := c.StartProgress(outputs)
	results, err := c.runAll(ctx, list, live.On)
	live.Stop()
	if err != nil {
		return err
	}
	return c.Conclude(outputs, Document{Results: results, list: true, names: names})
}

// runAll makes the checks, a few at a time, and keeps the order of the list.
func (c *checker) runAll(ctx context.Context, list accounts.List, on func(probe.Event)) ([]Result, error) {
	results := make([]Result, len(list.Entries))
	defects := make([]error, len(list.Entries))
	memory := c.memory(list)
	places := make(chan struct{}, sideBySide)
	var running sync.WaitGroup
	for i, e := range list.Entries {
		places <- struct{}{}
		running.Go(func() {
			defer func() {
				if recover() != nil {
					defects[i] = app.Defect()
				}
				<-places
			}()
			results[i] = c.entry(ctx, e, list, memory, on)
		})
	}
	running.Wait()
	memory.warn(c)
	return results, errors.Join(defects...)
}

// entry checks one entry. Its secret is read now. A fault of the entry is its finding.
func (c *checker) entry(ctx context.Context, e accounts.Entry, list accounts.List, memory *memory, on func(probe.Event)) Result {
	if e.Fault != nil {
		return c.faulty(e, e.Fault)
	}
	s, _, err := c.Subject(ctx, c.Environments.Clone(), c.TargetOf(e, list), false)
	if err != nil && ctx.Err() == nil {
		return c.faulty(e, fmt.Errorf("%s:%d: %w", list.Path, e.Line, app.Advised(err)))
	}
	options, err := c.OptionsFor(ctx, s)
	if err != nil && ctx.Err() == nil {
		return c.faulty(e, fmt.Errorf("%s:%d: %w", list.Path, e.Line, err))
	}
	r := c.run(ctx, s, options, on)
	memory.keep(ctx, s, r.Report)
	return r
}

// faulty is the report of an entry that cannot be checked.
func (c *checker) faulty(e accounts.Entry, fault error) Result {
	evidence := checks.Evidence{
		Tool: app.Tool(), Started: c.Sys.Now().UTC(), Requests: []checks.Request{}, Facts: checks.Facts{},
		Subject: checks.Subject{Name: e.Label(), Owner: e.Owner, Labels: e.Labels, Issuer: e.Issuer},
		Checks:  []checks.Check{{ID: "input", Title: "The list's entry", Status: checks.Failed, Because: "it cannot be used"}},
	}
	if !accounts.IsFile(e.Environment) {
		evidence.Subject.Environment = e.Environment
	}
	evidence.Facts.Set(checks.EntryName, e.Label())
	evidence.Facts.Set(checks.EntryFault, app.Plain(fault.Error()))
	return Result{report.Redacted(checks.Diagnose(c.diagnoses(), evidence), c.Redacted), guard.New()}
}

// list reads the list of --all: a file (- is standard input), or the person's own accounts.
func (c *checker) list(ctx context.Context, file string) (accounts.List, error) {
	if file == "" {
		list, err := c.Accounts()
		if err == nil && len(list.Entries) == 0 {
			err = app.WithHint(errors.New("you have no accounts yet"), "credguide accounts add NAME makes one; a list is given as: credguide check --all FILE")
		}
		c.WarnOf(list)
		return list, err
	}
	data, shown, err := c.ReadFile(ctx, file, app.MaxList)
	if err != nil {
		return accounts.List{}, fmt.Errorf("read the list: %w", err)
	}
	list, err := accounts.Read(shown, accounts.FolderOf(file), data, false)
	switch {
	case err != nil:
		return list, err
	case len(list.Entries) == 0:
		return list, fmt.Errorf("%s: the list is empty", shown)
	}
	if warning := c.exposure(list, file); warning != "" {
		c.Say("warning: %s", warning)
	}
	return list, nil
}

// some are the accounts of several names, in that order, as if they were a list.
func (c *checker) some(names []string) (accounts.List, error) {
	var some accounts.List
	for _, name := range names {
		entry, list, err := c.Account(name)
		if err != nil {
			return list, err
		}
		some.Path, some.Folder = list.Path, list.Folder
		some.Entries = append(some.Entries, entry)
	}
	c.WarnOf(some)
	return some, nil
}

func (c *checker) exposure(list accounts.List, file string) string {
	mode, ok := modeOf(file)
	if !ok {
		return ""
	}
	return accounts.Exposure(list, mode, c.Sys.GOOS)
}

// ListFile is the list's own name for what is remembered of its entries.
func ListFile(list accounts.List) string {
	if absolute, err := filepath.Abs(list.Path); err == nil {
		return absolute
	}
	return list.Path
}
