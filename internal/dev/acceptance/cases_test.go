//go:build acceptance

package acceptance

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/credguide/credguide/internal/dev/acceptance/pythonclient"
)

// TestTableIsTrue holds every case against the world before any diagnosis is
// held against the case: where the table says that a login works it does, by
// the judgement of the real Python client or, without a back-end, of a plain
// token request; and where it says that it fails, it fails.
func TestTableIsTrue(t *testing.T) {
	python, err := pythonclient.Prepare(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	eachVersion(t, func(t *testing.T, laboratory *Laboratory) { judge(t, laboratory, python) })
}

func judge(t *testing.T, laboratory *Laboratory, python *pythonclient.Python) {
	logins := loginsOf(t, laboratory, python)
	for _, c := range Cases() {
		if !c.RunsOn(laboratory.Keycloak.Version) || c.Apart {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			if c.Backend == NoBackend {
				if issued := tokenIssued(t, laboratory, c); issued != c.Works {
					t.Errorf("token issued: %v, the table says %v", issued, c.Works)
				}
				return
			}
			if got := logins[c.Name]; got.Worked() != c.Works {
				t.Errorf("login works: %v (%s), the table says %v", got.Worked(), got.Failure, c.Works)
			}
		})
	}
}

// logins are how each case went with the Python client, by laboratory: two
// tests look at them, and the slow ones take a minute.
var logins sync.Map

func loginsOf(t *testing.T, laboratory *Laboratory, python *pythonclient.Python) map[string]pythonclient.Outcome {
	t.Helper()
	if known, ok := logins.Load(laboratory); ok {
		return known.(map[string]pythonclient.Outcome)
	}
	var quick, slow []Case
	for _, c := range Cases() {
		switch {
		case !c.RunsOn(laboratory.Keycloak.Version) || c.Apart || c.Backend == NoBackend:
		case c.Slow:
			slow = append(slow, c)
		default:
			quick = append(quick, c)
		}
	}
	var mutex sync.Mutex
	outcomes := map[string]pythonclient.Outcome{}
	try := func(cases ...Case) {
		for name, outcome := range attempt(t, laboratory, python, cases) {
			mutex.Lock()
			outcomes[name] = outcome
			mutex.Unlock()
		}
	}
	var waiting sync.WaitGroup
	for _, c := range slow {
		waiting.Go(func() { try(c) })
	}
	try(quick...)
	waiting.Wait()
	if !t.Failed() {
		logins.Store(laboratory, outcomes)
	}
	return outcomes
}

// attempt lets the client try the cases in one process.
func attempt(t *testing.T, laboratory *Laboratory, python *pythonclient.Python, cases []Case) map[string]pythonclient.Outcome {
	list := make([]pythonclient.Login, len(cases))
	for i, c := range cases {
		home, err := laboratory.Home(c, t.TempDir())
		if err != nil {
			t.Error(err)
			return nil
		}
		list[i] = laboratory.Login(c, home)
	}
	limited, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	outcomes, err := python.Login(limited, laboratory.CAFile, list...)
	if err != nil {
		t.Error(err)
		return nil
	}
	byName := map[string]pythonclient.Outcome{}
	for i, c := range cases {
		byName[c.Name] = outcomes[i]
	}
	return byName
}

// tokenIssued does what openEO clients do up to the token: discovery, then
// the secret in the body.
func tokenIssued(t *testing.T, laboratory *Laboratory, c Case) bool {
	t.Helper()
	client, err := laboratory.Keycloak.Certificates.HTTPClient(false)
	if err != nil {
		t.Fatal(err)
	}
	defer client.CloseIdleConnections()
	response, err := client.Get(strings.TrimRight(laboratory.Issuer(c), "/") + "/.well-known/openid-configuration")
	if err != nil {
		return false
	}
	defer response.Body.Close()
	var document struct {
		TokenEndpoint string `json:"token_endpoint"`
	}
	if response.StatusCode != http.StatusOK || json.NewDecoder(response.Body).Decode(&document) != nil {
		return false
	}
	form := url.Values{"grant_type": {"client_credentials"}, "scope": {"openid"}, "client_id": {c.ClientID}, "client_secret": {c.Secret}}
	answer, err := client.PostForm(document.TokenEndpoint, form)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

func TestNamesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Cases() {
		if c.Name == "" || c.Cause == "" || seen[c.Name] {
			t.Errorf("case %q (%s): no name, no cause, or the name twice", c.Name, c.Cause)
		}
		seen[c.Name] = true
	}
	if len(seen) < 150 {
		t.Errorf("only %d cases", len(seen))
	}
}
