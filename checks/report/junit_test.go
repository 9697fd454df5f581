package report

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jstemmer/go-junit-report/v2/junit"

	"github.com/credguide/credguide/checks"
)

func readSuite(t *testing.T, text string) junit.Testsuite {
	t.Helper()
	var suites junit.Testsuites
	d := xml.NewDecoder(strings.NewReader(text))
	if err := d.Decode(&suites); err != nil {
		t.Fatal(err)
	}
	if len(suites.Suites) != 1 {
		t.Fatalf("%d suites", len(suites.Suites))
	}
	return suites.Suites[0]
}

// outcomes lists what did not pass, as CI systems show it.
func outcomes(s junit.Testsuite) (list []string) {
	for _, tc := range s.Testcases {
		switch {
		case tc.Failure != nil:
			list = append(list, "failure: "+tc.Name)
		case tc.Error != nil:
			list = append(list, "error: "+tc.Name)
		}
	}
	return list
}

func TestJUnitNamesTheCause(t *testing.T) {
	for name, want := range map[string][]string{
		"healthy":           nil,
		"healthy-warnings":  nil,
		"grant-not-enabled": {"failure: The client may not use the client credentials grant", "failure: token"},
		"unreachable":       {"error: The identity provider is not answering", "error: identity provider"},
		"secret-refused":    {"failure: One of: The secret is not this client's secret; The client ID is unknown here; The client is switched off", "failure: token"},
		"interrupted":       {"error: Cannot tell: the check was interrupted", "error: identity provider"},
		"inconclusive":      {"error: Cannot tell whether this login works", "error: openEO /me"},
		"crashed":           {"error: Cannot tell whether this login works", "error: identity provider"},
		"two-faults": {
			"failure: The client may not use the client credentials grant", "failure: The back-end does not know this account's membership",
			"error: The identity provider is not answering", "failure: One of: The secret is not this client's secret; The client ID is unknown here",
			"failure: token",
		},
	} {
		s := readSuite(t, write(t, "junit", samples()[name]))
		if d := cmp.Diff(want, outcomes(s)); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
		if s.Tests != len(s.Testcases) || s.Failures+s.Errors != len(want) {
			t.Errorf("%s: the counts are wrong: %d tests, %d failures, %d errors", name, s.Tests, s.Failures, s.Errors)
		}
	}
}

func TestJUnitSaysWhatToDo(t *testing.T) {
	s := readSuite(t, write(t, "junit", grantNotEnabled()))
	body := s.Testcases[0].Failure.Data
	f := grantNotEnabled().Diagnoses[0]
	for _, want := range append(f.Fix, f.Means, "Federation Registry › Protocol Specific › Grant Types: client_credentials", f.Explain, "token.reasons = service-account-off") {
		if !strings.Contains(body, want) {
			t.Errorf("%q is missing in:\n%s", want, body)
		}
	}
}

func TestJUnitOfManyHasACaseForEach(t *testing.T) {
	var b strings.Builder
	if err := Formats["junit"].WriteAll(&b, []checks.Report{healthy(), grantNotEnabled(), unreachable(), interrupted(), hostile()}); err != nil {
		t.Fatal(err)
	}
	s := readSuite(t, b.String())
	if s.Tests != 5 || s.Failures != 2 || s.Errors != 2 {
		t.Errorf("%d tests, %d failures, %d errors", s.Tests, s.Failures, s.Errors)
	}
	if got := s.Testcases[1]; got.Name != "nightly-ndvi at production → openeo.cloud (2)" || got.Failure.Message != "The client may not use the client credentials grant" {
		t.Errorf("%+v", got)
	}
}
