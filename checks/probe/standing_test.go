package probe_test

import (
	"errors"
	"testing"
	"time"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/sandbox"
)

func TestWatchTellsWhatTheIdentityProviderKnows(t *testing.T) {
	s, o := start(t, sandbox.Options{})
	for id, want := range map[string]string{s.Credentials.ClientID: "known", "nobody-registered-this": "unknown"} {
		w := probe.NewWatch(t.Context(), s.Environment, credentials.Resolved{ClientID: id}, o)
		defer w.Close()
		for range 2 { // the second time without discovery
			got, err := w.Ask(t.Context())
			if err != nil || got.Client != want || !got.Certain {
				t.Errorf("%s: %+v, %v; want %s", id, got, err, want)
			}
		}
	}
}

func TestWatchSaysWhenNobodyAnswers(t *testing.T) {
	e := environments.Environment{ID: "gone", Issuer: "http://127.0.0.1:1/realms/x"}
	w := probe.NewWatch(t.Context(), e, credentials.Resolved{ClientID: "any"}, probe.Options{StepTimeout: time.Second})
	defer w.Close()
	if _, err := w.Ask(t.Context()); !errors.Is(err, probe.ErrNoAnswer) {
		t.Errorf("error %v", err)
	}
}
