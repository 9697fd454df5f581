//go:build linux

package cli_test

import (
	"strings"
	"testing"
)

// Whoever copies the client ID and the secret together pastes both into the question for the first.
// The terminal shows the one and not the other, whatever else is pressed, and is itself again.
func TestASecretPastedBehindTheClientIDIsNotShown(t *testing.T) {
	const secret = "walrus-kettle-plinth-amber"
	s := start(t, newHome(t), nil, "check", "--issuer", "http://127.0.0.1:1/", "--backend", "none")
	s.until("Client ID: ")
	s.press("x\x15nigthly\x7f\x7f\x7f\x7fhtly\r" + secret + "\r")
	s.ends(3)
	s.saneTerminal()
	if shown := s.everything(); strings.Contains(shown, "walrus") || !strings.Contains(shown, "client nightly") || !strings.Contains(shown, "secret from prompt") {
		t.Errorf("%s", shown)
	}
}

// Nor is one that is typed where a file would have it.
func TestASecretTypedForAFileIsNotShown(t *testing.T) {
	const secret = "walrus-kettle-plinth-amber"
	s := start(t, newHome(t), nil, "check", "--client-id", "nightly", "--secret-file", "-", "--issuer", "http://127.0.0.1:1/", "--backend", "none")
	s.until("Client secret (not shown): ")
	s.press(secret + "\r")
	s.ends(3)
	s.saneTerminal()
	if shown := s.everything(); strings.Contains(shown, "walrus") || !strings.Contains(shown, "secret from standard input") {
		t.Errorf("%s", shown)
	}
}

// Ctrl-C at either question is an interrupt.
func TestAnInterruptedQuestion(t *testing.T) {
	t.Parallel()
	for _, keys := range []string{interrupt, "nightly\r" + interrupt, "nig" + interrupt} {
		s := start(t, newHome(t), nil, "check", "--issuer", "http://127.0.0.1:1/", "--backend", "none")
		s.until("Client ID: ")
		s.press(keys)
		s.ends(130)
		s.saneTerminal()
	}
	s := start(t, newHome(t), nil, "check", "--client-id", "nightly", "--secret-file", "-", "--issuer", "http://127.0.0.1:1/", "--backend", "none")
	s.until("(not shown): ")
	s.press(interrupt)
	s.ends(130)
	s.saneTerminal()
}
