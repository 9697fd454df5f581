package serve

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/files"
)

func TestABrokenListChangesNothing(t *testing.T) {
	dir := t.TempDir()
	good := entries(issuer, "one", "two")
	list := put(t, filepath.Join(dir, "list.yaml"), good)
	synctest.Test(t, func(t *testing.T) {
		m, said := start(t, newWorld(), &flags{every: time.Hour}, list)
		hangups := make(chan os.Signal, 1)
		stop := running(t, m, hangups)
		defer stop()
		time.Sleep(time.Minute)
		for name, fault := range map[string]func(){
			"not YAML":        func() { put(t, list, "{") },
			"empty":           func() { put(t, list, "") },
			"a name twice":    func() { put(t, list, good+good) },
			"gone":            func() { _ = os.Remove(list) },
			"</script> in it": func() { put(t, list, "</script><script>alert(1)</script>") },
		} {
			fault()
			time.Sleep(time.Minute)
			metrics := get(t, m, "/metrics", http.StatusOK)
			has(t, metrics, "credguide_list_last_reload_successful 0", `name="one"`, `name="two"`)
			page := get(t, m, "/", http.StatusOK)
			has(t, page, `role="alert">The list could not be read again`)
			if strings.Contains(page, "<script") {
				t.Errorf("%s: %s", name, page)
			}
			before := strings.Count(said.String(), "the list stays as it was")
			time.Sleep(time.Hour)
			if after := strings.Count(said.String(), "the list stays as it was"); after != before || before == 0 {
				t.Errorf("%s: it said so %d times, and then %d", name, before, after)
			}
			put(t, list, good+" ")
			hangups <- syscall.SIGHUP
			time.Sleep(time.Minute)
			has(t, get(t, m, "/metrics", http.StatusOK), "credguide_list_last_reload_successful 1")
			put(t, list, good)
			time.Sleep(time.Minute)
		}
	})
}

// A changed entry is another question: it is asked soon, but not as often as somebody may write the
// file.
func TestAChangedEntryIsCheckedSoon(t *testing.T) {
	dir := t.TempDir()
	list := put(t, filepath.Join(dir, "list.yaml"), entries(issuer, "one", "two"))
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.set("one", checks.Misconfigured)
		m, _ := start(t, w, &flags{every: 6 * time.Hour}, list)
		stop := running(t, m, nil)
		defer stop()
		time.Sleep(10 * time.Minute)
		w.set("one", checks.Healthy)
		put(t, list, strings.Replace(entries(issuer, "one", "two"), "id-one", "id-mended", 1))
		time.Sleep(30 * time.Second)
		has(t, get(t, m, "/probe?name=one", http.StatusOK), `client_id="id-mended"`, "credguide_up{", "} 1")
		before := len(w.times("one"))
		for i := range 120 { // ten minutes in which the list is written without end
			put(t, list, strings.Replace(entries(issuer, "one", "two"), "id-one", "id-"+strings.Repeat("x", i%7+1), 1))
			time.Sleep(5 * time.Second)
		}
		if n := len(w.times("one")) - before; n > 11 {
			t.Errorf("%d checks within ten minutes", n)
		}
		if n := len(w.times("two")); n != 1 {
			t.Errorf("the other account was checked %d times", n)
		}
	})
}

// An entry with a fault asks nobody, so it need not wait; nor does its mend, where nobody was asked
// lately.
func TestABrokenEntryIsSeenAtOnce(t *testing.T) {
	dir := t.TempDir()
	good := entries(issuer, "one", "two")
	broken := strings.Replace(good, "client_id: id-one", "client: id-one", 1)
	list := put(t, filepath.Join(dir, "list.yaml"), good)
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		m, _ := start(t, w, &flags{every: 6 * time.Hour}, list)
		stop := running(t, m, nil)
		defer stop()
		time.Sleep(20 * time.Second) // the last check is not old
		put(t, list, broken)
		time.Sleep(2 * lookAgain)
		if n := len(w.times("one")); n != 2 {
			t.Fatalf("checked %d times", n)
		}
		time.Sleep(settle)
		put(t, list, good+"# mended\n")
		time.Sleep(2 * lookAgain)
		if n := w.asked("one"); n != 1 { // what was found before holds again
			t.Errorf("asked %d times", n)
		}
		has(t, get(t, m, "/probe?name=one", http.StatusOK), `client_id="id-one"`)
		put(t, list, broken)
		time.Sleep(2 * lookAgain)
		put(t, list, strings.Replace(good, "id-one", "id-other", 1))
		time.Sleep(2 * lookAgain)
		has(t, get(t, m, "/probe?name=one", http.StatusOK), `client_id="id-other"`)
		before := w.asked("one")
		for i := range 60 { // between a fault and another question, without end
			put(t, list, broken)
			time.Sleep(lookAgain + 2*reloadPause)
			put(t, list, strings.Replace(good, "id-one", fmt.Sprintf("id-%d", i), 1))
			time.Sleep(lookAgain + 2*reloadPause)
		}
		if n := w.asked("one") - before; n > 2+60*2*int(lookAgain+2*reloadPause)/int(settle) {
			t.Errorf("%d checks that ask, within 14 minutes", n)
		}
	})
}

// The first change is seen at once, however short ago the last check was in its turn.
func TestAChangeAfterACheckIsSeenAtOnce(t *testing.T) {
	dir := t.TempDir()
	list := put(t, filepath.Join(dir, "list.yaml"), entries(issuer, "one"))
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		m, _ := start(t, w, &flags{every: 6 * time.Hour}, list)
		stop := running(t, m, nil)
		defer stop()
		time.Sleep(10 * time.Second)
		for change, want := range []int{2, 2} { // the second one has to wait
			put(t, list, strings.Replace(entries(issuer, "one"), "id-one", fmt.Sprintf("id-%d", change), 1))
			time.Sleep(2 * lookAgain)
			if n := len(w.times("one")); n != want {
				t.Errorf("change %d: checked %d times, not %d", change+1, n, want)
			}
		}
		time.Sleep(settle)
		if n := len(w.times("one")); n != 3 {
			t.Errorf("checked %d times", n)
		}
	})
}

// What only describes an account is no reason to make a token. It is seen with the next check, which
// knows the secret.
func TestAChangedLabelAsksNothing(t *testing.T) {
	dir := t.TempDir()
	list := put(t, filepath.Join(dir, "list.yaml"), entries(issuer, "one", "two"))
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		f := &flags{every: 6 * time.Hour, state: filepath.Join(dir, "state")}
		m, _ := start(t, w, f, list)
		stop := running(t, m, nil)
		time.Sleep(10 * time.Minute)
		changed := strings.ReplaceAll(entries("https://idp.example.org/", "two", "one"), "labels: {team: eo}",
			"labels: {team: moved}, owner: somebody, expires: 2030-01-01, ignore: {userinfo-refused: known}")
		put(t, list, "# another line first\n"+changed)
		time.Sleep(time.Hour)
		has(t, get(t, m, "/metrics", http.StatusOK), `label_team="eo",name="one"`)
		stop()
		m, _ = start(t, w, f, list) // nor does a restart
		stop = running(t, m, nil)
		defer stop()
		time.Sleep(time.Hour)
		metrics := get(t, m, "/metrics", http.StatusOK)
		if has(t, metrics, `label_team="eo",name="one"`); len(w.times("one")) != 1 || strings.Contains(metrics, "moved") {
			t.Errorf("%d checks; %s", len(w.times("one")), metrics)
		}
		time.Sleep(5 * time.Hour)
		has(t, get(t, m, "/metrics", http.StatusOK), `label_team="moved",name="one",owner="somebody"`)
		if n := len(w.times("one")); n != 2 {
			t.Errorf("%d checks", n)
		}
	})
}

// A mistake in the list that is taken back leaves nothing behind: what was found before holds
// again, and its time comes as if nothing had been.
func TestAnEntryThatIsAsItWas(t *testing.T) {
	good := entries(issuer, "one")
	list := put(t, filepath.Join(t.TempDir(), "list.yaml"), good)
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		m, said := start(t, w, &flags{every: 6 * time.Hour}, list)
		stop := running(t, m, nil)
		defer stop()
		time.Sleep(10 * time.Minute)
		w.set("one", checks.Misconfigured)
		put(t, list, strings.Replace(good, "id-one", "id-wrong", 1))
		time.Sleep(10 * time.Minute)
		has(t, get(t, m, "/metrics", http.StatusOK), `client_id="id-wrong",environment="idp.example.org",label_team="eo",name="one"} 0`)
		put(t, list, good)
		time.Sleep(10 * time.Minute)
		has(t, get(t, m, "/metrics", http.StatusOK), `credguide_up{backend="",client_id="id-one",environment="idp.example.org",label_team="eo",name="one"} 1`)
		has(t, said.String(), "one no longer works", "one works again")
		if n := len(w.times("one")); n != 2 {
			t.Errorf("%d checks", n)
		}
		w.set("one", checks.Healthy)
		time.Sleep(6*time.Hour + 10*time.Minute)
		if times := w.times("one"); len(times) != 3 || times[2].Sub(times[0]) < 6*time.Hour {
			t.Errorf("checked at %s", times)
		}
		for i := range 20 {
			put(t, list, strings.Replace(good, "id-one", fmt.Sprint("id-", i), 1))
			time.Sleep(10 * time.Minute)
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		if n := len(m.order[0].past); n > mostPast {
			t.Errorf("%d results are remembered", n)
		}
	})
}

// A list that was read while it was written lacks accounts for a moment. They come back as they
// were.
func TestAnAccountThatComesBackIsNotCheckedAnew(t *testing.T) {
	dir := t.TempDir()
	list := put(t, filepath.Join(dir, "list.yaml"), entries(issuer, "one", "two"))
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		m, _ := start(t, w, &flags{every: 6 * time.Hour}, list)
		stop := running(t, m, nil)
		defer stop()
		time.Sleep(time.Minute)
		for range 10 {
			put(t, list, entries(issuer, "one"))
			time.Sleep(time.Minute)
			get(t, m, "/probe?name=two", http.StatusNotFound)
			put(t, list, entries(issuer, "one", "two"))
			time.Sleep(time.Minute)
			has(t, get(t, m, "/probe?name=two", http.StatusOK), `name="two"`)
		}
		if n := len(w.times("two")); n != 1 {
			t.Errorf("it was checked %d times", n)
		}
		put(t, list, entries(issuer, "one"))
		time.Sleep(24 * time.Hour)
		put(t, list, entries(issuer, "one", "two"))
		time.Sleep(time.Minute)
		if n := len(w.times("two")); n != 2 || len(m.gone) != 0 {
			t.Errorf("it was checked %d times; %d accounts are remembered", n, len(m.gone))
		}
	})
}

// The list on a file system that does not answer is asked for once, and the accounts that are known
// are checked on.
func TestAListThatCannotBeReached(t *testing.T) {
	list := put(t, filepath.Join(t.TempDir(), "list.yaml"), entries(issuer, "one", "two"))
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		m, said := start(t, w, &flags{every: 10 * time.Minute}, list)
		answers := make(chan struct{})
		var calls atomic.Int32
		m.source.stat = func(ctx context.Context, name string) (os.FileInfo, error) {
			calls.Add(1)
			select {
			case <-answers:
				return files.Stat(ctx, name)
			case <-time.After(files.PipeWait):
				return nil, fmt.Errorf("%w within %s", files.ErrSilent, files.PipeWait)
			}
		}
		hangups := make(chan os.Signal, 1)
		stop := running(t, m, hangups)
		defer stop()
		time.Sleep(time.Hour)
		if n := len(w.times("one")); n < 5 {
			t.Errorf("an account that is known was checked %d times within an hour", n)
		}
		get(t, m, "/-/healthy", http.StatusOK)
		has(t, get(t, m, "/metrics", http.StatusOK), "credguide_list_last_reload_successful 0", `name="two"`)
		has(t, get(t, m, "/", http.StatusOK), `role="alert">The list could not be read again`, "the file system does not answer")
		if n := strings.Count(said.String(), "the list stays as it was: read the list: "+list+": the file system does not answer"); n != 1 {
			t.Errorf("it said so %d times: %s", n, said)
		}
		before := calls.Load()
		for range 1000 { // a storm of signals
			select {
			case hangups <- syscall.SIGHUP:
			default:
			}
			time.Sleep(10 * time.Millisecond)
		}
		if n := calls.Load() - before; n > 12 {
			t.Errorf("asked %d times", n)
		}
		close(answers)
		time.Sleep(time.Minute)
		has(t, get(t, m, "/metrics", http.StatusOK), "credguide_list_last_reload_successful 1")
		has(t, said.String(), "the list was read again: 2 accounts")
	})
}

// A storm of signals reads the list once a second, and no account is checked more often.
func TestAStormOfSignals(t *testing.T) {
	list := put(t, filepath.Join(t.TempDir(), "list.yaml"), entries(issuer, "one"))
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		m, said := start(t, w, &flags{every: time.Hour}, list)
		hangups := make(chan os.Signal, 1)
		stop := running(t, m, hangups)
		defer stop()
		for range 6000 {
			select {
			case hangups <- syscall.SIGHUP:
			default:
			}
			time.Sleep(10 * time.Millisecond)
		}
		if n := strings.Count(said.String(), "the list was read again"); n < 30 || n > 61 {
			t.Errorf("read %d times within a minute", n)
		}
		if n := len(w.times("one")); n != 1 {
			t.Errorf("checked %d times", n)
		}
	})
}

func TestStandardInputIsReadOnce(t *testing.T) {
	list := put(t, filepath.Join(t.TempDir(), "list.yaml"), entries(issuer, "one"))
	m, said := start(t, newWorld(), &flags{}, list)
	m.source = source{given: "-"}
	if m.source.changed(t.Context()) {
		t.Error("standard input changed")
	}
	m.reload(t.Context())
	has(t, said.String(), "standard input, which can be read only once")
	if m.size() != 1 {
		t.Error("the list is gone")
	}
}
