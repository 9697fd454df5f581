package serve

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/credguide/credguide/checks"
)

// The work of one request for a thousand accounts, a tenth of which do not work. No page is there
// from a request before.
func BenchmarkAThousandAccounts(b *testing.B) {
	list := put(b, filepath.Join(b.TempDir(), "list.yaml"), entries(issuer, numbered(1000)...))
	m, _ := start(b, newWorld(), &flags{}, list)
	known(b, m, func(i int, r *checks.Report) {
		r.Subject.Environment, r.Subject.Backend = "production", "https://openeo.example.org/openeo/1.2"
		r.Identity = &checks.Identity{TokenExpiresInS: 3600}
		if i%10 == 0 {
			brokenBy(r, "The identity provider refuses the client secret")
		}
	})
	for _, path := range []string{"/metrics", "/", "/probe?name=a0500", "/accounts/a0500"} {
		b.Run(path, func(b *testing.B) {
			for b.Loop() {
				answer := httptest.NewRecorder()
				m.handler().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
				b.SetBytes(int64(answer.Body.Len()))
			}
		})
	}
}

// What becomes of a check's report: series, a page, and what is kept.
func BenchmarkAResult(b *testing.B) {
	list := put(b, filepath.Join(b.TempDir(), "list.yaml"), entries(issuer, "a"))
	m, _ := start(b, newWorld(), &flags{state: b.TempDir()}, list)
	var of record
	known(b, m, func(_ int, r *checks.Report) {
		brokenBy(r, "The identity provider refuses the client secret")
		of = record{Name: "a", Checked: true, Report: *r}
	})
	b.ReportAllocs()
	for b.Loop() {
		if resultOf(of, nil).page == nil || m.state.encoded(of) == nil {
			b.Fatal("nothing was made")
		}
	}
}

// A hundred rounds leave no more behind than ten.
func TestMemoryStaysFlat(t *testing.T) {
	list := put(t, filepath.Join(t.TempDir(), "list.yaml"), entries(issuer, numbered(50)...))
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		m, _ := start(t, w, &flags{every: time.Minute}, list)
		stop := running(t, m, nil)
		defer stop()
		after := func(rounds time.Duration) uint64 {
			time.Sleep(rounds * 64 * time.Second)
			w.mu.Lock()
			clear(w.starts)
			w.mu.Unlock()
			get(t, m, "/metrics", http.StatusOK)
			get(t, m, "/", http.StatusOK)
			synctest.Wait() // no check of this moment is under way
			runtime.GC()
			runtime.GC() // what lies in a pool lives through one
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			return now.HeapAlloc
		}
		ten, hundred := after(10), after(90)
		if hundred > ten+ten/5 {
			t.Errorf("%d bytes after ten rounds, %d after a hundred", ten, hundred)
		}
		if r, _ := m.find("a0025"); r.Checks < 95 {
			t.Errorf("%d rounds", r.Checks)
		}
	})
}
