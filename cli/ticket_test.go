package cli

import (
	"path/filepath"
	"strings"
	"testing"
)

// The sub comes from the last check of an account, or from a saved report, and only of the same
// client.
func TestATicketKnowsTheSub(t *testing.T) {
	b := box(t)
	m := newMachine(t)
	dir := t.TempDir()
	report, catalog := filepath.Join(dir, "report.json"), []string{"--catalog", b.Dir, "--environment", "sandbox"}
	if code := m.run(t.Context(), checkIn(b, "--output", "json="+report)...); code != 0 {
		t.Fatalf("exit code %d\n%s", code, m.err.String())
	}
	args := append([]string{"snippet", "ticket", "--from", report}, catalog...)
	if code := m.run(t.Context(), args...); code != 0 || !strings.Contains(m.out.String(), "@sandbox.egi.eu") || !strings.Contains(m.out.String(), "Client ID: nightly-ndvi") {
		t.Errorf("from a report: exit code %d\n%s%s", code, m.out.String(), m.err.String())
	}
	if code := m.run(t.Context(), append(args, "--client-id", "another")...); code != 2 || !strings.Contains(m.err.String(), "another client") {
		t.Errorf("of another client: exit code %d\n%s", code, m.err.String())
	}
	if code := m.run(t.Context(), "snippet", "ticket", "--from", report, "--environment", "production"); code != 2 || !strings.Contains(m.err.String(), "another identity provider") {
		t.Errorf("of another environment: exit code %d\n%s", code, m.err.String())
	}
	if code := m.run(t.Context(), "snippet", "python", "--from", report); code != 2 {
		t.Errorf("for a program: exit code %d", code)
	}
	add := append([]string{"accounts", "add", "nightly", "--credentials", filepath.Join(b.Dir, "openeo.env"), "--ca-file", filepath.Join(b.Dir, "ca.pem")}, catalog...)
	if code := m.run(t.Context(), add...); code != 0 {
		t.Fatalf("exit code %d\n%s", code, m.err.String())
	}
	if code := m.run(t.Context(), "snippet", "ticket", "nightly"); code != 0 || !strings.Contains(m.out.String(), "credguide check nightly --output json=report.json") {
		t.Errorf("never checked: exit code %d\n%s%s", code, m.out.String(), m.err.String())
	}
	if code := m.run(t.Context(), "check", "nightly"); code != 0 {
		t.Fatalf("exit code %d\n%s%s", code, m.out.String(), m.err.String())
	}
	if code := m.run(t.Context(), "snippet", "ticket", "nightly"); code != 0 || !strings.Contains(m.out.String(), "@sandbox.egi.eu") {
		t.Errorf("of an account: exit code %d\n%s%s", code, m.out.String(), m.err.String())
	}
}
