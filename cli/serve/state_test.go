package serve

import (
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/credguide/credguide/checks"
)

// What stands in the folder may be anything.
func TestAStateThatIsNone(t *testing.T) {
	dir := t.TempDir()
	list := put(t, filepath.Join(dir, "list.yaml"), entries(issuer, "one"))
	f := &flags{state: filepath.Join(dir, "state")}
	if err := os.Mkdir(f.state, 0o700); err != nil {
		t.Fatal(err)
	}
	file := (&state{dir: f.state}).file("one")
	for _, text := range []string{"", "{", "null", `{"schema":"credguide.state/1","name":"one"}`, `{"schema":"credguide.state/2","name":"one","report":{}}`, strings.Repeat("[", 1<<20)} {
		put(t, file, text)
		m, said := start(t, newWorld(), f, list)
		if m.standings()[0].Checked {
			t.Errorf("%.40q counts as a result", text)
		}
		has(t, said.String(), "warning: 1 saved result in "+f.state+" cannot be used, so these accounts start afresh: "+filepath.Base(file)+": ")
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if _, said := start(t, newWorld(), f, list); said.String() != "" {
		t.Errorf("where nothing was kept: %s", said)
	}
	for _, name := range []string{"../../etc/passwd", "a/b", "..", strings.Repeat("x", 5000), "a\x00b"} {
		if got := (&state{dir: f.state}).file(name); filepath.Dir(got) != f.state || len(filepath.Base(got)) > 100 {
			t.Errorf("%.40q is kept in %q", name, got)
		}
	}
	if _, err := newState(t.Context(), list, shard{}); err == nil || !strings.Contains(err.Error(), "a file, not a folder") {
		t.Errorf("a file as folder: %v", err)
	}
}

// An account's state in the place of which there is something else is said, and keeps no other from
// being kept.
func TestAStateThatCannotBeReplaced(t *testing.T) {
	dir := t.TempDir()
	list := put(t, filepath.Join(dir, "list.yaml"), entries(issuer, "one", "two"))
	synctest.Test(t, func(t *testing.T) {
		m, said := start(t, newWorld(), &flags{every: time.Minute, state: filepath.Join(dir, "state")}, list)
		if err := os.MkdirAll(m.state.file("one"), 0o700); err != nil {
			t.Fatal(err)
		}
		stop := running(t, m, nil)
		time.Sleep(10 * time.Minute)
		stop()
		has(t, said.String(), "warning: the results cannot be kept in ", filepath.Base(m.state.file("one"))+": not an ordinary file; the checks go on")
		if strings.Contains(said.String(), "again") {
			t.Errorf("it says that all is well: %s", said)
		}
		if info, err := os.Stat(m.state.file("two")); err != nil || !info.Mode().IsRegular() {
			t.Errorf("the other one: %v", err)
		}
	})
}

// What a folder says that somebody has written to by hand is held within bounds.
func TestAStateThatLies(t *testing.T) {
	dir := t.TempDir()
	list := put(t, filepath.Join(dir, "list.yaml"), entries(issuer, "one"))
	m, _ := start(t, newWorld(), &flags{state: filepath.Join(dir, "state")}, list)
	m.state.timed(m.app, m.state.prepare)
	checked := time.Now().Add(-time.Hour)
	r := record{Name: "one", Since: checked.AddDate(500, 0, 0), Checks: 1<<63 - 1, Checked: true, Report: reportOf(m.order[0].entry, checks.Healthy, checked)}
	put(t, m.state.file("one"), string(expanded(m.state.encoded(r))))
	m, _ = start(t, newWorld(), m.flags, list)
	got := m.standings()[0].after(reportOf(m.order[0].entry, checks.Healthy, time.Now()), "")
	if !got.Since.Equal(got.Since.UTC()) || got.Since.Sub(checked).Abs() > time.Second || got.Checks < 0 {
		t.Errorf("since %s, %d checks", got.Since, got.Checks)
	}
}

// The folder does not grow with every account that there ever was. What may still be needed stays:
// that of the list, of other instances, of accounts that left it lately, and files of others.
func TestStateOfAccountsThatAreGoneIsRemoved(t *testing.T) {
	dir := t.TempDir()
	list := put(t, filepath.Join(dir, "list.yaml"), entries(issuer, numbered(40)...))
	synctest.Test(t, func(t *testing.T) {
		folder := filepath.Join(dir, "state")
		whole, _ := start(t, newWorld(), &flags{every: time.Hour, state: folder}, list)
		stop := running(t, whole, nil)
		time.Sleep(time.Hour)
		stop()
		mine := shard{1, 2}
		other := func(text, name string, age time.Duration) {
			put(t, filepath.Join(folder, name), text)
			aged(t, filepath.Join(folder, name), age)
		}
		const year = 365 * 24 * time.Hour
		strange := []string{"notes.json", "README", "a0001-0123456789ab.json", ".hidden", ".a0001-0123456789ab.json"}
		for _, name := range strange {
			other(`{"schema":"credguide.state/1","name":"another"}`, name, year)
		}
		parts := []string{filepath.Base(whole.state.file("x")), "." + filepath.Base(whole.state.file("a0000")) + "123456", ".trial-99"}
		other("half", parts[1], year)
		other("half", parts[2], year)
		other("half", "."+filepath.Base(whole.state.file("a0000"))+"7", time.Minute)
		if err := os.Mkdir(filepath.Join(folder, "a0001-0123456789ac.json"), 0o700); err != nil {
			t.Fatal(err)
		}
		for _, name := range numbered(30) {
			aged(t, whole.state.file(name), 30*24*time.Hour)
		}

		put(t, list, entries(issuer, numbered(10)...)) // ten stay, twenty left long ago, ten lately
		w := newWorld()
		w.hangs[issuer] = true // so that no check writes
		m, _ := start(t, w, &flags{every: time.Hour, state: folder, shard: mine}, list)
		stop = running(t, m, nil)
		time.Sleep(time.Minute)
		stop()
		want := map[string]bool{"a0001-0123456789ac.json": true, ".serve.lock": true, ".serve-1-2.lock": true, "." + filepath.Base(whole.state.file("a0000")) + "7": true}
		for _, name := range strange {
			want[name] = true
		}
		for i, name := range numbered(40) {
			if i < 10 || i >= 30 || !mine.has(name) {
				want[filepath.Base(whole.state.file(name))] = true
			}
		}
		if got := names(t, folder); !slices.Equal(got, slices.Sorted(maps.Keys(want))) {
			t.Errorf("%v\nare there, not\n%v", got, slices.Sorted(maps.Keys(want)))
		}

		// A list that is read again sweeps as well, and so does a day.
		m, _ = start(t, w, &flags{every: time.Hour, state: folder}, list)
		stop = running(t, m, nil)
		defer stop()
		time.Sleep(time.Minute)
		aged(t, m.state.file("a0005"), 30*24*time.Hour)
		put(t, list, entries(issuer, numbered(5)...))
		time.Sleep(time.Minute)
		if _, err := os.Stat(m.state.file("a0005")); err == nil {
			t.Error("an account that left the list is still there")
		}
		aged(t, m.state.file("a0035"), 30*24*time.Hour)
		time.Sleep(25 * time.Hour)
		if _, err := os.Stat(m.state.file("a0035")); err == nil {
			t.Error("nothing was removed for a day")
		}
	})
}

// aged gives a file the time of long ago, as the bubble counts.
func aged(t *testing.T, file string, age time.Duration) {
	t.Helper()
	if err := os.Chtimes(file, time.Time{}, time.Now().Add(-age)); err != nil {
		t.Fatal(err)
	}
}

func names(t *testing.T, folder string) (list []string) {
	t.Helper()
	found, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		list = append(list, f.Name())
	}
	return list
}

// Two that keep results in one folder make tokens for each account twice, and nobody would notice.
func TestTwoWithOneFolder(t *testing.T) {
	dir := t.TempDir()
	list := put(t, filepath.Join(dir, "list.yaml"), entries(issuer, "one", "two"))
	synctest.Test(t, func(t *testing.T) {
		run := func(part shard) (said *screen, stop func()) {
			m, said := start(t, newWorld(), &flags{every: time.Minute, state: filepath.Join(dir, "state"), shard: part}, list)
			stop = running(t, m, nil)
			time.Sleep(10 * time.Minute)
			return said, stop
		}
		const warning = "another credguide serve keeps its results in "
		first, stop := run(shard{})
		second, stopSecond := run(shard{})
		_, stopPart := run(shard{1, 2})
		other, stopOther := run(shard{2, 2})
		if strings.Contains(first.String()+other.String(), warning) || strings.Count(second.String(), warning) != 1 {
			t.Errorf("%s\n%s\n%s", first, second, other)
		}
		stop()
		stopSecond()
		stopPart()
		stopOther()
		again, stop := run(shard{})
		if strings.Contains(again.String(), warning) {
			t.Errorf("the folder is not free again: %s", again)
		}
		defer stop()
		if err := os.RemoveAll(filepath.Join(dir, "state")); err != nil { // and with it the lock
			if runtime.GOOS != "windows" { // where it stays as long as it is held
				t.Fatal(err)
			}
			return
		}
		time.Sleep(10 * time.Minute)
		another, stopAnother := run(shard{})
		defer stopAnother()
		if !strings.Contains(another.String(), warning) {
			t.Errorf("the folder that was made again is nobody's: %s", another)
		}
	})
}
