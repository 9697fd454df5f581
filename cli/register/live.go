package register

import (
	"context"
	"errors"
	"fmt"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/environments/forms"
	"github.com/credguide/credguide/wizard/registry"
	"github.com/credguide/credguide/wizard/request"
)

// live asks the registry's public calls and the back-end for what is so today, once each. None of it needs a login. What
// cannot be had is told, and the built-in knowledge counts.
type live struct {
	ctx     context.Context
	r       *registration
	options probe.Options
	known   map[string][]*request.Rules // by form

	rulesOf  map[string][]*request.Rules // by environment
	scopesOf map[string][]string         // by environment and back-end
	freeOf   map[string]bool             // by environment and client id
	said     map[string][]string         // remarks by environment
}

func newLive(ctx context.Context, r *registration, o probe.Options, known map[string][]*request.Rules) *live {
	o.StepTimeout, o.Deadline = registry.Timeout, 2*registry.Timeout
	return &live{
		ctx: ctx, r: r, options: o, known: known,
		rulesOf: map[string][]*request.Rules{}, scopesOf: map[string][]string{}, freeOf: map[string]bool{}, said: map[string][]string{},
	}
}

func (l *live) remark(e environments.Environment, text string) {
	l.said[e.ID] = append(l.said[e.ID], text)
}

// remarks are what was found out about an environment, told once.
func (l *live) remarks(e environments.Environment) []string {
	said := l.said[e.ID]
	delete(l.said, e.ID)
	return said
}

// rules are today's, or the built-in ones.
func (l *live) rules(e environments.Environment) []*request.Rules {
	if found, ok := l.rulesOf[e.ID]; ok {
		return found
	}
	found := l.known[e.Registry.Form]
	if l.r.flags.profile == "" && !l.r.flags.offline {
		today, err := l.todaysRules(e)
		switch {
		case err == nil:
			found = today
			l.remark(e, "The limits and lists are those that the registry has today.")
		case len(found) > 1:
			l.remark(e, fmt.Sprintf("The built-in limits and lists are used: %s. The request is made to please every configuration that is known.", err))
		default:
			l.remark(e, fmt.Sprintf("The built-in limits and lists are used: %s.", err))
		}
	}
	l.rulesOf[e.ID] = found
	return found
}

func (l *live) todaysRules(e environments.Environment) ([]*request.Rules, error) {
	client, err := registry.For(e, l.options.RootCAs, l.options.Lookup)
	if err != nil {
		return nil, err
	}
	form, err := forms.Lookup(e.Registry.Form, l.r.Catalogs...)
	if err != nil {
		return nil, err
	}
	if form, err = client.Form(l.ctx, form); err != nil {
		return nil, err
	}
	rules, err := request.NewRules(form, "")
	return []*request.Rules{rules}, err
}

// available asks whether a client id is free.
func (l *live) available(e environments.Environment, id string) (bool, error) {
	if l.r.flags.offline {
		return false, errors.New("not asked")
	}
	key := e.ID + " " + id
	if free, ok := l.freeOf[key]; ok {
		return free, nil
	}
	client, err := registry.For(e, l.options.RootCAs, l.options.Lookup)
	if err != nil {
		return false, err
	}
	free, err := client.Available(l.ctx, id, e.Registry.IntegrationEnvironment)
	if err == nil {
		l.freeOf[key] = free
	}
	return free, err
}

// scopes are those that the back-end lists today, else the catalog's.
func (l *live) scopes(e environments.Environment, b environments.Backend) []string {
	key := e.ID + " " + b.URL
	if found, ok := l.scopesOf[key]; ok {
		return found
	}
	found := b.Scopes
	if !l.r.flags.offline && b.URL != "" {
		s := probe.Subject{Environment: e, Catalog: l.r.catalog, Backend: &b}
		if b.ProviderID != "" {
			s.ProviderID, s.ProviderBy = b.ProviderID, probe.ByCatalog
		}
		listed, err := probe.ListedScopes(l.ctx, s, l.options)
		switch {
		case err == nil && len(listed) > 0:
			found = listed
		case len(found) > 0:
			l.remark(e, "The scopes are those that "+b.ID+" listed when the catalog was made: "+whyNot(err)+".")
		default:
			l.remark(e, "The scopes that "+b.ID+" asks for are not known: "+whyNot(err)+". The form's own stay; add what it lists under /credentials/oidc.")
		}
	}
	l.scopesOf[key] = found
	return found
}

func whyNot(err error) string {
	if err == nil {
		return "it lists none now"
	}
	return err.Error()
}
