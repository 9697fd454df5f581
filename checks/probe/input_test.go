package probe_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/credentials"
)

// TestOnlyPlacesThatLackTheValueAreNamed: somebody whose secret was not found must not read through
// all that was.
func TestOnlyPlacesThatLackTheValueAreNamed(t *testing.T) {
	looked := []credentials.Looked{
		{Source: credentials.Source{Kind: credentials.KindEnvironment, Name: credentials.EnvClientID}, Value: credentials.ClientID, Outcome: credentials.Found},
		{Source: credentials.Source{Kind: credentials.KindEnvironment, Name: credentials.EnvClientSecret}, Value: credentials.ClientSecret, Outcome: credentials.Absent},
		{Source: credentials.Source{Kind: credentials.KindEnvironment, Name: credentials.EnvProviderID}, Value: credentials.ProviderID, Outcome: credentials.Absent},
		{Source: credentials.Source{Kind: credentials.KindEnvironment, Name: credentials.EnvAuthMethod}, Value: credentials.AuthMethod, Outcome: credentials.Absent},
		{Source: credentials.Source{Kind: credentials.KindAuthConfig}, Outcome: credentials.Absent, Detail: "there is none"},
		{Source: credentials.Source{Kind: credentials.KindKeyring}, Outcome: credentials.NotLooked, Detail: "there is none"},
	}
	for name, tc := range map[string]struct {
		id, secret string
		want       []string
	}{
		"no secret": {"nightly", "", []string{
			"variable OPENEO_AUTH_CLIENT_SECRET", "auth-config.json (there is none)", "system keyring (not looked at: there is none)",
		}},
		"both": {"nightly", canary, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := hostileSubject("https://no-such-host.invalid")
			s.Credentials = credentials.Resolved{ClientID: tc.id, Secret: credentials.NewSecret(tc.secret), Looked: looked}
			f := checks.Facts(probe.Run(t.Context(), s, probe.Options{}, nil).Evidence.Facts)
			got, _ := f["sources.looked"].([]string)
			if len(got) == 0 {
				got = nil
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
