package registry

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/internal/sandbox"
)

// behind puts a faulty network between the session and the sandbox's registry: broken says which
// calls end without an answer, before the registry hears of them or after.
func behind(t *testing.T, d *desk, broken func(r *http.Request) (before, after bool)) *Session {
	t.Helper()
	target, err := url.Parse(d.box.RegistryURL())
	if err != nil {
		t.Fatal(err)
	}
	forward := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		before, after := broken(r)
		if before {
			panic(http.ErrAbortHandler)
		}
		if !after {
			forward.ServeHTTP(w, r)
			return
		}
		forward.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	}))
	t.Cleanup(server.Close)
	c := &Client{API: server.URL, Tenant: "egi", HTTP: HTTP(nil, none)}
	s, err := c.Session(d.token, c.API)
	if err != nil {
		t.Fatal(err)
	}
	s.pause = 0
	return s
}

func TestALostAnswerIsLookedFor(t *testing.T) {
	creation := func(r *http.Request) bool {
		return r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/petitions")
	}
	t.Run("it arrived", func(t *testing.T) {
		d := sitAt(t, sandbox.Options{})
		s := behind(t, d, func(r *http.Request) (bool, bool) { return false, creation(r) })
		made, err := s.Submit(t.Context(), draft(t, "nightly-ndvi", "development"))
		if err != nil || !made.Found || made.Petition != 1 || len(d.box.Petitions()) != 1 {
			t.Errorf("%+v %v, %d requests", made, err, len(d.box.Petitions()))
		}
	})
	t.Run("another of the same name is not it", func(t *testing.T) {
		d := sitAt(t, sandbox.Options{})
		d.submit(draft(t, "another", "development"))
		s := behind(t, d, func(r *http.Request) (bool, bool) { return creation(r), false })
		made, err := s.Submit(t.Context(), draft(t, "nightly-ndvi", "development"))
		if _, silent := errors.AsType[*Silence](err); !silent || made.Found {
			t.Errorf("%+v %v", made, err)
		}
	})
	t.Run("nobody knows", func(t *testing.T) {
		d := sitAt(t, sandbox.Options{})
		s := behind(t, d, func(r *http.Request) (bool, bool) { return r.Method == http.MethodGet, creation(r) })
		_, err := s.Submit(t.Context(), draft(t, "nightly-ndvi", "development"))
		if _, doubt := errors.AsType[*Doubt](err); !doubt {
			t.Fatal(err)
		}
		row, found, err := d.Own(t.Context(), draft(t, "nightly-ndvi", "development").mark())
		if err != nil || !found || row.Petition != 1 {
			t.Errorf("the next run: %+v %v", row, err)
		}
	})
	t.Run("it was never sent", func(t *testing.T) {
		c := &Client{API: "http://127.0.0.1:1", Tenant: "egi", HTTP: HTTP(nil, none)}
		s, err := c.Session(credentials.NewSecret("a.b.c"), c.API)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Submit(t.Context(), draft(t, "nightly-ndvi", "development"))
		if silence, ok := errors.AsType[*Silence](err); !ok || silence.Perhaps() {
			t.Error(err)
		}
	})
}

// Answers that are none: an error in plain words, of which nothing comes from the server, and no
// token anywhere else.
func TestHostileAnswersToAToken(t *testing.T) {
	var asked atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer elsewhere.Close()
	says := func(status int, kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"a page":            {says(200, "text/html", "<html>\x1b[2J"), "a web page"},
		"a page as JSON":    {says(200, "application/json", "<!DOCTYPE html>"), "a web page"},
		"a refusal as page": {says(401, "text/html", "<html>sign in</html>"), "a web page"},
		"its insides":       {says(500, "application/json", `{"error":"TypeError\n    at x (/srv/secret.js:1)"}`), "its own program"},
		"an outage":         {says(502, "text/html", "<html>nginx</html>"), "could not do it"},
		"another host": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
		}, "points to another address"},
		"another protocol": {func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				return
			}
			defer func() { _ = conn.Close() }()
			_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
			_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")
			_, _ = io.Copy(io.Discard, conn)
		}, "answers 101"},
		"without an end":     {func(w http.ResponseWriter, _ *http.Request) { flood(w) }, "more than 1 MiB"},
		"null":               {says(200, "application/json", "null"), ""},
		"an empty object":    {says(200, "application/json", "{}"), ""},
		"another kind":       {says(200, "application/json", `{"user":"\u001b[2J","list_items":3,"id":"x","service_id":"x","organization_id":"x"}`), ""},
		"a number below one": {says(200, "application/json", `{"id":-1,"organization_id":0}`), ""},
		"an odd refusal":     {says(422, "application/json", `{"a":1}`), "in a way that"},
		"words":              {says(403, "application/json", `{"error":{"x":1},"message":"the board\u001b[2J only"}`), `API does not: "the board`},
		"long words":         {says(403, "application/json", `{"error_description":"`+strings.Repeat("y", 4000)+`"}`), `"yyy`},
		"too many":           {says(429, "text/plain", "canary-token"), "it is limiting requests"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(c.answer)
			defer server.Close()
			client := &Client{API: server.URL, Tenant: "egi", HTTP: HTTP(nil, none)}
			s, err := client.Session(credentials.NewSecret("canary-token"), client.API)
			if err != nil {
				t.Fatal(err)
			}
			s.pause = 0
			d := draft(t, "nightly-ndvi", "development")
			_, first := s.User(t.Context())
			_, second := s.Submit(t.Context(), d)
			_, third := s.List(t.Context())
			_, fourth := s.AddOrganisation(t.Context(), Organisation{Name: "x"})
			for _, err := range []error{first, second, third, fourth} {
				if err == nil || strings.ContainsAny(err.Error(), "\x1b\n") || len(err.Error()) > 600 || !strings.Contains(err.Error(), c.want) {
					t.Errorf("error %v", err)
				}
				if err != nil && (strings.Contains(err.Error(), "canary") || strings.Contains(err.Error(), d.Secret().Reveal()) || strings.Contains(err.Error(), "/srv")) {
					t.Errorf("the error tells too much: %v", err)
				}
			}
		})
	}
	if asked.Load() != 0 {
		t.Error("a redirect was followed with a token")
	}
}

// A list of many refused fields, long and with commands to the terminal, stays small and harmless.
func TestRefusedFieldsAreBounded(t *testing.T) {
	body := `[` + strings.Repeat(`{"[0].logo_uri":"\u001b]0;x\u0007`+strings.Repeat("y", 400)+`"},`, 200) + `{"[0].x":3}]`
	err := reply{status: http.StatusUnprocessableEntity, body: []byte(body)}.fault()
	refused, ok := errors.AsType[*Refused](err)
	if !ok || len(refused.Fields) != mostFields || strings.ContainsAny(err.Error(), "\x1b\x07") || len(refused.Fields[0].Message) > longestMessage+8 {
		t.Errorf("%d fields, %.80q", len(refused.Fields), err)
	}
}
