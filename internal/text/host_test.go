package text_test

import (
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
