//go:build linux

package cli_test

import (
	"os/exec"
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

// Ctrl-Z leaves a terminal that a shell can use, and the question goes on with a new line.
func TestASuspendedQuestion(t *testing.T) {
	program, err := exec.LookPath("credguide")
	if err != nil {
		t.Fatal(err)
	}
	const secret = "walrus-kettle-plinth-amber"
	s := startProgram(t, newHome(t), []string{"PS1=ready> "}, "/bin/sh", "-i")
	s.stop("ready>", program+" check --issuer http://127.0.0.1:1/ --backend none"+enter)
	s.stop("Client ID: ", "nig"+suspend)
	s.until("ready>")
	s.saneTerminal()
	s.stop("", "fg"+enter)
	s.stop("check --issuer", "nightly"+enter)
	s.stop("(not shown; Enter for none): ", "wal"+suspend)
	s.stop("ready>", "fg"+enter)
	s.stop("check --issuer", secret+enter)
	s.stop("ready>", "exit"+enter)
	s.exit()
	if shown := s.everything(); strings.Contains(shown, "walrus") || !strings.Contains(shown, "client nightly") || !strings.Contains(shown, "secret from prompt") {
		t.Errorf("%s", shown)
	}
}
