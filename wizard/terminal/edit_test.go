package terminal

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/vt"
	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/wizard"
	"pgregory.net/rapid"
)

// typed runs the editor on a terminal of this width, below a line that must stay, and gives what is
// on the screen then.
func typed(width int, usual, keys string) (answer string, screen []string, err error) {
	terminal := vt.NewEmulator(width, 24)
	defer terminal.Close()
	_, _ = terminal.WriteString("the line above\r\n")
	e := editor{in: strings.NewReader(keys), out: terminal, size: func() (int, int) { return width, 24 }}
	answer, err = e.line("Description:", usual)
	for line := range strings.SplitSeq(terminal.String(), "\n") {
		screen = append(screen, strings.TrimRight(line, " \r"))
	}
	for len(screen) > 0 && screen[len(screen)-1] == "" {
		screen = screen[:len(screen)-1]
	}
	return answer, screen, err
}

const long = "A service account that runs NDVI batch jobs at the openEO Platform every night, without a person at the keyboard, and mails what went wrong to the team of the lab."

// A long answer takes several rows, and no other line of the screen.
func TestALongAnswerKeepsTheScreen(t *testing.T) {
	for _, width := range []int{80, 60, 40} {
		for name, keys := range map[string]string{
			"typed":              long + "\r",
			"mended at the end":  long + "xyz\x7f\x7f\x7f\r",
			"mended at the head": long[1:] + "\x1b[HA\r",
			"in the middle":      strings.Replace(long, "NDVI", "NVI", 1) + "\x01" + strings.Repeat("\x1b[C", strings.Index(long, "NDVI")+1) + "D\r",
			"by words":           long + " and again\x17\x17\x08\r",
			"anew":               "something else that is long enough to take more than one row of the screen\x15" + long + "\r",
		} {
			answer, screen, err := typed(width, "", keys)
			if err != nil || answer != long {
				t.Fatalf("%s at %d: %q, %v", name, width, answer, err)
			}
			if screen[0] != "the line above" {
				t.Errorf("%s at %d: the line above is gone:\n%s", name, width, strings.Join(screen, "\n"))
			}
			if got := strings.Join(screen[1:], " "); strings.ReplaceAll(got, " ", "") != strings.ReplaceAll("? Description: "+long, " ", "") {
				t.Errorf("%s at %d: the screen shows\n%s", name, width, strings.Join(screen, "\n"))
			}
		}
	}
}

func TestTheUsualAnswer(t *testing.T) {
	for keys, want := range map[string]string{"\r": long, "x\x7f\r": long, "short\r": "short", "  \r": "  "} {
		answer, screen, err := typed(60, long, keys)
		if err != nil || answer != want {
			t.Errorf("%q: %q, %v", keys, answer, err)
		}
		if strings.Contains(strings.Join(screen, "\n"), "(") || screen[0] != "the line above" {
			t.Errorf("%q: the screen shows\n%s", keys, strings.Join(screen, "\n"))
		}
	}
}

func TestKeysOfTheEditor(t *testing.T) {
	for keys, want := range map[string]string{
		"abc\x02\x02X\r":                "aXbc",
		"abc\x1b[D\x1b[3~\r":            "ab",
		"abc\x01\x04\r":                 "bc",
		"abc\x01\x0bz\r":                "z",
		"one two\x1b[1~zero \x1b[4~!\r": "zero one two!",
		"a\x1b[5~\x1bOPb\x1b[25~\r":     "ab", // keys that mean nothing here
		"a\x1bb\r":                      "ab", // Esc takes no letter with it
		"a\x1b\r":                       "a",
		"a\x1b\x7fb\r":                  "b",
		"äß漢e\u0301\x7f\x7f\r":          "äß漢",
		"a\x00\x07\x1b\x1b[31mb\r":      "ab",
		"a\tb\n":                        "ab",
		"\x7f\x1b[D\x1b[3~a\r":          "a",
	} {
		if answer, _, err := typed(80, "", keys); err != nil || answer != want {
			t.Errorf("%q: %q, %v", keys, answer, err)
		}
	}
	for keys, want := range map[string]error{"abc\x03": context.Canceled, "\x04": io.EOF, "abc": io.EOF, "\xc3": io.EOF, "\x1b[": io.EOF, "a\x1b\x03": context.Canceled, "\x1b[200~a\rb\x03": context.Canceled} {
		_, screen, err := typed(80, "", keys)
		if !errors.Is(err, want) || screen[0] != "the line above" {
			t.Errorf("%q: %v\n%s", keys, err, strings.Join(screen, "\n"))
		}
	}
}

// What is pasted is one answer, whatever line ends and keys are in it: the rest of it would answer
// the questions after this one.
func TestAPasteIsOneAnswer(t *testing.T) {
	const begin, end = "\x1b[200~", "\x1b[201~"
	for keys, want := range map[string]string{
		begin + "one line\n" + end + "\r":                                     "one line",
		begin + "\r\n one\r\ntwo\n\n\tthree \n" + end + "\r":                  " one two three ",
		"x " + begin + "a\nb" + end + "c\r":                                   "x a bc",
		begin + "a\x04\x15\x17\x01b\x7f\x1b[31m" + end + "\r":                 "ab",
		"ab\x02" + begin + "1\n2" + end + "\x01" + begin + "0\n" + end + "\r": "0a1 2b",
	} {
		answer, screen, err := typed(80, "", keys)
		if err != nil || answer != want {
			t.Errorf("%q: %q, %v\n%s", keys, answer, err, strings.Join(screen, "\n"))
		}
	}
	var out strings.Builder
	e := editor{in: strings.NewReader("a\r"), out: &out, size: func() (int, int) { return 80, 24 }}
	if _, err := e.line("Description:", ""); err != nil || !strings.HasPrefix(out.String(), markPastes) || !strings.HasSuffix(out.String(), unmarkPastes) {
		t.Errorf("the mode is not set and left: %q, %v", out.String(), err)
	}
}

// Whatever is pressed, the line above stays and the answer is what the screen shows.
func TestTheScreenIsTheAnswer(t *testing.T) {
	keys := rapid.SampledFrom([]string{"a", "word ", long, "漢", "\x7f", "\x1b[D", "\x1b[C", "\x01", "\x05", "\x17", "\x0b", "\x1b[3~"})
	rapid.Check(t, func(t *rapid.T) {
		pressed := strings.Join(rapid.SliceOfN(keys, 0, 30).Draw(t, "keys"), "")
		width := rapid.SampledFrom([]int{24, 40, 60, 80}).Draw(t, "width")
		answer, screen, err := typed(width, "", pressed+"\r")
		if err != nil {
			t.Fatal(err)
		}
		if len(screen) > 20 {
			return // it has scrolled, as a finished line may
		}
		shown := strings.ReplaceAll(strings.Join(screen[1:], ""), " ", "")
		if screen[0] != "the line above" || shown != strings.ReplaceAll("?Description:"+answer, " ", "") {
			t.Fatalf("%q shows\n%s", answer, strings.Join(screen, "\n"))
		}
	})
}

// A secret in the wrong place is wiped from the screen when the line ends.
func TestASecretDoesNotStay(t *testing.T) {
	terminal := vt.NewEmulator(60, 24)
	defer terminal.Close()
	const canary = "cAnary-8aQ3vL0xZ7pW2rT6yU1iO5sD9fG4hJ_kB3nM8cX2vR6tY1uE5wQ9zA7dF0gH4jK"
	e := editor{in: strings.NewReader(canary + "\r"), out: terminal, size: func() (int, int) { return 60, 24 }, hides: wizard.LooksSecret}
	answer, err := e.line("Client ID:", "")
	if err != nil || answer != canary {
		t.Fatalf("%q, %v", answer, err)
	}
	if screen := terminal.String(); strings.Contains(screen, canary[:8]) || !strings.Contains(screen, "Client ID: (not shown)") {
		t.Errorf("the screen shows\n%s", screen)
	}
}

// What is longer than the terminal is edited in a window: a row that scrolls away could not be
// wiped.
func TestALongAnswerDoesNotScroll(t *testing.T) {
	const piece = "cAnary-8aQ3vL0xZ7pW2rT6yU1iO5sD9fG4hJ_kB3nM8cX2vR6tY1uE5wQ9zA7dF0gH4jK"
	canary := strings.Repeat(piece, 40)
	terminal := vt.NewEmulator(60, 24)
	defer terminal.Close()
	e := editor{in: strings.NewReader(canary + "\x01\x1b[C\x05\r"), out: terminal, size: func() (int, int) { return 60, 24 }, hides: wizard.LooksSecret}
	answer, err := e.line("Client ID:", "")
	if err != nil || answer != canary {
		t.Fatalf("%d characters, %v", len(answer), err)
	}
	if n := terminal.ScrollbackLen(); n > 0 {
		t.Errorf("%d rows have scrolled away, where nothing can wipe them", n)
	}
	if screen := terminal.String(); strings.Contains(screen, piece[:8]) {
		t.Errorf("the screen shows\n%s", screen)
	}
}

func TestTypingChoosesAmongLabels(t *testing.T) {
	labels := []string{choose, "yes", "open the page in the browser", "it was refused, or nothing happened", "not yet", "openeo.cloud", "openeocloud-dev.vito.be", back}
	for typed, want := range map[string][]int{
		"<": {7}, "not": {4}, "noth": {3}, "open": {2, 5, 6}, "open the": {2}, "cloud": {5, 6}, "vito": {6}, "page": {2}, "OPENEO.CLOUD": {5},
		"lo": {5, 6}, "xyz": nil, "choose": nil, "go b": {7}, "y": {1},
	} {
		if d := cmp.Diff(want, matching(typed, labels)); d != "" {
			t.Errorf("%q: %s", typed, d)
		}
	}
	if got := matching("<", labels[:3]); got != nil {
		t.Errorf("a way back where there is none: %v", got)
	}
}

// A whole file that is pasted does not freeze the terminal: an answer has an end, far beyond what
// any question takes.
func TestAnAnswerHasAnEnd(t *testing.T) {
	e := editor{}
	for range longestAnswer + 10 {
		if err := e.press(keyRune, 'x'); err != nil {
			t.Fatal(err)
		}
	}
	if len(e.answer) != longestAnswer || e.at != longestAnswer {
		t.Errorf("%d characters, the cursor at %d", len(e.answer), e.at)
	}
}

// A window that is made narrower in the middle gets narrower notes.
func TestNotesFollowTheWindow(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "screen"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	width := 80
	m := NewMenus(os.Stdin, file, func() int { return width }, false)
	for _, width = range []int{80, 40, 60} {
		if err := errors.Join(file.Truncate(0), seekStart(file)); err != nil {
			t.Fatal(err)
		}
		m.Say(wizard.Note{Text: long, Lines: []string{long}})
		data, err := os.ReadFile(file.Name())
		if err != nil {
			t.Fatal(err)
		}
		widest := 0
		for line := range strings.SplitSeq(string(data), "\n") {
			widest = max(widest, len(line))
		}
		if widest > width || widest < width-12 {
			t.Errorf("at %d columns the widest line has %d", width, widest)
		}
	}
}

func seekStart(file *os.File) error {
	_, err := file.Seek(0, io.SeekStart)
	return err
}
