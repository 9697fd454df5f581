package accounts_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/credentials/accounts"
)

func TestDates(t *testing.T) {
	date := accounts.Date{Year: 2027, Month: 3, Day: 31}
	for _, tc := range []struct {
		now  string
		days int
		soon bool
		past bool
		text string
	}{
		{"2027-03-31T23:59:59Z", 0, true, false, "expires today"},
		{"2027-03-30T00:00:00Z", 1, true, false, "expires tomorrow"},
		{"2027-03-01T12:00:00Z", 30, true, false, "expires in 30 days"},
		{"2027-02-28T23:59:59Z", 31, false, false, "expires in 31 days"},
		{"2027-04-01T00:00:00Z", -1, false, true, "expired yesterday"},
		{"2027-04-03T00:00:00Z", -3, false, true, "expired 3 days ago"},
		{"2027-04-01T01:00:00+02:00", 0, true, false, "expires today"},
		{"1900-01-01T00:00:00Z", 46475, false, false, "expires in 46475 days"},
	} {
		now, err := time.Parse(time.RFC3339, tc.now)
		if err != nil {
			t.Fatal(err)
		}
		got := accounts.ExpiryAt(now, date)
		if want := (accounts.Expiry{Known: true, Days: tc.days, Soon: tc.soon, Past: tc.past}); got != want || got.String() != tc.text {
			t.Errorf("%s: %+v %q", tc.now, got, got)
		}
	}
	if got := accounts.ExpiryAt(noon, accounts.Date{}); got.Known || got.String() != "" {
		t.Errorf("%+v", got)
	}
	for _, text := range []string{"", "2027-3-1", "2027-02-29", "31.3.2027", "2027-03-31T00:00:00Z", canary} {
		if d, err := accounts.ParseDate(text); err == nil || strings.Contains(err.Error(), canary) {
			t.Errorf("%q: %v, %v", text, d, err)
		}
	}
	if d, err := accounts.ParseDate("2027-03-31"); err != nil || d != date || d.String() != "2027-03-31" {
		t.Errorf("%v, %v", d, err)
	}
}

func brief(steps []accounts.RotationStep) []string {
	var lines []string
	for _, s := range steps {
		line := s.ID + ": " + s.Text
		for _, d := range s.Details {
			line += " | " + d
		}
		if s.Run != "" {
			line += " > " + s.Run
		}
		lines = append(lines, line)
	}
	return lines
}

func TestRotationSteps(t *testing.T) {
	a := accounts.Account{Name: "nightly", ClientID: "n1", Source: accounts.Source{Kind: accounts.Keyring}}
	got := brief(accounts.RotationSteps(a, accounts.Rotation{
		Provider: []string{"Open the client", "Choose Reset"}, Where: "https://portal.example", Others: []string{"environment OPENEO_AUTH_CLIENT_SECRET"},
		Command: func(words ...string) string { return strings.Join(append(words, "--catalog", "lab"), " ") },
	}))
	want := []string{
		"make-new: Make a new secret for the client n1 at the identity provider (https://portal.example). | Open the client | Choose Reset",
		"put-in-place: Store the new secret in the system keyring; you are asked for it. > credguide accounts update nightly --keyring --catalog lab",
		"check-new: Check the new secret. > credguide check nightly --catalog lab",
		"other-places: Put the new secret into the other places of this machine that still hold the old one. | environment OPENEO_AUTH_CLIENT_SECRET",
		"refuse-old: Make sure that the identity provider refuses the old secret from now on. | Some providers keep the old secret valid for a while, or until it is removed; others refuse it at once. | Other machines, CI variables and colleagues may still use the old secret; they need the new one first.",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestRotationStepsOfEachSource(t *testing.T) {
	for want, source := range map[string]accounts.Source{
		"Replace the whole content of /s with the new secret, without a line break.":                           {Kind: accounts.SecretFile, Name: "/s"},
		"Replace the value of OPENEO_AUTH_CLIENT_SECRET in /e.env.":                                            {Kind: accounts.Credentials, Name: "/e.env"},
		"Set the variable V to the new secret wherever it is set: a CI setting, a unit file, a shell profile.": {Kind: accounts.SecretVariable, Name: "V"},
		"Set the variable OPENEO_AUTH_CLIENT_CREDENTIALS_X to the new secret wherever it is set: a CI setting, a unit file, a shell profile. | It holds provider ID/client ID/client secret; only the part after the second slash changes.": {Kind: accounts.SecretVariable, Name: "OPENEO_AUTH_CLIENT_CREDENTIALS_X"},
		"Put the new secret where the command vault reads it.":                  {Kind: accounts.SecretCommand, Command: []string{"/usr/bin/vault", "kv", "get", "x"}},
		"Replace client_secret in the openEO Python client's auth-config.json.": {Kind: accounts.AuthConfig},
	} {
		steps := brief(accounts.RotationSteps(accounts.Account{Name: "a", Owner: "eo-ops@lab.example.org", Source: source}, accounts.Rotation{}))
		if len(steps) != 4 || steps[1] != "put-in-place: "+want || !strings.Contains(steps[0], "ask whoever registered the client (its owner here: eo-ops@lab.example.org)") || !strings.HasSuffix(steps[2], "> credguide check a") {
			t.Errorf("%q", steps)
		}
	}
}

func TestStillHeld(t *testing.T) {
	l := read(t, "- {name: a, keyring: true}\n- {name: b, secret_file: /s}\n- {secret_variable: V}\n- {name: c}\n")
	got := accounts.StillHeld(l, "a", func(e accounts.Entry) bool { return e.Number != 4 })
	if d := cmp.Diff([]string{"account b (file /s)", "account entry 3 (variable V)"}, got); d != "" {
		t.Error(d)
	}
}
