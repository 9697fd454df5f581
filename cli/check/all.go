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

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials/accounts"
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
		if run.resumed, err = c.readEarlier(ctx, from, c.ofThis(list, &count)); err != nil {
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

// faulty is the report of an entry that cannot be checked.
func (c *checker) faulty(ctx context.Context, e accounts.Entry, list accounts.List, fault error) Result {
	evidence := c.bare(e, checks.Check{ID: "input", Title: "The list's entry", Status: checks.Failed, Because: "it cannot be used"})
	evidence.Facts.Set(checks.EntryFault, app.Plain(fault.Error()))
	return c.unread(ctx, e, list, evidence)
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
			return list, app.Unknown("entry", name, labels, "credguide check --all "+text.Word(whole)+" checks all of its entries")
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
	return accounts.Exposure(list, mode)
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
