package explain

import (
	"strings"
	"testing"

	"github.com/credguide/credguide/checks"
)

func TestCompare(t *testing.T) {
	r := testReader(t)
	refused := r.Read([]byte(`Failed to retrieve access token at 'https://aai.egi.eu/auth/realms/egi/protocol/openid-connect/token': 401 'Unauthorized' '{"error":"unauthorized_client","error_description":"Invalid client or Invalid client credentials"}'`))
	nothing := r.Read([]byte("Bitte warten."))
	report := func(verdict checks.Verdict, environment, id string) checks.Report {
		out := checks.Report{Verdict: verdict}
		out.Subject = checks.Subject{Environment: environment, ClientIDSource: "--client-id", Secret: checks.Secret{Source: "nightly.secret"}}
		if id != "" {
			out.Diagnoses = []checks.Finding{{ID: id, Severity: checks.Error}}
		}
		return out
	}
	for _, tc := range []struct {
		name     string
		seen     Seen
		report   checks.Report
		has, not []string
	}{
		{
			"works here", refused, report(checks.Healthy, "production", ""),
			[]string{"client-secret-wrong", "Here and now the login works", "from --client-id and the secret from nightly.secret", "The machine", "The time"},
			[]string{"for certain"},
		},
		{
			"works in another environment", refused, report(checks.Healthy, "development", ""),
			[]string{"The environment, for certain: the text names production, and development was checked", "credguide check --environment production"},
			nil,
		},
		{
			"the same fault", refused, report(checks.Misconfigured, "production", "client-secret-wrong"),
			[]string{"fits what this check found: client-secret-wrong"},
			[]string{"The time"},
		},
		{
			"another fault", refused, report(checks.Misconfigured, "production", "enrollment-required"),
			[]string{"This check found something else, enrollment-required", "The values"},
			nil,
		},
		{"cannot tell", refused, report(checks.Inconclusive, "production", ""), []string{"could not tell"}, []string{"works"}},
		{"nothing recognised", nothing, report(checks.Healthy, "production", ""), []string{"Nothing in the program's text is recognised"}, []string{"works"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := strings.Join(Compare(tc.seen, tc.report), "\n")
			for _, want := range tc.has {
				if !strings.Contains(got, want) {
					t.Errorf("lacks %q:\n%s", want, got)
				}
			}
			for _, unwanted := range tc.not {
				if strings.Contains(got, unwanted) {
					t.Errorf("says %q:\n%s", unwanted, got)
				}
			}
		})
	}
}
