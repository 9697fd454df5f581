//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// asProgram makes the test binary the program itself.
const asProgram = "CREDGUIDE_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		fmt.Println("started")
		main()
	}
	os.Exit(m.Run())
}

// itself is the program with these arguments. It is killed where a test would wait for it too long.
func itself(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	return cmd
}

// A read that nobody answers cannot be interrupted, and must not keep the program; and timeout(1)
// sends its signal twice.
func TestOneSignalEndsAReadThatNobodyAnswers(t *testing.T) {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP) // under nohup it is ignored, and a child would inherit that
	for _, sig := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(sig.String(), func(t *testing.T) {
			t.Parallel()
			cmd := itself(t, "check", "--from", "-")
			var said bytes.Buffer
			cmd.Stderr = &said
			in, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second) // until it reads
			for range 2 {
				if err := cmd.Process.Signal(sig); err != nil {
					t.Fatal(err)
				}
				time.Sleep(50 * time.Millisecond)
			}
			var exit *exec.ExitError
			if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 130 {
				t.Errorf("ended with %v, want exit code 130", err)
			}
			if !strings.Contains(said.String(), "interrupted") {
				t.Errorf("it says %q", &said)
			}
		})
	}
}

// A reader of standard output that leaves, as head does, ends the program before it writes more;
// what goes to files is written first, and the exit code says what was lost.
func TestAReaderThatLeaves(t *testing.T) {
	for _, toFile := range []bool{true, false} {
		file := filepath.Join(t.TempDir(), "report.html")
		cmd := itself(t, "try")
		if toFile {
			cmd.Args = append(cmd.Args, "--output", "text", "--output", "html="+file)
		}
		var said bytes.Buffer
		cmd.Stderr = &said
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := bufio.NewReaderSize(out, 16).ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		_ = out.Close()
		var exit *exec.ExitError
		errors.As(cmd.Wait(), &exit)
		status, _ := exit.Sys().(syscall.WaitStatus)
		switch {
		case toFile && (exit.ExitCode() != 2 || said.String() != "error: write to standard output: broken pipe\n"):
			t.Errorf("ended with %v, having said %q", exit, &said)
		case !toFile && (status.Signal() != syscall.SIGPIPE || said.Len() > 0):
			t.Errorf("ended with %v, having said %q", exit, &said)
		}
		if text, err := os.ReadFile(file); toFile && (err != nil || !bytes.HasSuffix(text, []byte("</html>\n"))) {
			t.Errorf("%v\n%s", err, text)
		}
	}
}

// A shell that asks how a line may go on is told nothing of the line, nor is a file.
func TestCompletionRepeatsNothing(t *testing.T) {
	const secret = "walrus-kettle-plinth-amber"
	log := filepath.Join(t.TempDir(), "log")
	for _, args := range [][]string{{"check", "--timeout", secret, ""}, {"check", "--client-secret", secret, ""}, {"check", "--no-such=" + secret, ""}, {secret, "x", ""}} {
		cmd := itself(t, append([]string{"__complete"}, args...)...)
		cmd.Env = append(cmd.Env, "BASH_COMP_DEBUG_FILE="+log)
		said, _ := cmd.CombinedOutput() // what ends with an error completes nothing
		if bytes.Contains(said, []byte(secret)) {
			t.Errorf("%q: %s", args, said)
		}
	}
	if text, err := os.ReadFile(log); err == nil {
		t.Errorf("a file has it: %s", text)
	}
}

// The library speaks of bytes that a server sends behind its answer, past all that redacts: a server may
// send the secret there.
func TestTheLibraryRepeatsNothing(t *testing.T) {
	const secret = "walrus-kettle-plinth-amber"
	repeats := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		own := "http://" + r.Host
		if !strings.HasSuffix(r.URL.Path, "/token") {
			_ = json.NewEncoder(w).Encode(map[string]string{"issuer": own, "token_endpoint": own + "/token", "jwks_uri": own + "/keys"})
			return
		}
		conn, buffer, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		body := `{"error":"invalid_client"}`
		_, _ = fmt.Fprintf(buffer, "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		_, _ = fmt.Fprintf(buffer, "HTTP/1.1 200 OK\r\nX-Debug: %s\r\n", r.PostFormValue("client_secret"))
		_ = buffer.Flush()
		_, _ = buffer.ReadByte() // until the other side has seen all
	})
	idp := httptest.NewServer(repeats)
	defer idp.Close()
	cmd := itself(t, "check", "--issuer", idp.URL, "--backend", "none")
	cmd.Env = append(cmd.Env, "OPENEO_AUTH_CLIENT_ID=nightly", "OPENEO_AUTH_CLIENT_SECRET="+secret)
	said, _ := cmd.CombinedOutput()
	if !bytes.Contains(said, []byte("is refused")) || bytes.Contains(said, []byte(secret)) {
		t.Errorf("%s", said)
	}
}

// SIGHUP ends every command but serve, which reads its list again. SIGTERM ends that one too,
// within its time, also while a host and a command of the list hang.
func TestServeTakesTheHangupForItself(t *testing.T) {
	list := filepath.Join(t.TempDir(), "list.yaml")
	silent, err := net.Listen("tcp", "127.0.0.1:0") // takes connections, and never answers
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	one := fmt.Sprintf("- {name: one, issuer: \"http://%s/\", client_id: a, secret_variable: OPENEO_AUTH_CLIENT_SECRET}\n", silent.Addr())
	two := "- {name: two, issuer: \"http://127.0.0.1:1/\", client_id: a, secret_command: [sleep, \"60\"]}\n"
	if err := os.WriteFile(list, []byte(one), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := itself(t, "serve", list, "--listen", "127.0.0.1:0", "--every", "1h")
	cmd.Env = append(cmd.Env, "OPENEO_AUTH_CLIENT_SECRET=not-a-real-one")
	said, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	in := bufio.NewReader(said)
	next := func(want string) {
		for !strings.Contains(all.String(), want) {
			line, err := in.ReadString('\n')
			all.WriteString(line)
			if err != nil {
				t.Fatalf("%q was never said, but %q", want, all.String())
			}
		}
	}
	next("the status page is at ")
	if err := os.WriteFile(list, []byte(one+two), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	next("the list was read again: 2 accounts")
	time.Sleep(500 * time.Millisecond) // until both are being checked
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("ended with %v, having said %s", err, all.String())
	}
}
