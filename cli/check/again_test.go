package check

import (
	"testing"

	"github.com/spf13/pflag"

	"github.com/credguide/credguide/checks"
)

// The next step is a command that checks the same again: the bare one would ask production.
func TestTheNextStepRepeatsWhatWasAsked(t *testing.T) {
	for _, tc := range []struct {
		name       string
		args       []string
		step, want string
	}{
		{"nothing was said", nil, "Then: credguide check", "Then: credguide check"},
		{"an environment", []string{"--environment", "development", "--timeout", "3s"}, "Then: credguide check", "Then: credguide check --environment development"},
		{"a file with a space", []string{"--credentials", "my file.env"}, "Then: credguide check.", "Then: credguide check --credentials 'my file.env'."},
		{"standard input", []string{"--client-id", "nightly", "--secret-file", "-"}, "Then: credguide check", "Then: credguide check --client-id nightly"},
		{"the secret as the id", []string{"--client-id", "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1eF3hJ5kM7nP9r"}, "Then: credguide check", "Then: credguide check"},
		{"too long for a line", []string{"--issuer", "https://identity-provider.example.org/auth/realms/a-realm", "--backend", "https://openeo.example.org"},
			"Then: credguide check", "Then: the same command"},
		{"the step has flags", []string{"--environment", "development"}, "Give it: credguide check --client-id ID", "Give it: credguide check --client-id ID"},
		{"the step chooses another environment", []string{"--environment", "production", "--credentials", "openeo.env"},
			"Use it where it lives: credguide check --environment development", "Use it where it lives: credguide check --environment development --credentials openeo.env"},
		{"another command", []string{"--environment", "development"}, "credguide snippet jobs", "credguide snippet jobs"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var flags Flags
			set := pflag.NewFlagSet("check", pflag.ContinueOnError)
			flags.AddTo(set)
			if err := set.Parse(tc.args); err != nil {
				t.Fatal(err)
			}
			original := []string{tc.step}
			findings := flags.again().in([]checks.Finding{{Fix: original}})
			if got := findings[0].Fix[0]; got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
			if original[0] != tc.step {
				t.Error("the catalog's own text was changed")
			}
		})
	}
}
