package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/credguide/credguide/cli"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials"
)

// session is a shell-like place in which the program runs as a newcomer would run it: an empty
// folder, no variables, no settings, no keyring.
type session struct {
	terminal bool // standard output is a terminal of 80 columns with colours
	leave    []func() error
}

// newSession makes the folder and goes there. Relative file names in transcripts then read well.
func newSession(terminal bool) (*session, error) {
	before, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "docgen-")
	if err != nil {
		return nil, err
	}
	s := &session{terminal: terminal}
	s.leave = append(s.leave, func() error { return os.RemoveAll(dir) }, func() error { return os.Chdir(before) })
	return s, os.Chdir(dir)
}

// close ends what runs in the background, and goes back.
func (s *session) close() error {
	var first error
	for _, v := range slices.Backward(s.leave) {
		if err := v(); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// run runs one command line and returns what a person sees.
func (s *session) run(ctx context.Context, line string) (shown string, code int) {
	var out bytes.Buffer
	code = cli.Main(ctx, arguments(line), s.system(&out))
	return out.String(), code
}

// start runs a command until the session ends, and waits until it has said how to use it.
func (s *session) start(ctx context.Context, line string) error {
	ctx, stop := context.WithCancel(ctx)
	out, ended := &announcement{said: make(chan struct{})}, make(chan int, 1)
	go func() { ended <- cli.Main(ctx, arguments(line), s.system(out)) }()
	s.leave = append(s.leave, func() error { stop(); <-ended; return nil })
	select {
	case <-out.said:
		return nil
	case code := <-ended:
		ended <- code
		return fmt.Errorf("%s ended with %d: %s", line, code, out.text.String())
	case <-time.After(30 * time.Second):
		return fmt.Errorf("%s said nothing in 30 seconds", line)
	}
}

// arguments splits a command line. Quoting is not needed in the documentation.
func arguments(line string) []string { return strings.Fields(strings.TrimPrefix(line, "credguide ")) }

func (s *session) system(out io.Writer) app.System {
	variables := map[string]string{"TERM": "xterm-256color", "LANG": "C.UTF-8"}
	return app.System{
		Stdin: strings.NewReader(""), Stdout: out, Stderr: out,
		Lookup: func(name string) (string, bool) { v, ok := variables[name]; return v, ok },
		GOOS:   "linux", Now: time.Now, StdoutIsTerminal: s.terminal, Width: 80, Keyring: emptyKeyring{},
	}
}

type emptyKeyring struct{}

func (emptyKeyring) Get(string, string) (string, error) { return "", credentials.ErrNotInKeyring }

func (emptyKeyring) Set(string, string, string) error { return fmt.Errorf("there is no keyring") }

// announcement keeps what a command in the background prints, and tells when the first of it is
// there.
type announcement struct {
	mu   sync.Mutex
	text bytes.Buffer
	once sync.Once
	said chan struct{}
}

func (a *announcement) Write(p []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.once.Do(func() { close(a.said) })
	return a.text.Write(p)
}

// volatile is what differs from run to run: ports, names of temporary folders, user ids, times.
var volatile = []struct {
	pattern *regexp.Regexp
	stands  string
}{
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "127.0.0.1:PORT"},
	{regexp.MustCompile(`credguide-sandbox-\d+`), "credguide-sandbox-N"},
	{regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`), "UUID"},
	{regexp.MustCompile(` +\d+ ms\b`), ""}, // less than one is not shown at all
	{regexp.MustCompile(`textLength="[\d.]+"`), ""},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\dZ?)?`), "TIME"},
}

// steady is the content without what differs from run to run.
func steady(content []byte) string {
	for _, v := range volatile {
		content = v.pattern.ReplaceAll(content, []byte(v.stands))
	}
	return string(content)
}
