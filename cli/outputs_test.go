package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/credguide/credguide/cli/app"
)

// A job's summary is a file to which each step adds.
func TestAJobsSummaryIsAddedTo(t *testing.T) {
	b := box(t)
	file := write(t, "## The step before\n")
	variables := map[string]string{"GITHUB_STEP_SUMMARY": filepath.Join(filepath.Dir(file), ".", filepath.Base(file))}
	maps.Copy(variables, b.Env)
	m := newMachine(t).with(variables)
	for range 2 {
		if code := m.run(t.Context(), checkIn(b, "--output", "markdown="+file)...); code != app.ExitHealthy {
			t.Fatalf("exit code %d\n%s", code, &m.err)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil || !strings.HasPrefix(string(text), "## The step before\n") || strings.Count(string(text), "\n## √ Works") != 2 {
		t.Errorf("%v\n%s", err, text)
	}
	m.run(t.Context(), checkIn(b, "--output", "html="+file)...)
	if text, _ := os.ReadFile(file); bytes.Contains(text, []byte("The step before")) {
		t.Errorf("another format is added too:\n%s", text)
	}
}

// What cannot be written goes to standard output, and the rest to its files.
func TestAnUnwritableOutputLosesNothing(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		return // only Linux has a device that is always full
	}
	b := box(t)
	for _, tc := range []struct{ outputs, stdout []string }{
		{[]string{"json=/dev/full"}, []string{"√ Works", `"verdict": "healthy"`}},
		{[]string{"json=/dev/full", "text"}, []string{"√ Works", `"verdict": "healthy"`}},
		{[]string{"junit=/dev/full", "json"}, []string{`"verdict": "healthy"`}},
	} {
		other := filepath.Join(t.TempDir(), "report.md")
		args := []string{"--output", "markdown=" + other}
		for _, o := range tc.outputs {
			args = append(args, "--output", o)
		}
		m := newMachine(t).with(b.Env)
		if code := m.run(t.Context(), checkIn(b, args...)...); code != app.ExitUsage || !strings.Contains(m.err.String(), "error: write the report /dev/full: no space left on device") {
			t.Errorf("%v: exit code %d\n%s", tc.outputs, code, &m.err)
		}
		for _, want := range tc.stdout {
			if !strings.Contains(m.out.String(), want) {
				t.Errorf("%v: %q is missing in\n%s", tc.outputs, want, &m.out)
			}
		}
		if tc.outputs[len(tc.outputs)-1] == "json" && !json.Valid(m.out.Bytes()) {
			t.Errorf("%v: more than JSON:\n%s", tc.outputs, &m.out)
		}
		if text, err := os.ReadFile(other); err != nil || !strings.Contains(string(text), "√ Works") {
			t.Errorf("%v: the other output: %v\n%s", tc.outputs, err, text)
		}
	}
}

func TestQuietNamesOnlyWhatIsNotWell(t *testing.T) {
	b := box(t)
	m := newMachine(t).with(map[string]string{"GOOD": b.ClientSecret, "WRONG": "another-secret-of-17"})
	m.StderrIsTerminal = true
	entry := "- {name: %s, environment: sandbox, client_id: " + b.ClientID + ", secret_variable: %s}\n"
	args := []string{"check", "--quiet", "--catalog", b.Dir, "--ca-file", b.Dir + "/ca.pem", "--all"}
	if code := m.run(t.Context(), append(args, write(t, fmt.Sprintf(entry+entry, "a", "GOOD", "b", "GOOD")))...); code != app.ExitHealthy || m.out.Len()+m.err.Len() > 0 {
		t.Errorf("exit code %d: %q %q", code, &m.out, &m.err)
	}
	if code := m.run(t.Context(), append(args, write(t, fmt.Sprintf(entry+entry, "a", "GOOD", "bad", "WRONG")))...); code != app.ExitMisconfigured ||
		!strings.HasPrefix(m.out.String(), "bad ") || strings.Contains(m.out.String(), "\na ") || m.err.Len() > 0 {
		t.Errorf("exit code %d: %q %q", code, &m.out, &m.err)
	}
}

// Metrics are collected by another program; a report tells of an account.
func TestModesFollowTheContent(t *testing.T) {
	b := box(t)
	m := newMachine(t).with(b.Env)
	dir := t.TempDir()
	m.run(t.Context(), checkIn(b, "--output", "prometheus="+dir+"/metrics.prom", "--output", "json="+dir+"/report.json")...)
	for name, want := range map[string]os.FileMode{"metrics.prom": 0o644, "report.json": 0o600} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}

// The files that are read without being named are kept too.
func TestOutputsKeepApartFromOwnFiles(t *testing.T) {
	m := newMachine(t)
	a := &app.App{Sys: m.System}
	for _, file := range a.OwnFiles() {
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
		if code := m.run(t.Context(), "check", "--output", "json="+file); code != app.ExitUsage || !strings.Contains(m.err.String(), "would be replaced, and it is read") {
			t.Errorf("%s: exit code %d\n%s", file, code, &m.err)
		}
	}
}

// A file that puts something else in the place of a built-in environment is named, with where that
// leads.
func TestARedefinedEnvironmentIsNamed(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "environments", "production.yaml")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("id: production\ntitle: Mine\nissuer: https://\u0430ai.invalid/realms/egi\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := "environment production is redefined by " + file + ": its identity provider is xn--ai-6kc.invalid\n"
	for _, args := range [][]string{{"--catalog", dir}, {"--environment", file}} {
		m := newMachine(t)
		m.run(t.Context(), append([]string{"check", "--client-id", "nightly", "--secret-file", write(t, "some-secret-2026"), "--output", "markdown"}, args...)...)
		if strings.Count(m.err.String(), want) != 1 {
			t.Errorf("%v: %s", args, &m.err)
		}
		if !strings.Contains(m.out.String(), "xn--ai-6kc.invalid") || strings.Contains(m.out.String(), "\u0430") {
			t.Errorf("%v: the host is shown in letters that look like others:\n%s", args, &m.out)
		}
	}
}
