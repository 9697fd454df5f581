package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/text"
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
	if code := m.run(t.Context(), "try", "--output", "markdown="+file); code != app.ExitHealthy {
		t.Fatalf("exit code %d\n%s", code, &m.err)
	}
	if text, err := os.ReadFile(file); err != nil || !strings.HasPrefix(string(text), "## The step before\n") || strings.Count(string(text), "\n## √ Works") != 3 {
		t.Errorf("%v\n%s", err, text)
	}
	m.run(t.Context(), checkIn(b, "--output", "html="+file)...)
	if text, _ := os.ReadFile(file); bytes.Contains(text, []byte("The step before")) {
		t.Errorf("another format is added too:\n%s", text)
	}
}

// What a step before left without a blank line at its end stays apart from the report.
func TestAJobsSummaryStartsWithABlankLine(t *testing.T) {
	b := box(t)
	for before, want := range map[string]string{"": "## √", "x": "x\n\n## √", "\n": "\n\n## √", "<div>\n": "<div>\n\n## √", "| a |\n\n": "| a |\n\n## √"} {
		file := write(t, before)
		variables := map[string]string{"GITHUB_STEP_SUMMARY": file}
		maps.Copy(variables, b.Env)
		m := newMachine(t).with(variables)
		m.run(t.Context(), checkIn(b, "--output", "markdown="+file)...)
		if text, err := os.ReadFile(file); err != nil || !strings.HasPrefix(string(text), want) {
			t.Errorf("%q: %v\n%s", before, err, text)
		}
	}
}

// What cannot be written goes to standard output, and the rest to its files.
func TestAnUnwritableOutputLosesNothing(t *testing.T) {
	if runtime.GOOS != "linux" {
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

// A report goes to standard output also where the folder that was named for it is missing, or is the
// file.
func TestAReportWithoutAFolderIsShown(t *testing.T) {
	t.Parallel()
	b := box(t)
	list := write(t, fmt.Sprintf("- {name: a, environment: sandbox, credentials: %q}\n", filepath.Join(b.Dir, "openeo.env")))
	missing, folder := filepath.Join(t.TempDir(), "missing"), t.TempDir()
	for file, why := range map[string]string{filepath.Join(missing, "report.json"): "the folder " + missing + " does not exist", folder: folder + " is a folder"} {
		for _, what := range [][]string{checkIn(b), {"check", "--catalog", b.Dir, "--ca-file", filepath.Join(b.Dir, "ca.pem"), "--all", list}} {
			m := newMachine(t).with(b.Env)
			code := m.run(t.Context(), append(what, "--output", "json="+file)...)
			if code != app.ExitUsage || !strings.Contains(m.err.String(), "error: write the report "+file+": "+why+"\n") {
				t.Errorf("%v: exit code %d\n%s", what, code, &m.err)
			}
			if !strings.Contains(m.out.String(), "credguide.report/1") || !strings.Contains(m.out.String(), "√ Works") {
				t.Errorf("%v:\n%s", what, &m.out)
			}
		}
	}
}

// gone is an output whose reader has left, or whose disk is full, after so many bytes.
type gone struct {
	room int
	why  error
}

func (g *gone) Write(p []byte) (int, error) {
	if g.room -= len(p); g.room < 0 {
		return 0, g.why
	}
	return len(p), nil
}

// Who reads standard output may leave: the files are written all the same, and it is said once.
func TestABrokenStandardOutputTakesNoFileAway(t *testing.T) {
	b := box(t)
	entry := "- {name: %s, environment: sandbox, client_id: " + b.ClientID + ", secret_variable: %s}\n"
	list := write(t, fmt.Sprintf(entry+entry+entry+entry, "a", "GOOD", "b", "WRONG", "c", "GOOD", "d", "WRONG"))
	m := newMachine(t).with(map[string]string{"GOOD": b.ClientSecret, "WRONG": "another-secret-of-17"})
	for _, args := range [][]string{
		{"check", "--catalog", b.Dir, "--ca-file", filepath.Join(b.Dir, "ca.pem"), "--all", list},
		checkIn(b),
	} {
		m.Stdout = &gone{room: 100, why: &fs.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.EPIPE}}
		outlives := false
		m.OutlivePipes = func() { outlives = true }
		dir := t.TempDir()
		code := m.run(t.Context(), append(args, "--output", "json="+dir+"/r.json", "--output", "html="+dir+"/r.html", "--output", "text")...)
		if want := "error: write to standard output: " + syscall.EPIPE.Error() + "\n"; code != app.ExitUsage || strings.Count(m.err.String(), want) != 1 || !outlives {
			t.Errorf("exit code %d, %v: %s", code, outlives, &m.err)
		}
		for file, end := range map[string]string{"r.json": "}\n", "r.html": "</html>\n"} {
			if text, err := os.ReadFile(filepath.Join(dir, file)); err != nil || !strings.HasSuffix(string(text), end) {
				t.Errorf("%s is not whole: %v\n%s", file, err, text)
			}
		}
	}
}

// A report that no longer fits into its file stands whole on standard output.
func TestAFileThatGrowsIntoAFullDisk(t *testing.T) {
	if runtime.GOOS != "linux" {
		return // only Linux has a device that is always full
	}
	b := box(t)
	list := write(t, "- {name: a, environment: sandbox, client_id: "+b.ClientID+", secret_variable: GOOD}\n")
	m := newMachine(t).with(map[string]string{"GOOD": b.ClientSecret})
	code := m.run(t.Context(), "check", "--catalog", b.Dir, "--ca-file", filepath.Join(b.Dir, "ca.pem"), "--all", list, "--output", "json=/dev/full")
	first, _, _ := strings.Cut(m.out.String(), "\n")
	if code != app.ExitUsage || !json.Valid([]byte(first)) {
		t.Errorf("exit code %d\n%s", code, &m.out)
	}
}

// However standard output is called, it gets one document.
func TestStandardOutputByAnotherName(t *testing.T) {
	b := box(t)
	m := newMachine(t).with(b.Env)
	if code := m.run(t.Context(), checkIn(b, "--output", "json=/dev/stdout")...); code != app.ExitHealthy || !json.Valid(m.out.Bytes()) {
		t.Errorf("exit code %d: %s%s", code, &m.out, &m.err)
	}
	file, err := os.Create(filepath.Join(t.TempDir(), "r.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	m.Stdout = file
	code := m.run(t.Context(), checkIn(b, "--output", "json="+file.Name())...)
	if text, err := os.ReadFile(file.Name()); code != app.ExitHealthy || !json.Valid(text) {
		t.Errorf("exit code %d, %v: %s%s", code, err, text, &m.err)
	}
	if code := m.run(t.Context(), checkIn(b, "--output", "text", "--output", "json="+file.Name())...); code != app.ExitUsage || !strings.Contains(m.err.String(), "two formats for standard output") {
		t.Errorf("exit code %d: %s", code, &m.err)
	}
}

// What other commands write to a file may go to standard output by its name too, and to a pipe
// behind a link.
func TestOtherCommandsKnowStandardOutput(t *testing.T) {
	m := newMachine(t)
	request := write(t, "client_id: nightly-ndvi\nintegration_environment: development\n")
	for _, args := range [][]string{
		{"snippet", "env", "--client-id", "nightly", "--file"},
		{"request", "show", request, "--html"},
	} {
		for _, name := range []string{"-", "/dev/stdout"} {
			code := m.run(t.Context(), append(args, name)...)
			if code == app.ExitUsage || m.out.Len() == 0 || strings.Contains(m.err.String(), name+": ") {
				t.Errorf("%v %s: exit code %d: %s%s", args, name, code, &m.out, &m.err)
			}
		}
	}
	if _, err := os.Stat("-"); err == nil {
		t.Error("a file is called -")
	}
}

func TestQuietNamesOnlyWhatIsNotWell(t *testing.T) {
	b := box(t)
	m := newMachine(t).with(map[string]string{"GOOD": b.ClientSecret, "WRONG": "another-secret-of-17"})
	m.StderrIsTerminal = true
	entry := "- {name: %s, environment: sandbox, client_id: " + b.ClientID + ", secret_variable: %s}\n"
	args := []string{"check", "--quiet", "--catalog", b.Dir, "--ca-file", filepath.Join(b.Dir, "ca.pem"), "--all"}
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

// A file that somebody keeps another secret in is the only copy, perhaps.
func TestAnOutputTakesNoSecretAway(t *testing.T) {
	b := box(t)
	m := newMachine(t).with(b.Env)
	for _, text := range []string{
		b.ClientSecret + "\n", "7f3a9c1e-52b8-4d06-9e7a-c41b80d2f365", "X=1\nexport OPENEO_AUTH_CLIENT_SECRET='a$(b)c'\n", `{"backends":{"x":{"oidc":{"providers":{"egi":{"client_secret":"hunter22"}}}}}}`,
		"-----BEGIN EC PRIVATE KEY-----\nMHc=\n",
	} {
		file := write(t, text)
		for _, args := range [][]string{
			checkIn(b, "--output", "json="+file),
			{"try", "--output", "html=" + file},
			{"snippet", "env", "--client-id", "x", "--file", file, "--force"},
			{"register", "--offline", "--catalog", b.Dir, "--answers", "none.yaml", "--request", file},
		} {
			if code := m.run(t.Context(), args...); code != app.ExitUsage || !strings.Contains(m.err.String(), "holds a secret, which would be lost") {
				t.Errorf("%q: exit code %d: %s", args, code, &m.err)
			}
		}
		if kept, err := os.ReadFile(file); err != nil || string(kept) != text {
			t.Errorf("%v: %s", err, kept)
		}
	}
	late := filepath.Join(t.TempDir(), "late")
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if err := os.WriteFile(late, []byte(b.ClientSecret), 0o600); err != nil {
			t.Error(err)
		}
		w.WriteHeader(http.StatusNotFound)
	}))
	defer s.Close()
	for _, args := range [][]string{{"--client-id", "x"}, {"--all", write(t, "- {name: a, issuer: "+s.URL+", backend: none, client_id: x, secret_variable: OPENEO_AUTH_CLIENT_SECRET}\n")}} {
		if err := os.RemoveAll(late); err != nil {
			t.Fatal(err)
		}
		if args[0] != "--all" {
			args = append(args, "--issuer", s.URL, "--backend", "none")
		}
		code := m.run(t.Context(), append(append([]string{"check"}, args...), "--output", "html="+late)...)
		if kept, err := os.ReadFile(late); err != nil || string(kept) != b.ClientSecret || code != app.ExitUsage || !strings.Contains(m.out.String(), "<html") {
			t.Errorf("%q: exit code %d: %v\n%s%s", args, code, err, &m.out, &m.err)
		}
	}
	for _, text := range []string{"", "old", "OPENEO_AUTH_CLIENT_SECRET=\n", "OPENEO_AUTH_CLIENT_SECRET=$(cat secret)\n", "OPENEO_AUTH_CLIENT_SECRET=<your secret>\n", "export OPENEO_AUTH_CLIENT_SECRET=\"${SECRET}\"\n"} {
		if code := m.run(t.Context(), checkIn(b, "--output", "json="+write(t, text))...); code != app.ExitHealthy {
			t.Errorf("%q: exit code %d: %s", text, code, &m.err)
		}
	}
}

// So are the files of a catalog, of which only the folder is named, and what --force writes over
// otherwise.
func TestOutputsKeepApartFromWhatIsReadBesides(t *testing.T) {
	b := box(t)
	m := newMachine(t)
	environment, authorities := filepath.Join(b.Dir, "environments", "sandbox.yaml"), filepath.Join(b.Dir, "ca.pem")
	for file, args := range map[string][]string{
		environment: checkIn(b, "--credentials", filepath.Join(b.Dir, "openeo.env"), "--output", "json="+environment),
		authorities: {"environments", "add", b.BackendURL(), "--provider-id", "egi", "--ca-file", authorities, "--file", authorities, "--force"},
	} {
		before := read(t, file)
		m.refused(t, "would be replaced, and it is read", args...)
		if read(t, file) != before {
			t.Errorf("%s was changed", file)
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
		for _, other := range [][]string{{"snippet", "python", "--client-id", "x"}, {"accounts", "add", "a", "--client-id", "x", "--secret-file", write(t, "some-secret-2026")}} {
			if m.run(t.Context(), append(other, args...)...); strings.Count(m.err.String(), want) != 1 {
				t.Errorf("%q %v: %s", other, args, &m.err)
			}
		}
	}
}

// The file that entries of a list name is told once, however many they are.
func TestARedefinedEnvironmentOfAListIsNamed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "mine.yaml")
	if err := os.WriteFile(file, []byte("id: production\ntitle: Mine\nissuer: http://127.0.0.1:1/realms/egi\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	m := newMachine(t).with(map[string]string{"A": "some-secret-2026"})
	list := write(t, strings.Repeat("- {environment: "+file+", client_id: nightly, secret_variable: A}\n", 3))
	want := "environment production is redefined by " + file + ": its identity provider is 127.0.0.1:1\n"
	m.run(t.Context(), "check", "--all", list)
	if strings.Count(m.err.String(), want) != 1 {
		t.Errorf("%s", &m.err)
	}
	m.run(t.Context(), "check", "--all", list, "--quiet")
	if strings.Contains(m.err.String(), "redefined") {
		t.Errorf("with --quiet: %s", &m.err)
	}
}

// The commands repeat the client ID, and an account may be named after it: neither gets into an
// anonymised report.
func TestNoCommandTellsWhoAnAnonymisedReportIsAbout(t *testing.T) {
	t.Parallel()
	b := box(t, "client-in-other-environment")
	m := newMachine(t).with(b.Env)
	secret := write(t, b.ClientSecret)
	m.must(t, boxAccount(b, b.ClientID, "--credentials", filepath.Join(b.Dir, "openeo.env"))...)
	m.run(t.Context(), checkIn(b, "--client-id", b.ClientID, "--secret-file", secret, "--output", "json")...)
	var one bytes.Buffer
	if err := json.Compact(&one, m.out.Bytes()); err != nil {
		t.Fatal(err)
	}
	saved := write(t, one.String()+"\n"+one.String()+"\n")
	for _, args := range [][]string{checkIn(b, "--client-id", b.ClientID, "--secret-file", secret), {"check", b.ClientID, "--catalog", b.Dir}, {"check", "--all", "--catalog", b.Dir}, {"check", "--from", saved, "--catalog", b.Dir}} {
		for _, format := range []string{"text", "json", "markdown", "html", "junit", "sarif", "github", "prometheus"} {
			code := m.run(t.Context(), append(args, "--anonymise", "--output", format)...)
			if text := m.out.String(); code != app.ExitMisconfigured || strings.Contains(text, b.ClientID) || !strings.Contains(text, "client-") {
				t.Errorf("%v as %s: exit code %d\n%s%s", args, format, code, text, &m.err)
			}
		}
	}
}

// unescaped is a document with the text of its strings.
func unescaped(document string) string {
	return html.UnescapeString(strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(document))
}

// Whoever reads a report in another format can type its commands too.
func TestEachFormatHasTheSameCommands(t *testing.T) {
	b := box(t, "client-in-other-environment")
	m := newMachine(t).with(b.Env)
	file := filepath.Join(b.Dir, "openeo.env")
	want := "credguide check --environment sandbox-dev --catalog " + text.Word(b.Dir) + " --ca-file " + text.Word(filepath.Join(b.Dir, "ca.pem")) + " --credentials " + text.Word(file)
	for _, format := range []string{"text", "json", "markdown", "html", "junit", "sarif", "github"} {
		m.run(t.Context(), checkIn(b, "--credentials", file, "--output", format)...)
		if !strings.Contains(unescaped(m.out.String()), want) {
			t.Errorf("%s: no %s\n%s", format, want, &m.out)
		}
	}
}
