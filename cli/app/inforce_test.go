package app_test

import (
	"testing"

	"github.com/spf13/pflag"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/check"
)

// The next step is a command that checks the same again: the bare one would ask production.
func TestTheNextStepRepeatsWhatWasAsked(t *testing.T) {
	for _, tc := range []struct {
		name      string
		args      []string
		run, want string
	}{
		{"nothing was said", nil, "credguide check", "credguide check"},
		{"an environment", []string{"--environment", "development", "--timeout", "3s"}, "credguide check", "credguide check --environment development"},
		{"a file with a space", []string{"--credentials", "my file.env"}, "credguide check", "credguide check --credentials 'my file.env'"},
		{"standard input", []string{"--client-id", "nightly", "--secret-file", "-"}, "credguide check", "credguide check --client-id nightly"},
		{"the secret as the id", []string{"--client-id", "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1eF3hJ5kM7nP9r"}, "credguide check", "credguide check"},
		{
			"longer than a line",
			[]string{"--issuer", "https://identity-provider.example.org/auth/realms/a-realm", "--backend", "https://openeo.example.org"},
			"credguide check", "credguide check --issuer https://identity-provider.example.org/auth/realms/a-realm --backend https://openeo.example.org",
		},
		{"the step has a flag", []string{"--environment", "development"}, "credguide check --client-id ID", "credguide check --client-id ID --environment development"},
		{
			"the step sets that flag",
			[]string{"--environment", "development", "--client-id", "nightly"},
			"credguide check --client-id ID",
			"credguide check --client-id ID --environment development",
		},
		{
			"the step chooses another environment",
			[]string{"--environment", "production", "--backend", "openeo.cloud", "--credentials", "openeo.env"},
			"credguide check --environment development", "credguide check --environment development --credentials openeo.env",
		},
		{"the step chooses another issuer", []string{"--environment", "production"}, "credguide check --issuer https://idp.example.org", "credguide check --issuer https://idp.example.org"},
		{
			"the step spells the issuer better",
			[]string{"--issuer", "http://idp.example.org", "--backend", "https://openeo.example.org", "--provider-id", "p"},
			"credguide check --issuer https://idp.example.org", "credguide check --issuer https://idp.example.org --backend https://openeo.example.org --provider-id p",
		},
		{
			"the step names a new secret",
			[]string{"--environment", "demo", "--credentials", "openeo.env"},
			"credguide check --secret-file FILE",
			"credguide check --secret-file FILE --environment demo",
		},
		{"a snippet for the same place", []string{"--environment", "development", "--credentials", "openeo.env"}, "credguide snippet jobs", "credguide snippet jobs --environment development"},
		{
			"a wait for the same login",
			[]string{"--issuer", "https://idp.example.org", "--backend", "https://openeo.example.org", "--provider-id", "p", "--secret-file", "secret.txt"},
			"credguide wait", "credguide wait --issuer https://idp.example.org --backend https://openeo.example.org --provider-id p --secret-file secret.txt",
		},
		{"a variable in front", []string{"--environment", "development"}, "NO_PROXY=HOST credguide check", "NO_PROXY=HOST credguide check --environment development"},
		{"another program", []string{"--environment", "development"}, "chmod 600 openeo.env", "chmod 600 openeo.env"},
		{"the name alone", []string{"--environment", "development"}, "credguide", "credguide"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var flags check.Flags
			set := pflag.NewFlagSet("check", pflag.ContinueOnError)
			flags.AddTo(set)
			if err := set.Parse(tc.args); err != nil {
				t.Fatal(err)
			}
			original := checks.FixSteps{{Text: "Then", Run: tc.run}}
			r := checks.Report{Diagnoses: []checks.Finding{{Steps: original}}}.WithCommands(app.InForceOf(set).Command)
			if got := r.Diagnoses[0].Steps[0].Run; got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
			if got := r.Diagnoses[0].Fix[0]; got != "Then: "+tc.want {
				t.Errorf("fix %q", got)
			}
			if original[0].Run != tc.run {
				t.Error("the catalog's own text was changed")
			}
		})
	}
}

// An entry of a list is named there: no flag takes the command or the variable that has its secret.
// What a command chooses itself needs the entry's values.
func TestAnEntryOfAListIsNamed(t *testing.T) {
	f := app.InForce{}.At("lab", "/etc/lab.yaml").In("team list.yaml", "nightly").
		With("environment", "/etc/lab.yaml").With("client-id", "ndvi").With("ca-file", "ca.pem").With("catalog", "lab")
	const listed = "credguide check --all 'team list.yaml' nightly"
	for run, want := range map[string]string{
		"credguide check":                                  listed + " --ca-file ca.pem --catalog lab",
		"credguide check --timeout 30s":                    listed + " --timeout 30s --ca-file ca.pem --catalog lab",
		"credguide check --ca-file PEM":                    listed + " --ca-file PEM --catalog lab",
		"credguide check --environment lab":                listed + " --ca-file ca.pem --catalog lab",
		"credguide check --environment development":        "credguide check --environment development --client-id ndvi --ca-file ca.pem --catalog lab",
		"credguide check --provider-id egi":                "credguide check --provider-id egi --environment /etc/lab.yaml --client-id ndvi --ca-file ca.pem --catalog lab",
		"credguide wait":                                   "credguide wait --environment /etc/lab.yaml --client-id ndvi --ca-file ca.pem --catalog lab",
		"credguide register --environment lab":             "credguide register --environment /etc/lab.yaml --ca-file ca.pem --catalog lab",
		"credguide explain client-unknown":                 "credguide explain client-unknown --catalog lab",
		"NO_PROXY=127.0.0.1 credguide check --deadline 2m": "NO_PROXY=127.0.0.1 " + listed + " --deadline 2m --ca-file ca.pem --catalog lab",
	} {
		if got := f.Command(run); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", run, got, want)
		}
	}
	if got := (app.InForce{}).In("", "nightly").Command("credguide check"); got != "credguide check" {
		t.Errorf("of standard input: %s", got)
	}
}

// A saved report is read elsewhere, where the person's files are not.
func TestASavedReportNamesNoFilesOfThePerson(t *testing.T) {
	for environment, want := range map[string]string{
		"development": "credguide check --environment development --client-id nightly", "lab.yaml": "credguide check --client-id nightly", "./lab/idp.yaml": "credguide check --client-id nightly",
	} {
		var flags check.Flags
		set := pflag.NewFlagSet("check", pflag.ContinueOnError)
		flags.AddTo(set)
		if err := set.Parse([]string{"--environment", environment, "--credentials", "my.env", "--ca-file", "ca.pem", "--client-id", "nightly"}); err != nil {
			t.Fatal(err)
		}
		if got := app.InForceOf(set).Elsewhere().Command("credguide check"); got != want {
			t.Errorf("%s: %s, want %s", environment, got, want)
		}
	}
}

// The name of an account stands for all that was said, except where the command chooses something
// itself.
func TestAnAccountIsNamed(t *testing.T) {
	f := app.InForce{Account: "nightly"}.At("lab", "/etc/lab.yaml")
	for run, want := range map[string]string{
		"credguide check":                           "credguide check nightly",
		"credguide snippet python":                  "credguide snippet python nightly",
		"credguide check --environment development": "credguide accounts update nightly --environment development",
		"credguide wait --environment lab":          "credguide wait nightly",
		"credguide register --environment lab":      "credguide register --environment /etc/lab.yaml",
		"credguide check --client-id ID":            "credguide accounts update nightly --client-id ID",
		"credguide check --backend URL":             "credguide check --backend URL nightly",
		"credguide explain client-unknown":          "credguide explain client-unknown",
	} {
		if got := f.Command(run); got != want {
			t.Errorf("%s: %s, want %s", run, got, want)
		}
	}
}
