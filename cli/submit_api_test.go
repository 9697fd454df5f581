package cli

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/sandbox"
)

// The two refusals of a token are told apart, each with what to do.
func TestTheTokenIsRefused(t *testing.T) {
	o := newOffice(t, sandbox.Options{})
	for _, tc := range []struct {
		from                   *sandbox.Sandbox
		who, scope, want, todo string
	}{
		{o.box, "alice", "profile", "does not take this token", "with the scope openid"},
		{o.box, "nina", "openid", "does not know you yet", "Sign in at"},
		{box(t), "alice", "openid", "comes from another identity provider", "from the identity provider that the registry's portal uses"},
	} {
		token, err := tc.from.PersonToken(tc.who, tc.scope)
		if err != nil {
			t.Fatal(err)
		}
		o.with(map[string]string{"MY_TOKEN": token})
		o.expect(o.submit("sandbox-dev", devAnswers, "--registry-token-variable", "MY_TOKEN"), app.ExitMisconfigured, tc.want, tc.todo, "The request is saved in")
	}
	o.expect(o.submit("sandbox-dev", devAnswers, "--registry-token-variable", "NOT_SET"), app.ExitUsage, "NOT_SET is not set", "request show")
	o.expect(o.submit("sandbox-dev", devAnswers, "--registry-token-command", "oidc-token egi | cat"), app.ExitUsage, "no shell runs the command")
	if len(o.box.Petitions()) != 0 {
		t.Error("something was submitted")
	}
}

// front is the registry behind a handler that may answer in its place.
func (o *office) front(answers func(http.ResponseWriter, *http.Request) bool) string {
	o.t.Helper()
	base, err := url.Parse(o.box.RegistryURL())
	if err != nil {
		o.t.Fatal(err)
	}
	behind := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(base) }}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !answers(w, r) {
			behind.ServeHTTP(w, r)
		}
	}))
	o.t.Cleanup(s.Close)
	return s.URL
}

// A token that expires in the middle is read again, and nothing is lost or done twice.
func TestATokenThatExpiresInTheMiddle(t *testing.T) {
	t.Parallel()
	o := newOffice(t, sandbox.Options{PlainHTTP: true})
	next, err := o.box.PersonToken("alice", "openid")
	if err != nil {
		t.Fatal(err)
	}
	var refused atomic.Int32
	api := o.front(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost || refused.Add(1) > 2 {
			return false
		}
		if refused.Load() == 2 { // as a program that renews tokens does
			_ = os.WriteFile(o.tokenFile(), []byte(next), 0o600)
		}
		w.WriteHeader(http.StatusUnauthorized)
		return true
	})
	o.expect(o.submit("sandbox-dev", devAnswers, "--approve", "--registry-api", api), app.ExitMisconfigured,
		"does not take this token", "The request is saved in")
	o.expect(o.submit("sandbox-dev", devAnswers, "--approve", "--registry-api", api), app.ExitHealthy, "no longer takes the token", "√ Works")
	if n := len(o.box.Petitions()); n != 1 {
		t.Errorf("%d requests, want one", n)
	}
}

// A network that drops between the request and its answer makes no second request.
func TestAnAnswerThatIsLost(t *testing.T) {
	t.Parallel()
	o := newOffice(t, sandbox.Options{PlainHTTP: true})
	base := o.box.RegistryURL()
	api := o.front(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost {
			return false
		}
		again, err := http.NewRequestWithContext(r.Context(), r.Method, base+r.URL.Path, r.Body)
		if err == nil {
			again.Header = r.Header.Clone()
			var res *http.Response
			if res, err = http.DefaultClient.Do(again); err == nil {
				err = res.Body.Close()
			}
		}
		if err != nil {
			t.Error(err)
		}
		panic(http.ErrAbortHandler)
	})
	o.expect(o.submit("sandbox-dev", devAnswers, "--approve", "--registry-api", api), app.ExitHealthy, "has this request already", "√ Works")
	if n := len(o.box.Petitions()); n != 1 {
		t.Errorf("%d requests, want one", n)
	}
}

// Whatever the registry answers after it has the request, nobody is sent to enter it once more: what
// is printed then finds the request, and leads to the login.
func TestAProblemAfterTheRegistryHasTheRequest(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		method, path, want string
		status, code       int
		body               string
	}{
		"approval fails":        {"PUT", "/review", "answers 500", 500, app.ExitCannotTell, "boom"},
		"approval is limited":   {"PUT", "/review", "it is limiting requests; try again in 17s", 429, app.ExitCannotTell, ""},
		"approval is forbidden": {"PUT", "/review", `API does not: "members of the board only"`, 403, app.ExitCannotTell, `{"message":"members of the board only"}`},
		"the token expires":     {"PUT", "/review", "does not take this token", 401, app.ExitMisconfigured, ""},
		"the list fails":        {"GET", "/services/list", "answers 502", 502, app.ExitCannotTell, "<html>"},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, sandbox.Options{PlainHTTP: true})
			var well atomic.Bool
			api := o.front(func(w http.ResponseWriter, r *http.Request) bool {
				if well.Load() || r.Method != c.method || !strings.HasSuffix(r.URL.Path, c.path) {
					return false
				}
				w.Header().Set("Retry-After", "17")
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
				return true
			})
			o.expect(o.submit("sandbox-dev", devAnswers, "--approve", "--registry-api", api), c.code, c.want,
				"The registry has the request", "credguide request status", "To continue: credguide request submit")
			if said := o.err.String(); strings.Contains(said, "request show") || strings.Contains(said, "try again:") {
				t.Errorf("it leads to a second request:\n%s", said)
			}
			well.Store(true)
			o.expect(o.submit("sandbox-dev", devAnswers, "--approve", "--registry-api", api), app.ExitHealthy, "has this request already", "√ Works")
			if n := len(o.box.Petitions()); n != 1 {
				t.Errorf("%d requests, want one", n)
			}
		})
	}
}

// What is not the registry's API gets a clear word, keeps the request, and offers the way by hand.
func TestWhatIsNotTheAPI(t *testing.T) {
	for name, tc := range map[string]struct {
		answer func(http.ResponseWriter)
		want   string
	}{
		"web page": {func(w http.ResponseWriter) { _, _ = w.Write([]byte("<html>\x1b[2Jwelcome</html>")) }, "web page"},
		"stack trace": {func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = w.Write([]byte(`{"error":"TypeError: x\n    at run (/srv/registry/app.js:1:1)"}`))
		}, "tenant that it does not know"},
		"redirect": {func(w http.ResponseWriter) {
			w.Header().Set("Location", "https://elsewhere.example.org/")
			w.WriteHeader(http.StatusFound)
		}, "points to another address"},
		"gateway": {func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) }, "answers 502"},
	} {
		o := newOffice(t, sandbox.Options{PlainHTTP: true})
		api := o.front(func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasSuffix(r.URL.Path, "/user") {
				return false
			}
			tc.answer(w)
			return true
		})
		o.expect(o.submit("sandbox-dev", devAnswers, "--registry-api", api), app.ExitCannotTell, tc.want, "The request is saved in", "credguide request show")
		if strings.ContainsAny(o.err.String(), "\x1b") || strings.Contains(o.err.String(), "/srv/") {
			t.Errorf("%s: %s", name, &o.err)
		}
		if _, err := os.Stat(filepath.Join(o.Home, "request.yaml")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// An API that only the portal's page names gets no token until somebody has confirmed it.
func TestAnAPIThatWasFound(t *testing.T) {
	t.Parallel()
	o := newOffice(t, sandbox.Options{HideAPI: true})
	api := o.box.RegistryURL()
	o.expect(o.submit("sandbox-dev", devAnswers), app.ExitUsage, "nobody has confirmed", "--registry-api "+api, "the request is saved")
	if calls := apiCalls(t, o.box); calls["GET /tenants/egi/user"] != 0 {
		t.Errorf("the token was sent: %v", calls)
	}
	o.expect(o.submit("sandbox-dev", devAnswers, "--approve", "--registry-api", strings.TrimSuffix(api, "/")), app.ExitHealthy, "√ Works")
	for _, wrong := range []string{"http://registry.example.org", "ftp://x", "https://me:pw@registry.example.org"} {
		o.expect(o.submit("sandbox-dev", devAnswers, "--registry-api", wrong), app.ExitUsage, "--registry-api: ")
	}
}

// What a portal or an API must not do to a person: each ends in a clear word, with the request kept
// and the form to go on by.
func TestPortalsAndTenantsThatAreNone(t *testing.T) {
	site := func(script http.HandlerFunc) string {
		mux := http.NewServeMux()
		mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `<html><script src="/main.js"></script>`)
		})
		mux.HandleFunc("/main.js", script)
		s := httptest.NewServer(mux)
		t.Cleanup(s.Close)
		return s.URL
	}
	shop := site(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"egi":"a shop"}`) })
	heavy := site(func(w http.ResponseWriter, _ *http.Request) {
		for range 50 {
			if _, err := w.Write(bytes.Repeat([]byte("x"), 1<<20)); err != nil {
				return
			}
		}
	})
	pretender := site(http.NotFound)
	page := site(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"egi":"`+pretender+`/"}`) })
	for name, c := range map[string]struct{ key, value, want string }{
		"another site":      {"portal", shop, "does not say where the registry's API is"},
		"fifty megabytes":   {"portal", heavy, "more than 8 MiB"},
		"an API of pages":   {"portal", page, "is not the configuration of a form"},
		"an unknown tenant": {"tenant", "nope", "a tenant that it does not know"},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, sandbox.Options{PlainHTTP: true, HideAPI: c.key == "portal"})
			line := regexp.MustCompile(`(?m)^  ` + c.key + `: .*$`)
			file := o.another(func(text string) string { return line.ReplaceAllString(text, "  "+c.key+": "+c.value) })
			o.expect(o.submit(file, devAnswers), app.ExitCannotTell, c.want, "The request is saved in", "credguide request show")
			if len(o.box.Petitions()) != 0 {
				t.Error("something was submitted")
			}
			if _, err := os.Stat(filepath.Join(o.Home, "request.yaml")); err != nil {
				t.Error(err)
			}
			if calls := apiCalls(t, o.box); c.key == "portal" && len(calls) > 0 {
				t.Errorf("the registry was asked: %v", calls)
			}
		})
	}
}
