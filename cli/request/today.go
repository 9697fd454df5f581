package request

import (
	"context"
	"errors"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/environments/forms"
	"github.com/credguide/credguide/wizard/registry"
)

// Today asks a registry's public calls and a back-end for what is so today, each thing once. None of it needs a login. Its
// errors say why something cannot be had; the built-in knowledge then counts.
type Today struct {
	catalog *environments.Catalog
	options probe.Options
	forms   map[string]forms.Form // by environment
	scopes  map[string][]string   // by environment and back-end
	free    map[string]bool       // by environment and client ID
}

// ErrNoScopes is returned for a back-end that lists none.
var ErrNoScopes = errors.New("it lists none now")

// NewToday asks with the certificate authorities and proxies of the options.
func NewToday(catalog *environments.Catalog, o probe.Options) *Today {
	o.StepTimeout, o.Deadline = registry.Timeout, 2*registry.Timeout
	return &Today{catalog: catalog, options: o, forms: map[string]forms.Form{}, scopes: map[string][]string{}, free: map[string]bool{}}
}

func (t *Today) client(e environments.Environment) (*registry.Client, error) {
	return registry.For(e, t.options.RootCAs, t.options.Lookup)
}

// Form is the form with the limits and lists that the registry of e has today.
func (t *Today) Form(ctx context.Context, e environments.Environment, base forms.Form) (forms.Form, error) {
	if found, ok := t.forms[e.ID]; ok {
		return found, nil
	}
	client, err := t.client(e)
	if err != nil {
		return base, err
	}
	today, err := client.Form(ctx, base)
	if err != nil {
		return base, err
	}
	t.forms[e.ID] = today
	return today, nil
}

// Available tells whether a client ID is free in an environment of the registry of e.
func (t *Today) Available(ctx context.Context, e environments.Environment, id, integrationEnvironment string) (bool, error) {
	key := e.ID + " " + integrationEnvironment + " " + id
	if free, ok := t.free[key]; ok {
		return free, nil
	}
	client, err := t.client(e)
	if err != nil {
		return false, err
	}
	free, err := client.Available(ctx, id, integrationEnvironment)
	if err == nil {
		t.free[key] = free
	}
	return free, err
}

// Scopes are those that openEO clients will ask for at the back-end.
func (t *Today) Scopes(ctx context.Context, e environments.Environment, b environments.Backend) ([]string, error) {
	key := e.ID + " " + b.URL
	if found, ok := t.scopes[key]; ok {
		return found, nil
	}
	s := probe.Subject{Environment: e, Catalog: t.catalog, Backend: &b}
	if b.ProviderID != "" {
		s.ProviderID, s.ProviderBy = b.ProviderID, probe.ByCatalog
	}
	listed, err := probe.ListedScopes(ctx, s, t.options)
	switch {
	case err != nil:
		return nil, err
	case len(listed) == 0:
		return nil, ErrNoScopes
	}
	t.scopes[key] = listed
	return listed, nil
}

// Backend is what a back-end that the catalog does not know publishes now.
func (t *Today) Backend(ctx context.Context, b environments.Backend) (probe.Published, error) {
	return probe.ReadBackend(ctx, b, t.options)
}
