//go:build acceptance

package acceptance

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/credguide/credguide/internal/dev/acceptance/keycloak"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
)

// TestSandboxSpeaksLikeKeycloak makes the same plain requests on both sides,
// and compares status, headers, error and the members of each document.
func TestSandboxSpeaksLikeKeycloak(t *testing.T) {
	box := sandboxtest.Box(t, sandbox.Options{Dir: t.TempDir()})
	played := newSpeaker(t, filepath.Join(box.Dir, "ca.pem"), box.Issuer("sandbox"), box.ClientID, box.ClientSecret)
	eachMeasured(t, func(t *testing.T, l *Laboratory) {
		truth := newSpeaker(t, l.CAFile, l.Keycloak.Issuer(RealmProduction), "lab-ok", Secret)
		for _, e := range exchanges() {
			older := !keycloak.AtLeast(l.Keycloak.Version, "26.7") // the sandbox plays 26.7
			if older && e.older != "" {
				continue
			}
			t.Run(e.name, func(t *testing.T) {
				got, want := played.say(t, e), truth.say(t, e)
				if older {
					delete(want, "Cache-Control") // userinfo says something else since then
				}
				for _, part := range slices.Sorted(maps.Keys(want)) {
					if got[part] != want[part] {
						t.Errorf("%s: the sandbox says %q, Keycloak %q", part, got[part], want[part])
					}
				}
			})
		}
	})
}

// speaker makes the exchanges on one side.
type speaker struct {
	client *http.Client
	issuer string
	fill   *strings.Replacer
}

func newSpeaker(t *testing.T, caFile, issuer, id, secret string) speaker {
	t.Helper()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig.RootCAs = optionsWith(t, caFile).RootCAs
	t.Cleanup(transport.CloseIdleConnections)
	s := speaker{
		&http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		issuer, strings.NewReplacer("{id}", id, "{secret}", secret),
	}
	ask := func(scope string) (access, identity string) {
		pairs := []string{"grant_type", "client_credentials", "client_id", "{id}", "client_secret", "{secret}"}
		if scope != "" {
			pairs = append(pairs, "scope", scope)
		}
		_, content := s.send(t, exchange{path: tokenPath, form: form(pairs...)})
		var answer struct {
			Access   string `json:"access_token"`
			Identity string `json:"id_token"`
		}
		if err := json.Unmarshal(content, &answer); err != nil || answer.Access == "" {
			t.Fatalf("no token from %s: %v", issuer, err)
		}
		return answer.Access, answer.Identity
	}
	token, identity := ask("openid email")
	plain, _ := ask("")
	s.fill = strings.NewReplacer("{id}", id, "{secret}", secret, "{token}", token, "{plain}", plain, "{id_token}", identity)
	return s
}

func (s speaker) send(t *testing.T, e exchange) (*http.Response, []byte) {
	t.Helper()
	method, kind, body := http.MethodGet, "", ""
	switch {
	case e.form != nil:
		filled := url.Values{}
		for name, values := range e.form {
			for _, v := range values {
				filled.Add(name, s.fill.Replace(v))
			}
		}
		method, kind, body = http.MethodPost, "application/x-www-form-urlencoded", filled.Encode()
	case e.body != "":
		method, kind, body = http.MethodPost, "application/json", e.body
	}
	request, err := http.NewRequestWithContext(t.Context(), method, s.issuer+s.fill.Replace(e.path), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	switch {
	case e.basic != nil:
		request.SetBasicAuth(s.fill.Replace(e.basic[0]), s.fill.Replace(e.basic[1]))
	case e.authorize != "":
		request.Header.Set("Authorization", s.fill.Replace(e.authorize))
	}
	if e.json {
		request.Header.Set("Accept", "application/json")
	}
	response, err := s.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, content
}

// say is what there is to compare of an answer: the frame, and of a document
// the names of its members and those values that are no value of the moment.
func (s speaker) say(t *testing.T, e exchange) map[string]string {
	t.Helper()
	response, content := s.send(t, e)
	parts := map[string]string{
		"status": response.Status, "content type": response.Header.Get("Content-Type"),
		"WWW-Authenticate": response.Header.Get("WWW-Authenticate"), "Cache-Control": response.Header.Get("Cache-Control"),
		"empty": fmt.Sprint(len(content) == 0), "error": "", "members": "",
	}
	var document map[string]any
	if json.Unmarshal(content, &document) != nil {
		return parts
	}
	for _, name := range configured {
		delete(document, name)
	}
	parts["members"] = strings.Join(slices.Sorted(maps.Keys(document)), " ")
	for name, value := range document {
		parts[name] = s.lasting(value)
	}
	for _, name := range []string{"access_token", "id_token"} {
		if token, ok := document[name].(string); ok {
			s.open(t, name, token, parts)
		}
	}
	for _, name := range momentary {
		delete(parts, name)
	}
	return parts
}

// momentary are values that are others in each answer; the members are there on both sides.
var momentary = []string{"access_token", "id_token", "sub", "expires_in"}

// configured are settings of one realm or client, and no behaviour: which
// scopes a client has by default, and what follows from them; redirect URIs.
var configured = []string{"scope", "preferred_username", "email_verified", "scopes_supported", "allowed-origins"}

// lasting writes a value so that both sides' addresses and keys read alike.
func (s speaker) lasting(value any) string {
	if keys, ok := value.([]any); ok && len(keys) > 0 {
		if _, isKey := keys[0].(map[string]any); isKey {
			return keyForms(keys)
		}
	}
	text, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	list, ok := value.([]any)
	if ok { // of discovery; their order says nothing
		names := make([]string, len(list))
		for i, v := range list {
			names[i] = fmt.Sprint(v)
		}
		slices.Sort(names)
		text = []byte(strings.Join(names, " "))
	}
	base, _, _ := strings.Cut(s.issuer, "/auth/")
	return strings.NewReplacer(s.issuer, "{issuer}", base, "{idp}").Replace(string(text))
}

// keyForms is what a key set holds, without the keys themselves.
func keyForms(keys []any) string {
	var forms []string
	for _, k := range keys {
		key := k.(map[string]any)
		if key["kty"] != "RSA" {
			continue // made at its first use, which may be an earlier test's
		}
		forms = append(forms, fmt.Sprint(key["kty"], key["use"], key["alg"], slices.Sorted(maps.Keys(key))))
	}
	slices.Sort(forms)
	return strings.Join(forms, "\n")
}

// open compares the names of a token's claims, and its lasting ones.
func (s speaker) open(t *testing.T, name, token string, parts map[string]string) {
	t.Helper()
	for i, what := range []string{"header", "claims"} {
		part, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[i])
		if err != nil {
			t.Fatal(err)
		}
		var claims map[string]any
		if err := json.Unmarshal(part, &claims); err != nil {
			t.Fatal(err)
		}
		for _, own := range configured {
			delete(claims, own)
		}
		parts[name+" "+what] = strings.Join(slices.Sorted(maps.Keys(claims)), " ")
		for _, claim := range []string{"typ", "alg", "acr", "iss", "clientHost", "realm_access", "resource_access"} {
			parts[name+" "+what+" "+claim] = s.lasting(claims[claim])
		}
	}
}
