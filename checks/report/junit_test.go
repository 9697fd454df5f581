package report

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
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

// jenkinsAttributes are the attributes that the schema of Jenkins' xUnit plugin (junit-10.xsd)
// allows for each element, and jenkinsChildren the elements in it. An attribute that it does not
// know makes Jenkins refuse the whole file.
var (
	jenkinsAttributes = map[string]string{
		"testsuites": "name time tests failures disabled errors",
		"testsuite":  "name tests failures errors time disabled skipped skips timestamp hostname id package assertions file skip log url",
		"testcase":   "name assertions time timestamp classname status class file line log group url",
		"failure":    "type message", "error": "type message", "skipped": "type message", "property": "name value",
	}
	jenkinsChildren = map[string]string{
		"": "testsuites", "testsuites": "testsuite", "testsuite": "testsuite properties testcase system-out system-err", "properties": "property",
		"testcase": "skipped error failure rerunFailure rerunError system-out system-err",
	}
)

func TestJUnitIsValidForJenkins(t *testing.T) {
	documents := map[string]string{"many": many(t, "junit", healthy(), grantNotEnabled(), unreachable(), interrupted(), hostile(), hostile())}
	for name, r := range samples() {
		documents[name] = write(t, "junit", r)
	}
	for name, document := range documents {
		names := map[string]bool{}
		parents := []string{""}
		for d := xml.NewDecoder(strings.NewReader(document)); ; {
			token, err := d.Token()
			if token == nil {
				if !errors.Is(err, io.EOF) {
					t.Errorf("%s: %v", name, err)
				}
				break
			}
			switch e := token.(type) {
			case xml.StartElement:
				if parent := parents[len(parents)-1]; !slices.Contains(strings.Fields(jenkinsChildren[parent]), e.Name.Local) {
					t.Errorf("%s: <%s> in <%s>", name, e.Name.Local, parent)
				}
				parents = append(parents, e.Name.Local)
				key := ""
				for _, a := range e.Attr {
					if !slices.Contains(strings.Fields(jenkinsAttributes[e.Name.Local]), a.Name.Local) {
						t.Errorf("%s: the attribute %s of <%s>", name, a.Name.Local, e.Name.Local)
					}
					if a.Name.Local == "name" || a.Name.Local == "classname" {
						key += a.Name.Local + "=" + a.Value + " "
					}
				}
				if e.Name.Local == "testcase" && names[key] {
					t.Errorf("%s: two test cases are %s, and GitLab shows one of them", name, key)
				}
				names[key] = names[key] || e.Name.Local == "testcase"
			case xml.EndElement:
				parents = parents[:len(parents)-1]
			}
		}
	}
}
