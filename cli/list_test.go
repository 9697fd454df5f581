package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
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

// Whoever does not wait for the next try gets what is known; the next run with --retry-for asks again.
func TestAnInterruptionTellsWhatIsKnown(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var up atomic.Bool
	l := newListed(t, sandbox.Options{Change: func(w *world.World) {
		w.Backend.At["me"] = func(n *wire.Network, rw http.ResponseWriter, r *http.Request) bool {
			return !up.Load() && wire.Page(http.StatusBadGateway, "502 Bad Gateway", "nginx")(n, rw, r)
		}
	}})
	l.FirstPause = time.Hour
	lookup := l.Lookup
	l.Lookup = func(name string) (string, bool) {
		if name == "WRONG" { // with --per-host 1, the entry before waits for its next try
			cancel()
		}
		return lookup(name)
	}
	file := write(t, l.entry("waits", "sandbox", "GOOD", "")+l.entry("cut", "sandbox", "WRONG", ""))
	saved := filepath.Join(t.TempDir(), "reports.jsonl")
	code := l.run(ctx, l.args(file, "--per-host", "1", "--retry-for", "5h", "--output", "json="+saved)...)
	text, err := os.ReadFile(saved)
	if err != nil || code != app.ExitInterrupted || !strings.Contains(l.err.String(), "interrupted: 1 of 2 entries are not checked: cut\n") {
		t.Fatalf("exit code %d, %v\n%s", code, err, &l.err)
	}
	if reports := reportsOf(t, text); len(reports) != 1 || reports[0].Subject.Name != "waits" || idOf(reports[0]) != "backend-error" || reports[0].Interrupted {
		t.Errorf("%s", text)
	}
	up.Store(true)
	l.Lookup = lookup
	code = l.run(t.Context(), l.args(file, "--retry-for", "5h", "--resume-from", saved, "--output", "json")...)
	if reports := reportsOf(t, l.out.Bytes()); len(reports) != 2 || reports[0].Verdict != checks.Healthy || code != app.ExitMisconfigured {
		t.Errorf("exit code %d\n%s%s", code, &l.out, &l.err)
	}
}
