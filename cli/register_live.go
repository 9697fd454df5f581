package cli

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/environments/forms"
	"github.com/credguide/credguide/wizard/request"
)

// live asks the registry's public calls and the back-end for what is so today. None of it needs a login. What cannot be
// had is told, and the built-in knowledge counts.
type live struct {
	ctx     context.Context
	r       *registration
	options probe.Options
	client  *http.Client
	known   map[string][]*request.Rules // by form

	rulesOf  map[string][]*request.Rules // by environment
	scopesOf map[string][]string         // by environment and back-end
	free     map[string]bool             // by environment and client id
	said     map[string][]string         // remarks by environment
}

const (
	liveTimeout = 5 * time.Second
	maxAnswer   = 1 << 20
)

func newLive(ctx context.Context, r *registration, o probe.Options, known map[string][]*request.Rules) *live {
	o.StepTimeout, o.Deadline, o.NoSiblings = liveTimeout, 2*liveTimeout, true
	return &live{
		ctx: ctx, r: r, options: o, known: known,
		client: &http.Client{Timeout: liveTimeout, Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, TLSClientConfig: &tls.Config{RootCAs: o.RootCAs, MinVersion: tls.VersionTLS12},
			DisableKeepAlives: true, // a question a minute does not need a connection held open
		}},
		rulesOf: map[string][]*request.Rules{}, scopesOf: map[string][]string{}, free: map[string]bool{}, said: map[string][]string{},
	}
}

// rules are today's, or the built-in ones.
func (l *live) rules(e environments.Environment) []*request.Rules {
	if found, ok := l.rulesOf[e.ID]; ok {
		return found
	}
	builtIn := l.known[e.Registry.Form]
	found, remark := l.todaysRules(e, builtIn)
	if remark != "" {
		l.said[e.ID] = append(l.said[e.ID], remark)
	}
	l.rulesOf[e.ID] = found
	return found
}

func (l *live) todaysRules(e environments.Environment, builtIn []*request.Rules) (rules []*request.Rules, remark string) {
	both := ""
	if len(builtIn) > 1 {
		both = " A request is made that pleases every configuration that is known."
	}
	switch {
	case l.r.flags.profile != "" || l.r.flags.offline:
		return builtIn, ""
	case e.Registry.API == "":
		return builtIn, "The registry's address for its limits of today is not known, so the built-in ones are used." + both
	}
	data, err := l.get(e.Registry.API + "/tenants/" + url.PathEscape(e.Registry.Tenant))
	if err == nil {
		var today []*request.Rules
		if today, err = l.applyTenant(data, builtIn[0].Form()); err == nil {
			return today, "The limits and lists are those that the registry has today."
		}
	}
	return builtIn, "The registry was not able to tell its limits of today (" + err.Error() + "), so the built-in ones are used." + both
}

func (l *live) applyTenant(data []byte, f forms.Form) ([]*request.Rules, error) {
	tenant, err := forms.ReadTenant(data)
	if err != nil {
		return nil, err
	}
	original, err := forms.Lookup(f.ID, l.r.catalogs...) // f has been narrowed to a profile
	if err != nil {
		return nil, err
	}
	today, err := tenant.Apply(original)
	if err != nil {
		return nil, err
	}
	rules, err := request.NewRules(today, "")
	return []*request.Rules{rules}, err
}

// available asks whether a client id is free. The value is encoded here; the form itself forgets that.
func (l *live) available(e environments.Environment, id string) (bool, error) {
	if e.Registry == nil || e.Registry.API == "" || l.r.flags.offline {
		return false, errors.New("the registry's address is not known")
	}
	key := e.ID + " " + id
	if free, ok := l.free[key]; ok {
		return free, nil
	}
	q := url.Values{"value": {id}, "protocol": {"oidc"}, "environment": {e.Registry.IntegrationEnvironment}}
	data, err := l.get(e.Registry.API + "/tenants/" + url.PathEscape(e.Registry.Tenant) + "/check-availability?" + q.Encode())
	if err != nil {
		return false, err
	}
	var answer struct{ Available *bool }
	if err := json.Unmarshal(data, &answer); err != nil || answer.Available == nil {
		return false, errors.New("the answer says nothing")
	}
	l.free[key] = *answer.Available
	return *answer.Available, nil
}

// get reads one public answer.
func (l *live) get(address string) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, errors.New("its address in the catalog is no URL")
	}
	if loopback := u.Hostname() == "localhost" || strings.HasPrefix(u.Hostname(), "127.") || u.Hostname() == "::1"; u.Scheme != "https" && !loopback {
		return nil, errors.New("its address in the catalog is not https")
	}
	req, err := http.NewRequestWithContext(l.ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, errors.New("its address in the catalog is no URL")
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "credguide")
	res, err := l.client.Do(req)
	if err != nil {
		return nil, errors.New("it does not answer")
	}
	defer res.Body.Close()
	data, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	switch {
	case err != nil || len(data) > maxAnswer:
		return nil, errors.New("its answer is broken")
	case res.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("it answers %d", res.StatusCode)
	}
	return data, nil
}

// scopes are those that the back-end lists today, else the catalog's.
func (l *live) scopes(e environments.Environment, b environments.Backend) []string {
	key := e.ID + " " + b.URL
	if found, ok := l.scopesOf[key]; ok {
		return found
	}
	found := b.Scopes
	if !l.r.flags.offline && b.URL != "" {
		if listed := l.listed(e, b); len(listed) > 0 {
			found = listed
		} else {
			l.said[e.ID] = append(l.said[e.ID], l.noScopes(b))
		}
	}
	l.scopesOf[key] = found
	return found
}

func (l *live) noScopes(b environments.Backend) string {
	if len(b.Scopes) > 0 {
		return b.ID + " did not tell its scopes; those that it listed when the catalog was made are used."
	}
	return b.ID + " did not tell its scopes, and the catalog has none. The form's own are left; add what the back-end lists under /credentials/oidc."
}

// listed lets a check without credentials read the back-end's documents: it ends before any secret would be sent.
func (l *live) listed(e environments.Environment, b environments.Backend) []string {
	s := probe.Subject{Environment: e, Catalog: l.r.catalog, Backend: &b, BackendInCatalog: len(b.Scopes) > 0}
	if b.ProviderID != "" {
		s.ProviderID, s.ProviderBy = b.ProviderID, probe.ByCatalog
	}
	result := probe.Run(l.ctx, s, l.options, func(probe.Event) {})
	list, _ := result.Evidence.Facts["providers.scopes"].([]string)
	return slices.Clone(list)
}

// remarks are what was found out about an environment, told once.
func (l *live) remarks(e environments.Environment) []string {
	said := l.said[e.ID]
	delete(l.said, e.ID)
	return said
}
