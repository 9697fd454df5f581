package serve

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/credguide/credguide/checks"
)

// running starts the schedule, and gives what ends it.
func running(t *testing.T, m *monitor, hangups <-chan os.Signal) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		m.schedule(ctx, hangups)
	}()
	return func() { cancel(); <-done }
}

// The times in a bubble are its own: they are not those of the machine.
func TestNoAccountIsCheckedMoreOftenThanAsked(t *testing.T) {
	list := put(t, filepath.Join(t.TempDir(), "list.yaml"), entries(issuer, numbered(80)...))
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		m, _ := start(t, w, &flags{every: 10 * time.Minute}, list)
		stop := running(t, m, nil)
		for range 48 { // a storm of requests, all the time
			time.Sleep(5 * time.Minute)
			for _, path := range []string{"/metrics", "/probe?name=a0007", "/", "/accounts/a0007", "/-/ready", "/-/healthy"} {
				get(t, m, path, http.StatusOK)
			}
		}
		stop()
		second := map[time.Duration]bool{}
		for _, name := range numbered(80) {
			times := w.times(name)
			if len(times) < 21 || len(times) > 24 {
				t.Errorf("%s was checked %d times in four hours", name, len(times))
			}
			for i := 1; i < len(times); i++ {
				if gap := times[i].Sub(times[i-1]); gap < 10*time.Minute || gap > 12*time.Minute {
					t.Errorf("%s was checked again after %s", name, gap)
				}
			}
			second[times[1].Sub(times[0]).Round(time.Second)] = true
		}
		if len(second) < 20 {
			t.Errorf("80 accounts have %d times of their own", len(second))
		}
		if w.most[issuer] > 4 {
			t.Errorf("%d checks of one host at once", w.most[issuer])
		}
	})
}

func TestAHostThatHangsDelaysOnlyItself(t *testing.T) {
	const other = "https://hangs.example.org/"
	list := put(t, filepath.Join(t.TempDir(), "list.yaml"), entries(other, numbered(100)...)+entries(issuer, "good", "fine"))
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.hangs[other] = true
		m, _ := start(t, w, &flags{every: time.Minute}, list)
		stop := running(t, m, nil)
		defer stop()
		time.Sleep(30 * time.Second)
		if len(w.times("good")) != 1 || len(w.times("fine")) != 1 {
			t.Error("the accounts of the other host were not checked")
		}
		time.Sleep(time.Hour)
		for _, name := range numbered(100) { // nor does the list's order starve anybody
			if n := len(w.times(name)); n < 1 || n > 4 {
				t.Errorf("%s was checked %d times", name, n)
			}
		}
	})
}

// A command that hangs takes no place at a host from accounts that need none, and the commands of
// others have their turn too.
func TestACommandThatHangsKeepsNobodyElseWaiting(t *testing.T) {
	text := entries(issuer, numbered(60)...)
	for _, name := range numbered(60)[:30] { // they stand first
		text = strings.Replace(text, "client_id: id-"+name+", secret_variable: S", "client_id: id-"+name+", secret_command: [vault]", 1)
	}
	list := put(t, filepath.Join(t.TempDir(), "list.yaml"), text)
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		for _, name := range numbered(10) {
			w.takes[name] = 10 * time.Minute
		}
		m, _ := start(t, w, &flags{every: 6 * time.Hour}, list)
		stop := running(t, m, nil)
		defer stop()
		time.Sleep(time.Minute)
		for _, name := range numbered(60)[30:] {
			if n := len(w.times(name)); n != 1 {
				t.Errorf("%s, which has no command, was checked %d times", name, n)
			}
		}
		time.Sleep(time.Hour)
		for _, name := range numbered(60) {
			if n := len(w.times(name)); n != 1 {
				t.Errorf("%s was checked %d times", name, n)
			}
		}
		if w.mostCommands > m.flags.PerHost || w.most[issuer] > m.flags.PerHost {
			t.Errorf("%d commands and %d checks of one host at once", w.mostCommands, w.most[issuer])
		}
	})
}

// A secret that a command has printed ages, so it is not asked for before its account is among the
// next of its host.
func TestACommandRunsShortlyBeforeItsCheck(t *testing.T) {
	text := entries(issuer, numbered(40)...)
	for i, name := range numbered(40) {
		if i%3 == 0 {
			text = strings.Replace(text, "client_id: id-"+name+", secret_variable: S", "client_id: id-"+name+", secret_command: [vault]", 1)
		}
	}
	list := put(t, filepath.Join(t.TempDir(), "list.yaml"), text)
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		m, _ := start(t, w, &flags{every: time.Second}, list) // more than one host can answer
		stop := running(t, m, nil)
		defer stop()
		least, most := 1<<30, 0
		for range 300 {
			time.Sleep(100 * time.Millisecond)
			m.mu.Lock()
			ready := 0
			for _, a := range m.order {
				if a.phase == prepared {
					ready++
				}
			}
			m.mu.Unlock()
			if ready > 2*m.flags.PerHost {
				t.Fatalf("%d secrets wait", ready)
			}
		}
		for _, name := range numbered(40) {
			n := len(w.times(name))
			least, most = min(least, n), max(most, n)
		}
		if least < 20 || most > least+5 {
			t.Errorf("some accounts were checked %d times, others %d times", least, most)
		}
	})
}

// Checks that hang in what nobody can interrupt keep the others of their host waiting for a while,
// and not for ever.
func TestAStuckCheckHoldsNoPlaceForEver(t *testing.T) {
	list := put(t, filepath.Join(t.TempDir(), "list.yaml"), entries(issuer, numbered(8)...))
	synctest.Test(t, func(t *testing.T) {
		w, freed := newWorld(), make(chan struct{})
		for _, name := range numbered(4) {
			w.stuck[name] = freed
		}
		m, _ := start(t, w, &flags{every: time.Hour}, list)
		stop := running(t, m, nil)
		time.Sleep(3 * time.Hour)
		for i, name := range numbered(8) {
			if n := len(w.times(name)); i < 4 && n > 1 || i >= 4 && n < 2 {
				t.Errorf("%s was begun %d times", name, n)
			}
		}
		close(freed)
		stop()
	})
}

func TestAnInterruptedCheckIsNoResult(t *testing.T) {
	dir := t.TempDir()
	list := put(t, filepath.Join(dir, "list.yaml"), entries(issuer, "one"))
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.hangs[issuer] = true
		m, _ := start(t, w, &flags{every: time.Second, state: filepath.Join(dir, "state")}, list)
		stop := running(t, m, nil)
		time.Sleep(30 * time.Second)
		stop()
		if len(w.times("one")) == 0 {
			t.Fatal("never checked")
		}
		if _, err := os.Stat(m.state.file("one")); err == nil {
			t.Error("an interrupted check was kept")
		}
		get(t, m, "/accounts/one", http.StatusServiceUnavailable)
	})
}

// A defect of one check is said, and ends neither the program nor the checks of others.
func TestADefectIsOneAccounts(t *testing.T) {
	list := put(t, filepath.Join(t.TempDir(), "list.yaml"), entries(issuer, "one", "two"))
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.set("one", panics)
		m, said := start(t, w, &flags{every: time.Hour}, list)
		stop := running(t, m, nil)
		defer stop()
		time.Sleep(90 * time.Minute)
		has(t, said.String(), "error: ")
		get(t, m, "/accounts/one", http.StatusServiceUnavailable)
		get(t, m, "/accounts/two", http.StatusOK)
		w.set("one", checks.Healthy)
		time.Sleep(time.Hour)
		get(t, m, "/accounts/one", http.StatusOK)
	})
}

// A restart neither asks sooner than --every nor forgets since when an account fails.
func TestARestartKeepsWhatIsKnown(t *testing.T) {
	dir := t.TempDir()
	list := put(t, filepath.Join(dir, "list.yaml"), entries(issuer, "good", "bad"))
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.set("bad", checks.Misconfigured)
		f := &flags{every: time.Hour, state: filepath.Join(dir, "state")}
		m, _ := start(t, w, f, list)
		stop := running(t, m, nil)
		time.Sleep(150 * time.Minute) // three rounds
		stop()
		before, _ := m.find("bad")
		for range 20 { // a program that crashes again and again
			m, _ = start(t, w, f, list)
			get(t, m, "/-/ready", http.StatusOK)
			stop = running(t, m, nil)
			time.Sleep(time.Second)
			stop()
		}
		after, _ := m.find("bad")
		if !after.Since.Equal(before.Since) || after.Checks != before.Checks || after.Report.Verdict != checks.Misconfigured || before.Checks != 3 {
			t.Errorf("%d checks since %s became %d since %s", before.Checks, before.Since, after.Checks, after.Since)
		}
		if n := len(w.times("bad")); n != 3 {
			t.Errorf("%d checks", n)
		}
		stop = running(t, m, nil)
		defer stop()
		time.Sleep(time.Hour)
		w.set("bad", checks.Healthy)
		time.Sleep(70 * time.Minute)
		mended, _ := m.find("bad")
		if mended.Report.Verdict != checks.Healthy || !mended.Since.After(before.Since) || mended.Since.After(time.Now()) {
			t.Errorf("%s since %s", mended.Report.Verdict, mended.Since)
		}
	})
}

// Whatever the clock says now or said then, the first wait is between nothing and --every.
func TestAClockThatJumps(t *testing.T) {
	now := time.Now()
	m := &monitor{flags: &flags{every: time.Hour}}
	for name, tc := range map[string]struct {
		kept     record
		from, to time.Duration
	}{
		"never checked":            {record{}, 0, 5 * time.Second},
		"a while ago":              {checkedAt(now.Add(-20 * time.Minute)), 39 * time.Minute, 41 * time.Minute},
		"long ago":                 {checkedAt(now.Add(-20 * time.Hour)), 0, 5 * time.Second},
		"before there were clocks": {checkedAt(time.Time{}), 0, 5 * time.Second},
		"in the future":            {checkedAt(now.Add(1000 * time.Hour)), time.Hour, time.Hour + 5*time.Second},
		"far in the future":        {checkedAt(now.AddDate(900, 0, 0)), time.Hour, time.Hour + 5*time.Second},
	} {
		a := &account{result: result{record: tc.kept}, mark: "same"}
		m.first(now, a)
		if wait := a.next.Sub(now); wait < tc.from || wait > tc.to {
			t.Errorf("%s: %s", name, wait)
		}
	}
	r := checkedAt(now).after(checks.Report{Evidence: checks.Evidence{Started: now.Add(-time.Hour)}}, "same")
	if r.Since.After(r.Report.Started) {
		t.Errorf("since %s, though the check was at %s", r.Since, r.Report.Started)
	}
	early := checkedAt(time.Date(1970, 1, 1, 0, 0, 7, 0, time.UTC)) // kept by a machine that did not know the time
	if r := early.after(checks.Report{Evidence: checks.Evidence{Started: now}}, "same"); !r.Since.Equal(now) {
		t.Errorf("since %s", r.Since)
	}
}

func checkedAt(at time.Time) record {
	return record{Name: "a", Print: "same", Checked: true, Since: at, Report: checks.Report{Evidence: checks.Evidence{Started: at}}}
}

func TestAFolderThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	list := put(t, filepath.Join(dir, "list.yaml"), entries(issuer, "one", "two"))
	place := filepath.Join(dir, "disk")
	synctest.Test(t, func(t *testing.T) {
		put(t, place, "no folder") // what lies below cannot be made, as on a disk that is read-only
		w := newWorld()
		m, said := start(t, w, &flags{every: time.Hour, state: filepath.Join(place, "state")}, list)
		stop := running(t, m, nil)
		defer stop()
		time.Sleep(10 * time.Minute)
		get(t, m, "/-/ready", http.StatusOK)
		has(t, said.String(), "warning: the results cannot be kept in ", "; the checks go on")
		has(t, get(t, m, "/metrics", http.StatusOK), `credguide_state_last_save_successful 0`, `name="one"`)
		has(t, get(t, m, "/", http.StatusOK), `role="alert">The results cannot be kept across restarts: `)
		if n := strings.Count(said.String(), "\n"); n > 12 {
			t.Errorf("it said so %d times within ten minutes", n)
		}
		if err := os.Remove(place); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Minute)
		has(t, said.String(), "are kept in "+filepath.Join(place, "state")+" again")
		has(t, get(t, m, "/metrics", http.StatusOK), `credguide_state_last_save_successful 1`)
		if found, err := os.ReadDir(filepath.Join(place, "state")); err != nil || len(found) != 3 { // and the lock
			t.Errorf("%v: %v", found, err)
		}
		if strings.Contains(get(t, m, "/", http.StatusOK), "alert\">The results") {
			t.Error("the page still says so")
		}
	})
}

func TestShardsAreTheWholeList(t *testing.T) {
	list := put(t, filepath.Join(t.TempDir(), "list.yaml"), entries(issuer, numbered(300)...))
	var all []string
	for part := 1; part <= 3; part++ {
		m, _ := start(t, newWorld(), &flags{shard: shard{part, 3}}, list)
		if n := m.size(); n < 60 || n > 140 {
			t.Errorf("part %d has %d of 300", part, n)
		}
		for _, r := range m.standings() {
			all = append(all, r.Name)
		}
	}
	slices.Sort(all)
	if !slices.Equal(all, numbered(300)) {
		t.Error("the parts are not the list")
	}
	for _, wrong := range []string{"", "1", "0/3", "4/3", "-1/3", "1/0", "a/b", "1/2/3", "1/10000000"} {
		if err := new(shard).Set(wrong); err == nil {
			t.Errorf("%q is taken", wrong)
		}
	}
}
