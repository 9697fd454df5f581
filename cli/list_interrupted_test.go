package cli

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
)

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

func (cancelling) Set(string, string, string) error { return nil }

func (cancelling) Delete(string, string) error { return nil }
