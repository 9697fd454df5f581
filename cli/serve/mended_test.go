package serve

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/files"
)

// fromFiles are entries whose secrets lie in files of a folder.
func fromFiles(dir string, names ...string) string {
	text := entries(issuer, names...)
	for _, name := range names {
		text = strings.Replace(text, "client_id: id-"+name+", secret_variable: S", "client_id: id-"+name+", secret_file: "+filepath.Join(dir, name), 1)
	}
	return text
}

// Somebody mends what does not work, and sees that within minutes. Where a token was made, the next
// one has its time.
func TestAMendedSecretIsSeenSoon(t *testing.T) {
	dir := t.TempDir()
	names := []string{"good", "bad", "missing", "token"}
	for _, name := range names {
		if name != "missing" {
			put(t, filepath.Join(dir, name), "old")
		}
	}
	list := put(t, filepath.Join(dir, "list.yaml"), fromFiles(dir, names...))
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		for _, name := range names[1:] {
			w.set(name, checks.Misconfigured)
		}
		w.minted = "token"
		f := &flags{every: 6 * time.Hour, state: filepath.Join(dir, "state")}
		m, _ := start(t, w, f, list)
		stop := running(t, m, nil)
		time.Sleep(time.Hour + 25*time.Second) // the files are not written at the moment when they are looked at
		counts := func(want ...int) {
			t.Helper()
			for i, name := range names {
				if n := len(w.times(name)); n != want[i] {
					t.Errorf("%s was checked %d times, not %d", name, n, want[i])
				}
			}
		}
		counts(1, 1, 1, 1)
		w.set("bad", checks.Healthy)
		for _, name := range names {
			put(t, filepath.Join(dir, name), "another")
		}
		time.Sleep(3 * time.Minute)
		counts(1, 2, 2, 1)
		has(t, get(t, m, "/probe?name=bad", http.StatusOK), `verdict="healthy"} 1`)
		for range 10 {
			put(t, filepath.Join(dir, "missing"), strings.Repeat("x", len(w.times("missing"))+10))
			time.Sleep(10 * time.Second)
		}
		if n := len(w.times("missing")); n > 4 { // once a minute at most
			t.Errorf("%d checks", n)
		}
		stop()
	})
}

// The file of one account lies where nothing answers. Those of the others are looked at all the same.
func TestAMountThatHangsHidesNoMendedSecret(t *testing.T) {
	dir := t.TempDir()
	names := []string{"a", "b", "mended"}
	where := strings.NewReplacer(filepath.Join(dir, "a"), filepath.Join(dir, "hung", "a"), filepath.Join(dir, "b"), filepath.Join(dir, "hung", "b"))
	list := put(t, filepath.Join(dir, "list.yaml"), where.Replace(fromFiles(dir, names...)))
	put(t, filepath.Join(dir, "mended"), "old")
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		for _, name := range names {
			w.set(name, checks.Misconfigured)
		}
		m, _ := start(t, w, &flags{every: 6 * time.Hour}, list)
		m.source.stat = func(ctx context.Context, name string) (os.FileInfo, error) {
			if strings.Contains(name, "hung") {
				time.Sleep(files.PipeWait)
				return nil, files.ErrSilent
			}
			return files.Stat(ctx, name)
		}
		stop := running(t, m, nil)
		defer stop()
		time.Sleep(time.Hour + 25*time.Second) // the file is not written at the moment when it is looked at
		put(t, filepath.Join(dir, "mended"), "another")
		time.Sleep(3 * time.Minute)
		if n := len(w.times("mended")); n != 2 {
			t.Errorf("it was checked %d times", n)
		}
	})
}

// A secret that was replaced while the program was away is seen too.
func TestASecretThatWasMendedBetweenTwoRunsIsSeen(t *testing.T) {
	dir := t.TempDir()
	names := []string{"same", "mended"}
	list := put(t, filepath.Join(dir, "list.yaml"), fromFiles(dir, names...))
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		f := &flags{every: 6 * time.Hour, state: filepath.Join(dir, "state")}
		for _, name := range names {
			w.set(name, checks.Misconfigured)
			at := time.Now().Add(-time.Hour)
			if err := os.Chtimes(put(t, filepath.Join(dir, name), "old"), at, at); err != nil {
				t.Fatal(err)
			}
		}
		m, _ := start(t, w, f, list)
		stop := running(t, m, nil)
		time.Sleep(10 * time.Minute)
		stop()
		now := time.Now()
		if err := os.Chtimes(put(t, filepath.Join(dir, "mended"), "new"), now, now); err != nil {
			t.Fatal(err)
		}
		m, _ = start(t, w, f, list)
		stop = running(t, m, nil)
		defer stop()
		time.Sleep(3 * time.Minute)
		if same, mended := len(w.times("same")), len(w.times("mended")); same != 1 || mended != 2 {
			t.Errorf("%d and %d checks", same, mended)
		}
	})
}

// Whoever has mended something else says so with a signal.
func TestASignalAsksForWhatDoesNotWork(t *testing.T) {
	list := put(t, filepath.Join(t.TempDir(), "list.yaml"), entries(issuer, "good", "bad", "token"))
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.set("bad", checks.Misconfigured)
		w.set("token", checks.Misconfigured)
		w.minted = "token"
		m, _ := start(t, w, &flags{every: 6 * time.Hour}, list)
		hangups := make(chan os.Signal, 1)
		stop := running(t, m, hangups)
		defer stop()
		time.Sleep(time.Hour)
		w.set("bad", checks.Healthy)
		for range 60 {
			hangups <- syscall.SIGHUP
			time.Sleep(10 * time.Second)
		}
		if good, bad, token := len(w.times("good")), len(w.times("bad")), len(w.times("token")); good != 1 || bad != 2 || token != 1 {
			t.Errorf("%d, %d and %d checks", good, bad, token)
		}
	})
}

func TestWhichChecksGotNoToken(t *testing.T) {
	asked := func(status int) checks.Request { return checks.Request{Effect: "mints-token", Status: status} }
	for name, tc := range map[string]struct {
		verdict checks.Verdict
		asked   []checks.Request
		want    bool
	}{
		"works":                      {checks.Healthy, []checks.Request{asked(200)}, false},
		"refused":                    {checks.Misconfigured, []checks.Request{asked(401)}, true},
		"refused, then issued":       {checks.Misconfigured, []checks.Request{asked(401), asked(200)}, false},
		"never answered":             {checks.Unreachable, []checks.Request{asked(0)}, false},
		"never asked":                {checks.Misconfigured, nil, true},
		"only public pages":          {checks.Unreachable, []checks.Request{{Effect: "reads", Status: 200}}, true},
		"issued, and refused at /me": {checks.Inconclusive, []checks.Request{asked(200), {Effect: "reads", Status: 403}}, false},
	} {
		r := checks.Report{Verdict: tc.verdict}
		if r.Requests = tc.asked; gotNone(r) != tc.want {
			t.Errorf("%s: %t", name, !tc.want)
		}
	}
}
