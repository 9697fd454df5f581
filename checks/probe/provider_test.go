package probe_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/sandbox"
)

func TestListedScopesAreThoseOfTheBackend(t *testing.T) {
	for _, faults := range [][]string{nil, {"issuer-trailing-slash"}} {
		s, o := start(t, sandbox.Options{Faults: faults})
		s.Credentials.ClientID = "must-not-be-sent"
		got, err := probe.ListedScopes(t.Context(), s, o)
		if d := cmp.Diff([]string{"openid", "email", "eduperson_entitlement", "eduperson_scoped_affiliation"}, got); err != nil || d != "" {
			t.Errorf("%v: %v, %s", faults, err, d)
		}
	}
}

func TestListedScopesWhereThereAreNone(t *testing.T) {
	s, o := start(t, sandbox.Options{})
	s.Environment.Issuer = "https://idp.example.org/realms/other"
	s.ProviderID, s.ProviderBy = "", ""
	if got, err := probe.ListedScopes(t.Context(), s, o); err == nil || errors.Is(err, probe.ErrNoAnswer) || got != nil {
		t.Errorf("another identity provider: %v, %v", got, err)
	}
	for name, answer := range map[string]http.HandlerFunc{
		"a page":   func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>log in</html>")) },
		"outage":   func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "\x1b[2J", http.StatusBadGateway) },
		"no list":  func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"providers":"\u001b[2J"}`)) },
		"too much": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(strings.Repeat("x", 2<<20))) },
	} {
		server := httptest.NewServer(answer)
		s.Backend = &environments.Backend{ID: "b", URL: server.URL}
		got, err := probe.ListedScopes(t.Context(), s, probe.Options{StepTimeout: time.Second})
		server.Close()
		if !errors.Is(err, probe.ErrNoAnswer) || got != nil || strings.ContainsAny(err.Error(), "\x1b\n") {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	s.Backend = nil
	if _, err := probe.ListedScopes(t.Context(), s, o); err == nil {
		t.Error("no back-end, no error")
	}
}
