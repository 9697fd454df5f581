package socket

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"syscall"
	"testing"
)

// TestOfThisSystem asks the system itself for its numbers.
func TestOfThisSystem(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	taken := make(chan net.Conn, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			close(taken)
			return
		}
		taken <- c
	}()
	mine, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = mine.Close() }()
	theirs, ok := <-taken
	if !ok {
		t.Fatal("nobody took the connection")
	}
	_ = l.Close()
	_, err = net.Dial("tcp", l.Addr().String())
	only(t, "a port where nothing listens", err, "refused")
	_ = theirs.(*net.TCPConn).SetLinger(0) // closing it is a reset
	_ = theirs.Close()
	if _, err = mine.Read(make([]byte, 1)); !errors.Is(err, io.EOF) { // where the system knows no reset
		only(t, "a reset", err, "broken off")
	}
	_ = mine.Close()
	_, err = mine.Read(make([]byte, 1))
	only(t, "a connection that is closed here", err, "broken off")
}

// TestEachNumberHasOneMeaning also where it is wrapped as package net does.
func TestEachNumberHasOneMeaning(t *testing.T) {
	for meaning, numbers := range map[string][]syscall.Errno{"refused": refused, "unreachable": unreachable, "broken off": brokenOff, "timed out": timedOut, "exhausted": exhausted, "forbidden": forbidden} {
		for _, n := range numbers {
			only(t, n.Error(), fmt.Errorf("get: %w", &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", n)}), meaning)
		}
	}
	only(t, "another error", io.EOF, "")
	for _, n := range exhausted {
		if words := "lookup idp.example.org: dial udp: socket: " + n.Error(); !SaysExhausted(words) {
			t.Error(words)
		}
	}
	if SaysExhausted("lookup idp.example.org: no such host") {
		t.Error("a name that does not exist")
	}
}

func only(t *testing.T, what string, err error, want string) {
	t.Helper()
	var got []string
	for meaning, is := range map[string]func(error) bool{"refused": Refused, "unreachable": Unreachable, "broken off": BrokenOff, "timed out": TimedOut, "exhausted": Exhausted, "forbidden": Forbidden} {
		if is(err) {
			got = append(got, meaning)
		}
	}
	if want == "" && len(got) > 0 || want != "" && !slices.Equal(got, []string{want}) {
		t.Errorf("%s (%v) is %q, not %q", what, err, got, want)
	}
}
