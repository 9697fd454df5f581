package probe_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/environments"
)

// shape is a discovery document as one make of identity provider publishes it, with the hosts left
// open.
type shape struct {
	Source   string         `json:"source"`
	Document map[string]any `json:"document"`
}

// remarks are what may be said of a login that works, because it is true of the document or of this
// test.
func (s shape) remarks() []string {
	may := []string{"token-opaque"}
	if issuer, _ := s.Document["issuer"].(string); strings.HasSuffix(issuer, "/") {
		may = append(may, "issuer-trailing-slash")
	}
	if grants, given := s.Document["grant_types_supported"].([]any); given && !slices.Contains(grants, any("client_credentials")) {
		may = append(may, "grant-not-offered")
	}
	return may
}

// TestAHealthyLoginIsQuietWhateverTheMake: the same login works with the document of each make, and
// nothing is said against it.
func TestAHealthyLoginIsQuietWhateverTheMake(t *testing.T) {
	files, err := filepath.Glob("../../testdata/discovery/*.json")
	if err != nil || len(files) < 15 {
		t.Fatalf("%d documents: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			catalog, err := checks.LoadCatalog()
			if err != nil {
				t.Fatal(err)
			}
			subject, s := shaped(t, string(text))
			report := checks.Diagnose(catalog, probe.Run(t.Context(), subject, probe.Options{}, nil).Evidence)
			if report.Verdict != checks.Healthy {
				t.Errorf("verdict %s", report.Verdict)
			}
			for _, f := range report.Diagnoses {
				if !slices.Contains(s.remarks(), f.ID) && f.Severity != checks.Note {
					t.Errorf("%s (%s, %s): %v", f.ID, f.Severity, f.Certainty, f.Means)
				}
			}
		})
	}
}

// shaped is an identity provider with that document, and a back-end that lists it, where "lab" can
// log in.
func shaped(t *testing.T, text string) (probe.Subject, shape) {
	t.Helper()
	answers := map[string]string{}
	serve := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		body, ok := answers["http://"+r.Host+r.URL.Path]
		if !ok || r.URL.Path == "/me" && r.Header.Get("Authorization") == "" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = io.WriteString(w, body)
	}
	var servers [3]*httptest.Server
	for i := range servers {
		servers[i] = httptest.NewServer(http.HandlerFunc(serve))
		t.Cleanup(servers[i].Close)
	}
	host, other, backend := servers[0].URL, servers[1].URL, servers[2].URL
	var s shape
	if err := json.Unmarshal([]byte(strings.NewReplacer("{host}", host, "{other}", other).Replace(text)), &s); err != nil {
		t.Fatal(err)
	}
	at := func(name string) string { address, _ := s.Document[name].(string); return address }
	document, err := json.Marshal(s.Document)
	if err != nil {
		t.Fatal(err)
	}
	issuer := at("issuer")
	answers[strings.TrimSuffix(issuer, "/")+"/.well-known/openid-configuration"] = string(document)
	answers[at("token_endpoint")] = `{"access_token":"opaque-and-long-enough","token_type":"Bearer","expires_in":3600,"scope":"openid email"}`
	answers[at("userinfo_endpoint")] = `{"sub":"lab-account"}`
	answers[at("jwks_uri")] = `{"keys":[]}`
	answers[backend+"/"] = `{"api_version":"1.2.0","endpoints":[]}`
	answers[backend+"/credentials/oidc"] = fmt.Sprintf(`{"providers":[{"id":"p","title":"P","issuer":%q,"scopes":["openid","email"]}]}`, issuer)
	answers[backend+"/me"] = `{"user_id":"lab-account"}`
	elsewhere, err := url.Parse(at("token_endpoint"))
	if err != nil {
		t.Fatal(err)
	}
	subject := probe.Subject{
		Environment: environments.Environment{ID: "x", Title: "X", Issuer: issuer, TokenEndpointHosts: []string{elsewhere.Host}},
		Backend:     &environments.Backend{ID: "back", URL: backend},
	}
	subject.Credentials.ClientID, subject.Credentials.Secret = "lab", credentials.NewSecret(registered)
	return subject, s
}

// TestTheLastOfManyProvidersIsFound: a list is bounded by the size of its document, and by nothing
// else.
func TestTheLastOfManyProvidersIsFound(t *testing.T) {
	s := login(t, map[string]http.HandlerFunc{"/credentials/oidc": func(w http.ResponseWriter, r *http.Request) {
		others := strings.Repeat(`{"id":"q","title":"Q","issuer":"https://q.example.org"},`, 3)
		for i := range 200 {
			others += fmt.Sprintf(`{"id":"q%d","title":"Q","issuer":"https://q.example.org"},`, i)
		}
		reply(200, `{"providers":[`+others+`{"id":"p","title":"P","issuer":"http://`+r.Host+`/realms/x"}]}`)(w, r)
	}})
	s.ProviderID, s.ProviderBy = "p", probe.ByFlag
	f := checks.Derive(probe.Run(t.Context(), s, probe.Options{}, nil).Evidence.Facts)
	holds(t, f, checks.Facts{"providers.count": 202, "providers.matching": true, "login.works": true})
	if n := len(f.List(checks.ProvidersIDs)); n != 50 {
		t.Errorf("%d IDs", n)
	}
}
