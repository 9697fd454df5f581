//go:build linux

package cli_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

var updateScreens = flag.Bool("update-screens", false, "write the screens of testdata/screens anew")

// screen is a person's terminal of 80 by 24 with credguide on it.
type screen struct {
	t    *testing.T
	home string
	tty  *os.File
	cmd  *exec.Cmd

	mu       sync.Mutex // guards all below
	emulator *vt.Emulator
	raw      bytes.Buffer
	pressed  int // the length of raw when keys were last pressed: what was there before is no answer to them
	ended    chan struct{}

	changed atomic.Int64 // when something last went either way, in nanoseconds

	seen strings.Builder // the screens at each stop
}

// Keys.
const (
	enter     = "\r"
	down      = "\x1b[B"
	up        = "\x1b[A"
	interrupt = "\x03"
	endInput  = "\x04"
)

// newHome is an empty folder whose name is always as long, so that lines break in the same place.
func newHome(t *testing.T) string {
	t.Helper()
	for range 100 {
		home := filepath.Join("/tmp", fmt.Sprintf("cg-%08x", rand.Uint32()))
		if err := os.Mkdir(home, 0o700); err == nil {
			t.Cleanup(func() { _ = os.RemoveAll(home) })
			return home
		}
	}
	t.Fatal("no folder can be made in /tmp")
	return ""
}

// start runs credguide on a new terminal, in an empty folder with an empty home.
func start(t *testing.T, home string, variables []string, args ...string) *screen {
	t.Helper()
	program, err := exec.LookPath("credguide")
	if err != nil {
		t.Fatal(err)
	}
	s := &screen{t: t, home: home, emulator: vt.NewEmulator(80, 24), ended: make(chan struct{})}
	s.changed.Store(time.Now().UnixNano())
	s.cmd = exec.Command(program, args...)
	s.cmd.Dir = home
	s.cmd.Env = append([]string{
		"HOME=" + home, "PATH=" + filepath.Join(home, "bin"), "TERM=xterm-256color", "LANG=el_GR.UTF-8", "NO_COLOR=1", "TMPDIR=" + home, "GOCOVERDIR=" + t.TempDir(),
		onlyEnvironments + "=production demo development cdse terrascope sentinel-hub",
	}, variables...)
	if s.tty, err = pty.StartWithSize(s.cmd, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	go s.show()
	go s.respond()
	t.Cleanup(func() {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		_ = s.tty.Close()
		_ = s.emulator.InputPipe().(io.Closer).Close() // Close of the emulator itself is not safe beside a Read
	})
	return s
}

// show draws what the program writes.
func (s *screen) show() {
	defer close(s.ended)
	buffer := make([]byte, 4096)
	for {
		n, err := s.tty.Read(buffer)
		s.mu.Lock()
		s.raw.Write(buffer[:n])
		_, _ = s.emulator.Write(buffer[:n])
		s.mu.Unlock()
		s.changed.Store(time.Now().UnixNano())
		if err != nil {
			return
		}
	}
}

// respond sends the terminal's own answers: the menus ask where the cursor is and wait.
func (s *screen) respond() {
	buffer := make([]byte, 256)
	for {
		n, err := s.emulator.Read(buffer)
		if err != nil {
			return
		}
		_, _ = s.tty.Write(buffer[:n])
		s.changed.Store(time.Now().UnixNano()) // the program goes on now
	}
}

// text is the screen, what was written since the last key, and for how long nothing has changed.
func (s *screen) text() (now, fresh string, still time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	lines := strings.Split(s.emulator.String(), "\n")
	for n := range lines {
		lines[n] = strings.TrimRight(lines[n], " \r")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n") + "\n", string(s.raw.Bytes()[s.pressed:]), time.Since(time.Unix(0, s.changed.Load()))
}

// until waits for a text that answers the last keys, on a screen that has come to rest: the program
// waits for a key. A key that comes before, the menus may take for the terminal's answer and drop.
func (s *screen) until(want string) string {
	s.t.Helper()
	const rest, calm = 50 * time.Millisecond, 5
	quiet := 0
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		now, fresh, still := s.text()
		if quiet++; !strings.Contains(fresh, want) || still < rest || !s.asleep() {
			quiet = 0
		}
		if quiet >= calm {
			return now
		}
	}
	now, _, _ := s.text()
	s.t.Fatalf("%q does not appear; the screen is:\n%s", want, now)
	return ""
}

// asleep tells that no thread of the program runs or wants to (proc_pid_stat(5)).
func (s *screen) asleep() bool {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", s.cmd.Process.Pid)) // none: it has ended
	for _, thread := range threads {
		text, err := os.ReadFile(thread)
		if err != nil {
			continue
		}
		if _, state, ok := bytes.Cut(text, []byte(") ")); ok && (state[0] == 'R' || state[0] == 'D') {
			return false
		}
	}
	return true
}

// stop waits, keeps the screen, and presses keys.
func (s *screen) stop(want, keys string) {
	s.t.Helper()
	now := s.until(want)
	fmt.Fprintf(&s.seen, "%s%s keys: %q\n", s.plain(now), strings.Repeat("═", 60), keys)
	s.press(keys)
}

func (s *screen) press(keys string) {
	s.t.Helper()
	s.mu.Lock()
	s.pressed = s.raw.Len()
	s.mu.Unlock()
	if _, err := s.tty.WriteString(keys); err != nil {
		s.t.Fatal(err)
	}
}

// ends waits for the end of the program, which is this exit code.
func (s *screen) ends(want int) {
	s.t.Helper()
	if code := s.exit(); code != want {
		s.t.Errorf("exit code %d, want %d\n%s", code, want, s.everything())
	}
}

// shows tells of what never was on the screen.
func (s *screen) shows(wants ...string) {
	s.t.Helper()
	for _, want := range wants {
		if !strings.Contains(s.everything(), want) {
			s.t.Errorf("%q is never shown:\n%s", want, s.everything())
		}
	}
}

// exit waits for the end of the program.
func (s *screen) exit() int {
	s.t.Helper()
	done := make(chan struct{})
	go func() { _ = s.cmd.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		now, _, _ := s.text()
		s.t.Fatalf("the program does not end; the screen is:\n%s", now)
	}
	select {
	case <-s.ended:
	case <-time.After(5 * time.Second):
		s.t.Fatal("the terminal does not close")
	}
	return s.cmd.ProcessState.ExitCode()
}

// everything that was ever written to the terminal.
func (s *screen) everything() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.raw.String()
}

// saneTerminal: the cursor is seen, and lines are edited and echoed again.
func (s *screen) saneTerminal() {
	s.t.Helper()
	mode, err := unix.IoctlGetTermios(int(s.tty.Fd()), unix.TCGETS)
	if err != nil {
		s.t.Fatal(err)
	}
	if want := uint32(unix.ECHO | unix.ICANON | unix.ISIG); mode.Lflag&want != want {
		s.t.Errorf("the terminal is left in mode %o", mode.Lflag)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.emulator.CursorHidden() {
		s.t.Error("the cursor stays hidden")
	}
}

var (
	port = regexp.MustCompile(`127\.0\.0\.1:\d+`)
	box  = regexp.MustCompile(`\S*/credguide-sandbox-\d+`)
)

// plain takes out what differs from run to run.
func (s *screen) plain(text string) string {
	text = strings.ReplaceAll(text, s.home, "$HOME")
	return port.ReplaceAllString(box.ReplaceAllString(text, "$$SANDBOX"), "127.0.0.1:PORT")
}

// golden compares the screens that were kept.
func (s *screen) golden(name string) {
	s.t.Helper()
	file := filepath.Join("testdata", "screens", name+".txt")
	if *updateScreens {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			s.t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(s.seen.String()), 0o644); err != nil {
			s.t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		s.t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(s.seen.String(), "\n")); diff != "" {
		s.t.Errorf("the screens differ (-update-screens writes them anew):\n%s", diff)
	}
}
