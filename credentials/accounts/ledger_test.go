package accounts_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/accounts"
)

// same compares records but for the fingerprint.
var same = cmpopts.IgnoreUnexported(accounts.Record{})

func of(name string, s accounts.Seen) accounts.Seen {
	s.Name = name
	return s
}

func recall(t *testing.T, m accounts.Memory, name string) accounts.Record {
	t.Helper()
	r, known, err := m.Recall(name)
	if !known || err != nil {
		t.Errorf("%s: %v, %v", name, known, err)
	}
	return r
}

// Two runs over one list, each with its file open: none writes over what the other wrote, and
// whoever reads meanwhile sees whole records.
func TestTwoRunsOverOneList(t *testing.T) {
	m := newMemory(t)
	const names, rounds = 20, 5
	var running sync.WaitGroup
	for run := range 2 {
		running.Go(func() {
			many := m.Many(t.Context())
			defer many.Close()
			for i := range names * rounds {
				name := fmt.Sprint("a", (i+run*names/2)%names)
				at := noon.Add(time.Duration(i) * time.Minute)
				if _, err := many.Remember(t.Context(), of(name, seen("misconfigured", strings.Repeat("c", i), canary, at))); err != nil {
					t.Error(err)
				}
				if r, known, err := m.Recall(name); err != nil || known && r.Name != name {
					t.Errorf("%+v, %v", r, err)
				}
			}
		})
	}
	running.Wait()
	for i := range names {
		recall(t, m, fmt.Sprint("a", i))
	}
	if data, err := os.ReadFile(filepath.Join(m.Folder, only(t, m))); err != nil || len(data) > names*rounds*1024 {
		t.Errorf("%d bytes, %v", len(data), err)
	}
}

// A list that is checked again and again has a file of one size.
func TestTheFileDoesNotGrow(t *testing.T) {
	m := newMemory(t).Many(t.Context())
	defer m.Close()
	size := func() int64 {
		info, err := os.Stat(filepath.Join(m.Folder, only(t, m)))
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	var first int64
	for i := range 10 {
		for name := range 10 {
			cause := []string{"", "client-secret-wrong"}[i%2]
			remember(t, m, of(fmt.Sprint(name), seen("misconfigured", cause, canary, noon.Add(time.Duration(i)*time.Hour))))
		}
		if first == 0 {
			first = size()
		}
	}
	if size() != first {
		t.Errorf("%d bytes, and %d after the first round", size(), first)
	}
	for range 2 {
		if err := m.Forget(t.Context(), "3"); err != nil {
			t.Error(err)
		}
		if _, known, err := m.Recall("3"); known || err != nil {
			t.Errorf("not forgotten: %v", err)
		}
	}
	remember(t, m, of("3", seen("unreachable", "", canary, noon)))
	if r := recall(t, m, "3"); r.Verdict != "unreachable" {
		t.Errorf("%+v", r)
	}
}

// What a text may hold does not break the file.
func TestTextsOfAnyKind(t *testing.T) {
	m := newMemory(t)
	for i, text := range []string{"", `"`, "a\tb", "a\nb", "1\tx\t\n", "ü", "\xff\x00", strings.Repeat("long ", 2000), " "} {
		s := seen("v"+text, text, canary, noon.Add(time.Duration(i)*time.Hour))
		s.Sub, s.Subject.ClientID = "s"+text, text
		remember(t, m, s)
		want := accounts.Record{Name: s.Name, Subject: s.Subject, Verdict: s.Verdict, Cause: s.Cause, Sub: s.Sub, Since: s.At, At: s.At}
		if diff := cmp.Diff(want, recall(t, m, s.Name), same); diff != "" {
			t.Error(diff)
		}
	}
}

// A run that was killed while it added a line, and one whose files are taken away.
func TestFilesThatAreNotAsTheyWereLeft(t *testing.T) {
	m := newMemory(t).Many(t.Context())
	defer m.Close()
	remember(t, m, of("a", seen(accounts.Healthy, "", canary, noon)))
	path := filepath.Join(m.Folder, only(t, m))
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	torn := strings.Replace(string(data[:100]), "\ta\t", "\tb\t", 1)
	if err := os.WriteFile(path, append(data, torn...), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, known, err := m.Recall("b"); known || err != nil {
		t.Errorf("half a line is remembered, or %v", err)
	}
	remember(t, m, of("c", seen(accounts.Healthy, "", canary, noon)))
	remember(t, m, of("b", seen("unreachable", "", canary, noon)))
	for name, want := range map[string]string{"a": accounts.Healthy, "b": "unreachable", "c": accounts.Healthy} {
		for _, one := range []accounts.Memory{m, {Folder: m.Folder, KeyFile: m.KeyFile, List: m.List}} {
			if r := recall(t, one, name); r.Verdict != want {
				t.Errorf("%s: %+v", name, r)
			}
		}
	}
	m.Close() // as Windows needs it
	if err := os.RemoveAll(m.Folder); err != nil {
		t.Fatal(err)
	}
	if _, known, err := m.Recall("a"); known || err != nil {
		t.Errorf("%v, %v", known, err)
	}
	for range 2 {
		remember(t, m, of("a", seen("unreachable", "", canary, noon)))
	}
	if r := recall(t, m, "a"); r.Verdict != "unreachable" {
		t.Errorf("%+v", r)
	}
}

// Who moves a line to the end writes it there first, and may be killed before the old one is gone,
// or in the middle of the new one.
func TestWhoWasKilledWhileALineMoved(t *testing.T) {
	start := func(t *testing.T) (m accounts.Memory, put func(text string), old, moved string) {
		t.Helper()
		m = newMemory(t)
		remember(t, m, of("a", seen(accounts.Healthy, "", canary, noon)))
		path := filepath.Join(m.Folder, only(t, m))
		read := func() string {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			return string(data)
		}
		old = read()
		remember(t, m, of("a", seen("misconfigured", strings.Repeat("c", 300), canary, noon.Add(time.Hour))))
		moved = read()[len(old):]
		return m, func(text string) {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}, old, moved
	}
	t.Run("the old line is still there", func(t *testing.T) {
		m, put, old, moved := start(t)
		put(old + moved)
		if r := recall(t, m, "a"); r.Verdict != "misconfigured" || !r.WorkedAt.Equal(noon) {
			t.Errorf("%+v", r)
		}
		if err := m.Forget(t.Context(), "a"); err != nil {
			t.Error(err)
		}
		if r, known, err := m.Recall("a"); known || err != nil {
			t.Errorf("what was forgotten is back: %+v, %v", r, err)
		}
	})
	t.Run("the new line has no end", func(t *testing.T) {
		m, put, old, moved := start(t)
		put(old + moved[:len(moved)/2])
		remember(t, m, of("b", seen(accounts.Healthy, "", canary, noon)))
		if r := recall(t, m, "a"); r.Verdict != accounts.Healthy {
			t.Errorf("half a line hides the whole one: %+v", r)
		}
		if before, known := remember(t, m, of("a", seen("unreachable", "", canary, noon.Add(time.Hour)))); !known || !before.WorkedAt.Equal(noon) {
			t.Errorf("%v, %+v", known, before)
		}
	})
}

// What is too long to be read again is not written again and again.
func TestARecordThatIsTooLong(t *testing.T) {
	m := newMemory(t)
	remember(t, m, of("a", seen(accounts.Healthy, "", canary, noon)))
	path := filepath.Join(m.Folder, only(t, m))
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	long := of("a", seen("unreachable", strings.Repeat("\x01", 20<<10), canary, noon.Add(time.Hour)))
	if _, err := m.Remember(t.Context(), long); err == nil || !strings.HasSuffix(err.Error(), "no line may be longer than 64 KiB") {
		t.Error(err)
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Errorf("%d bytes, not %d; %v", len(after), len(before), err)
	}
}

// What a version without ledgers kept is read, and moves with the next check.
func TestWhatAnOlderVersionKept(t *testing.T) {
	m := newMemory(t)
	remember(t, m, of("other", seen(accounts.Healthy, "", canary, noon)))
	write := func(name, text string) string {
		file := m.OlderFile(name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	const kept = `{
  "format": 1,
  "name": "Nightly",
  "issuer": "https://aai.example",
  "backend": "https://openeo.example",
  "client_id": "i",
  "verdict": "healthy",
  "since": "2026-11-24T11:00:00Z",
  "at": "2026-11-24T12:00:00Z",
  "worked_at": "2026-11-24T12:00:00Z",
  "worked": {
    "key": "k",
    "value": "v"
  }
}


`
	file := write("Nightly", kept)
	want := accounts.Record{
		Name: "Nightly", Subject: subject, Verdict: accounts.Healthy, Since: noon.Add(-time.Hour), At: noon, WorkedAt: noon,
	}
	got := recall(t, m, "Nightly")
	if diff := cmp.Diff(want, got, same); diff != "" {
		t.Error(diff)
	}
	before, known := remember(t, m, seen("misconfigured", "client-secret-wrong", canary, noon.Add(time.Hour)))
	if diff := cmp.Diff(want, before, same); !known || diff != "" {
		t.Error(known, diff)
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("the old file is still there: %v", err)
	}
	if now := recall(t, m, "Nightly"); !now.WorkedAt.Equal(noon) || now.Cause != "client-secret-wrong" {
		t.Errorf("%+v", now)
	}
	for _, broken := range []string{"{", strings.Replace(kept, "Nightly", "another", 1), strings.Repeat(" ", 65<<10) + kept} {
		write("x", broken)
		if _, known, err := m.Recall("x"); known || err != nil {
			t.Errorf("%.20q: %v, %v", broken, known, err)
		}
	}
	file = write("y", strings.Replace(kept, "Nightly", "y", 1))
	if err := m.Rename(t.Context(), "y", "z"); err != nil || recall(t, m, "z").Verdict != accounts.Healthy {
		t.Error(err)
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("the old file is still there: %v", err)
	}
	file = write("y", strings.Replace(kept, "Nightly", "y", 1))
	if err := m.Forget(t.Context(), "y"); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("the old file is still there: %v", err)
	}
}

// A place where no file can be is an error, and nobody waits.
func TestNoLedgerCanBeKept(t *testing.T) {
	m := newMemory(t)
	remember(t, m, seen(accounts.Healthy, "", canary, noon))
	path := filepath.Join(m.Folder, only(t, m))
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if p, err := m.Remember(t.Context(), seen(accounts.Healthy, "", canary, noon)); err == nil || !strings.HasPrefix(err.Error(), "remember the check: ") || p.Now.Verdict != accounts.Healthy {
		t.Errorf("%+v, %v", p, err)
	}
}

func BenchmarkRemember(b *testing.B) {
	root := b.TempDir()
	m := accounts.Memory{Folder: filepath.Join(root, "s"), KeyFile: filepath.Join(root, "k"), List: "l"}.Many(b.Context())
	defer m.Close()
	at := noon
	for b.Loop() {
		at = at.Add(time.Second)
		s := accounts.Seen{Name: fmt.Sprint("account", at.Second()), Subject: subject, Verdict: accounts.Healthy, Sub: "sub@egi.eu", At: at, Secret: credentials.NewSecret(canary)}
		if _, err := m.Remember(b.Context(), s); err != nil {
			b.Fatal(err)
		}
	}
}
