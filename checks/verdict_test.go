package checks

import (
	"testing"
)

func TestExitCode(t *testing.T) {
	warning := Finding{Severity: Warning}
	note := Finding{Severity: Note}
	for _, c := range []struct {
		name        string
		r           Report
		lax, strict int
	}{
		{"healthy", Report{Verdict: Healthy}, 0, 0},
		{"healthy with a note", Report{Verdict: Healthy, Diagnoses: []Finding{note}}, 0, 0},
		{"healthy with a warning", Report{Verdict: Healthy, Diagnoses: []Finding{warning, note}}, 0, 1},
		{"misconfigured", Report{Verdict: Misconfigured}, 1, 1},
		{"unreachable", Report{Verdict: Unreachable}, 3, 3},
		{"inconclusive", Report{Verdict: Inconclusive}, 3, 3},
		{"inconclusive with a warning", Report{Verdict: Inconclusive, Diagnoses: []Finding{warning}}, 3, 1},
		{"interrupted", Report{Verdict: Misconfigured, Interrupted: true}, 130, 130},
		{"no verdict at all", Report{}, 3, 3},
	} {
		if got := ExitCode(c.r, false); got != c.lax {
			t.Errorf("%s: %d, want %d", c.name, got, c.lax)
		}
		if got := ExitCode(c.r, true); got != c.strict {
			t.Errorf("%s, strict: %d, want %d", c.name, got, c.strict)
		}
	}
}

// What a back-end refuses an account for, it looks at only once the token is good.
func TestATokenThatWasTakenIsNotTheCause(t *testing.T) {
	catalog, err := LoadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	issued := Facts{
		"token.status": 200, "token.issued": true, "jwt.issuer": "https://other.example.org", "jwt.issuer_match": "different",
		"userinfo.status": 401, "userinfo.shape": "empty", "userinfo.www_error": "invalid_token",
	}
	enrolment := Facts{"me.status": 403, "me.shape": "object", "me.code": "PermissionsInsufficient", "me.id": "r", "me.message": "Proper enrollment in openEO Platform virtual organization is required."}
	invalid := Facts{"me.status": 403, "me.shape": "object", "me.code": "TokenInvalid", "me.id": "r", "me.message": "Authorization token has expired or is invalid. Please authenticate again."}
	for _, c := range []struct {
		me       Facts
		id       string
		severity Severity
	}{{enrolment, "enrollment-required", Warning}, {invalid, "token-issuer-mismatch", Error}} {
		report := Diagnose(catalog, Evidence{Facts: facts(issued, c.me)})
		if first, _ := report.First(); first.ID != c.id {
			t.Errorf("%s comes first, not %s", first.ID, c.id)
		}
		for _, x := range report.Diagnoses {
			if x.ID == "token-issuer-mismatch" && x.Severity != c.severity {
				t.Errorf("%s: %s is a matter of severity %s", c.id, x.ID, x.Severity)
			}
		}
	}
}

func TestExitCodeOfManyIsTheWorst(t *testing.T) {
	for _, c := range []struct {
		codes []int
		want  int
	}{
		{nil, 0},
		{[]int{0, 0}, 0},
		{[]int{0, 3}, 3},
		{[]int{3, 1, 0}, 1},
		{[]int{1, 3}, 1},
		{[]int{1, 130, 3}, 130},
	} {
		got := ExitHealthy
		for _, code := range c.codes {
			got = Worse(got, code)
		}
		if got != c.want {
			t.Errorf("%v: %d, want %d", c.codes, got, c.want)
		}
	}
}

// A finding is either waited for or mended, and the verdict follows the same function: whoever can
// fix it may be the network, whatever layer the fault is in.
func TestWaitingDecidesTheVerdict(t *testing.T) {
	for _, c := range []struct {
		name    string
		finding Finding
		waiting bool
		verdict Verdict
	}{
		{"the network", Finding{Layer: LayerNetwork, Party: PartyNetwork}, true, Unreachable},
		{"a time-out of the identity provider", Finding{Layer: LayerNetwork, Party: PartyIdentityProvider}, true, Unreachable},
		{"an outage", Finding{Layer: LayerService, Party: PartyBackend}, true, Unreachable},
		{"TLS, in the hands of the network", Finding{Layer: LayerTLS, Party: PartyNetwork}, true, Unreachable},
		{"TLS, in your hands", Finding{Layer: LayerTLS, Party: PartyYou}, false, Misconfigured},
		{"a setting of the identity provider", Finding{Layer: LayerToken, Party: PartyIdentityProvider}, false, Misconfigured},
		{"a setting of the back-end", Finding{Layer: LayerOpenEO, Party: PartyBackend}, false, Misconfigured},
		{"a setting in the registry", Finding{Layer: LayerClient, Party: PartyRegistryAdmin}, false, Misconfigured},
	} {
		c.finding.Severity, c.finding.Certainty = Error, Certain
		if got := c.finding.Waiting(); got != c.waiting {
			t.Errorf("%s: waiting %v", c.name, got)
		}
		if got := verdict([]Finding{c.finding}, Facts{}); got != c.verdict {
			t.Errorf("%s: %s, want %s", c.name, got, c.verdict)
		}
	}
}
