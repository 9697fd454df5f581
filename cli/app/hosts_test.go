package app

import (
	"testing"

	"github.com/credguide/credguide/checks/explain"
	"github.com/credguide/credguide/environments"
)

func TestKnownHosts(t *testing.T) {
	catalog, err := environments.Load()
	if err != nil {
		t.Fatal(err)
	}
	twice := environments.Environment{ID: "twin", Issuer: "https://login.lab.example.org/realms/a", Backends: []environments.Backend{{ID: "shared", URL: "https://openeo.cloud"}}}
	if err := catalog.Add(twice); err != nil {
		t.Fatal(err)
	}
	known := KnownHosts(catalog)
	for host, want := range map[string]explain.Host{
		"aai.egi.eu":                     {Environment: "production", Issuer: "https://aai.egi.eu/auth/realms/egi"},
		"AAI.egi.eu:443":                 {Environment: "production", Issuer: "https://aai.egi.eu/auth/realms/egi"},
		"login.lab.example.org":          {Environment: "twin", Issuer: "https://login.lab.example.org/realms/a"},
		"login.lab.example.org:8443":     {},
		"aai.egi.eu.evil.example.org":    {},
		"":                               {},
		"openeo.dataspace.copernicus.eu": {Environment: "cdse", Backend: known("openeo.dataspace.copernicus.eu").Backend, Default: true},
	} {
		if got := known(host); got != want {
			t.Errorf("%q: %+v, want %+v", host, got, want)
		}
	}
	if got := known("openeo.cloud"); got.Environment != "" || got.Backend == "" {
		t.Errorf("a back-end of two environments names one of them: %+v", got)
	}
}
