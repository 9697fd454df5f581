package checks

import (
	"slices"
	"strings"
	"testing"
)

// TestWorksMeansThatThePythonClientLogsIn: each of its steps is one without which nobody is told
// that the login works.
func TestWorksMeansThatThePythonClientLogsIn(t *testing.T) {
	whole := facts(healthyEvidence, Facts{
		"python.connect": "ok", "python.provider_id": "egi", "python.provider_titled": true, "python.list_readable": true, "python.credentials": "variables",
		"python.bearer": "accepted", "token.type": "Bearer", "token.type_is_bearer": true,
	})
	for name, c := range map[string]change{
		"the root is a page":                      {set: Facts{"python.connect": "page"}},
		"the root is not there":                   {set: Facts{"python.connect": "absent"}},
		"the root has no answer":                  {set: Facts{"python.connect": "outage"}},
		"the version is too old":                  {set: Facts{"python.connect": "version"}},
		"an entry of the list has no ID":          {set: Facts{"python.list_readable": false}},
		"the address is another's to the client":  {set: Facts{"python.sends_token": false}},
		"the listed issuer is another":            {set: Facts{"python.issuer_same": false}},
		"the provider has no title":               {set: Facts{"python.provider_titled": false}},
		"the credentials are under another ID":    {set: Facts{"python.credentials": "none"}},
		"clients would take another provider":     {set: notAsClients},
		"the token came by the Basic header only": {set: Facts{"me.login_as_clients": false}},
		"the token has another type":              {set: Facts{"token.type": "DPoP", "token.type_is_bearer": false, "token.issued": false}},
		"/me refuses":                             {set: tokenInvalid, drop: []string{"me."}},
		"/me names no account":                    {set: Facts{"me.valid": false}},
		"/me takes the token alone, unannounced":  {set: facts(tokenInvalid, Facts{"me.alone.status": 200, "me.alone.accepted": true}), drop: []string{"me."}},
		"/me was not asked":                       {drop: []string{"me."}},
	} {
		t.Run(name, func(t *testing.T) {
			known, err := ParseFacts(c.of(whole))
			if err != nil {
				t.Fatal(err)
			}
			if r := Diagnose(loadCatalog(t), Evidence{Facts: known}); r.Facts.Is(LoginWorks) || r.Verdict == Healthy {
				t.Errorf("works: %t, %s", r.Facts.Is(LoginWorks), r.Verdict)
			}
		})
	}
	known, err := ParseFacts(whole)
	if err != nil {
		t.Fatal(err)
	}
	if r := Diagnose(loadCatalog(t), Evidence{Facts: known}); !r.Facts.Is(LoginWorks) || r.Verdict != Healthy {
		t.Errorf("with all of them: works: %t, %s", r.Facts.Is(LoginWorks), r.Verdict)
	}
}

// No token goes along a redirect here, and the Python client may take it along: that is said, and
// what to enter instead.
func TestARedirectedLoginSaysWhatThePythonClientDoes(t *testing.T) {
	for name, tc := range map[string]struct {
		facts      Facts
		id         string
		means, run string
	}{
		"/me": {
			facts(healthyEvidence, Facts{"me.status": 308, "me.shape": "empty", "me.valid": false, "me.redirect_host": "api.example.org"}),
			"backend-refuses-login", "It takes the login along to the same host and port, and may log in there.", "credguide check --backend URL",
		},
		"the token endpoint, with the method kept": {
			refusedToken(307, "", "", Facts{"token.shape": "empty", "token.redirect_host": "login.example.org"}).of(healthyEvidence),
			"token-endpoint-redirects", "The Python client follows it and sends the secret there, so its login may work.", "credguide check --issuer URL",
		},
		"the token endpoint, with a GET": {
			refusedToken(302, "", "", Facts{"token.shape": "empty", "token.redirect_host": "login.example.org"}).of(healthyEvidence),
			"token-endpoint-redirects", "The Python client follows it with a GET and without the secret", "credguide check --issuer URL",
		},
	} {
		known, err := ParseFacts(tc.facts)
		if err != nil {
			t.Fatal(err)
		}
		r := Diagnose(loadCatalog(t), Evidence{Facts: known})
		at := slices.IndexFunc(r.Diagnoses, func(f Finding) bool { return f.ID == tc.id })
		if at < 0 || !strings.Contains(r.Diagnoses[at].Means, tc.means) ||
			!slices.ContainsFunc(r.Diagnoses[at].Steps, func(s FixStep) bool { return s.Run == tc.run }) {
			t.Errorf("%s: %+v", name, r.Diagnoses)
		}
	}
}
