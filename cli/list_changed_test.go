package cli

import (
	"encoding/json"
	"fmt"
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

// Of many reports only those that changed are read again, and both formats name them.
func TestManyReportsAreComparedOneByOne(t *testing.T) {
	t.Parallel()
	l := newListed(t, sandbox.Options{})
	dir := t.TempDir()
	var reports [2]string
	for i, secret := range []string{"GOOD", "WRONG"} {
		saved := filepath.Join(dir, secret)
		l.run(t.Context(), l.args(write(t, l.entry("nightly", "sandbox", secret, "")), "--output", "json="+saved)...)
		reports[i] = read(t, saved)
	}
	const many = 120
	var files [2]string
	for i := range files {
		var b strings.Builder
		for n := range many {
			r := reports[0]
			if i == 1 && n == many/2 {
				r = reports[1]
			}
			b.WriteString(strings.Replace(r, `"name":"nightly"`, fmt.Sprintf(`"name":"a%03d"`, n+i), 1))
		}
		files[i] = write(t, b.String())
	}
	if said := diffOf(t, l, files[0], files[1]); !strings.HasPrefix(said, "a061: healthy before, misconfigured now.") || !strings.HasSuffix(said, "121 compared; 1 no longer works; 1 is new and works; 1 is no longer checked; 118\nunchanged.\n") {
		t.Error(said)
	}
	var changes []map[string]any
	if err := json.Unmarshal([]byte(diffOf(t, l, files[0], files[1], "--output", "json")), &changes); err != nil || len(changes) != 3 || changes[1]["name"] != "a061" || len(changes[1]["facts"].([]any)) == 0 {
		t.Errorf("%v, %v", err, changes)
	}
	marked := write(t, "\ufeff"+read(t, files[0])) // as some editors save it
	if said := diffOf(t, l, marked, files[0]); said != "Nothing changed.\n" {
		t.Errorf("with a byte order mark: %s", said)
	}
	if code := l.run(t.Context(), "check", "--from", marked, "--output", "json"); code != app.ExitHealthy || strings.Count(l.out.String(), "\n") != many {
		t.Errorf("exit code %d\n%s", code, &l.err)
	}
	if said := diffOf(t, l, files[0], files[0], "--output", "json"); said != "[]\n" {
		t.Errorf("the same twice: %s", said)
	}
}
