package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/text"
)

// What cannot be written is named; the other documents of the list are whole all the same.
func TestAListLosesNothingToAnUnwritableOutput(t *testing.T) {
	if runtime.GOOS != "linux" {
		return // only Linux has a device that is always full
	}
	l := newListed(t, sandbox.Options{})
	file := write(t, l.entry("a", "sandbox", "GOOD", "")+l.entry("b", "sandbox", "WRONG", ""))
	for _, format := range []string{"json", "junit", "sarif", "prometheus", "html", "markdown", "github"} {
		other := filepath.Join(t.TempDir(), "other.jsonl")
		code := l.run(t.Context(), l.args(file, "--output", format+"=/dev/full", "--output", "json="+other)...)
		if code != app.ExitUsage || !strings.Contains(l.err.String(), "write the report /dev/full: no space left on device") {
			t.Errorf("%s: exit code %d\n%s", format, code, &l.err)
		}
		if kept, err := os.ReadFile(other); err != nil || len(reportsOf(t, kept)) != 2 {
			t.Errorf("%s: the other output: %v", format, err)
		}
		for _, want := range []string{"2 checked, 1 work, 1 misconfigured.", map[string]string{
			"json": `"client-secret-wrong"`, "junit": "</testsuites>", "sarif": `"ruleId":"client-secret-wrong"`, "prometheus": "# TYPE credguide_up gauge",
			"html": "</html>", "markdown": "client-secret-wrong", "github": "::error ",
		}[format]} {
			if !strings.Contains(l.out.String(), want) {
				t.Errorf("%s: %q is missing in\n%.2000s", format, want, &l.out)
			}
		}
	}
}

// GitHub's summary of a job is added to, whichever the list's outcome.
func TestAListIsAddedToAJobsSummary(t *testing.T) {
	l := newListed(t, sandbox.Options{})
	summary := write(t, "## The step before\n")
	good := l.box.ClientSecret
	l.with(map[string]string{"GITHUB_STEP_SUMMARY": summary, "GOOD": good})
	for range 2 {
		l.run(t.Context(), l.args(write(t, l.entry("a", "sandbox", "GOOD", "")), "--output", "markdown="+summary)...)
	}
	text, err := os.ReadFile(summary)
	if err != nil || !strings.HasPrefix(string(text), "## The step before\n") || strings.Count(string(text), "1 checked, 1 work") != 2 {
		t.Errorf("%v\n%s", err, text)
	}
}

// Whoever the list is about does not stand in what goes to a ticket.
func TestAnAnonymisedListNamesNobody(t *testing.T) {
	l := newListed(t, sandbox.Options{})
	file := write(t, l.entry("a", "sandbox", "GOOD", ", owner: ops@lab.example.org")+l.entry("b", "sandbox", "WRONG", ""))
	for _, format := range []string{"text", "json", "junit", "sarif", "prometheus", "html", "markdown", "github"} {
		l.run(t.Context(), l.args(file, "--anonymise", "--output", format)...)
		if text := l.out.String(); strings.Contains(text, l.box.ClientID) || strings.Contains(text, "ops@lab") || text == "" {
			t.Errorf("%s:\n%.1500s", format, text)
		}
	}
}

// An entry that was not checked may be called by its client ID as well.
func TestAnAnonymisedEntryThatIsNotCheckedIsNotNamed(t *testing.T) {
	l := newListed(t, sandbox.Options{})
	broken := l.entry(l.box.ClientID, "sandbox", "GOOD", ", bogus: x")
	late := l.entry(l.box.ClientID, "sandbox", "GOOD", "") + l.entry("of-"+l.box.ClientID, "sandbox", "GOOD", "")
	for _, args := range [][]string{l.args(write(t, broken), "--anonymise"), l.args(write(t, late), "--anonymise", "--list-deadline", "1ns")} {
		for _, format := range []string{"text", "json", "junit", "sarif", "prometheus", "html", "markdown", "github"} {
			l.run(t.Context(), append(args, "--output", format)...)
			if said := l.out.String() + l.err.String(); strings.Contains(said, l.box.ClientID) || l.out.Len() == 0 {
				t.Errorf("%s:\n%.1500s", format, said)
			}
		}
	}
}

// An alert needs a place in the repository: the list as it stands there, and for one that does not,
// the workflow.
func TestAlertsPointIntoTheRepository(t *testing.T) {
	workspace := t.TempDir()
	list := filepath.Join(workspace, "ops", "list.yaml")
	if err := os.MkdirAll(filepath.Dir(list), 0o700); err != nil {
		t.Fatal(err)
	}
	text := "# our accounts\n- {name: a, colour: red}\n"
	if err := os.WriteFile(list, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	m := newMachine(t).with(map[string]string{
		"GITHUB_WORKSPACE": workspace, "GITHUB_WORKFLOW_REF": "lab/ndvi/.github/workflows/nightly.yml@refs/heads/main",
	})
	for file, want := range map[string][2]string{
		list:           {`"physicalLocation":{"artifactLocation":{"uri":"ops/list.yaml","uriBaseId":"%SRCROOT%"},"region":{"startLine":2}}`, "::error file=ops/list.yaml,line=2,"},
		write(t, text): {`"physicalLocation":{"artifactLocation":{"uri":".github/workflows/nightly.yml","uriBaseId":"%SRCROOT%"},"region":{"startLine":1}}`, "::error file=.github/workflows/nightly.yml,line=1,"},
	} {
		for i, format := range []string{"sarif", "github"} {
			m.run(t.Context(), "check", "--all", file, "--output", format)
			if got := filepath.ToSlash(m.out.String()); !strings.Contains(got, want[i]) {
				t.Errorf("%s: %q is missing in\n%s", format, want[i], got)
			}
		}
		pointsToTheSame(t, m, file, want)
	}
}

// pointsToTheSame: saved reports know the place in the list, be there one or many, and also where
// they are read.
func pointsToTheSame(t *testing.T, m *machine, list string, want [2]string) {
	t.Helper()
	saved := filepath.Join(t.TempDir(), "reports.jsonl")
	m.run(t.Context(), "check", "--all", list, "--output", "json="+saved, "--quiet")
	one, err := os.ReadFile(saved)
	if err != nil {
		t.Fatal(err)
	}
	file := []string{write(t, string(one)), write(t, string(one)+string(one))}
	for i, format := range []string{"sarif", "github"} {
		for _, from := range file {
			m.run(t.Context(), "check", "--from", from, "--output", format)
			if got := filepath.ToSlash(m.out.String()); !strings.Contains(got, want[i]) && (format == "sarif" || strings.Contains(want[i], "list.yaml")) {
				t.Errorf("--from, %s: %q is missing in\n%s", format, want[i], got)
			}
		}
	}
}

// GitHub shows no summary that is longer than 1 MiB: what there is room for is better than nothing.
func TestASummaryIsCutWhereGitHubWouldShowNothing(t *testing.T) {
	t.Parallel()
	var list strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&list, "- {name: a%d, colour: red}\n", i)
	}
	summary := write(t, "## The step before\n")
	m := newMachine(t).with(map[string]string{"GITHUB_STEP_SUMMARY": summary})
	m.run(t.Context(), "check", "--all", write(t, list.String()), "--output", "markdown="+summary, "--quiet")
	text, err := os.ReadFile(summary)
	if err != nil || len(text) > 1<<20 || len(text) < 1<<19 || !bytes.HasPrefix(text, []byte("## The step before\n")) || !bytes.Contains(text, []byte("3000 checked")) ||
		!bytes.HasSuffix(text, []byte("`--output markdown=FILE` writes all of it.\n")) {
		t.Errorf("%v, %d bytes: %.200s", err, len(text), text)
	}
}

// A list from standard input is gone by the time that its entries are checked again: what is
// printed has their values, and says where the secret comes from.
func TestAListThatWasReadOnce(t *testing.T) {
	l := newListed(t, sandbox.Options{})
	secret := filepath.Join(l.box.Dir, "wrong.secret")
	if err := os.WriteFile(secret, []byte("another-secret-of-17"), 0o600); err != nil {
		t.Fatal(err)
	}
	list := l.entry("variable", "sandbox", "WRONG", "") + l.entry("broken", "nowhere", "WRONG", "") +
		fmt.Sprintf("- {name: file, environment: sandbox, client_id: %s, secret_file: %s}\n", l.box.ClientID, secret)
	l.Stdin = strings.NewReader(list)
	if code := l.run(t.Context(), l.args("-", "--output", "json")...); code != app.ExitMisconfigured {
		t.Fatalf("exit %d: %s", code, &l.err)
	}
	place := " --ca-file " + text.Word(filepath.Join(l.box.Dir, "ca.pem"))
	again := "credguide check --environment sandbox --client-id " + l.box.ClientID + place
	want := map[string]string{
		"variable": `printf %s "$WRONG" | ` + again + " --catalog " + text.Word(l.box.Dir) + " --secret-file -",
		"file":     again + " --secret-file " + text.Word(secret) + " --catalog " + text.Word(l.box.Dir),
		"broken":   "", // it has to be corrected where the list is made
	}
	if text.OnWindows() {
		want["variable"] = "$env:OPENEO_AUTH_CLIENT_SECRET = $env:WRONG; " + again + " --catalog " + text.Word(l.box.Dir)
	}
	for line := range strings.Lines(l.out.String()) {
		var r checks.Report
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		steps := r.Diagnoses[0].Steps
		if got := steps[len(steps)-1].Run; got != want[r.Subject.Name] {
			t.Errorf("%s: %s\nwant %s", r.Subject.Name, got, want[r.Subject.Name])
		}
		delete(want, r.Subject.Name)
	}
	if len(want) > 0 {
		t.Errorf("not reported: %v", want)
	}
	l.Stdin = strings.NewReader(l.box.ClientSecret)
	if code := l.run(t.Context(), "check", "--environment", "sandbox", "--client-id", l.box.ClientID, "--ca-file", filepath.Join(l.box.Dir, "ca.pem"),
		"--catalog", l.box.Dir, "--secret-file", "-"); code != app.ExitHealthy {
		t.Errorf("exit %d: %s", code, &l.out)
	}
}
