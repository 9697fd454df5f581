package cli

import (
	"github.com/spf13/cobra"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/environments"
)

// completions is the type of cobra's completion functions.
type completions = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective)

// completeFrom offers names; where they cannot be read there is nothing to offer, and a shell is no place to say why.
func completeFrom(list func() ([]string, error), further cobra.ShellCompDirective) completions {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		names, err := list()
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		return names, further
	}
}

func (a *app) environmentNames() ([]string, error) {
	catalog, err := environments.Load(a.catalogs...)
	if err != nil {
		return nil, err
	}
	return catalog.Names(), nil
}

func (a *app) backendNames() ([]string, error) {
	catalog, err := environments.Load(a.catalogs...)
	if err != nil {
		return nil, err
	}
	return append(backendIDs(catalog), "none"), nil
}

// backendIDs lists every back-end of the catalog once.
func backendIDs(catalog *environments.Catalog) (ids []string) {
	seen := map[string]bool{}
	for _, e := range catalog.All() {
		for _, b := range e.Backends {
			if !seen[b.ID] {
				seen[b.ID] = true
				ids = append(ids, b.ID)
			}
		}
	}
	return ids
}

func (a *app) diagnosisNames() ([]string, error) {
	catalog, err := checks.LoadCatalog(a.catalogs...)
	if err != nil {
		return nil, err
	}
	return catalog.IDs(), nil
}
