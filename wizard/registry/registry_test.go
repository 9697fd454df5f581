package registry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/environments/forms"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
)

func none(string) (string, bool) { return "", false }

// inSandbox is the client of the sandbox's registry, by the environment file that its user would
// hold.
func inSandbox(t *testing.T) *Client {
	t.Helper()
	box := sandboxtest.Box(t, sandbox.Options{PlainHTTP: true})
	known, err := environments.Load(box.Dir)
	if err != nil {
		t.Fatal(err)
	}
	e, _ := known.Lookup("sandbox-dev")
	c, err := For(e, nil, none)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := box.Submit(sandbox.Request{ClientID: "taken+1", IntegrationEnvironment: "development"}); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheSandboxsRegistry(t *testing.T) {
	c := inSandbox(t)
	form, err := forms.Lookup("egi")
	if err != nil {
		t.Fatal(err)
	}
	today, err := c.Form(t.Context(), form)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(form.Contacts, today.Contacts); d != "" {
		t.Error(d)
	}
	scope, _ := today.Field("scope")
	if today.Profile != "live" || !slices.Contains(scope.Options, "eduperson_unique_id") {
		t.Errorf("%s: %v", today.Profile, scope.Options)
	}
	for _, tc := range []struct {
		id, environment string
		want            bool
	}{
		{"free", "development", true},
		{"taken+1", "development", false},
		{"taken 1", "development", true},
		{"taken+1", "production", true},
		{"a&environment=production", "development", true},
	} {
		if got, err := c.Available(t.Context(), tc.id, tc.environment); err != nil || got != tc.want {
			t.Errorf("%s in %s: %v, %v", tc.id, tc.environment, got, err)
		}
	}
}

func TestTheValueIsEncoded(t *testing.T) {
	var asked string
	c := serving(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.Method + " " + r.URL.RequestURI()
		_, _ = fmt.Fprint(w, `{"available":true}`)
	})
	if _, err := c.Available(t.Context(), "a+b&c=d #", "development"); err != nil {
		t.Fatal(err)
	}
	if want := "GET /api/tenants/egi/check-availability?environment=development&protocol=oidc&value=a%2Bb%26c%3Dd+%23"; asked != want {
		t.Errorf("asked %s\nwant  %s", asked, want)
	}
}

func serving(t *testing.T, answer http.HandlerFunc) *Client {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	return &Client{API: s.URL + "/api", Tenant: "egi", HTTP: HTTP(nil, none)}
}

// An answer that is none is an error in a few plain words, of which nothing comes from the server.
func TestHostileAnswers(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a redirect to another host was followed") }))
	defer elsewhere.Close()
	text := func(s string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, s) }
	}
	base, err := forms.Lookup("egi")
	if err != nil {
		t.Fatal(err)
	}
	for name, answer := range map[string]http.HandlerFunc{
		"a page":         text("<html>log in</html>"),
		"nothing":        text(""),
		"null":           text("null"),
		"a list":         text(`["\u001b[2J"]`),
		"another kind":   text(`{"available":"\u001b[2J","form_config":"\u001b[2J"}`),
		"escapes":        text(`{"form_config":{"integration_environment":["x"],"grant_types":["x"],"scope":["\u001b[2J"]}}`),
		"deep":           text(strings.Repeat("[", 100000)),
		"without an end": func(w http.ResponseWriter, _ *http.Request) { flood(w) },
		"cut off": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = fmt.Fprint(w, `{"a`)
		},
		"an outage":    func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "\x1b[2J", http.StatusBadGateway) },
		"another host": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, http.StatusFound) },
		"another protocol": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		},
		"round and round": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.String(), http.StatusFound) },
	} {
		t.Run(name, func(t *testing.T) {
			c := serving(t, answer)
			_, err := c.Form(t.Context(), base)
			free, other := c.Available(t.Context(), "nightly", "development")
			for _, err := range []error{err, other} {
				if err == nil || strings.ContainsAny(err.Error(), "\x1b\n") || strings.Contains(err.Error(), "nightly") || len(err.Error()) > 200 {
					t.Errorf("error %q", err)
				}
			}
			if free {
				t.Error("an id was called free")
			}
		})
	}
}

func flood(w http.ResponseWriter) {
	for range 1 << 10 {
		if _, err := w.Write([]byte(`{"a":"` + strings.Repeat("x", 4<<10) + `"},`)); err != nil {
			return
		}
	}
}

func TestARegistryThatMovedItsPaths(t *testing.T) {
	c := serving(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/v2") {
			http.Redirect(w, r, "/v2"+r.URL.RequestURI(), http.StatusPermanentRedirect)
			return
		}
		_, _ = fmt.Fprint(w, `{"available":false}`)
	})
	if free, err := c.Available(t.Context(), "x1", "demo"); free || err != nil {
		t.Errorf("%v, %v", free, err)
	}
}

func TestAddressesThatAreNotAsked(t *testing.T) {
	for _, c := range []Client{
		{API: "http://registry.example.org", Tenant: "egi"},
		{API: "ftp://localhost", Tenant: "egi"},
		{API: "registry.example.org", Tenant: "egi"},
		{API: "https://user:pw@registry.example.org", Tenant: "egi"},
		{API: "http://127.0.0.1:1", Tenant: ""},
		{API: "http://127.0.0.1:1", Tenant: "../x"},
		{API: "http://127.0.0.1:1", Tenant: ".."},
		{API: "http://127.0.0.1.example.org", Tenant: "egi"},
		{API: "::", Tenant: "egi"},
	} {
		c.HTTP = &http.Client{Transport: refusing{t}}
		if _, err := c.Form(t.Context(), forms.Form{}); err == nil || strings.Contains(err.Error(), "pw") {
			t.Errorf("%s: %v", c.API, err)
		}
	}
	if _, err := For(environments.Environment{Registry: &environments.Registry{Portal: "https://x.example"}}, nil, none); !errors.Is(err, ErrUnknown) {
		t.Errorf("error %v", err)
	}
}

type refusing struct{ t *testing.T }

func (r refusing) RoundTrip(req *http.Request) (*http.Response, error) {
	r.t.Errorf("%s was asked", req.URL)
	return nil, errors.New("not here")
}

func TestSilence(t *testing.T) {
	c := &Client{API: "http://127.0.0.1:1", Tenant: "egi", HTTP: HTTP(nil, none)}
	if _, err := c.Form(t.Context(), forms.Form{}); err == nil || err.Error() != "ask the registry for its form: 127.0.0.1:1 does not answer" {
		t.Errorf("error %v", err)
	}
	hanging := serving(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := hanging.Form(ctx, forms.Form{}); err == nil || !strings.Contains(err.Error(), "does not answer within") {
		t.Errorf("error %v", err)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := hanging.Form(stopped, forms.Form{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	proxied := &Client{API: "https://registry.example.org", Tenant: "egi", HTTP: HTTP(nil, func(name string) (string, bool) {
		return "http://user:pass word@%zz", name == "HTTPS_PROXY"
	})}
	if _, err := proxied.Form(t.Context(), forms.Form{}); err == nil || strings.Contains(err.Error(), "pass") {
		t.Errorf("error %v", err)
	}
}
