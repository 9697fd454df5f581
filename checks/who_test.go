package checks

import "testing"

// Who can fix a connection that was not made follows from what else was reached, and how.
func TestWhoCanMendAConnection(t *testing.T) {
	catalog, err := LoadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	const (
		either  = "the back-end's administrators, or whoever runs the network here"
		idp     = "the identity provider's administrators, or whoever runs the network here"
		network = "whoever runs the network here"
	)
	backend := func(kind, host string) Facts {
		return facts(failure("well_known", kind, host), Facts{"discovery.failure": ""})
	}
	for name, c := range map[string]struct {
		facts   Facts
		id, who string
	}{
		"the back-end refuses, the provider answers":       {backend("refused", "openeo.cloud"), "connection-refused", either},
		"the back-end is silent, the provider answers":     {backend("connect-timeout", "openeo.cloud"), "connection-timeout", either},
		"no route to the back-end":                         {backend("unreachable", "openeo.cloud"), "connection-timeout", either},
		"the back-end closes the connection":               {backend("reset", "openeo.cloud"), "connection-reset", either},
		"no TLS with the back-end":                         {backend("tls-handshake", "openeo.cloud"), "tls-handshake-failed", either},
		"the back-end on this machine refuses":             {backend("refused", "127.0.0.1:9"), "connection-refused", "whoever runs the back-end on this machine"},
		"the back-end's name":                              {backend("dns", "openeo.cluod"), "dns-failure", "you, if the name is misspelt, or whoever runs the network here"},
		"no web server":                                    {backend("malformed", "openeo.cloud:25"), "connection-reset", "you, if the address is wrong, or the back-end's administrators"},
		"the provider refuses, no back-end takes part":     {failure("discovery", "refused", "aai.egi.eu"), "connection-refused", idp},
		"the provider refuses, the back-end says too much": {facts(failure("discovery", "refused", "aai.egi.eu"), failure("well_known", "too-large", "openeo.cloud")), "connection-refused", idp},

		"both refuse":                                   {facts(failure("discovery", "refused", "aai.egi.eu"), failure("well_known", "refused", "openeo.cloud")), "connection-refused", network},
		"one refuses, one has no name":                  {facts(failure("discovery", "refused", "aai.egi.eu"), failure("well_known", "dns", "openeo.cloud")), "connection-refused", network},
		"both on this machine refuse":                   {facts(failure("discovery", "refused", "localhost:1"), failure("well_known", "refused", "[::1]:2")), "connection-refused", "whoever runs the identity provider on this machine"},
		"through a proxy":                               {facts(backend("reset", "openeo.cloud"), Facts{"well_known.via": "HTTPS_PROXY", "well_known.phase": "answer"}), "connection-reset", "the back-end's administrators, or whoever runs the network or the proxy here"},
		"a certificate that cannot be used has a party": {facts(backend("tls-handshake", "openeo.cloud"), Facts{"well_known.failure_detail": "the certificate is not meant for a server (extended key usage)"}), "tls-handshake-failed", ""},
	} {
		report := Diagnose(catalog, Evidence{Facts: c.facts})
		first, _ := report.First()
		if first.ID != c.id || first.Who != c.who {
			t.Errorf("%s: %s, %q, want %s, %q", name, first.ID, first.Who, c.id, c.who)
		}
		if c.who != "" && (first.Party != PartyNetwork || report.Verdict != Unreachable) {
			t.Errorf("%s: party %s, verdict %s", name, first.Party, report.Verdict)
		}
	}
}
