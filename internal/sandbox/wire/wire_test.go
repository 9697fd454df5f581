package wire_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
	"github.com/credguide/credguide/internal/socket"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// reach asks for discovery as an ordinary client does, with a short patience.
func reach(t *testing.T, o sandbox.Options, patience time.Duration) error {
	t.Helper()
	b := sandboxtest.Start(t, o)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.Issuer(world.Production)+"/.well-known/openid-configuration", nil)
	if err != nil {
		t.Fatal(err)
	}
	follower := *b.HTTP
	follower.CheckRedirect = nil
	res, err := follower.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	_, err = io.Copy(io.Discard, io.LimitReader(res.Body, 4<<20))
	if err == nil {
		return errors.New(res.Status)
	}
	return err
}

func TestWhatTheNetworkFaultsLookLike(t *testing.T) {
	has := func(text string) func(error) bool {
		return func(err error) bool { return strings.Contains(err.Error(), text) }
	}
	as := func(check func(error) bool) func(error) bool { return check }
	invalid := func(reason x509.InvalidReason) func(error) bool {
		return func(err error) bool {
			bad, ok := errors.AsType[x509.CertificateInvalidError](err)
			return ok && bad.Reason == reason
		}
	}
	isTimeout := as(func(err error) bool { return errors.Is(err, context.DeadlineExceeded) })
	cases := map[string]func(error) bool{
		"connection-refused":            as(socket.Refused),
		"connection-reset":              as(func(err error) bool { return socket.BrokenOff(err) || errors.Is(err, io.EOF) }),
		"connection-timeout":            isTimeout,
		"response-timeout":              isTimeout,
		"response-timeout@handshake":    isTimeout,
		"tls-certificate-expired":       invalid(x509.Expired),
		"tls-certificate-not-yet-valid": invalid(x509.Expired), // crypto/x509 has one reason for both
		"tls-hostname-mismatch": as(func(err error) bool {
			_, ok := errors.AsType[x509.HostnameError](err)
			return ok
		}),
		"tls-unknown-authority": as(func(err error) bool {
			_, ok := errors.AsType[x509.UnknownAuthorityError](err)
			return ok
		}),
		"tls-unknown-authority@missing-intermediate": as(func(err error) bool {
			_, ok := errors.AsType[x509.UnknownAuthorityError](err)
			return ok
		}),
		"tls-handshake-failed":              has("server gave HTTP response to HTTPS client"),
		"tls-handshake-failed@old-protocol": has("protocol version"),
		"redirect-loop":                     has("stopped after 10 redirects"),
		"response-too-large":                has("200 OK"), // four MiB and no end
		"network-login-page":                has("200 OK"),
	}
	if !wire.Drops() {
		delete(cases, "connection-timeout")
	}
	for id, fits := range cases {
		t.Run(id, func(t *testing.T) {
			patience := 20 * time.Second // only faults that never answer use it up
			if strings.Contains(id, "-timeout") {
				patience = 700 * time.Millisecond
			}
			if err := reach(t, sandbox.Options{Faults: []string{id}}, patience); !fits(err) {
				t.Errorf("%T: %v", err, err)
			}
		})
	}
}

func TestTheConnectionBreaksAtTheTokenEndpoint(t *testing.T) {
	b := sandboxtest.Start(t, sandbox.Options{Faults: []string{"connection-reset@token"}})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.Issuer(world.Production)+world.OpenIDConnect+"/token", strings.NewReader("grant_type=client_credentials"))
	if err != nil {
		t.Fatal(err)
	}
	res, err := b.HTTP.Do(req)
	if err == nil {
		_ = res.Body.Close()
		t.Fatalf("an answer: %s", res.Status)
	}
}

func TestCloseEndsAWaitingAnswer(t *testing.T) {
	s, err := sandbox.Start(t.Context(), sandbox.Options{Dir: t.TempDir(), Faults: []string{"response-timeout"}})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := tls.Dial("tcp", strings.TrimPrefix(strings.TrimSuffix(s.Issuer(world.Production), "/auth/realms/egi"), "https://"), &tls.Config{RootCAs: sandboxtest.Roots(t, s), MinVersion: tls.VersionTLS12})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("a second time: %v", err)
	}
}

func TestTheProxyStandsBeforeTheIdentityProvider(t *testing.T) {
	b := sandboxtest.Start(t, sandbox.Options{Faults: []string{"proxy-failure@407"}})
	proxy := strings.TrimPrefix(b.Env["HTTPS_PROXY"], "http://")
	conn, err := net.Dial("tcp", proxy)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, "CONNECT sandbox.sandbox.invalid:443 HTTP/1.1\r\nHost: sandbox.sandbox.invalid:443\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 64)
	n, _ := conn.Read(answer)
	if got := string(answer[:n]); !strings.HasPrefix(got, "HTTP/1.1 407 ") {
		t.Errorf("answer: %s", got)
	}
	if !strings.Contains(b.Issuer(world.Production), ".sandbox.invalid:") {
		t.Errorf("issuer %s: Go sends loopback addresses to no proxy", b.Issuer(world.Production))
	}
}

func TestFaultsCombine(t *testing.T) {
	b := sandboxtest.Start(t, sandbox.Options{Faults: []string{"scope-not-allowed", "enrollment-required"}, PlainHTTP: true})
	if got := b.Token(sandboxtest.Posted(b.ClientID, b.ClientSecret)); !strings.Contains(got.Body, "invalid_scope") {
		t.Errorf("token: %s", got.Body)
	}
	form := sandboxtest.Posted(b.ClientID, b.ClientSecret)
	form.Set("scope", "openid email")
	token, _ := b.Token(form).Object(t)["access_token"].(string)
	if got := b.Me(token); !strings.Contains(got.Body, "Proper enrollment") {
		t.Errorf("/me: %s", got.Body)
	}
	if strings.Contains(strings.Join(b.Args, " "), "--ca-file") || !strings.HasPrefix(b.Issuer(world.Production), "http://127.0.0.1:") {
		t.Errorf("plain http: %v, %s", b.Args, b.Issuer(world.Production))
	}
}

func TestDelayIsAddedToEachAnswer(t *testing.T) {
	const delay = 30 * time.Millisecond
	b := sandboxtest.Start(t, sandbox.Options{Delay: delay})
	began := time.Now()
	token := b.AccessToken() // discovery and token
	if took := time.Since(began); took < 2*delay {
		t.Errorf("two answers took %v", took)
	}
	began = time.Now()
	if got := b.Me(token); got.Status != http.StatusOK {
		t.Errorf("/me: %d", got.Status)
	}
	if took := time.Since(began); took < delay {
		t.Errorf("/me took %v, less than the delay", took)
	}
}
