package serve

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/check"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/internal/files"
)

// world is what the monitor checks, in memory: it reads real lists, and remembers when each account
// was checked.
type world struct {
	mu      sync.Mutex
	starts  map[string][]time.Time
	faults  map[string]int            // of those, by name: entries that could not be used
	verdict map[string]checks.Verdict // by name; healthy where there is none
	hangs   map[string]bool           // by issuer
	stuck   map[string]chan struct{}  // by name; a check that nothing ends
	now     map[string]int            // checks that run, by issuer
	most    map[string]int
	takes   map[string]time.Duration // by name; how long its command runs

	minted       string         // an account that gets a token and does not work
	commands     map[string]int // that run, by issuer
	mostCommands int
}

// panics is a defect instead of a verdict.
const panics checks.Verdict = "panics"

func newWorld() *world {
	return &world{
		starts: map[string][]time.Time{}, faults: map[string]int{}, verdict: map[string]checks.Verdict{}, hangs: map[string]bool{}, stuck: map[string]chan struct{}{},
		now: map[string]int{}, most: map[string]int{}, takes: map[string]time.Duration{}, commands: map[string]int{},
	}
}

func (w *world) List(_ context.Context, file string) (accounts.List, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return accounts.List{}, err
	}
	list, err := accounts.Read(file, filepath.Dir(file), data, false)
	if err == nil && len(list.Entries) == 0 {
		err = errors.New("the list is empty")
	}
	return list, err
}

func (w *world) Prepare(ctx context.Context, e accounts.Entry, _ accounts.List) check.Ready {
	if check.Prepares(e) {
		w.command(ctx, e)
	}
	return func(ctx context.Context) checks.Report { return w.check(ctx, e) }
}

// command is the command of an entry, which may take its time.
func (w *world) command(ctx context.Context, e accounts.Entry) {
	w.mu.Lock()
	w.commands[e.Issuer]++
	w.mostCommands = max(w.mostCommands, w.commands[e.Issuer])
	takes := w.takes[e.Label()]
	w.mu.Unlock()
	wait := time.NewTimer(takes)
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-ctx.Done():
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.commands[e.Issuer]--
}

func (w *world) check(ctx context.Context, e accounts.Entry) checks.Report {
	w.mu.Lock()
	w.starts[e.Label()] = append(w.starts[e.Label()], time.Now())
	if e.Fault != nil {
		w.faults[e.Label()]++
	}
	w.now[e.Issuer]++
	w.most[e.Issuer] = max(w.most[e.Issuer], w.now[e.Issuer])
	hang := w.hangs[e.Issuer]
	verdict, ok := w.verdict[e.Label()]
	stuck := w.stuck[e.Label()]
	w.mu.Unlock()
	if stuck != nil {
		<-stuck
	}
	if !ok {
		verdict = checks.Healthy
	}
	if verdict == panics {
		panic("a defect")
	}
	started := time.Now()
	wait := time.NewTimer(100 * time.Millisecond)
	if hang {
		wait.Reset(time.Minute)
	}
	defer wait.Stop()
	r := reportOf(e, verdict, started)
	if e.Label() == w.minted {
		r.Requests = []checks.Request{{Step: "token", Method: "POST", URL: issuer, Effect: "mints-token", Status: http.StatusOK}}
	}
	select {
	case <-wait.C:
	case <-ctx.Done():
		r.Interrupted = true
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now[e.Issuer]--
	return r
}

// Restore takes the verdict from a place where the reports of these tests have it.
func (w *world) Restore(name string, data []byte, e accounts.Entry, _ accounts.List) (checks.Report, error) {
	evidence, err := report.ReadJSON(name, data)
	if err != nil {
		return checks.Report{}, err
	}
	r := reportOf(e, checks.Verdict(evidence.Checks[0].Because), evidence.Started)
	r.Evidence = evidence
	return r, nil
}

func reportOf(e accounts.Entry, verdict checks.Verdict, started time.Time) checks.Report {
	r := checks.Report{
		Schema: checks.Schema, Verdict: verdict,
		Evidence: checks.Evidence{
			Tool: app.Tool(), Started: started.UTC(), Requests: []checks.Request{}, Facts: checks.Facts{},
			Checks:  []checks.Check{{ID: "token", Title: "The token", Status: checks.Passed, Because: string(verdict)}},
			Subject: checks.Subject{Name: e.Label(), Owner: e.Owner, Labels: e.Labels, Issuer: e.Issuer, ClientID: e.ClientID},
		},
	}
	if e.Fault != nil {
		r.Facts.Set(checks.EntryFault, e.Fault.Error())
	}
	return r
}

func (w *world) times(name string) []time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]time.Time{}, w.starts[name]...)
}

// asked counts the checks that asked somebody.
func (w *world) asked(name string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.starts[name]) - w.faults[name]
}

func (w *world) set(name string, v checks.Verdict) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.verdict[name] = v
}

// screen is what was said, for several goroutines.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// entries writes entries of a list, all with one issuer.
func entries(issuer string, names ...string) string {
	var b strings.Builder
	for _, name := range names {
		fmt.Fprintf(&b, "- {name: %s, issuer: %q, client_id: id-%s, secret_variable: S, labels: {team: eo}}\n", name, issuer, name)
	}
	return b.String()
}

func numbered(n int) (names []string) {
	for i := range n {
		names = append(names, fmt.Sprintf("a%04d", i))
	}
	return names
}

const issuer = "https://idp.example.org/"

func put(t testing.TB, file, text string) string {
	t.Helper()
	half := file + ".half" // which a monitor that looks at the same moment must not read
	if err := os.WriteFile(half, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(half, file); err != nil {
		t.Fatal(err)
	}
	return file
}

// start makes a monitor of a list.
func start(t testing.TB, w *world, f *flags, list string) (*monitor, *screen) {
	t.Helper()
	said := &screen{}
	if f.every == 0 {
		f.every = time.Hour
	}
	f.PerHost = check.DefaultPerHost
	a := &app.App{Sys: app.System{Stderr: said, Now: time.Now}}
	m, err := watch(t.Context(), a, f, source{given: list, path: list, stat: files.Stat}, w)
	if err != nil {
		t.Fatal(err)
	}
	return m, said
}

// get asks the monitor for a page.
func get(t *testing.T, m *monitor, path string, want int) string {
	t.Helper()
	answer := httptest.NewRecorder()
	m.handler().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
	if answer.Code != want {
		t.Errorf("%s answers %d, not %d: %s", path, answer.Code, want, answer.Body)
	}
	return answer.Body.String()
}

// has tells of texts that a page lacks.
func has(t *testing.T, page string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(page, w) {
			t.Errorf("%q is missing in\n%s", w, page)
		}
	}
}
