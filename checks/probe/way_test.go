package probe_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/environments"
)

// TestAProxyThatDoesNotOpenTheWayIsNamed, with what it did, and not the server behind it.
func TestAProxyThatDoesNotOpenTheWayIsNamed(t *testing.T) {
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	for name, tc := range map[string]struct {
		proxy               string
		kind, phase, detail string
	}{
		"silent":                  {"http://" + listening(t, nil), "response-timeout", "proxy", "did not open a tunnel"},
		"silent, https":           {"https://" + listening(t, nil), "proxy", "proxy", "itself has to speak TLS"},
		"plain http, not https":   {strings.Replace(plain.URL, "http:", "https:", 1), "proxy", "", "speaks plain http, but the variable names it with https://"},
		"closes":                  {"http://" + listening(t, func(c net.Conn) { _ = c.Close() }), "reset", "proxy", "closed the connection"},
		"speaks something else":   {"http://" + listening(t, func(c net.Conn) { _, _ = io.WriteString(c, "220 mail\r\n"); time.Sleep(time.Second) }), "malformed", "proxy", "is not HTTP"},
		"refuses the destination": {plain.URL, "proxy", "", "answered 404"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := hostileSubject("https://idp.example.org/realms/x")
			e := probe.Run(t.Context(), s, probe.Options{StepTimeout: time.Second, Deadline: 5 * time.Second, Lookup: func(n string) (string, bool) {
				return tc.proxy, n == "HTTPS_PROXY"
			}}, nil).Evidence
			f := e.Facts
			at := checks.AtDiscovery
			if f.Text(at.Failure) != tc.kind || !strings.Contains(f.Text(at.FailureDetail), tc.detail) || f.Text(at.Via) != "HTTPS_PROXY" || f.Text(at.ViaScheme) != strings.Split(tc.proxy, ":")[0] {
				t.Errorf("%s: %q, via %s (%s)", f.Text(at.Failure), f.Text(at.FailureDetail), f.Text(at.Via), f.Text(at.ViaScheme))
			}
			if tc.phase != "" && f.Text(at.Phase) != tc.phase {
				t.Errorf("phase %q, not %q", f.Text(at.Phase), tc.phase)
			}
		})
	}
}

// The library of the Python client goes through a SOCKS proxy only with a package of its own.
func TestAProxyForWhichPythonNeedsAPackage(t *testing.T) {
	with, without := t.TempDir(), t.TempDir()
	packages := filepath.Join(with, "lib", "python3.13", "site-packages")
	if err := errors.Join(os.MkdirAll(packages, 0o700), os.WriteFile(filepath.Join(packages, "socks.py"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	hangUp := func(c net.Conn) { _ = c.Close() }
	for name, tc := range map[string]struct{ proxy, venv, want string }{
		"SOCKS":                           {"socks5://" + listening(t, hangUp), "", "HTTPS_PROXY"},
		"SOCKS, which looks names up":     {"socks5h://" + listening(t, hangUp), without, "HTTPS_PROXY"},
		"SOCKS, and the package is there": {"socks5://" + listening(t, hangUp), with, ""},
		"HTTP":                            {"http://" + listening(t, hangUp), "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			lookup := func(n string) (string, bool) {
				v := map[string]string{"HTTPS_PROXY": tc.proxy, "VIRTUAL_ENV": tc.venv}[n]
				return v, v != ""
			}
			f := checks.Derive(probe.Run(t.Context(), hostileSubject("https://idp.example.org/realms/x"), probe.Options{Lookup: lookup}, nil).Evidence.Facts)
			holds(t, f, checks.Facts{"discovery.via": "HTTPS_PROXY", "python.socks": tc.want, "python.needs_socks": tc.want != ""})
			if seen, known := f.Bool(checks.PythonPackagesSeen); seen != (tc.venv != "") || known != strings.HasPrefix(tc.proxy, "socks") {
				t.Errorf("packages were looked at: %v, %v", seen, known)
			}
		})
	}
}

// Where a variable is set in small letters, the Python client does not look at the capitals, even if it
// is empty.
func TestSmallLettersCountBeforeCapitals(t *testing.T) {
	const dead, other = "http://127.0.0.1:1", "http://127.0.0.1:2"
	for name, tc := range map[string]struct {
		set       map[string]string
		via, seen string
	}{
		"capitals alone":            {map[string]string{"HTTPS_PROXY": dead}, "HTTPS_PROXY", "127.0.0.1:1"},
		"both":                      {map[string]string{"HTTPS_PROXY": dead, "https_proxy": other}, "https_proxy", "127.0.0.1:2"},
		"small ones empty":          {map[string]string{"HTTPS_PROXY": dead, "https_proxy": ""}, "", ""},
		"small ones empty, and ALL": {map[string]string{"HTTPS_PROXY": dead, "https_proxy": "", "ALL_PROXY": other}, "ALL_PROXY", "127.0.0.1:2"},
		"small ones of ALL empty":   {map[string]string{"ALL_PROXY": dead, "all_proxy": ""}, "", ""},
		"excluded in small letters": {map[string]string{"HTTPS_PROXY": dead, "no_proxy": "idp.invalid", "NO_PROXY": "x"}, "", ""},
		"excluded in capitals":      {map[string]string{"HTTPS_PROXY": dead, "no_proxy": "", "NO_PROXY": "idp.invalid"}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := probe.Options{StepTimeout: time.Second, Lookup: func(name string) (string, bool) { v, ok := tc.set[name]; return v, ok }}
			f := probe.Run(t.Context(), hostileSubject("https://idp.invalid/realms/x"), o, nil).Evidence.Facts
			if at := checks.AtDiscovery; f.Text(at.Via) != tc.via || !strings.Contains(f.Text(at.FailureDetail), tc.seen) {
				t.Errorf("via %q: %s", f.Text(at.Via), f.Text(at.FailureDetail))
			}
		})
	}
}

// listening takes connections and hands them on; without a handler it stays silent.
func listening(t *testing.T, then func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var open []net.Conn // kept: what nobody refers to is closed by the collector
	done := make(chan struct{})
	t.Cleanup(func() {
		_ = l.Close()
		<-done
		for _, c := range open {
			_ = c.Close()
		}
	})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			open = append(open, c)
			if then != nil {
				go then(c)
			}
		}
	}()
	return l.Addr().String()
}

// TestHowFarARequestCame is what separates causes: a reset in the handshake is often somebody in
// between.
func TestHowFarARequestCame(t *testing.T) {
	reset := func(c net.Conn) {
		_, _ = c.Read(make([]byte, 100))
		_ = c.(*net.TCPConn).SetLinger(0)
		_ = c.Close()
	}
	says := func(words string) string {
		return "https://" + listening(t, func(c net.Conn) {
			_, _ = io.WriteString(c, words)
			_, _ = c.Read(make([]byte, 4096))
			_ = c.(*net.TCPConn).CloseWrite()
		})
	}
	for name, tc := range map[string]struct{ issuer, kind, phase string }{
		"HTTP, not TLS":       {says("HTTP/1.1 400 Bad Request\r\n\r\n"), "tls-handshake", "tls"},
		"HTTP 0.9, not TLS":   {says("<!DOCTYPE HTML>\n<html lang=\"en\">"), "tls-handshake", "tls"},
		"neither":             {says("220 mail.example.org ESMTP\r\n"), "malformed", "tls"},
		"no such name":        {"https://no-such-host.invalid", "dns", "lookup"},
		"nothing listens":     {"https://127.0.0.1:1", "refused", "connect"},
		"reset in the hello":  {"https://" + listening(t, reset), "reset", "tls"},
		"silent in the hello": {"https://" + listening(t, nil), "response-timeout", "tls"},
		"reset, plain":        {"http://" + listening(t, reset), "reset", "answer"},
		"silent, plain":       {"http://" + listening(t, nil), "response-timeout", "answer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := probe.Subject{Environment: environments.Environment{Issuer: tc.issuer}}
			s.Credentials.ClientID, s.Credentials.Secret = "nightly", credentials.NewSecret(canary)
			f := probe.Run(t.Context(), s, probe.Options{StepTimeout: time.Second}, nil).Evidence.Facts
			if got := f.Text(checks.AtDiscovery.Failure); got != tc.kind || f.Text(checks.AtDiscovery.Phase) != tc.phase {
				t.Errorf("%s in phase %q, not %s in %q", got, f.Text(checks.AtDiscovery.Phase), tc.kind, tc.phase)
			}
		})
	}
}

// TestThePythonClientMayUseAProxyForThisMachine: it does so where NO_PROXY does not say otherwise;
// this program does not.
func TestThePythonClientMayUseAProxyForThisMachine(t *testing.T) {
	listening, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listening.Close() })
	const dead = "http://127.0.0.1:1"
	for name, tc := range map[string]struct {
		set  map[string]string
		want string
	}{
		"none":               {nil, "none"},
		"for https alone":    {map[string]string{"HTTPS_PROXY": dead}, "none"},
		"nothing listens":    {map[string]string{"HTTP_PROXY": dead}, "dead"},
		"without a scheme":   {map[string]string{"http_proxy": "127.0.0.1:1"}, "dead"},
		"for every scheme":   {map[string]string{"ALL_PROXY": dead}, "dead"},
		"something listens":  {map[string]string{"HTTP_PROXY": "http://" + listening.Addr().String()}, "reached"},
		"excluded":           {map[string]string{"HTTP_PROXY": dead, "NO_PROXY": "example.org, 127.0.0.1"}, "none"},
		"a block":            {map[string]string{"HTTP_PROXY": dead, "NO_PROXY": "127.0.0.0/8"}, "none"},
		"everything":         {map[string]string{"HTTP_PROXY": dead, "NO_PROXY": "*"}, "none"},
		"a block in another": {map[string]string{"HTTP_PROXY": dead, "NO_PROXY": "10.0.0.0/8"}, "dead"},
		"another":            {map[string]string{"HTTP_PROXY": dead, "NO_PROXY": "localhost"}, "dead"},
	} {
		t.Run(name, func(t *testing.T) {
			o := probe.Options{Lookup: func(name string) (string, bool) { v, ok := tc.set[name]; return v, ok }}
			f := checks.Derive(probe.Run(t.Context(), login(t, nil), o, nil).Evidence.Facts)
			holds(t, f, checks.Facts{"python.proxy_answer": tc.want, "login.works": true})
		})
	}
}
