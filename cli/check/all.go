package check

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/credentials/guard"
	"github.com/credguide/credguide/internal/text"
)

// all checks every entry of a list.
func (c *checker) all(ctx context.Context, list accounts.List, outputs []output) error {
	labels := make([]string, len(list.Entries))
	for i, e := range list.Entries {
		labels[i] = e.Label()
	}
	if err := c.listApart(outputs, list, labels); err != nil {
		return err
	}
	c.flags.Disguise(c.App, clientIDs(list)...)
	run := c.newListRun(outputs, labels)
	if file, _ := inRepository(c.App, list.Path); list.Path != c.Places().File().Path { // one's own accounts stand in no repository
		run.file = c.Redacted(file)
	}
	if from := c.limits.resumeFrom; from != "" {
		var err error
		var count strays
		if run.resumed, err = c.readEarlier(from, c.ofThis(list, &count)); err != nil {
			return err
		}
		c.tellStrays(count, from)
		defer run.resumed.close()
	}
	return run.checkAll(ctx, list)
}

// clientIDs are those that the entries of a list name.
func clientIDs(list accounts.List) (ids []string) {
	for _, e := range list.Entries {
		ids = append(ids, e.ClientID)
	}
	return ids
}

// bare is the evidence of an entry that was not checked.
func (c *checker) bare(e accounts.Entry, why checks.Check) checks.Evidence {
	owner, labels := e.Told()
	evidence := checks.Evidence{
		Tool: app.Tool(), Started: c.Sys.Now().UTC(), Requests: []checks.Request{}, Facts: checks.Facts{}, Checks: []checks.Check{why},
		Subject: checks.Subject{Name: e.Label(), Owner: owner, Labels: labels, Issuer: e.Issuer},
	}
	if !accounts.IsFile(e.Environment) {
		evidence.Subject.Environment = e.Environment
	}
	evidence.Facts.Set(checks.EntryName, e.Label())
	return evidence
}

// unread keeps the secret of an entry that is not checked out of its report: an owner, a label or an
// address may hold it.
func (c *checker) unread(ctx context.Context, e accounts.Entry, list accounts.List, r checks.Report) Result {
	g := guard.New()
	if c.mayHoldSecret(e, r) {
		g.Add(c.ownSecret(ctx, e, list))
	}
	return Result{report.Redacted(r, func(s string) string { return g.Own(c.Redacted(s)) }), g}
}

// ownSecret is the secret of an entry that is not checked, where it may be read: a command that prints
// it is not run for that, and nobody is asked.
func (c *checker) ownSecret(ctx context.Context, e accounts.Entry, list accounts.List) credentials.Secret {
	own := c.TargetOf(e, list).Own
	if own == nil || len(own.SecretCommand) > 0 || own.Keyring {
		return credentials.Secret{}
	}
	ctx, cancel := context.WithTimeout(ctx, readToHide)
	defer cancel()
	q := c.Query()
	q.Own = own
	found, err := credentials.Resolve(ctx, q)
	if err != nil {
		return credentials.Secret{}
	}
	return found.Secret
}

// hidden reads what secrets it may of a list of which an earlier run has reports: their file may have
// been in other hands, and hold them, also those of other entries.
func (c *checker) hidden(ctx context.Context, list accounts.List, shared *probe.Shared) []credentials.Secret {
	const inAll = 10 * readToHide
	ctx, cancel := context.WithTimeout(ctx, inAll)
	defer cancel()
	all := make([]credentials.Secret, len(list.Entries)) // and no guards: a list may have ten thousand
	for i, e := range list.Entries {
		if ctx.Err() != nil {
			break
		}
		all[i] = c.ownSecret(ctx, e, list)
		shared.Beside(guard.New(all[i]))
	}
	return all
}

// mayHoldSecret tells that the report of an entry that is not checked repeats what somebody wrote, and
// could have written the secret in its place.
func (c *checker) mayHoldSecret(e accounts.Entry, r checks.Report) bool {
	_, known := c.Environments.Lookup(e.Environment)
	return r.Facts.Text(checks.EntryFault) != "" || e.Owner != "" || len(e.Labels) > 0 || e.Issuer != "" || e.Environment != "" && !known
}

// readToHide is how long a secret may take that is read only to be kept out.
const readToHide = 200 * time.Millisecond

// faulty is the report of an entry that cannot be checked.
func (c *checker) faulty(ctx context.Context, e accounts.Entry, list accounts.List, fault error) Result {
	evidence := c.bare(e, checks.Check{ID: "input", Title: "The list's entry", Status: checks.Failed, Because: "it cannot be used"})
	evidence.Facts.Set(checks.EntryFault, app.Plain(fault.Error()))
	return c.unread(ctx, e, list, c.judged(evidence, e.Ignore))
}

const formOfLists = "credguide help check shows the form of a list"

// list reads the list of --all: a file (- is standard input), or the person's own accounts.
func (c *checker) list(ctx context.Context, file string) (accounts.List, error) {
	if file == "" {
		list, err := c.Accounts()
		if err == nil && len(list.Entries) == 0 {
			err = app.WithHint(errors.New("you have no accounts yet"), "credguide accounts add NAME makes one. To check a list, name its file; "+formOfLists)
		}
		c.WarnOf(list)
		return list, err
	}
	data, shown, err := c.ReadFile(ctx, file, app.MaxList)
	if err != nil {
		return accounts.List{}, app.OrMisplaced(file, app.AccountList, fmt.Errorf("read the list: %w", err))
	}
	list, err := accounts.Read(shown, accounts.FolderOf(file), data, false)
	switch {
	case err != nil:
		return list, app.OrMisplaced(file, app.AccountList, err)
	case len(list.Entries) == 0:
		return list, app.WithHint(fmt.Errorf("%s: the list is empty", shown), formOfLists)
	}
	if warning := c.exposure(list, file); warning != "" {
		c.Say("warning: %s", warning)
	}
	return list, nil
}

// wanted are the entries that the flags choose: of a list, or accounts by their names.
func (c *checker) wanted(ctx context.Context, flags *Flags) (accounts.List, error) {
	if !flags.All.given {
		return c.some(flags.Names)
	}
	list, err := c.list(ctx, flags.All.file)
	if err != nil {
		return list, err
	}
	return only(list, flags.only)
}

// only is the list with those of its entries that are named, in its own order.
func only(list accounts.List, names []string) (accounts.List, error) {
	if len(names) == 0 {
		return list, nil
	}
	labels := make([]string, len(list.Entries))
	for i, e := range list.Entries {
		labels[i] = e.Label()
	}
	var wanted []string
	for _, name := range names {
		if slices.Contains(labels, name) { // the label of a broken entry may have a comma
			wanted = append(wanted, name)
		} else {
			wanted = append(wanted, strings.Split(name, ",")...)
		}
	}
	for _, name := range wanted {
		if !slices.Contains(labels, name) {
			whole := list.Path
			if whole == standardInput {
				whole = "-"
			}
			return list, app.Unknown("entry", name, labels, "credguide check --all "+text.ShellWord(whole)+" checks all of its entries")
		}
	}
	some := list
	some.Entries = nil
	for i, e := range list.Entries {
		if slices.Contains(wanted, labels[i]) {
			some.Entries = append(some.Entries, e)
		}
	}
	return some, nil
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

// modeOf is the mode of a file that was named; standard input has none.
func modeOf(file string) (fs.FileMode, bool) {
	info, err := os.Stat(file)
	if err != nil || file == "-" {
		return 0, false
	}
	return info.Mode(), true
}

// ListFile is the list's own name for what is remembered of its entries.
func ListFile(list accounts.List) string {
	if absolute, err := filepath.Abs(list.Path); err == nil {
		return absolute
	}
	return list.Path
}
