package text_test

import (
	"strings"
	"testing"

	"github.com/credguide/credguide/internal/text"
)

func TestHosts(t *testing.T) {
	for in, want := range map[string]string{
		"https://\u0430ai.egi.eu/auth": "https://xn--ai-6kc.egi.eu/auth", "see https://me@b\u00fccher.example:8443/\u00fc?x": "see https://me@xn--bcher-kva.example:8443/\u00fc?x",
		"https://aai.egi.eu/\u0430 and \u0430://x": "https://aai.egi.eu/\u0430 and \u0430://x", "\u0430.b": "\u0430.b",
	} {
		if got := text.Sanitise(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got := text.Host("\u0430ai.egi.eu"); got != "xn--ai-6kc.egi.eu" {
		t.Errorf("%q", got)
	}
}

func TestLoopback(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "LocalHost:8443": true, "127.0.0.1": true, "127.8.9.1:9": true, "::1": true, "[::1]": true, "[::1]:443": true, "::ffff:127.0.0.1": true,
		"": false, "localhost.example.org": false, "127.0.0.1.example.org": false, "openeo.cloud:443": false, "192.168.1.1:80": false, "::2": false, ":80": false,
	} {
		if text.Loopback(host) != want {
			t.Errorf("%q: %v", host, !want)
		}
	}
}

func TestHostAndPort(t *testing.T) {
	for host, want := range map[string][2]string{
		"h": {"h", ""}, "h:80": {"h", "80"}, "h:": {"h", ""}, "[::1]": {"::1", ""}, "[::1]:80": {"::1", "80"}, "::1": {"::1", ""}, "": {"", ""}, ":80": {"", "80"}, ":": {"", ""},
	} {
		if got := [2]string{text.Hostname(host), text.Port(host)}; got != want {
			t.Errorf("%q: %q, want %q", host, got, want)
		}
	}
}

func TestAddresses(t *testing.T) {
	for raw, want := range map[string]string{
		"https://aai.egi.eu/auth/realms/egi": "", "http://[::1]:8443": "", "https://h:": "", "https://h:1": "", "https://h:65535/": "",
		"aai.egi.eu": "not an absolute", "ftp://h": "not an absolute", "https://": "not an absolute", "https://:443": "not an absolute", "https://h:x": "not an absolute",
		"https://h:0": "between 1 and 65535", "https://h:65536": "between 1 and 65535", "https://h:99999999999999999999": "between 1 and 65535",
		"https://user:pa55@h": "user name or password", "https://h?": "must not contain ?", "https://h/#top": "must not contain ?",
	} {
		u, err := text.BaseAddress(raw)
		switch {
		case want == "" && (err != nil || u == nil):
			t.Errorf("%s: %v", raw, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "pa55")):
			t.Errorf("%s: %v, want %q", raw, err, want)
		}
	}
	if _, err := text.WebAddress("https://h/me?full=1#top"); err != nil {
		t.Error(err)
	}
}

func TestLocal(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost:9877": true, "LOCALHOST.": true, "lab.localhost:80": true, "127.0.0.1:9877": true, "[::1]:9877": true, "192.168.1.7": true, "": true,
		"evil.example": false, "evil.example:9877": false, "localhost.evil.example": false, "127.0.0.1.evil.example": false, "notlocalhost": false,
	} {
		if text.Local(host) != want {
			t.Errorf("%q: %v", host, !want)
		}
	}
}
