package cli

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/sandbox"
)

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
	counted := "4 compared; 1 no longer works; 1 is new and works; 1 is no longer checked; 1\nunchanged.\n"
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
