package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
)

// listed is the machine of a list's tests: its sandbox, and the secret in a variable.
type listed struct {
	*machine
	box *sandbox.Sandbox
}

func newListed(t *testing.T, o sandbox.Options) listed {
	t.Helper()
	b := sandboxtest.Box(t, o)
	return listed{newMachine(t).with(map[string]string{"GOOD": b.ClientSecret, "WRONG": "another-secret-of-17"}), b}
}

// entry is an entry of a list, with more keys of its own.
func (l listed) entry(name, environment, variable, more string) string {
	return fmt.Sprintf("- {name: %s, environment: %s, client_id: %s, secret_variable: %s%s}\n", name, environment, l.box.ClientID, variable, more)
}

func (l listed) args(file string, more ...string) []string {
	return append([]string{"check", "--catalog", l.box.Dir, "--ca-file", filepath.Join(l.box.Dir, "ca.pem"), "--all", file}, more...)
}

// asked counts the requests to a place.
func (l listed) asked(t *testing.T, place string) int {
	t.Helper()
	log, err := os.ReadFile(filepath.Join(l.box.Dir, "access.log"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(log)) {
		if strings.Contains(line, place) && !strings.Contains(line, "from-backend") {
			n++
		}
	}
	return n
}

func reportsOf(t *testing.T, lines []byte) (list []checks.Report) {
	t.Helper()
	for line := range bytes.Lines(lines) {
		var r checks.Report
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		list = append(list, r)
	}
	return list
}

func idOf(r checks.Report) string {
	if first, ok := r.First(); ok {
		return first.ID
	}
	return string(r.Verdict)
}

// Public documents are asked for once, whatever the length of the list, and each entry costs its
// own three requests.
func TestAListAsksForPublicDocumentsOnce(t *testing.T) {
	l := newListed(t, sandbox.Options{})
	var list strings.Builder
	const n = 25
	for i := range n {
		list.WriteString(l.entry(fmt.Sprintf("a%d", i), "sandbox", "GOOD", ""))
	}
	if code := l.run(t.Context(), l.args(write(t, list.String()))...); code != app.ExitHealthy {
		t.Fatalf("exit code %d\n%s%s", code, &l.out, &l.err)
	}
	for place, most := range map[string]int{
		"/.well-known/openid-configuration": 1, "/protocol/openid-connect/certs": 1, "/.well-known/openeo": 1, "/credentials/oidc": 1,
		"/protocol/openid-connect/": 1 + 2*n, "/me ": n, "": 5 + 4*n,
	} {
		if got := l.asked(t, place); got > most {
			t.Errorf("%s: %d requests, at most %d", place, got, most)
		}
	}
}

// A host that hangs is waited for by its own entries alone: it answers here only when those of
// another host have ended.
func TestAHostThatHangsDelaysNoOther(t *testing.T) {
	const others = 9
	var ended atomic.Int32
	free := make(chan struct{})
	l := newListed(t, sandbox.Options{Change: func(w *world.World) {
		w.IDPs[world.Production].At["token"] = func(*wire.Network, http.ResponseWriter, *http.Request) bool {
			select {
			case <-free:
			case <-t.Context().Done():
			}
			return false
		}
		w.IDPs[world.Development].At["token"] = func(*wire.Network, http.ResponseWriter, *http.Request) bool {
			if ended.Add(1) == others {
				close(free)
			}
			return false
		}
	}})
	var list strings.Builder
	for i := range 12 {
		list.WriteString(l.entry(fmt.Sprintf("hangs%d", i), "sandbox", "GOOD", ""))
	}
	for i := range others {
		list.WriteString(l.entry(fmt.Sprintf("other%d", i), "sandbox-dev", "GOOD", ", backend: none"))
	}
	l.run(t.Context(), l.args(write(t, list.String()), "--output", "json", "--timeout", "5m", "--deadline", "5m")...)
	for _, r := range reportsOf(t, l.out.Bytes()) {
		if strings.HasPrefix(r.Subject.Name, "hangs") && r.Verdict != checks.Healthy {
			t.Errorf("%s: %s", r.Subject.Name, idOf(r))
		}
	}
}

// A host that asks for a pause gets it: what was on its way is all that it is asked, and the others
// are told apart.
func TestAThrottledHostIsLeftAlone(t *testing.T) {
	for fault, first := range map[string]string{"rate-limited": "rate-limited", "identity-provider-error@overloaded": "identity-provider-error"} {
		l := newListed(t, sandbox.Options{Faults: []string{fault}})
		var list strings.Builder
		for i := range 20 {
			list.WriteString(l.entry(fmt.Sprintf("a%d", i), "sandbox", "GOOD", ""))
		}
		list.WriteString(l.entry("elsewhere", "sandbox-dev", "GOOD", ", backend: none"))
		code := l.run(t.Context(), l.args(write(t, list.String()), "--output", "json", "--per-host", "2")...)
		reports := reportsOf(t, l.out.Bytes())
		if len(reports) != 21 {
			t.Fatalf("%s: %d reports\n%s", fault, len(reports), &l.err)
		}
		paused := 0
		for i, r := range reports[:20] {
			switch id := idOf(r); {
			case id == "rate-limited" && r.Facts.Text(checks.EntryPausedHost) != "":
				paused++
			case id != first:
				t.Errorf("%s: a%d: %s", fault, i, id)
			}
			if r.Verdict == checks.Misconfigured {
				t.Errorf("%s: a%d is called misconfigured", fault, i)
			}
		}
		if asked := l.asked(t, "/realms/egi/protocol/openid-connect/token 429") + l.asked(t, "/realms/egi/protocol/openid-connect/token 503"); asked < 1 || asked > 2 || paused < 18 {
			t.Errorf("%s: asked %d times, %d entries not asked", fault, asked, paused)
		}
		if id := idOf(reports[20]); id == "rate-limited" || code == app.ExitHealthy {
			t.Errorf("%s: the other host: %s, exit code %d", fault, id, code)
		}
	}
}

// While the answer is "cannot tell", and only then, an entry is checked again.
func TestRetryForAsksAgainWhatCannotBeTold(t *testing.T) {
	var answers atomic.Int32
	l := newListed(t, sandbox.Options{Change: func(w *world.World) {
		w.Backend.At["me"] = func(n *wire.Network, rw http.ResponseWriter, r *http.Request) bool {
			if answers.Add(1) > 3 {
				return false
			}
			return wire.Page(http.StatusBadGateway, "502 Bad Gateway", "nginx")(n, rw, r)
		}
	}})
	l.FirstPause = time.Millisecond
	file := write(t, l.entry("a", "sandbox", "GOOD", "")+l.entry("b", "sandbox", "WRONG", ""))
	code := l.run(t.Context(), l.args(file, "--retry-for", "5m", "--output", "json")...)
	reports := reportsOf(t, l.out.Bytes())
	if len(reports) != 2 || reports[0].Verdict != checks.Healthy || idOf(reports[1]) != "client-secret-wrong" || code != app.ExitMisconfigured {
		t.Fatalf("exit code %d\n%s%s", code, &l.out, &l.err)
	}
	answers.Store(0)
	if code := l.run(t.Context(), l.args(write(t, l.entry("a", "sandbox", "GOOD", "")), "--output", "json")...); code != app.ExitCannotTell {
		t.Errorf("without --retry-for: exit code %d", code)
	}
}

// A try that the deadline of the list leaves no time for is not waited for: what is known is told.
func TestRetryForEndsWithTheList(t *testing.T) {
	l := newListed(t, sandbox.Options{Change: func(w *world.World) {
		w.Backend.At["me"] = wire.Page(http.StatusBadGateway, "502 Bad Gateway", "nginx")
	}})
	l.FirstPause = time.Hour
	code := l.run(t.Context(), l.args(write(t, l.entry("a", "sandbox", "GOOD", "")), "--retry-for", "5h", "--list-deadline", "30s", "--output", "json")...)
	reports := reportsOf(t, l.out.Bytes())
	if len(reports) != 1 || idOf(reports[0]) != "backend-error" || reports[0].Facts.Is(checks.CheckDeadline) || code != app.ExitCannotTell || l.err.Len() > 0 {
		t.Errorf("exit code %d\n%s%s", code, &l.out, &l.err)
	}
}

// Ctrl-C leaves what is done and names what is not; --resume-from asks for the rest alone.
func TestAListIsTakenUpAfterAnInterruption(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var tokens atomic.Int32
	l := newListed(t, sandbox.Options{Change: func(w *world.World) {
		w.IDPs[world.Production].At["token"] = func(n *wire.Network, rw http.ResponseWriter, r *http.Request) bool {
			if tokens.Add(1) != 5 { // one at a time: four entries have ended
				return false
			}
			cancel()
			return wire.Hang(n, rw, r)
		}
	}})
	var list strings.Builder
	for i := range 10 {
		list.WriteString(l.entry(fmt.Sprintf("a%d", i), "sandbox", "GOOD", ""))
	}
	file, saved := write(t, list.String()), filepath.Join(t.TempDir(), "reports.jsonl")
	code := l.run(ctx, l.args(file, "--per-host", "1", "--output", "json="+saved)...)
	done, err := os.ReadFile(saved)
	if err != nil || code != app.ExitInterrupted {
		t.Fatalf("exit code %d, %v\n%s", code, err, &l.err)
	}
	if got := len(reportsOf(t, done)); got != 4 || !strings.Contains(l.err.String(), "6 of 10 entries are not checked: a4, a5, a6, a7, a8, a9\n") ||
		!strings.Contains(l.err.String(), "--resume-from "+saved) {
		t.Errorf("%d reports\n%s", got, &l.err)
	}
	before := tokens.Load()
	if code := l.run(t.Context(), l.args(file, "--resume-from", saved, "--output", "json")...); code != app.ExitHealthy {
		t.Errorf("exit code %d\n%s", code, &l.err)
	}
	var names []string
	for _, r := range reportsOf(t, l.out.Bytes()) {
		names = append(names, r.Subject.Name)
	}
	if asked := tokens.Load() - before; asked != 6 || strings.Join(names, " ") != "a0 a1 a2 a3 a4 a5 a6 a7 a8 a9" {
		t.Errorf("%d tokens were asked for; %v", asked, names)
	}
}

// What changed since an earlier run is said by --previous and by report diff, and only that.
func TestWhatChangedSinceAnEarlierRun(t *testing.T) {
	l := newListed(t, sandbox.Options{})
	dir := t.TempDir()
	monday, tuesday := filepath.Join(dir, "monday.jsonl"), filepath.Join(dir, "tuesday.jsonl")
	l.run(t.Context(), l.args(write(t, l.entry("steady", "sandbox", "GOOD", "")+l.entry("breaks", "sandbox", "GOOD", "")+l.entry("goes", "sandbox", "GOOD", "")), "--output", "json="+monday)...)
	file := write(t, l.entry("steady", "sandbox", "GOOD", "")+l.entry("breaks", "sandbox", "WRONG", "")+l.entry("comes", "sandbox", "GOOD", ""))
	l.run(t.Context(), l.args(file, "--output", "json="+tuesday, "--previous", monday)...)
	for name, said := range map[string]string{"--previous": l.err.String(), "report diff": diffOf(t, l, monday, tuesday)} {
		if !strings.Contains(said, "breaks") || strings.Contains(said, "steady") {
			t.Errorf("%s: %s", name, said)
		}
	}
	if said := diffOf(t, l, monday, tuesday); !strings.Contains(said, "comes") || !strings.Contains(said, "goes") {
		t.Errorf("what came or went is not named: %s", said)
	}
	counted := "4 compared, 1 no longer works, 1 is new and works, 1 is no longer checked, 1\nunchanged.\n"
	if said := diffOf(t, l, monday, tuesday); !strings.HasPrefix(said, "breaks: ") || !strings.HasSuffix(said, counted) || strings.Contains(said, "not known") || strings.Contains(said, "service-account-is-not-you") {
		t.Errorf("what broke stands first, what became of all last, and no step that one of them lacks: %s", said)
	}
	if said := diffOf(t, l, monday, monday); said != "Nothing changed.\n" {
		t.Errorf("the same twice: %s", said)
	}
	var changes []map[string]any
	if err := json.Unmarshal([]byte(diffOf(t, l, monday, tuesday, "--output", "json")), &changes); err != nil || len(changes) != 3 {
		t.Errorf("%v, %d changes", err, len(changes))
	}
	if code := l.run(t.Context(), "report", "diff", monday, filepath.Join(dir, "wednesday.jsonl")); code != app.ExitUsage {
		t.Errorf("a file that is not there: exit code %d", code)
	}
}

func diffOf(t *testing.T, l listed, old, now string, more ...string) string {
	t.Helper()
	if code := l.run(t.Context(), append([]string{"report", "diff", old, now}, more...)...); code != app.ExitHealthy {
		t.Fatalf("exit code %d\n%s", code, &l.err)
	}
	return l.out.String()
}

// A list that cannot be read is a fault of the list, and nothing is checked.
func TestAListThatCannotBeRead(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // links need a privilege there
	}
	dir := t.TempDir()
	cycle := filepath.Join(dir, "a.yaml")
	if err := os.Symlink(filepath.Join(dir, "b.yaml"), cycle); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(cycle, filepath.Join(dir, "b.yaml")); err != nil {
		t.Fatal(err)
	}
	m := newMachine(t)
	if code := m.run(t.Context(), "check", "--all", cycle); code != app.ExitUsage || !strings.Contains(m.err.String(), cycle) {
		t.Errorf("a cycle of links: exit code %d, %s", code, &m.err)
	}
	file := write(t, "- {name: a, issuer: \"https://127.0.0.1:1/x\", backend: none, credentials: "+cycle+"}\n- {name: b, environment: "+cycle+", keyring: true}\n- {name: c, issuer: \"https://127.0.0.1:1/x\", backend: none, secret_file: "+cycle+", client_id: x}\n")
	if code := m.run(t.Context(), "check", "--all", file, "--output", "json"); code != app.ExitMisconfigured {
		t.Errorf("cycles in entries: exit code %d\n%s", code, &m.err)
	}
	for _, r := range reportsOf(t, m.out.Bytes()) {
		if r.Verdict != checks.Misconfigured {
			t.Errorf("%s: %s %s", r.Subject.Name, r.Verdict, idOf(r))
		}
	}
}

// The length of a list has no limit, and Ctrl-C ends a long one as it does a short one.
func TestAVeryLongListIsTaken(t *testing.T) {
	var list strings.Builder
	const n = 100_000
	for i := range n {
		fmt.Fprintf(&list, "- {name: a%d, issuer: \"https://127.0.0.1:1/x\", backend: none, keyring: true}\n", i)
	}
	ctx, cancel := context.WithCancel(t.Context())
	m := newMachine(t)
	m.Keyring = cancelling{cancel}
	m.StderrIsTerminal = true
	code := m.run(ctx, "check", "--all", write(t, list.String()), "--output", "json="+filepath.Join(t.TempDir(), "reports.jsonl"))
	if code != app.ExitInterrupted || !strings.Contains(m.err.String(), fmt.Sprintf("of %d entries are not checked: a", n)) {
		t.Errorf("exit code %d\n%.500s", code, &m.err)
	}
}

// cancelling is a keyring at whose first use the person presses Ctrl-C.
type cancelling struct{ cancel func() }

func (c cancelling) Get(string, string) (string, error) { c.cancel(); return "", os.ErrNotExist }
func (cancelling) Set(string, string, string) error     { return nil }
func (cancelling) Delete(string, string) error          { return nil }

// On a terminal the person sees how far a list is; nothing of it stays.
func TestProgressOfAList(t *testing.T) {
	seen := &recorder{}
	l := newListed(t, sandbox.Options{Delay: 100 * time.Millisecond})
	l.StderrIsTerminal, l.Stderr = true, seen
	var list strings.Builder
	for i := range 12 {
		list.WriteString(l.entry(fmt.Sprintf("a%d", i), "sandbox", "GOOD", ""))
	}
	file := write(t, list.String())
	l.run(t.Context(), l.args(file)...)
	if text := seen.String(); !strings.Contains(text, " of 12") || !strings.HasSuffix(text, "\r\x1b[K") {
		t.Errorf("%q", text)
	}
	seen.reset()
	l.StdoutIsTerminal, l.Stdout = true, seen // rows and progress share the screen
	l.run(t.Context(), l.args(file)...)
	for row := range strings.Lines(seen.String()) {
		shown := row[strings.LastIndex(row, "\r\x1b[K")+len("\r\x1b[K"):]
		if !strings.Contains(row, "\r\x1b[K") {
			shown = row
		}
		if strings.Contains(shown, "Works") && !strings.HasPrefix(shown, "a") || strings.Contains(shown, " of 12") {
			t.Errorf("%q", row)
		}
	}
	if !strings.Contains(seen.String(), " of 12") || strings.Count(seen.String(), "Works") != 12 {
		t.Errorf("%q", seen)
	}
	seen.reset()
	l.Stdout = &l.out
	l.run(t.Context(), l.args(file, "--quiet")...)
	if text := seen.String(); text != "" || l.out.Len() > 0 {
		t.Errorf("with --quiet: %q %q", text, &l.out)
	}
}

// recorder takes what several goroutines write.
type recorder struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (r *recorder) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.all.Write(b)
}

func (r *recorder) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.all.String()
}

func (r *recorder) reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all.Reset()
}
