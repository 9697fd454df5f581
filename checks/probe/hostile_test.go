package probe_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/guard"
	"github.com/credguide/credguide/environments"
)

const canary = "canary-S3cret-4f9a1c77d0"

// hostileSubject is a subject whose identity provider is the given address.
func hostileSubject(issuer string) probe.Subject {
	return probe.Subject{
		Environment: environments.Environment{ID: "hostile", Title: "Hostile", Issuer: issuer},
		Credentials: credentials.Resolved{ClientID: "nightly", Secret: credentials.NewSecret(canary)},
	}
}

func observe(t *testing.T, s probe.Subject) checks.Facts {
	t.Helper()
	done := make(chan probe.Result, 1)
	go func() {
		done <- probe.Run(context.Background(), s, probe.Options{StepTimeout: 1500 * time.Millisecond, Deadline: 6 * time.Second}, nil)
	}()
	select {
	case r := <-done:
		text, err := json.Marshal(r.Evidence)
		if err != nil {
			t.Fatal(err)
		}
		if g := guard.New(credentials.NewSecret(canary)); g.Find(string(text)) || r.Guard.Find(string(text)) {
			t.Errorf("the evidence holds a secret: %s", text)
		}
		for _, r := range string(text) {
			if r < ' ' || r == 0x1b || r == 0x9b || r == 0x202e {
				t.Errorf("the evidence holds the control character %U", r)
			}
		}
		observedOnly(t, r.Evidence.Facts)
		return checks.Derive(r.Evidence.Facts)
	case <-time.After(20 * time.Second):
		t.Fatal("the check does not end")
		return nil
	}
}

// TestHostileDiscovery: whatever the server does, the step ends with a failure or a shape that
// rules know.
func TestHostileDiscovery(t *testing.T) {
	defer goleak.VerifyNone(t)
	for name, tc := range map[string]struct {
		handler http.HandlerFunc
		failure string
		shape   string
	}{
		"endless body":        {endless, "too-large", ""},
		"slow drip":           {drip, "response-timeout", ""},
		"gzip bomb":           {gzipBomb, "too-large", ""},
		"10,000 headers":      {manyHeaders, "too-large", ""},
		"one huge header":     {hugeHeader, "too-large", ""},
		"redirect circle":     {circle, "redirect-loop", ""},
		"deep JSON":           {send("application/json", strings.Repeat(`{"a":`, 100_000)+"1"+strings.Repeat("}", 100_000)), "", "text"},
		"huge numbers":        {send("application/json", `{"issuer":1e999,"token_endpoint":`+strings.Repeat("9", 5000)+`}`), "", "json"},
		"wrong content type":  {send("image/png", `{"issuer":"x"}`), "", "object"},
		"terminal escapes":    {send("text/plain", "\x1b]0;owned\x07\x1b[2J"), "", "text"},
		"invalid UTF-8":       {send("application/json", "\xff\xfe\x00{"), "", "binary"},
		"no gzip":             {compressed(`{"issuer":"x"}`), "", "binary"},
		"corrupt gzip":        {compressed("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff{\"issuer\":\"x\"}"), "", "binary"},
		"array":               {send("application/json", `[1,2]`), "", "json"},
		"empty":               {send("application/json", ""), "", "empty"},
		"cut off in the body": {cutOff, "reset", ""},
		"closed at once":      {closeAtOnce, "reset", ""},
		"not HTTP":            {notHTTP, "malformed", ""},
		"another protocol":    {switches, "malformed", ""},
		"a header of no form": {oddHeader, "malformed", ""},
		"BOM before JSON":     {send("application/json", "\ufeff{}"), "", "object"},
	} {
		t.Run(name, func(t *testing.T) {
			srv := httptest.NewServer(tc.handler)
			defer srv.Close()
			defer srv.CloseClientConnections()
			f := observe(t, hostileSubject(srv.URL))
			if got := f.Text(checks.AtDiscovery.Failure); got != tc.failure {
				t.Errorf("failure %q, want %q (%s)", got, tc.failure, f.Text(checks.AtDiscovery.FailureDetail))
			}
			if got := f.Text(checks.AtDiscovery.Shape); got != tc.shape {
				t.Errorf("shape %q, want %q", got, tc.shape)
			}
		})
	}
}

// TestTheSecretIsNotCarriedAlong: redirects at the token endpoint and addresses elsewhere get
// nothing.
func TestTheSecretIsNotCarriedAlong(t *testing.T) {
	defer goleak.VerifyNone(t)
	var got []string
	thief := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, r.Method+" "+r.URL.String()+" "+r.Header.Get("Authorization")+" "+string(body))
	}))
	defer thief.Close()
	for name, tc := range map[string]struct{ tokenEndpoint, fact string }{
		"redirect":          {"", "token.redirect_host"},
		"endpoint of thief": {thief.URL + "/token", "discovery.token_endpoint_elsewhere"},
		"plain http":        {"http://idp.example.org/token", "discovery.token_endpoint_insecure"},
	} {
		t.Run(name, func(t *testing.T) {
			var srv *httptest.Server
			srv = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/token" {
					http.Redirect(w, r, thief.URL+"/stolen", http.StatusTemporaryRedirect)
					return
				}
				endpoint := tc.tokenEndpoint
				if endpoint == "" {
					endpoint = srv.URL + "/token"
				}
				fmt.Fprintf(w, `{"issuer":%q,"token_endpoint":%q,"userinfo_endpoint":%q}`, srv.URL, endpoint, thief.URL+"/userinfo")
			}))
			defer srv.Close()
			f := observe(t, hostileSubject(srv.URL))
			if v, known := f[tc.fact]; !known || v == false || v == "" {
				t.Errorf("%s = %v", tc.fact, v)
			}
		})
	}
	for _, g := range got {
		t.Errorf("the other host was asked: %s", g)
	}
}

// TestHostileTokenAnswers: what the token endpoint sends is quoted nowhere unsafely, and a token is
// never shown.
func TestHostileTokenAnswers(t *testing.T) {
	defer goleak.VerifyNone(t)
	for name, body := range map[string]string{
		"secret at the cut":     `{"error":"invalid_client","error_description":"` + strings.Repeat("x", 290) + canary + `"}`,
		"echo of the secret":    `{"error":"invalid_client","error_description":"you sent ` + canary + `"}`,
		"escapes in the text":   `{"error":"invalid_client\u001b[31m","error_description":"\u202eabc\u0007"}`,
		"expires in forever":    `{"access_token":"abc-def-ghi-jkl","token_type":"Bearer","expires_in":1e300}`,
		"expires before now":    `{"access_token":"abc-def-ghi-jkl","token_type":"Bearer","expires_in":-5}`,
		"types confused":        `{"access_token":["x"],"token_type":{},"expires_in":"soon","scope":7}`,
		"token with line break": `{"access_token":"abc\r\nX-Evil: 1","token_type":"Bearer"}`,
		"JWT of garbage":        `{"access_token":"eyJhbGciOiJub25lIn0.W10.","token_type":"Bearer"}`,
	} {
		t.Run(name, func(t *testing.T) {
			var srv *httptest.Server
			srv = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				if r.URL.Path == "/token" {
					w.WriteHeader(map[bool]int{true: 401, false: 200}[strings.Contains(body, "error")])
					_, _ = io.WriteString(w, body)
					return
				}
				fmt.Fprintf(w, `{"issuer":%q,"token_endpoint":%q,"userinfo_endpoint":%q}`, srv.URL, srv.URL+"/token", srv.URL+"/userinfo")
			}))
			defer srv.Close()
			observe(t, hostileSubject(srv.URL))
		})
	}
}

// A secret of digits may come back as a number. Another one stays.
func TestANumberThatIsTheSecret(t *testing.T) {
	var srv *httptest.Server
	srv = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/token" {
			_, _ = io.WriteString(w, `{"access_token":"abc-def-ghi-jkl","token_type":"Bearer","expires_in":9.876543210e9}`)
			return
		}
		fmt.Fprintf(w, `{"issuer":%q,"token_endpoint":%q}`, srv.URL, srv.URL+"/token")
	}))
	defer srv.Close()
	for secret, shown := range map[string]bool{"9876543210": false, "9876543211": true, canary: true} {
		s := hostileSubject(srv.URL)
		s.Credentials.Secret = credentials.NewSecret(secret)
		f := probe.Run(t.Context(), s, probe.Options{StepTimeout: time.Second, Deadline: 6 * time.Second}, nil).Evidence.Facts
		if _, known := f["token.expires_in_s"]; known != shown || f["token.status"] != 200 {
			t.Errorf("%s: %v, %v", secret, f["token.expires_in_s"], f["token.status"])
		}
	}
}

// TestWhatNoHeaderCanCarry: a token with a line break is no token. To say that the connection broke
// off would be untrue.
func TestWhatNoHeaderCanCarry(t *testing.T) {
	defer goleak.VerifyNone(t)
	for _, token := range []string{"abc-def-ghi-jkl-1\\r\\nX-Evil: 1", "\\u001b[31m-abc-def-ghi-1", "abc def ghi jkl 1 mno", "\\u00e9abc-def-ghi-jkl-1"} {
		var srv *httptest.Server
		srv = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/token":
				_, _ = io.WriteString(w, `{"access_token":"`+token+`","token_type":"Bearer"}`)
			case "/userinfo":
				t.Errorf("%s was sent", token)
			default:
				fmt.Fprintf(w, `{"issuer":%q,"token_endpoint":%q,"userinfo_endpoint":%q}`, srv.URL, srv.URL+"/token", srv.URL+"/userinfo")
			}
		}))
		f := observe(t, hostileSubject(srv.URL))
		srv.Close()
		if f.Is(checks.TokenIssued) || !slices.Contains(f.List(checks.TokenMissing), "access_token") || f.Known(checks.AtUserinfo.Failure) {
			t.Errorf("%s: issued %v, missing %v, userinfo %q", token, f["token.issued"], f["token.missing"], f.Text(checks.AtUserinfo.Failure))
		}
	}
}

func TestDeadHostsAreReportedAsWhatTheyAre(t *testing.T) {
	defer goleak.VerifyNone(t)
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := closed.Addr().String()
	_ = closed.Close()
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer silent.Close()
	plain := httptest.NewServer(http.HandlerFunc(send("text/html", "hello")))
	defer plain.Close()
	foreign := httptest.NewUnstartedServer(http.HandlerFunc(send("application/json", "{}")))
	foreign.Config.ErrorLog = quiet()
	foreign.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	foreign.StartTLS()
	defer foreign.Close()
	for issuer, want := range map[string]string{
		"http://" + address: "refused", "https://no-such-host.invalid": "dns", silent.URL: "response-timeout",
		strings.Replace(plain.URL, "http:", "https:", 1): "tls-handshake", foreign.URL: "tls-unknown-authority",
		"http://idp.example.org/realms/x": "insecure-url",
	} {
		if got := observe(t, hostileSubject(issuer)).Text(checks.IDP.Failure); got != want {
			t.Errorf("%s: %q, want %q", issuer, got, want)
		}
	}
}

func send(contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = io.WriteString(w, body)
	}
}

func endless(w http.ResponseWriter, r *http.Request) {
	chunk := bytes.Repeat([]byte("x"), 64<<10)
	for r.Context().Err() == nil {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}

func drip(w http.ResponseWriter, r *http.Request) {
	for r.Context().Err() == nil {
		_, _ = w.Write([]byte(" "))
		_ = http.NewResponseController(w).Flush()
		time.Sleep(20 * time.Millisecond)
	}
}

// compressed says that a body is compressed, whatever it is.
func compressed(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = io.WriteString(w, body)
	}
}

func gzipBomb(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(w)
	zeros := make([]byte, 1<<20)
	for range 64 {
		if _, err := z.Write(zeros); err != nil {
			return
		}
	}
	_ = z.Close()
}

func manyHeaders(w http.ResponseWriter, _ *http.Request) {
	for i := range 10_000 {
		w.Header().Set(fmt.Sprintf("X-Header-%d", i), "x")
	}
}

func hugeHeader(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("X-Huge", strings.Repeat("x", 1<<20))
}

func circle(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, r.URL.Path, http.StatusFound)
}

func cutOff(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	_, _ = io.WriteString(w, `{"issuer":`)
	panic(http.ErrAbortHandler)
}

func closeAtOnce(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// switches keeps the connection for as long as the other side does, at most for a while.
func switches(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")
	_, _ = io.Copy(io.Discard, conn)
}

func oddHeader(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nX(A): one\r\nContent-Length: 2\r\n\r\n{}")
	_ = conn.Close()
}

func notHTTP(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	_, _ = io.WriteString(conn, "SSH-2.0-OpenSSH_9.2\r\n")
	_ = conn.Close()
}

// TestHTTP11IsSpokenAsThePythonClientSpeaksIt: the server announces a limit of 8 KiB over HTTP/2, and
// takes more over HTTP/1.1.
func TestHTTP11IsSpokenAsThePythonClientSpeaksIt(t *testing.T) {
	token := strings.Repeat("large-token-", 800)
	var spoken atomic.Value
	mux := http.NewServeMux()
	srv := httptest.NewUnstartedServer(mux)
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		reply(200, fmt.Sprintf(`{"issuer":%[1]q,"token_endpoint":"%[1]s/token","userinfo_endpoint":"%[1]s/userinfo"}`, srv.URL))(w, nil)
	})
	mux.HandleFunc("/token", reply(200, `{"access_token":"`+token+`","token_type":"Bearer"}`))
	mux.HandleFunc("/userinfo", func(w http.ResponseWriter, r *http.Request) {
		spoken.Store(r.Proto)
		reply(200, `{"sub":"s"}`)(w, r)
	})
	srv.EnableHTTP2, srv.Config.MaxHeaderBytes = true, 8<<10
	srv.StartTLS()
	defer srv.Close()
	pool := x509.NewCertPool()
	pool.AddCert(srv.Certificate())
	e := probe.Run(t.Context(), hostileSubject(srv.URL), probe.Options{RootCAs: pool}, nil).Evidence
	holds(t, checks.Derive(e.Facts), checks.Facts{"token.large": true, "userinfo.status": 200, "userinfo.failure": ""})
	if got := spoken.Load(); got != "HTTP/1.1" {
		t.Errorf("userinfo was asked over %v", got)
	}
}
