package request

import (
	"context"
	"crypto/x509"
	"errors"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/check"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/environments/forms"
	"github.com/credguide/credguide/wizard/registry"
)

// Today asks a registry's public calls and a back-end for what is so today, each thing once. None
// of it needs a login. Its errors say why something cannot be had; the built-in knowledge then
// counts.
type Today struct {
	app     *app.App
	catalog *environments.Catalog
	options probe.Options
	forms   map[string]forms.Form     // by environment
	scopes  map[string][]string       // by environment and back-end
	free    map[string]bool           // by environment and client ID
	given   string                    // the API's address by --registry-api
	found   map[string]search         // by portal and tenant
	roots   map[string]*x509.CertPool // by the file that an environment names
}

// search is what the portal's page said of its API.
type search struct {
	client *registry.Client
	form   forms.Form
	err    error
}

// ErrNoScopes is returned for a back-end that lists none.
var ErrNoScopes = errors.New("it lists none now")

// NewToday asks with the certificate authorities and proxies of the options.
func NewToday(a *app.App, catalog *environments.Catalog, o probe.Options) *Today {
	o.StepTimeout, o.Deadline = registry.Timeout, 2*registry.Timeout
	return &Today{
		app: a, catalog: catalog, options: o, forms: map[string]forms.Form{}, scopes: map[string][]string{}, free: map[string]bool{},
		found: map[string]search{}, roots: map[string]*x509.CertPool{},
	}
}

// UseAPI takes the registry's API from its address, whatever the catalog says.
func (t *Today) UseAPI(address string) { t.given = address }

// Registry is the client of an environment's registry. found: only the portal's page says where its
// API is, so a person confirms that before a token goes there.
func (t *Today) Registry(ctx context.Context, e environments.Environment, base forms.Form) (client *registry.Client, found bool, err error) {
	options, err := t.optionsFor(ctx, e)
	switch {
	case err != nil:
		return nil, false, err
	case t.given != "" && e.Registry != nil:
		return &registry.Client{API: t.given, Tenant: e.Registry.Tenant, HTTP: registry.HTTP(options.RootCAs, options.Lookup)}, false, nil
	}
	client, err = registry.For(e, options.RootCAs, options.Lookup)
	if !errors.Is(err, registry.ErrUnknown) || e.Registry == nil || e.Registry.Portal == "" || e.Registry.Tenant == "" {
		return client, false, err
	}
	s := t.search(ctx, e, base, options)
	return s.client, true, s.err
}

// optionsFor trusts the authorities that the environment names too.
func (t *Today) optionsFor(ctx context.Context, e environments.Environment) (probe.Options, error) {
	if t.options.RootCAs != nil || e.CAFile == "" {
		return t.options, nil
	}
	options := t.options
	if known, ok := t.roots[e.CAFile]; ok {
		options.RootCAs = known
		return options, nil
	}
	with, err := check.ProbeOptions(ctx, t.app, &check.Flags{CaFile: e.CAFile})
	if err != nil {
		return options, err
	}
	t.roots[e.CAFile], options.RootCAs = with.RootCAs, with.RootCAs
	return options, nil
}

// findTimeout bounds the search: a person is waiting, and can go on without it.
const findTimeout = 2 * registry.Timeout

// search reads the portal's page, once.
func (t *Today) search(ctx context.Context, e environments.Environment, base forms.Form, o probe.Options) search {
	key := e.Registry.Portal + " " + e.Registry.Tenant
	if s, ok := t.found[key]; ok {
		return s
	}
	limited, cancel := context.WithTimeout(ctx, findTimeout)
	defer cancel()
	web := registry.HTTP(o.RootCAs, o.Lookup)
	var s search
	var there registry.Found
	if there, s.err = registry.Find(limited, web, e.Registry.Portal, e.Registry.Tenant, base); s.err == nil {
		s.client, s.form = &registry.Client{API: there.API, Tenant: e.Registry.Tenant, HTTP: web}, there.Form
	}
	if ctx.Err() == nil {
		t.found[key] = s
	}
	return s
}

// Form is the form with the limits and lists that the registry of e has today.
func (t *Today) Form(ctx context.Context, e environments.Environment, base forms.Form) (forms.Form, error) {
	if found, ok := t.forms[e.ID]; ok {
		return found, nil
	}
	client, found, err := t.Registry(ctx, e, base)
	if err != nil {
		return base, err
	}
	if found {
		t.forms[e.ID] = t.search(ctx, e, base, t.options).form // found already
		return t.forms[e.ID], nil
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
	client, _, err := t.Registry(ctx, e, forms.Form{}) // the form is asked for first, so a search has been made
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
	options, err := t.optionsFor(ctx, e)
	if err != nil {
		return nil, err
	}
	listed, err := probe.ListedScopes(ctx, s, options)
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
