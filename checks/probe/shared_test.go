package probe_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/sandbox"
)

// volatile facts differ from check to check, whoever asks.
func withoutVolatile(f checks.Facts) checks.Facts {
	kept := checks.Facts{}
	for name, v := range f {
		if !strings.Contains(name, "skew") && !strings.HasPrefix(name, "clock.") && !strings.HasPrefix(name, "jwt.") && !strings.Contains(name, "token.") {
			kept[name] = v
		}
	}
	return kept
}

// sharedBy is what the checks of a test have in common. Nobody waits for work when it is over.
func sharedBy(t *testing.T, l probe.Limits) *probe.Shared {
	t.Helper()
	s := probe.NewShared(l)
	t.Cleanup(s.Close)
	return s
}

func TestPublicDocumentsAreAskedForOnce(t *testing.T) {
	s, o := start(t, sandbox.Options{})
	alone := probe.Run(t.Context(), s, o, nil).Evidence
	o.Shared = sharedBy(t, probe.Limits{PerHost: 4})
	var mu sync.Mutex
	asked := map[string]int{}
	var all [8]checks.Evidence
	var wg sync.WaitGroup
	for i := range all {
		wg.Go(func() {
			all[i] = probe.Run(t.Context(), s, o, func(e probe.Event) {
				if e.Request != nil {
					mu.Lock()
					defer mu.Unlock()
					asked[e.Request.Step]++
				}
			}).Evidence
		})
	}
	wg.Wait()
	for _, step := range []string{"discovery", "well-known", "capabilities", "providers", "keys"} {
		if asked[step] != 1 {
			t.Errorf("%s was asked %d times", step, asked[step])
		}
	}
	for i, e := range all {
		if !checks.Derive(e.Facts).Is(checks.LoginWorks) {
			t.Errorf("check %d: the login does not work: %v", i, e.Facts)
		}
		for name, v := range withoutVolatile(alone.Facts) {
			if got, ok := e.Facts[name]; !ok {
				t.Errorf("check %d does not know %s (%v)", i, name, v)
			} else if _, isList := v.([]string); !isList && got != v {
				t.Errorf("check %d: %s is %v, and %v in a check alone", i, name, got, v)
			}
		}
	}
	later := probe.Run(t.Context(), s, o, nil).Evidence
	if len(later.Requests) > 4 {
		t.Errorf("%d requests once the documents are known, at most 4: %v", len(later.Requests), later.Requests)
	}
}

// host is an identity provider of which a test decides how the token endpoint answers.
func host(t *testing.T, token http.HandlerFunc) (probe.Subject, *httptest.Server) {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"issuer":"` + server.URL + `","token_endpoint":"` + server.URL + `/token"}`))
	})
	mux.HandleFunc("POST /token", token)
	s := probe.Subject{Environment: environments.Environment{Title: "test", Issuer: server.URL}, Catalog: &environments.Catalog{}}
	s.Credentials = credentials.Resolved{ClientID: "nightly", Secret: credentials.NewSecret("a-secret-of-nobody-0815-4711")}
	return s, server
}

// One answer that nobody can log in with, as while a server starts anew or a proxy puts a page in
// front of it, does not decide for every entry of a list; a host that says it twice is left alone.
func TestAFailureIsSharedOnceItWasSeenTwice(t *testing.T) {
	for name, fault := range map[string]http.HandlerFunc{
		"an outage":      reply(502, ``),
		"no such realm":  reply(404, `{"error":"Realm does not exist"}`),
		"a page":         reply(200, `<html><title>Maintenance</title></html>`),
		"another issuer": reply(200, `{"issuer":"http://127.0.0.1:1/other","token_endpoint":"http://127.0.0.1:1/other/token"}`),
		"no endpoints":   reply(200, `{}`),
	} {
		for failures, works := range map[int32]bool{1: true, 100: false} {
			var asked atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.URL.Path != "/.well-known/openid-configuration":
					http.NotFound(w, r)
				case asked.Add(1) <= failures:
					fault(w, r)
				default:
					_, _ = w.Write([]byte(`{"issuer":"http://` + r.Host + `","token_endpoint":"http://` + r.Host + `/token"}`))
				}
			}))
			s := probe.Subject{Environment: environments.Environment{Title: "test", Issuer: server.URL}, Catalog: &environments.Catalog{}, Public: true}
			o := probe.Options{Shared: sharedBy(t, probe.Limits{PerHost: 4})}
			var last checks.Evidence
			for range 5 {
				last = probe.Run(t.Context(), s, o, nil).Evidence
			}
			if got := checks.Derive(last.Facts).Text(checks.DiscoveryIssuerMatch) == "exact"; got != works || asked.Load() != 2 {
				t.Errorf("%s, %d times: asked for it %d times, and the last check has the document: %v", name, failures, asked.Load(), got)
			}
			server.Close()
		}
	}
}

// Nor does it decide for those that waited for it.
func TestWhoWaitedForAFailureAsksAgain(t *testing.T) {
	const many = 6
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path != "/.well-known/openid-configuration":
			http.NotFound(w, r)
		case asked.Add(1) == 1:
			time.Sleep(50 * time.Millisecond) // so that others wait meanwhile
			reply(404, `{"error":"Realm does not exist"}`)(w, r)
		default:
			_, _ = w.Write([]byte(`{"issuer":"http://` + r.Host + `","token_endpoint":"http://` + r.Host + `/token"}`))
		}
	}))
	defer server.Close()
	s := probe.Subject{Environment: environments.Environment{Title: "test", Issuer: server.URL}, Catalog: &environments.Catalog{}, Public: true}
	o := probe.Options{Shared: sharedBy(t, probe.Limits{PerHost: many})}
	var without atomic.Int32
	var wg sync.WaitGroup
	for range many {
		wg.Go(func() {
			if !checks.Derive(probe.Run(t.Context(), s, o, nil).Evidence.Facts).Is(checks.IssuerFound) {
				without.Add(1)
			}
		})
	}
	wg.Wait()
	if without.Load() > 1 || asked.Load() != 2 {
		t.Errorf("%d have no document, asked for it %d times", without.Load(), asked.Load())
	}
}

func TestAHostThatAsksForAPauseIsLeftAlone(t *testing.T) {
	var asked atomic.Int32
	s, _ := host(t, func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.Header().Set("Retry-After", "120")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	o := probe.Options{Shared: sharedBy(t, probe.Limits{PerHost: 1})}
	first := probe.Run(t.Context(), s, o, nil).Evidence
	if asked.Load() == 0 || first.Facts.Text(checks.EntryPausedHost) != "" {
		t.Fatalf("the first check asks: %v", first.Facts)
	}
	before := asked.Load()
	for range 3 {
		e := probe.Run(t.Context(), s, o, nil).Evidence
		if e.Facts.Text(checks.EntryPausedHost) == "" {
			t.Errorf("it is not said that the host was left alone: %v", e.Facts)
		}
		catalog, err := checks.LoadCatalog()
		if err != nil {
			t.Fatal(err)
		}
		r := checks.Diagnose(catalog, e)
		if first, _ := r.First(); first.ID != "rate-limited" || r.Verdict != checks.Unreachable {
			t.Errorf("%s, %s", r.Verdict, first.ID)
		}
	}
	if asked.Load() != before {
		t.Errorf("the token endpoint was asked %d times more", asked.Load()-before)
	}
}

// Whoever allows more requests at once gets them: none waits for a connection, in the host's time.
func TestSoManyAtOnceAsAllowed(t *testing.T) {
	const many = 12
	var now atomic.Int32
	all := make(chan struct{})
	s, _ := host(t, func(w http.ResponseWriter, r *http.Request) {
		if now.Add(1) == many {
			close(all)
		}
		select {
		case <-all:
		case <-r.Context().Done():
		}
		w.WriteHeader(http.StatusUnauthorized)
	})
	o := probe.Options{NoSiblings: true, Shared: sharedBy(t, probe.Limits{PerHost: many})}
	var wg sync.WaitGroup
	for range many {
		wg.Go(func() {
			facts := probe.Run(t.Context(), s, o, nil).Evidence.Facts
			if failure, _ := facts["token.failure"].(string); failure != "" || facts["token.status"] == nil {
				t.Errorf("the token endpoint has not answered: %v", facts)
			}
		})
	}
	wg.Wait()
}

func TestAtMostSoManyAtOnce(t *testing.T) {
	var now, most atomic.Int32
	s, _ := host(t, func(w http.ResponseWriter, _ *http.Request) {
		n := now.Add(1)
		for m := most.Load(); n > m; m = most.Load() {
			if most.CompareAndSwap(m, n) {
				break
			}
		}
		time.Sleep(5 * time.Millisecond) // so that others would come meanwhile
		now.Add(-1)
		w.WriteHeader(http.StatusUnauthorized)
	})
	o := probe.Options{NoSiblings: true, Shared: sharedBy(t, probe.Limits{PerHost: 2})}
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() { probe.Run(t.Context(), s, o, nil) })
	}
	wg.Wait()
	if most.Load() > 2 {
		t.Errorf("%d requests at once, at most 2", most.Load())
	}
}
