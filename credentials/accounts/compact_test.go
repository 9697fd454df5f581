package accounts_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/credentials/accounts"
)

func sizeOf(t *testing.T, m accounts.Memory) int64 {
	t.Helper()
	info, err := os.Stat(filepath.Join(m.Folder, only(t, m)))
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// A file that is mostly gaps is written anew, also below another run that has it open: what is
// known of the others is as it was.
func TestAFileOfGapsIsWrittenAnew(t *testing.T) {
	m := newMemory(t).Many(t.Context())
	defer m.Close()
	other := accounts.Memory{Folder: m.Folder, KeyFile: m.KeyFile, List: m.List}.Many(t.Context())
	defer other.Close()
	const all, stay = 400, 40
	for i := range all {
		remember(t, m, of(fmt.Sprint("a", i), seen(accounts.Healthy, "", canary, noon)))
	}
	want := recall(t, other, "a7")
	full := sizeOf(t, m)
	for i := stay; i < all; i++ {
		if err := m.Forget(t.Context(), fmt.Sprint("a", i)); err != nil {
			t.Fatal(err)
		}
	}
	remember(t, m, of("new", seen(accounts.Healthy, "", canary, noon)))
	if size := sizeOf(t, m); size > full/2 && runtime.GOOS != "windows" { // which replaces no file that another run has open
		t.Errorf("%d bytes of %d are left", size, full)
	}
	if diff := cmp.Diff(want, recall(t, other, "a7"), same); diff != "" {
		t.Error(diff)
	}
	for i := range stay {
		name := fmt.Sprint("a", i)
		if before, known := remember(t, other, of(name, seen("unreachable", "", canary, noon.Add(time.Hour)))); !known || !before.WorkedAt.Equal(noon) {
			t.Errorf("%s: %v, %+v", name, known, before)
		}
		if r := recall(t, m, name); r.Verdict != "unreachable" {
			t.Errorf("%+v", r)
		}
	}
	if _, known, err := m.Recall(fmt.Sprint("a", stay)); known || err != nil {
		t.Errorf("what was forgotten is back: %v", err)
	}
}

// Several runs write a file anew while others read and write.
func TestSeveralRunsWriteAFileAnew(t *testing.T) {
	m := newMemory(t)
	const runs, names = 3, 100
	var running sync.WaitGroup
	for run := range runs {
		running.Go(func() {
			many := m.Many(t.Context())
			defer many.Close()
			for i := range names {
				name := fmt.Sprintf("r%d-%d", run, i)
				remember(t, many, of(name, seen("misconfigured", strings.Repeat("c", 600), canary, noon)))
				if r := recall(t, m, name); r.Name != name {
					t.Errorf("%+v", r)
				}
				if i%10 > 0 {
					if err := many.Forget(t.Context(), name); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	running.Wait()
	for run := range runs {
		for i := range names {
			if _, known, err := m.Recall(fmt.Sprintf("r%d-%d", run, i)); err != nil || known != (i%10 == 0) {
				t.Errorf("r%d-%d: %v, %v", run, i, known, err)
			}
		}
	}
	remember(t, m, of("last", seen(accounts.Healthy, "", canary, noon))) // opens it, and finds the gaps of all
	if size := sizeOf(t, m); size > runs*names*1024/2 {
		t.Errorf("%d bytes", size)
	}
}

// What has no room takes that of accounts that nobody checks any more, and of no others.
func TestNoRoomForMore(t *testing.T) {
	m := newMemory(t).Many(t.Context())
	defer m.Close()
	m.Bound(3)
	now := time.Now().UTC().Truncate(time.Second)
	remember(t, m, of("old", seen(accounts.Healthy, "", canary, now.Add(-500*24*time.Hour))))
	remember(t, m, of("b", seen(accounts.Healthy, "", canary, now)))
	remember(t, m, of("c", seen(accounts.Healthy, "", canary, now)))
	remember(t, m, of("d", seen(accounts.Healthy, "", canary, now)))
	if _, known, err := m.Recall("old"); known || err != nil {
		t.Errorf("it is still there: %v", err)
	}
	if _, err := m.Remember(t.Context(), of("e", seen(accounts.Healthy, "", canary, now))); err == nil || !strings.Contains(err.Error(), "there is no room for more") {
		t.Error(err)
	}
	for _, name := range []string{"b", "c", "d"} {
		if before, known := remember(t, m, of(name, seen("unreachable", strings.Repeat("c", 300), canary, now.Add(time.Hour)))); !known || !before.WorkedAt.Equal(now) {
			t.Errorf("%s: %v, %+v", name, known, before)
		}
	}
}

// Who was killed while the file was written anew left a part of it, which goes when it is old.
func TestPartsOfKilledRuns(t *testing.T) {
	m := newMemory(t).Many(t.Context())
	defer m.Close()
	m.Bound(1)
	remember(t, m, of("a", seen(accounts.Healthy, "", canary, noon)))
	for name, age := range map[string]time.Duration{".credguide-1": 48 * time.Hour, ".credguide-2": time.Minute, "mine": 48 * time.Hour} {
		file := filepath.Join(m.Folder, name)
		if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if at := time.Now().Add(-age); os.Chtimes(file, at, at) != nil {
			t.Fatal("its time could not be set")
		}
	}
	if _, err := m.Remember(t.Context(), of("b", seen(accounts.Healthy, "", canary, noon))); err == nil {
		t.Error("there was room")
	}
	for name, want := range map[string]bool{".credguide-1": false, ".credguide-2": true, "mine": true} {
		if _, err := os.Stat(filepath.Join(m.Folder, name)); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
