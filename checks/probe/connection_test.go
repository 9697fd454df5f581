package probe_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/internal/sandbox"
)

// TestTheLongestChainOpensNoSecondConnection: the sandbox speaks HTTP/1.1, so of two requests at
// once one needs a connection of its own. That must not be the one that the token, and then
// everything else, waits for.
func TestTheLongestChainOpensNoSecondConnection(t *testing.T) {
	s, o := start(t, sandbox.Options{})
	for range 5 {
		seen := map[string]bool{}
		for _, r := range probe.Run(t.Context(), s, o, nil).Evidence.Requests {
			seen[r.Step] = true
			if first := r.Step == "well-known" || r.Step == "discovery"; !first && r.Step != "capabilities" && r.Step != "userinfo" && r.NewConnection {
				t.Errorf("%s opened a connection", r.Step)
			}
		}
		for _, step := range []string{"providers", "token", "me"} {
			if !seen[step] {
				t.Errorf("no request of the step %s", step)
			}
		}
	}
}

// TestPlainHTTPWhereTLSIsExpected: such a server ends the connection, and is asked once more over
// TLS.
func TestPlainHTTPWhereTLSIsExpected(t *testing.T) {
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(secure.Close)
	front := func(speaksTLS bool) string {
		listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = listener.Close() })
		go func() {
			for {
				c, err := listener.Accept()
				if err != nil {
					return
				}
				go passOn(c, secure.Listener.Addr().String(), speaksTLS)
			}
		}()
		return "http://" + listener.Addr().String()
	}
	for speaksTLS, want := range map[bool]string{true: "shown", false: "no"} {
		s := login(t, nil)
		s.Environment.Issuer = front(speaksTLS)
		s.Backend.URL = s.Environment.Issuer
		f := checks.Derive(probe.Run(t.Context(), s, probe.Options{}, nil).Evidence.Facts)
		holds(t, f, checks.Facts{"issuer.wants_tls": want, "backend.wants_tls": want})
	}
}

// passOn closes what does not begin like a TLS handshake (RFC 8446 section 5.1).
func passOn(c net.Conn, to string, speaksTLS bool) {
	defer func() { _ = c.Close() }()
	first := make([]byte, 1)
	if _, err := io.ReadFull(c, first); err != nil || first[0] != 22 || !speaksTLS {
		return
	}
	server, err := (&net.Dialer{}).Dial("tcp", to)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	if _, err := server.Write(first); err != nil {
		return
	}
	go func() { _, _ = io.Copy(server, c) }()
	_, _ = io.Copy(c, server)
}
