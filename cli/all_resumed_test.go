package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/cli/app"
)

func TestAListGoesOnWhereItWasLeft(t *testing.T) {
	b := box(t)
	m := newMachine(t).with(map[string]string{"GOOD": b.ClientSecret, "WRONG": "another-secret-of-17"})
	entry := "- {name: %s, environment: sandbox, client_id: " + b.ClientID + ", secret_variable: %s, labels: {team: eo}}\n"
	file := write(t, fmt.Sprintf(entry+entry+entry, "a", "GOOD", "b", "WRONG", "c", "GOOD"))
	args := []string{"check", "--catalog", b.Dir, "--ca-file", filepath.Join(b.Dir, "ca.pem"), "--all", file}
	saved := filepath.Join(t.TempDir(), "reports.jsonl")
	m.run(t.Context(), append(args, "--output", "json="+saved)...)
	whole, err := os.ReadFile(saved)
	if err != nil || bytes.Count(whole, []byte("\n")) != 3 {
		t.Fatalf("%s, %v", whole, err)
	}
	// A run that was killed while it wrote the second report.
	lines := bytes.SplitAfter(whole, []byte("\n"))
	if err := os.WriteFile(saved, append(lines[0], lines[1][:200]...), 0o600); err != nil {
		t.Fatal(err)
	}
	code := m.run(t.Context(), append(args, "--resume-from", saved, "--output", "json", "--rate", "100/s", "--per-host", "2")...)
	got := bytes.SplitAfter(m.out.Bytes(), []byte("\n"))
	if code != app.ExitMisconfigured || len(got) != 4 || !strings.Contains(m.err.String(), "incomplete") {
		t.Fatalf("exit code %d, %d lines\n%s", code, len(got), &m.err)
	}
	var first, second checks.Report
	if json.Unmarshal(got[0], &first) != nil || json.Unmarshal(got[1], &second) != nil || first.Subject.Name != "a" || second.Subject.Name != "b" {
		t.Errorf("%s %s", first.Subject.Name, second.Subject.Name)
	}
	var before checks.Report
	if json.Unmarshal(lines[0], &before) != nil || !before.Started.Equal(first.Started) {
		t.Errorf("the first report was made anew: %v, %v", before.Started, first.Started)
	}
	// What was saved can be read as a list, and compared.
	if err := os.WriteFile(saved, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if code := m.run(t.Context(), "check", "--from", saved, "--output", "junit"); code != app.ExitMisconfigured || strings.Count(m.out.String(), "<testcase") != 3 {
		t.Errorf("exit code %d\n%s%s", code, &m.out, &m.err)
	}
	if code := m.run(t.Context(), "check", "--from", saved, "--anonymise"); code != app.ExitMisconfigured || strings.Contains(m.out.String(), b.ClientID) {
		t.Errorf("exit code %d\n%s%s", code, &m.out, &m.err)
	}
}

// A report of an earlier run is of the entry that the list had then.
func TestAnotherEntryUnderTheSameNameIsChecked(t *testing.T) {
	b := box(t)
	m := newMachine(t).with(map[string]string{"GOOD": b.ClientSecret, "WRONG": "another-secret-of-17"})
	entry := func(name, environment, id, variable, more string) string {
		return fmt.Sprintf("- {name: %s, environment: %s, client_id: %s, secret_variable: %s%s}\n", name, environment, id, variable, more)
	}
	saved := filepath.Join(t.TempDir(), "reports.jsonl")
	names := []string{"same", "id", "secret", "sister", "none", "mended"}
	before, now := "", entry("same", "sandbox", b.ClientID, "GOOD", "")
	for _, name := range names[:5] {
		before += entry(name, "sandbox", b.ClientID, "GOOD", "")
	}
	before += entry("mended", "sandbox", b.ClientID, "GOOD", ", expires: never")
	now += entry("id", "sandbox", "another-id", "GOOD", "") + entry("secret", "sandbox", b.ClientID, "WRONG", "") +
		entry("sister", "sandbox-dev", b.ClientID, "GOOD", "") + entry("none", "sandbox", b.ClientID, "GOOD", ", backend: none") +
		entry("mended", "sandbox", b.ClientID, "GOOD", "")
	args := []string{"check", "--catalog", b.Dir, "--ca-file", filepath.Join(b.Dir, "ca.pem"), "--all"}
	for _, form := range [][]string{nil, {"--anonymise"}} {
		m.run(t.Context(), slices.Concat(args, []string{write(t, before), "--output", "json=" + saved}, form)...)
		earlier := startedIn(t, saved)
		m.run(t.Context(), slices.Concat(args, []string{write(t, now), "--resume-from", saved, "--output", "json"})...)
		if !strings.Contains(m.err.String(), "4 reports of "+saved) {
			t.Errorf("it is not said:\n%s", &m.err)
		}
		if err := os.WriteFile(saved, m.out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		for name, at := range startedIn(t, saved) {
			if taken := at.Equal(earlier[name]); taken != (name == "same") {
				t.Errorf("%s: taken over: %v", name, taken)
			}
		}
		if len(earlier) != len(names) {
			t.Errorf("%d reports", len(earlier))
		}
	}
}

// The reports of another list are none to go on from, and saying nothing would hide the wrong file.
func TestReportsToGoOnFromThatDoNotFit(t *testing.T) {
	b := box(t)
	m := newMachine(t).with(map[string]string{"GOOD": b.ClientSecret})
	list := func(name string) string {
		return write(t, fmt.Sprintf("- {name: %s, environment: sandbox, client_id: %s, secret_variable: GOOD}\n", name, b.ClientID))
	}
	saved := filepath.Join(t.TempDir(), "reports.jsonl")
	args := []string{"check", "--catalog", b.Dir, "--ca-file", filepath.Join(b.Dir, "ca.pem"), "--all"}
	m.must(t, append(args, list("theirs"), "--output", "json="+saved)...)
	m.must(t, append(args, list("ours"), "--resume-from", saved)...)
	if want := "warning: no report of " + saved + " is about an entry of this list; all are checked"; !strings.Contains(m.err.String(), want) {
		t.Errorf("it is not said:\n%s", &m.err)
	}
	both := write(t, fmt.Sprintf("- {name: theirs, environment: sandbox, client_id: %s, secret_variable: GOOD}\n- {name: ours, environment: sandbox, client_id: %[1]s, secret_variable: GOOD}\n", b.ClientID))
	m.must(t, append(args, both, "--only", "ours", "--resume-from", saved)...)
	if strings.Contains(m.err.String(), "warning") {
		t.Errorf("with --only: %s", &m.err)
	}
	m.must(t, append(args, list("theirs"), "--resume-from", saved)...)
	if strings.Contains(m.err.String(), "warning") {
		t.Errorf("%s", &m.err)
	}
	folder := t.TempDir()
	for file, want := range map[string]string{
		"-":    "error: read the report: standard input is not an ordinary file",
		folder: "error: " + folder + " is a folder, not a saved report",
	} {
		for _, flag := range []string{"--resume-from", "--previous"} {
			if code := m.run(t.Context(), append(args, list("ours"), flag, file)...); code != app.ExitUsage || !strings.HasPrefix(m.err.String(), want+"\n") {
				t.Errorf("%s %s: exit code %d\n%s\nwant %s", flag, file, code, &m.err, want)
			}
		}
	}
}

// startedIn is when each check of a list began.
func startedIn(t *testing.T, file string) map[string]time.Time {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	started := map[string]time.Time{}
	for line := range bytes.Lines(text) {
		var r checks.Report
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatal(err)
		}
		started[r.Subject.Name] = r.Started
	}
	return started
}
