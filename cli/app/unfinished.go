package app

import (
	"context"
	"os"
	"path/filepath"
	"regexp"

	"github.com/credguide/credguide/wizard"
)

// UnfinishedFile is where register keeps the answers of a registration that is not finished; empty:
// no folder is known.
func (a *App) UnfinishedFile() string {
	folder := a.Places().ConfigFolder()
	if folder == "" {
		return ""
	}
	return filepath.Join(folder, "credguide", "register.yaml")
}

// unfinishedName is what that file is called, or one of a registration that began beside another.
var unfinishedName = regexp.MustCompile(`^register(-[0-9]+)?\.yaml$`)

// Unfinished are the registrations that are not finished, by the files that have their answers.
func (a *App) Unfinished(ctx context.Context) map[string]wizard.Unfinished {
	all := map[string]wizard.Unfinished{}
	first := a.UnfinishedFile()
	if first == "" {
		return all
	}
	names, _ := os.ReadDir(filepath.Dir(first)) // without the folder there are none
	for _, n := range names {
		if !unfinishedName.MatchString(n.Name()) {
			continue
		}
		file := filepath.Join(filepath.Dir(first), n.Name())
		if u, ok := wizard.LoadUnfinished(ctx, file); ok {
			all[file] = u
		}
	}
	return all
}

// ForgetUnfinished drops the answers of those registrations that have come to their end.
func (a *App) ForgetUnfinished(ctx context.Context, ended func(wizard.Unfinished) bool) {
	for file, u := range a.Unfinished(ctx) {
		if !ended(u) {
			continue
		}
		if err := wizard.Forget(file); err != nil {
			a.Say("the answers of a registration that has ended are still there: %s", err)
		}
	}
}

// Deployed forgets that the deployment of an account was awaited.
func (a *App) Deployed(ctx context.Context, name string) {
	a.ForgetUnfinished(ctx, func(u wizard.Unfinished) bool { return name != "" && u.Account == name })
}
