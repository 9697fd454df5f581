package register

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/credguide/credguide/cli/request"
	"github.com/credguide/credguide/cli/submit"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/environments/forms"
	"github.com/credguide/credguide/wizard"
	rules "github.com/credguide/credguide/wizard/request"
)

// live is what the interview knows of the registry and the back-ends of today. What cannot be had
// is told in a remark, and the built-in knowledge counts.
type live struct {
	r     *registration
	today *request.Today
	known map[string][]*rules.Rules // the built-in ones by environment

	rulesOf  map[string][]*rules.Rules // by environment
	scopesOf map[string][]string       // by environment and back-end
	loginsOf map[string][]wizard.Login // by the back-end's address
	said     map[string][]string       // remarks by environment
	reading  bool                      // answers, for which the names of the built-in fields do
}

func newLive(r *registration, today *request.Today, known map[string][]*rules.Rules) *live {
	return &live{
		r: r, today: today, known: known,
		rulesOf: map[string][]*rules.Rules{}, scopesOf: map[string][]string{}, said: map[string][]string{}, loginsOf: map[string][]wizard.Login{},
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
func (l *live) rules(ctx context.Context, e environments.Environment) []*rules.Rules {
	if found, ok := l.rulesOf[e.ID]; ok {
		return found
	}
	found := l.known[e.ID]
	if l.reading { // of every environment, which is no reason to ask their registries
		return found
	}
	if l.r.flags.profile == "" && !l.r.flags.offline {
		today, err := l.todaysRules(ctx, e)
		switch {
		case err == nil:
			found = today
			l.remark(e, "The limits and lists are the registry's current ones.")
		case len(found) > 1:
			l.remark(e, fmt.Sprintf("The built-in limits and lists are used: %s. The request satisfies every known configuration.", err))
		default:
			l.remark(e, fmt.Sprintf("The built-in limits and lists are used: %s.", err))
		}
	}
	l.rulesOf[e.ID] = found
	return found
}

func (l *live) todaysRules(ctx context.Context, e environments.Environment) ([]*rules.Rules, error) {
	form, err := forms.Lookup(e.Registry.Form, l.r.Catalogs...)
	if err != nil {
		return nil, err
	}
	if form, err = l.today.Form(ctx, e, form); err != nil {
		return nil, err
	}
	today, err := rules.NewRules(form, "")
	return []*rules.Rules{today}, err
}

// available asks whether a client ID is free.
func (l *live) available(ctx context.Context, e environments.Environment, id string) (bool, error) {
	if l.r.flags.offline || l.r.flags.submit && l.r.ask == nil { // then the submission itself asks
		return false, errors.New("not asked")
	}
	entry := submit.Entry{Integration: e.Registry.IntegrationEnvironment, ClientID: id}
	if client, _, err := l.today.Registry(ctx, e, forms.Form{}); err == nil {
		entry.API, entry.Tenant = client.API, client.Tenant
	}
	if _, submitted := submit.MemoryOf(l.r.App).Find(ctx, entry); submitted {
		return true, nil // taken by this very request
	}
	return l.today.Available(ctx, e, id, e.Registry.IntegrationEnvironment)
}

// scopes are those that the back-end lists today, else the catalog's.
func (l *live) scopes(ctx context.Context, e environments.Environment, b environments.Backend) []string {
	key := e.ID + " " + b.URL
	if found, ok := l.scopesOf[key]; ok {
		return found
	}
	found := b.Scopes
	if !l.r.flags.offline && b.URL != "" && e.Way() == environments.ByForm { // elsewhere nobody enters scopes
		listed, err := l.today.Scopes(ctx, e, b)
		reason := ""
		if err != nil {
			reason = strings.TrimPrefix(err.Error(), b.ID+": ") // the sentence names it
		}
		switch {
		case err == nil:
			found = listed
		case len(found) > 0:
			l.remark(e, "The scopes are those that "+b.ID+" listed when the catalog was made: "+reason+".")
		default:
			l.remark(e, "The scopes that "+b.ID+" asks for are not known: "+reason+". The form's own stay; add what it lists under /credentials/oidc.")
		}
	}
	l.scopesOf[key] = found
	return found
}

// logins are those that the back-end at an address lists, asked once. None: it could not be asked,
// and nothing is excluded.
func (l *live) logins(ctx context.Context, address string) []wizard.Login {
	if found, ok := l.loginsOf[address]; ok || l.r.flags.offline {
		return found
	}
	published, err := l.today.Backend(ctx, environments.Backend{ID: address, URL: address})
	if err != nil && !l.reading {
		l.r.tell(wizard.Note{
			Kind: wizard.Warning, Text: "The back-end could not be asked which identity providers it accepts: " + err.Error(),
			Lines: []string{"Check the address; < goes back to it."},
		})
	}
	var found []wizard.Login
	for _, p := range published.Providers {
		found = append(found, wizard.Login{ID: p.ID, Issuer: p.Issuer})
	}
	l.loginsOf[address] = found
	return found
}
