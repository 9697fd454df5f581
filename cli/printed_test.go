package cli

import (
	"context"
	"encoding/json"
	"errors"
	"html"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/submit"
	"github.com/credguide/credguide/credentials/command"
	"github.com/credguide/credguide/internal/dev/shared"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/text"
)

// Each way in which a command is printed: alone or last on its line of text, and as code in the
// other formats.
var (
	onALine  = regexp.MustCompile(`(?m)(?:^\s*(?:[$&] )?|: +)((?:[A-Z_]+=\S+ )?credguide(?: .*)?)$`)
	asCode   = regexp.MustCompile("`((?:[A-Z_]+=\\S+ )?credguide(?: [^`]*)?)`")
	inMarkup = regexp.MustCompile(`<code>((?:[A-Z_]+=\S+ )?credguide(?: [^<]*)?)</code>`)
)

func printedIn(how *regexp.Regexp, text string) (commands []string) {
	for _, m := range how.FindAllStringSubmatch(text, -1) {
		commands = append(commands, m[1])
	}
	return commands
}

// unfilled is what a person has to put something in the place of.
var unfilled = regexp.MustCompile(`\b(URL|ID|FILE|HOST/PATH|HOST|NAME|FAULT|AUTHORITY\.pem)\b`)

// asks are the errors of a command that would ask and has nobody to ask here, and of one that only lacks the internet, a program
// or a free name.
var asks = regexp.MustCompile(`there is no terminal to ask on|--answers|nothing to resume|needs a token of your own|there is no program|the proxy 127\.0\.0\.1:1 cannot be connected to|lab\.yaml is there already`)

// ofRequest are the commands that take a request, where another file is named as what it is.
var ofRequest = regexp.MustCompile(`(request [a-z]+) FILE`)

// afterwards is what a shell does with the output.
var afterwards = regexp.MustCompile(` [>|] .*$`)

// runPrinted runs a command as it is printed, with what fills its gaps. It may find anything but wrong usage. One that does
// not end is interrupted.
func (m *machine) runPrinted(t *testing.T, printed string, fill map[string]string) {
	t.Helper()
	line := ofRequest.ReplaceAllString(printed, "$1 nightly-ndvi.yaml")
	line = unfilled.ReplaceAllStringFunc(line, func(gap string) string { return fill[gap] })
	line = os.Expand(line, func(name string) string { value, _ := m.Lookup(name); return value })
	line = strings.ReplaceAll(afterwards.ReplaceAllString(line, ""), " ~/", " "+m.Home+"/")
	line, input, _ := strings.Cut(line, " < ")
	words, err := command.Words(line)
	if err != nil {
		t.Errorf("%s: %v", printed, err)
		return
	}
	words = words[slices.Index(words, "credguide")+1:]
	if len(words) == 0 { // the bare program asks on a terminal; elsewhere it is its help
		return
	}
	if words[0] == "serve" { // the port that it prints may be somebody's
		words = append(words, "--listen", "127.0.0.1:0")
	}
	if input != "" {
		text, err := os.ReadFile(input)
		if err != nil {
			t.Errorf("%s: %v", printed, err)
		}
		m.Stdin = strings.NewReader(string(text))
	}
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	defer time.AfterFunc(500*time.Millisecond, interrupt).Stop()
	if m.run(ctx, words...) == app.ExitUsage && !asks.MatchString(m.err.String()) {
		t.Errorf("%s\nended in wrong usage:\n%s", printed, &m.err)
	}
}

// told keeps the commands that ran already, whatever the addresses of their sandbox were.
type told struct {
	sync.Mutex
	seen map[string]bool
}

var ofThisRun = regexp.MustCompile(`127\.0\.0\.1:\d+|(?:[A-Za-z]:)?[/\\]\S*credguide-sandbox-\d+`)

func (l *told) first(printed string) bool {
	l.Lock()
	defer l.Unlock()
	kind := ofThisRun.ReplaceAllString(printed, "_")
	before := l.seen[kind]
	l.seen[kind] = true
	return !before
}

// Every command that a report prints, for any fault and in any format, runs as it is printed.
func TestEachPrintedCommandRuns(t *testing.T) {
	ran := told{seen: map[string]bool{}}
	for _, fault := range sandbox.Shown() {
		t.Run(fault.ID, func(t *testing.T) {
			t.Parallel()
			b := box(t, fault.ID)
			m := newMachine(t).with(b.Env)
			dir := t.TempDir()
			in := func(format string) string { return filepath.Join(dir, format) }
			m.run(t.Context(), checkIn(b, "--output", "text", "--output", "json="+in("json"), "--output", "markdown="+in("markdown"), "--output", "html="+in("html"))...)
			fill := map[string]string{
				"URL": b.BackendURL(), "ID": "egi", "FILE": text.Word(filepath.Join(b.Dir, "openeo.env")), "HOST": "localhost", "HOST/PATH": "localhost/realm",
				"AUTHORITY.pem": text.Word(filepath.Join(b.Dir, "ca.pem")),
			}
			commands := printedIn(onALine, m.out.String())
			commands = append(commands, printedIn(asCode, read(t, in("markdown")))...)
			for _, c := range printedIn(inMarkup, read(t, in("html"))) {
				commands = append(commands, html.UnescapeString(c))
			}
			commands = append(commands, stepsOf(t, read(t, in("json")))...)
			if len(commands) == 0 {
				t.Error("no command was found")
			}
			m.with(withoutInternet(b.Env))
			for _, c := range commands {
				if ran.first(c) {
					m.runPrinted(t, c, fill)
				}
			}
		})
	}
}

// withoutInternet adds a dead proxy to variables that name none. What is on this machine is asked all the same.
func withoutInternet(variables map[string]string) map[string]string {
	all := map[string]string{"HTTPS_PROXY": "http://127.0.0.1:1", "HTTP_PROXY": "http://127.0.0.1:1"}
	maps.Copy(all, variables)
	return all
}

// stepsOf takes the commands from a JSON report. What is to be filled in is said beside each.
func stepsOf(t *testing.T, document string) (commands []string) {
	t.Helper()
	var r checks.Report
	if err := json.Unmarshal([]byte(document), &r); err != nil {
		t.Fatal(err)
	}
	for _, d := range slices.Concat(r.Diagnoses, r.Hidden) {
		commands = append(commands, d.Explain)
		for i, s := range d.Steps {
			if s.Run == "" {
				continue
			}
			if !strings.HasSuffix(d.Fix[i], ": "+s.Run) {
				t.Errorf("%s: the command does not end its line: %s", d.ID, d.Fix[i])
			}
			for _, gap := range unfilled.FindAllString(s.Run, -1) {
				if !strings.Contains(s.Text, "in place of "+gap) {
					t.Errorf("%s: %q does not say what stands in place of %s", d.ID, s.Line(), gap)
				}
			}
			if strings.HasPrefix(s.Run, "credguide") || strings.Contains(s.Run, " credguide ") {
				commands = append(commands, s.Run)
			}
		}
	}
	return commands
}

// What a catalog's diagnosis may print that no fault of the sandbox brings out.
func TestEachCommandOfTheCatalogSaysWhatToFillIn(t *testing.T) {
	catalog, err := checks.LoadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range catalog.All() {
		steps := slices.Clone(d.Fix)
		for _, r := range d.Rules {
			steps = append(steps, r.Fix...)
		}
		for _, s := range steps {
			for _, gap := range unfilled.FindAllString(s.Run, -1) {
				if !strings.Contains(s.Text, "in place of "+gap) {
					t.Errorf("%s: %q does not say what stands in place of %s", d.ID, s.Line(), gap)
				}
			}
			if strings.Contains(s.Run, "…") {
				t.Errorf("%s: %q is no command", d.ID, s.Run)
			}
		}
	}
}

// A check by name prints commands for that name, and so do the screens of accounts.
func TestEachCommandForAnAccountRuns(t *testing.T) {
	for _, fault := range []string{"client-in-other-environment", "client-unknown", "client-secret-wrong", "scope-not-allowed", "service-account-is-not-you"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			b := box(t, fault)
			m := newMachine(t).with(b.Env)
			m.must(t, boxAccount(b, "nightly", "--credentials", filepath.Join(b.Dir, "openeo.env"))...)
			var commands []string
			for _, args := range [][]string{{"check", "nightly", "--catalog", b.Dir}, {"check", "nightly"}, {"accounts"}, {"accounts", "show", "nightly"}} {
				m.run(t.Context(), args...)
				commands = append(commands, printedIn(onALine, m.out.String())...)
			}
			slices.Sort(commands)
			for _, c := range slices.Compact(commands) {
				m.runPrinted(t, c, nil)
			}
		})
	}
}

// Every command of the guides and the README runs too. A dead proxy stands for the internet.
func TestEachCommandOfTheDocumentationRuns(t *testing.T) {
	top := filepath.Dir(filepath.Dir(shared.Path(t, "scripts")))
	t.Chdir(t.TempDir())
	pages := []string{filepath.Join(top, "README.md")}
	for _, pattern := range []string{"docs/*.md", "docs/commands/*.md", "docs/operations/*.md"} {
		found, err := filepath.Glob(filepath.Join(top, filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, found...)
	}
	b := box(t)
	readersFiles(t, b)
	ran := told{seen: map[string]bool{}}
	total := 0
	for _, page := range pages {
		for _, printed := range commandsOf(read(t, page)) {
			if !ran.first(printed) || handedIn.MatchString(printed) {
				continue
			}
			total++
			t.Run(filepath.Base(page)+" "+printed, func(t *testing.T) { reader(t, b, printed).runPrinted(t, printed, proseGaps) })
		}
	}
	if total < 30 {
		t.Errorf("only %d commands were found", total)
	}
}

// handedIn matches the commands for a request that was handed in to a registry: without one there is nothing to submit, to
// ask about or to cancel. Their own tests run them.
var handedIn = regexp.MustCompile(`credguide request (submit|status|cancel)`)

// proseGaps are what a reader might put into a command of the prose.
var proseGaps = map[string]string{"ID": "client-unknown", "FILE": "FILE", "NAME": "nightly", "URL": "https://openeo.example.org", "FAULT": "grant-not-enabled"}

// fenced is a block of commands, or code in a sentence.
var (
	fenced   = regexp.MustCompile("(?ms)^```(?:sh|console|bash)\n(.*?)^```")
	comment  = regexp.MustCompile(`\s+#.*$`)
	nameOnly = regexp.MustCompile(`^credguide( [a-z]+)*$`)
)

func commandsOf(page string) (commands []string) {
	for _, block := range fenced.FindAllStringSubmatch(page, -1) {
		for line := range strings.SplitSeq(strings.ReplaceAll(block[1], "\\\n", " "), "\n") {
			for _, c := range printedIn(onALine, comment.ReplaceAllString(line, "")) {
				if !strings.ContainsAny(c, "[{") { // how a command is used, and not one
					commands = append(commands, c)
				}
			}
		}
	}
	for _, c := range printedIn(asCode, fenced.ReplaceAllString(page, "")) {
		if nameOnly.MatchString(c) { // a sentence that names a command
			c += " --help"
		}
		commands = append(commands, c)
	}
	return commands
}

// reader is a machine as the guides suppose it, with an account, unless the command adds one.
func reader(t *testing.T, b *sandbox.Sandbox, printed string) *machine {
	t.Helper()
	m := newMachine(t).with(withoutInternet(map[string]string{"OPENEO_AUTH_CLIENT_CREDENTIALS_APEX": "egi/" + b.ClientID + "/" + b.ClientSecret}))
	name := "nightly"
	if strings.Contains(printed, "update cdse") {
		name = "cdse"
	}
	if !strings.Contains(printed, "accounts add") {
		m.must(t, "accounts", "add", name, "--environment", "production", "--client-id", "nightly-ndvi", "--secret-file", "nightly.secret")
	}
	for _, id := range []string{"nightly", "nightly-ndvi"} {
		handedIn := submit.Entry{Environment: "production", API: "https://127.0.0.1:1", Tenant: "egi", Integration: "production", ServiceName: "NDVI", ClientID: id, Petition: 7}
		if err := submit.MemoryOf(&app.App{Sys: m.System}).Put(handedIn); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(m.Home, ".local/share/man/man1"), 0o700); err != nil {
		t.Fatal(err)
	}
	_ = os.Remove("sheet.html") // of the command before
	return m
}

// readersFiles writes what the guides suppose in the folder: a client's files, and what programs said.
func readersFiles(t *testing.T, b *sandbox.Sandbox) {
	t.Helper()
	report := filepath.Join(t.TempDir(), "report.json")
	newMachine(t).run(t.Context(), checkIn(b, "--output", "json="+report)...)
	const request, list = "service_name: NDVI\nclient_id: nightly-ndvi\n", "- {name: nightly, environment: production, client_id: nightly-ndvi, secret_file: nightly.secret}\n" +
		"- {name: weekly, environment: production, client_id: weekly-lai, secret_file: nightly.secret}\n"
	files := map[string]string{
		"nightly.log": "OidcException: Failed to retrieve access token: 401 invalid_client\n", "nightly.secret": b.ClientSecret,
		"nightly-ndvi.yaml": request, "lab.yaml": request, "requests.jsonl": `{"client_id": "nightly-ndvi"}`, "accounts.yaml": list, "team.yaml": list,
		"report.json": read(t, report), "FILE": read(t, report), "monday.jsonl": read(t, report), "tuesday.jsonl": read(t, report),
		"openeo.env": read(t, filepath.Join(b.Dir, "openeo.env")), "lab/openeo.env": read(t, filepath.Join(b.Dir, "openeo.env")),
		".github/workflows/other.yml": "", "web.yaml": "", "lab/ca.pem": read(t, filepath.Join(b.Dir, "ca.pem")),
	}
	environments, err := filepath.Glob(filepath.Join(b.Dir, "environments", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range environments {
		files["lab/environments/"+filepath.Base(e)] = read(t, e)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte(files[name]), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
