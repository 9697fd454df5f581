package probe_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/environments"
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

// What the catalog knows of an environment reaches the steps of a finding.
func TestAFindingNamesWhereTheClientWasMade(t *testing.T) {
	s, _ := host(t, reply(401, `{"error":"invalid_client","error_description":"AADSTS7000222: The provided client secret keys are expired."}`))
	s.Environment.Contact = "desk@example.org"
	s.Environment.Registration = &environments.Registration{Kind: environments.ByDashboard, URL: "https://clients.example.org/mine"}
	catalog, err := checks.LoadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	r := checks.Diagnose(catalog, probe.Run(t.Context(), s, probe.Options{}, nil).Evidence)
	if r.Facts.Text(checks.EnvironmentContact) != "desk@example.org" {
		t.Errorf("the contact is %q", r.Facts.Text(checks.EnvironmentContact))
	}
	if len(r.Diagnoses) == 0 {
		t.Fatal("no finding")
	}
	if steps := fmt.Sprint(r.Diagnoses[0].Fix); !strings.Contains(steps, "There: https://clients.example.org/mine") {
		t.Errorf("%s: %s", r.Diagnoses[0].ID, steps)
	}
}
