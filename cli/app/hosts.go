package app

import (
	"net/url"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/explain"
	"github.com/credguide/credguide/checks/phrases"
	"github.com/credguide/credguide/environments"
)

// KnownHosts tells of a host which environment's identity provider or which back-end it is. A host
// that serves several environments names none of them.
func KnownHosts(catalog *environments.Catalog) func(host string) explain.Host {
	hosts := map[string]explain.Host{}
	ambiguous := map[string]bool{}
	add := func(address string, h explain.Host) {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" {
			return
		}
		name := withoutPort(u.Host)
		have, twice := hosts[name]
		if twice && have.Environment != h.Environment {
			ambiguous[name] = true
		}
		if !twice || have.Issuer == "" && h.Issuer != "" {
			hosts[name] = h
		}
	}
	for _, e := range catalog.All() {
		for _, issuer := range append([]string{e.Issuer}, e.RetiredIssuers...) {
			add(issuer, explain.Host{Environment: e.ID, Issuer: e.Issuer})
		}
		for _, b := range e.Backends {
			add(b.URL, explain.Host{Environment: e.ID, Backend: b.ID, Default: b.Default})
		}
	}
	return func(host string) explain.Host {
		name := withoutPort(host)
		h := hosts[name]
		if ambiguous[name] {
			h.Environment, h.Issuer = "", ""
		}
		return h
	}
}

// withoutPort drops the port that goes without saying.
func withoutPort(host string) string { return strings.TrimSuffix(strings.ToLower(host), ":443") }

// ErrorTexts reads what programs said when they failed.
func (a *App) ErrorTexts() (*explain.Reader, error) {
	diagnoses, err := checks.LoadCatalog(a.Catalogs...)
	if err != nil {
		return nil, err
	}
	words, err := phrases.Load(a.Catalogs...)
	if err != nil {
		return nil, err
	}
	known, err := environments.Load(a.Catalogs...)
	if err != nil {
		return nil, err
	}
	return explain.NewReader(diagnoses, words, KnownHosts(known), a.Catalogs...)
}
