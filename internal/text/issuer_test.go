package text_test

import (
	"testing"

	"github.com/credguide/credguide/internal/text"
)

func TestTheSpellingOfAHostMakesNoOtherIssuer(t *testing.T) {
	const issuer = "https://aai.egi.eu/auth/realms/egi"
	for other, same := range map[string]bool{
		"HTTPS://AAI.egi.eu:443/auth/realms/egi/": true,
		"https://aai.egi.eu/auth/realms/EGI":      false,
		"http://aai.egi.eu/auth/realms/egi":       false,
		"https://aai.egi.eu:8443/auth/realms/egi": false,
		"https://aai-dev.egi.eu/auth/realms/egi":  false,
	} {
		if got := text.SameIssuer(issuer, other); got != same {
			t.Errorf("%s: %v", other, got)
		}
	}
	const named = "https://aai.example.org/realms/Lab%20%C3%BC%2Fa"
	for other, same := range map[string]bool{
		"https://aai.example.org/realms/Lab ü%2Fa":            true,
		"https://aai.example.org/realms/%4c%61b%20%c3%bc%2fa": true,
		"https://aai.example.org/realms/Lab%20%C3%BC/a":       false,
		"https://aai.example.org/realms/Lab+%C3%BC%2Fa":       false,
		"https://aai.example.org/realms/lab%20%C3%BC%2Fa":     false,
		"https://aai.example.org/realms/Lab%2520%C3%BC%2Fa":   false,
	} {
		if got := text.SameIssuer(named, other); got != same {
			t.Errorf("%s: %v", other, got)
		}
	}
	if !text.SameIssuer("http://LOCALHOST:80/realms/a%20b", "http://localhost/realms/a%20b/") || text.SameIssuer("", issuer) || !text.SameIssuer("egi/", "egi") {
		t.Error("port 80, no issuer, and what is no address")
	}
}
