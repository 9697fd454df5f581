package serve

import (
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
)

// A page on the web whose name leads to this machine reads nothing by the user's browser.
func TestOtherNamesReadNothing(t *testing.T) {
	list := put(t, filepath.Join(t.TempDir(), "list.yaml"), entries(issuer, "one"))
	m, _ := start(t, newWorld(), &flags{}, list)
	ask := func(at net.IP, host string) int {
		answer := httptest.NewRecorder()
		request := httptest.NewRequest(http.MethodGet, "/metrics", nil)
		request.Host = host
		m.server(&net.TCPAddr{IP: at, Port: 9877}).Handler.ServeHTTP(answer, request)
		if answer.Code != http.StatusOK && strings.Contains(answer.Body.String(), "credguide") {
			t.Errorf("%s: %s", host, answer.Body)
		}
		return answer.Code
	}
	for host, want := range map[string]int{
		"127.0.0.1:9877": http.StatusOK, "localhost": http.StatusOK, "LocalHost.:9877": http.StatusOK, "a.localhost:1": http.StatusOK, "[::1]:9877": http.StatusOK,
		"[::1]": http.StatusOK, "192.0.2.7": http.StatusOK, "": http.StatusOK, "[fe80::1%eth0]:1": http.StatusOK,
		"evil.example.org": http.StatusMisdirectedRequest, "evil.example.org:9877": http.StatusMisdirectedRequest, "localhost.evil.example.org": http.StatusMisdirectedRequest,
		"127.0.0.1.evil.example.org": http.StatusMisdirectedRequest, "notlocalhost": http.StatusMisdirectedRequest, "127.0.0.1:9877:evil.example.org": http.StatusMisdirectedRequest,
	} {
		for _, here := range []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback} {
			if got := ask(here, host); got != want {
				t.Errorf("%q is answered %d", host, got)
			}
		}
		if got := ask(net.IPv4zero, host); got != http.StatusOK { // others have names for it, and can reach it anyway
			t.Errorf("beyond this machine, %q is answered %d", host, got)
		}
	}
	m.flags.protected = true
	if got := ask(net.IPv4(127, 0, 0, 1), "metrics.example.org"); got != http.StatusOK {
		t.Errorf("with a password: %d", got)
	}
}

func TestWebConfig(t *testing.T) {
	dir := t.TempDir()
	const hashed = "$2y$10$UuD7R4Vd3bCdKu1pyiWJOOeEXJcGMZiGxwLGxHdKYBBMZmeTEiQpy"
	for text, protected := range map[string]bool{
		"basic_auth_users: {prometheus: " + hashed + "}\n": true, "{}\n": false, "": false,
		"http_server_config: {http2: false}\n": false, "basic_auth_users: {}\n": false, "rate_limit: {burst: 1, interval: 1s}\n": false,
	} {
		got, err := readConfig(t.Context(), put(t, filepath.Join(dir, "web.yaml"), text))
		if err != nil || got != protected {
			t.Errorf("%q: %t, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		"basic_auth_users: open-sesame-17\n": "cannot unmarshal", "basic_auth_users: [open-sesame-17]\n": "cannot unmarshal", "tls_server_confg: {}\n": "not found",
		"basic_auth_users: {a: open-sesame-17}\n": "bcrypt", strings.Repeat("#", largestConfig+1): "too large", "a: &a [*a, open-sesame-17]\n": "",
		"basic_auth_users: {a: *open-sesame-17}\n": "unknown anchor", "basic_auth_users: {a: !open-sesame-17 x}\n": "",
		"basic_auth_users: !open-sesame-17 [x]\n": "cannot unmarshal", "basic_auth_users: {open-sesame-17: x, open-sesame-17: y}\n": "already set",
		"tls_server_config: {cert_file: a, key_file: b, client_auth_type: open-sesame-17}\n": "", "tls_server_config: {min_version: open-sesame-17}\n": "unknown TLS version",
		"http_server_config: {headers: {X-Frame-Options: open-sesame-17}}\n": "Expected one of", "sesame-9aQ3vL0xZ7pW2rT6yU1iO5sD: {}\n": "looks like a secret",
	} {
		_, err := readConfig(t.Context(), put(t, filepath.Join(dir, "web.yaml"), text))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "sesame") || strings.Contains(err.Error(), "open-") {
			t.Errorf("%.40q: %v", text, err)
		}
	}
	if _, err := readConfig(t.Context(), dir); err == nil {
		t.Error("a folder is taken")
	}
}
