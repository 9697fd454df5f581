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
		{"sister environments are left alone", []string{"--no-siblings", "--environment", "development"}, "credguide check", "credguide check --no-siblings --environment development"},
		{"a host that may receive the secret", []string{"--allow-token-host", "login.example.org", "--environment", "lab"}, "credguide check", "credguide check --allow-token-host login.example.org --environment lab"},
		{
			"what is published takes no credentials",
			[]string{"--no-siblings", "--allow-token-host", "login.example.org", "--client-id", "nightly", "--secret-file", "s.txt", "--ca-file", "ca.pem"},
			"credguide check --public --backend URL", "credguide check --public --backend URL --ca-file ca.pem",
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

// The name of an account stands for all that was said, except where the command chooses something
// itself.
func TestAnAccountIsNamed(t *testing.T) {
	f := app.InForce{Account: "nightly"}.At("lab", "/etc/lab.yaml")
	completes(t, f, map[string]string{
		"credguide check":                           "credguide check nightly",
		"credguide snippet python":                  "credguide snippet python nightly",
		"credguide check --environment development": "credguide accounts update nightly --environment development",
		"credguide wait --environment lab":          "credguide wait nightly",
		"credguide register --environment lab":      "credguide register --environment /etc/lab.yaml",
		"credguide check --client-id ID":            "credguide accounts update nightly --client-id ID",
		"credguide check --backend URL":             "credguide check --backend URL nightly",
		"credguide explain client-unknown":          "credguide explain client-unknown",
	})
}

// What was said beside the name of an account is not in its entry, so it is said again.
func TestWhatWasSaidBesideAnAccountStays(t *testing.T) {
	f := app.InForce{Account: "nightly"}.With("no-siblings", "true").With("backend", "lab").With("ca-file", "ca.pem").With("catalog", "lab").With("client-id", "other")
	completes(t, f, map[string]string{
		"credguide check":                           "credguide check nightly --no-siblings --backend lab --ca-file ca.pem --catalog lab",
		"credguide wait":                            "credguide wait nightly --no-siblings --backend lab --ca-file ca.pem --catalog lab",
		"credguide check --backend URL":             "credguide check --backend URL nightly --no-siblings --ca-file ca.pem --catalog lab",
		"credguide snippet python":                  "credguide snippet python nightly --catalog lab",
		"credguide check --environment development": "credguide accounts update nightly --environment development --catalog lab",
	})
}

// Of a list that was read once there is no entry any more, but what it says of itself.
func TestTheNextStepOfAnEntryThatWasReadOnce(t *testing.T) {
	f := app.InForce{}.At("lab", "").With("environment", "lab").With("catalog", "lab").From("SECRET")
	completes(t, f, map[string]string{
		"credguide check":                     `printf %s "$SECRET" | credguide check --environment lab --catalog lab --secret-file -`,
		"credguide check --environment other": `printf %s "$SECRET" | credguide check --environment other --catalog lab --secret-file -`,
		"credguide check --secret-file FILE":  "credguide check --secret-file FILE --environment lab --catalog lab",
		"credguide check --plan":              "credguide check --plan --environment lab --catalog lab",
		"credguide explain client-unknown":    "credguide explain client-unknown --catalog lab",
	})
	f = app.InForce{}.At("lab", "").Of("", "entry 3").With("environment", "lab")
	completes(t, f, map[string]string{"credguide check": "", "credguide check --environment other": "credguide check --environment other"})
}

// The entry of a list is checked again by its list, which alone may know where the secret is. What
// checks something else names its own values.
func TestTheNextStepOfAnEntry(t *testing.T) {
	f := app.InForce{}.At("lab", "").Of("my list.yaml", "entry 3").With("environment", "lab").With("client-id", "nightly").With("ca-file", "ca.pem").With("catalog", "lab")
	completes(t, f, map[string]string{
		"credguide check":                         "credguide check --all 'my list.yaml' --only 'entry 3' --ca-file ca.pem --catalog lab",
		"credguide check --deadline 3m":           "credguide check --deadline 3m --all 'my list.yaml' --only 'entry 3' --ca-file ca.pem --catalog lab",
		"credguide check --environment lab":       "credguide check --all 'my list.yaml' --only 'entry 3' --ca-file ca.pem --catalog lab",
		"credguide check --environment other":     "credguide check --environment other --client-id nightly --ca-file ca.pem --catalog lab",
		"credguide check --secret-file FILE":      "credguide check --secret-file FILE --environment lab --client-id nightly --ca-file ca.pem --catalog lab",
		"credguide check --plan":                  "credguide check --plan --environment lab --client-id nightly --ca-file ca.pem --catalog lab",
		"credguide wait":                          "credguide wait --environment lab --client-id nightly --ca-file ca.pem --catalog lab",
		"credguide explain client-secret-wrong":   "credguide explain client-secret-wrong --catalog lab",
		"NO_PROXY=HOST credguide check --verbose": "NO_PROXY=HOST credguide check --verbose --all 'my list.yaml' --only 'entry 3' --ca-file ca.pem --catalog lab",
	})
}

// What the list says of an entry may be what is wrong with it, and be mended there.
func TestTheListSaysWhatItSays(t *testing.T) {
	f := app.InForce{}.At("lab", "").Of("list.yaml", "nightly").With("environment", "lab").Listed("ca-file", "nope.pem").Listed("credentials", "")
	completes(t, f, map[string]string{
		"credguide check":                     "credguide check --all list.yaml --only nightly",
		"credguide check --environment other": "credguide check --environment other --ca-file nope.pem",
	})
}

// completes holds the commands against what becomes of them.
func completes(t *testing.T, f app.InForce, commands map[string]string) {
	t.Helper()
	for run, want := range commands {
		if got := f.Command(run); got != want {
			t.Errorf("%s:\n%s, not\n%s", run, got, want)
		}
	}
}
