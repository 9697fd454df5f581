//go:build acceptance

package acceptance

import (
	"strings"
	"testing"

	"github.com/credguide/credguide/internal/dev/acceptance/keycloak"
	"github.com/credguide/credguide/internal/dev/acceptance/pythonclient"
)

// TestPythonClientAndItsEnvironment: values that come by variables instead of
// arguments, and the one that the client ignores without a word.
func TestPythonClientAndItsEnvironment(t *testing.T) {
	python, err := pythonclient.Prepare(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	laboratory := laboratoryOf(t, keycloak.Last())
	variables := func(id, provider string) map[string]string {
		set := map[string]string{"OPENEO_AUTH_CLIENT_ID": id, "OPENEO_AUTH_CLIENT_SECRET": Secret}
		if provider != "" {
			set["OPENEO_AUTH_PROVIDER_ID"] = provider
		}
		return set
	}
	half := variables("lab-ok", "")
	delete(half, "OPENEO_AUTH_CLIENT_SECRET")
	cases := []struct {
		name      string
		variables map[string]string
		failure   string // part of the last line, empty if the login works
	}{
		{"id and secret", variables("lab-ok", ""), ""},
		{"id without secret", half, "client_id"},
		{"provider chosen", variables("lab-dev-ok", "egi-dev"), ""},
		{"provider not chosen", variables("lab-dev-ok", ""), "invalid_client"},
		{"provider mistyped", variables("lab-dev-ok", "egi-dv"), "invalid_client"},
	}
	logins := make([]pythonclient.Login, len(cases))
	for i, c := range cases {
		logins[i] = pythonclient.Login{Backend: laboratory.Backend(BackendBoth), Environment: c.variables}
	}
	outcomes, err := python.Login(t.Context(), laboratory.CAFile, logins...)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range cases {
		got := outcomes[i]
		if got.Worked() != (c.failure == "") || !strings.Contains(got.Failure, c.failure) {
			t.Errorf("%s: got failure %q, want %q", c.name, got.Failure, c.failure)
		}
		if got.Worked() && got.UserID == "" {
			t.Errorf("%s: logged in as nobody", c.name)
		}
	}
}
