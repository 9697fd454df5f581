package command_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/credguide/credguide/credentials/command"
)

const canary = "Zk7canaryQ9vXw3"

// role makes the test binary play a secret manager.
const role = "CREDGUIDE_TEST_SECRET_MANAGER"

func TestMain(m *testing.M) {
	switch play := os.Getenv(role); play {
	case "":
		os.Exit(m.Run())
	case "folder":
		folder, _ := os.Getwd()
		_, _ = io.WriteString(os.Stdout, folder)
	case "stdin":
		n, err := io.Copy(io.Discard, os.Stdin)
		_, _ = fmt.Fprint(os.Stdout, n, err)
	case "words":
		_, _ = io.WriteString(os.Stdout, strings.Join(os.Args[1:], "|"))
	case "bytes":
		_, _ = io.WriteString(os.Stdout, canary+"\xff")
	case "fail":
		_, _ = fmt.Fprintln(os.Stdout, canary)
		_, _ = fmt.Fprintln(os.Stderr, canary)
		os.Exit(7)
	case "much":
		for {
			if _, err := os.Stdout.Write(make([]byte, 1<<16)); err != nil {
				os.Exit(1)
			}
		}
	case "hang":
		hang()
	case "family", "leave":
		// A child of its own that holds the output and the line to the test open.
		child := exec.Command(os.Args[0], os.Args[1:]...)
		child.Env = append(os.Environ(), role+"=hang")
		child.Stdout = os.Stdout
		ready, err := child.StderrPipe()
		if err != nil || child.Start() != nil {
			os.Exit(1)
		}
		_, _ = ready.Read(make([]byte, 1))
		if play == "leave" {
			_, _ = io.WriteString(os.Stdout, canary)
			os.Exit(0)
		}
		hang()
	default:
		_, _ = io.WriteString(os.Stdout, play)
	}
}

// hang waits for ever, and holds a line to the test open, if it is told one.
func hang() {
	if len(os.Args) > 1 {
		line, err := net.Dial("tcp", os.Args[1])
		if err != nil {
			os.Exit(1)
		}
		_, _ = io.WriteString(os.Stderr, "ready")
		_, _ = io.Copy(io.Discard, line)
	}
	time.Sleep(time.Hour) // select{} would be a deadlock to the runtime
}

func run(t *testing.T, play string, o command.Options, words ...string) (string, error) {
	t.Helper()
	t.Setenv(role, play)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return command.Run(t.Context(), append([]string{self}, words...), o)
}

func TestRunTakesOneLineEndOff(t *testing.T) {
	for play, want := range map[string]string{
		canary:             canary,
		canary + "\n":      canary,
		canary + "\r\n":    canary,
		" " + canary + " ": " " + canary + " ",
		"pässwörd密\n":      "pässwörd密",
	} {
		if got, err := run(t, play, command.Options{}); err != nil || got != want {
			t.Errorf("%q: %q, %v", play, got, err)
		}
	}
}

func TestRunNeverShowsWhatWasPrinted(t *testing.T) {
	self := filepath.Base(os.Args[0])
	for play, want := range map[string]string{
		canary + "\n\n":              "NAME printed 2 lines; expected the secret alone",
		"a\r\n" + canary + "\r\nb\n": "NAME printed 3 lines; expected the secret alone",
		"\n":                         "NAME printed only white space; expected the secret",
		" \t\n":                      "NAME printed only white space; expected the secret",
		"bytes":                      "NAME printed something that is not text in UTF-8",
		"fail":                       "NAME ended with status 7",
		"much":                       "NAME printed more than 64 KiB; expected the secret alone",
	} {
		got, err := run(t, play, command.Options{})
		if err == nil || got != "" || err.Error() != strings.ReplaceAll(want, "NAME", self) {
			t.Errorf("%q: %q, %v", play, got, err)
		}
	}
	if _, err := run(t, "words", command.Options{}); err == nil || !strings.Contains(err.Error(), "printed nothing") {
		t.Errorf("nothing: %v", err)
	}
}

func TestRunStartsNoShellAndReadsNothing(t *testing.T) {
	if got, err := run(t, "words", command.Options{}, "$HOME", "a b", "*", "; exit 3"); got != "$HOME|a b|*|; exit 3" {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := run(t, "stdin", command.Options{}); got != "0 <nil>" {
		t.Errorf("%q, %v", got, err)
	}
}

// A name with a folder in it, and what the program opens, belong to the folder of the list.
func TestRunFolder(t *testing.T) {
	folder, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := run(t, "folder", command.Options{Folder: folder}); err != nil || got != folder {
		t.Errorf("%q, %v", got, err)
	}
	self, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	name := "manager" + filepath.Ext(os.Args[0])
	if err := os.WriteFile(filepath.Join(folder, name), self, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv(role, canary)
	if got, err := command.Run(t.Context(), []string{"./" + name}, command.Options{Folder: folder}); err != nil || got != canary {
		t.Errorf("%q, %v", got, err)
	}
}

func TestRunThatCannotStart(t *testing.T) {
	for want, words := range map[string][]string{
		"the command is empty":                        nil,
		"there is no program no-such-program in PATH": {"no-such-program", canary},
		"missing could not be started: ":              {filepath.Join(t.TempDir(), "missing"), canary},
	} {
		_, err := command.Run(t.Context(), words, command.Options{})
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), canary) {
			t.Errorf("%q: %v", words, err)
		}
	}
}

// witness listens for the line that a hanging program holds open: called is closed when it is
// there, and ended when the program has ended.
func witness(t *testing.T) (address string, called, ended chan struct{}) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	called, ended = make(chan struct{}), make(chan struct{})
	go func() {
		line, err := listener.Accept()
		if err != nil {
			return
		}
		defer line.Close()
		close(called)
		_, _ = line.Read(make([]byte, 1)) // the program never speaks
		close(ended)
	}()
	return listener.Addr().String(), called, ended
}

// When a run is interrupted, what the program started ends too.
func TestRunEndsTheWholeFamily(t *testing.T) {
	address, called, ended := witness(t)
	ctx, cancel := context.WithCancel(t.Context())
	t.Setenv(role, "family")
	done := make(chan error, 1)
	go func() {
		_, err := command.Run(ctx, []string{os.Args[0], address}, command.Options{})
		done <- err
	}()
	<-called
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	<-ended
}

// What a program leaves behind does not keep its secret from being taken, and ends.
func TestRunEndsWhatIsLeftBehind(t *testing.T) {
	address, _, ended := witness(t)
	if got, err := run(t, "leave", command.Options{}, address); err != nil || got != canary {
		t.Errorf("%q, %v", got, err)
	}
	<-ended
}

func TestRunHasATimeLimit(t *testing.T) {
	_, err := run(t, "hang", command.Options{Wait: 50 * time.Millisecond})
	if err == nil || !strings.HasSuffix(err.Error(), " did not end within 50ms; it may be waiting for a password") {
		t.Errorf("%v", err)
	}
}
