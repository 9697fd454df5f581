package app

import (
	"github.com/spf13/cobra"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/subject"
	"github.com/credguide/credguide/environments"
)

// Completions is the type of cobra's completion functions.
type Completions = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective)

// CompleteFrom offers names; where they cannot be read there is nothing to offer, and a shell is no
// place to say why.
func CompleteFrom(list func() ([]string, error), further cobra.ShellCompDirective) Completions {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		names, err := list()
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		return names, further
	}
}

// EnvironmentNames lists the IDs of the environments, for completion.
func (a *App) EnvironmentNames() ([]string, error) {
	catalog, err := environments.Load(a.Catalogs...)
	if err != nil {
		return nil, err
	}
	return catalog.Names(), nil
}

// BackendNames lists the IDs of the back-ends, for completion.
func (a *App) BackendNames() ([]string, error) {
	catalog, err := environments.Load(a.Catalogs...)
	if err != nil {
		return nil, err
	}
	return append(subject.BackendIDs(catalog), "none"), nil
}

// DiagnosisNames lists the IDs of the diagnoses, for completion.
func (a *App) DiagnosisNames() ([]string, error) {
	catalog, err := checks.LoadRules(a.Catalogs...)
	if err != nil {
		return nil, err
	}
	return catalog.IDs(), nil
}
