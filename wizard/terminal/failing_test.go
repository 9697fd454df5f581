//go:build linux

package terminal

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/creack/pty"
	"golang.org/x/term"

	"github.com/credguide/credguide/wizard"
)

// onTerminal are menus on a new terminal, its other end, and how it is set.
func onTerminal(t *testing.T) (m *Menus, other *os.File, state func() string) {
	t.Helper()
	other, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close() }) // a reader that was left behind has the other end
	return NewMenus(tty, tty, func() int { return 80 }, false), other, func() string {
		s, err := term.GetState(int(tty.Fd()))
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%+v", *s)
	}
}

// Whatever fails while keys are read, the terminal is put right before anybody is told.
func TestATerminalIsPutRightAfterAPanic(t *testing.T) {
	m, _, state := onTerminal(t)
	before := state()
	defer func() {
		if p := recover(); p != "walrus" || state() != before {
			t.Errorf("%v; the terminal is %s, and was %s", p, state(), before)
		}
	}()
	err := m.run(t.Context(), func() error {
		if _, err := term.MakeRaw(int(m.in.Fd())); err != nil {
			return err
		}
		panic("walrus")
	})
	t.Error(err)
}

// A signal in the middle of a typed answer leaves a terminal that marks no pastes: not every shell
// knows the marks.
func TestASignalLeavesNoMarksOfPastes(t *testing.T) {
	m, other, state := onTerminal(t)
	before := state()
	ctx, cancel := context.WithCancel(t.Context())
	shown := make(chan string)
	go func() {
		var all strings.Builder
		buffer := make([]byte, 4096)
		for !strings.Contains(all.String(), unmarkPastes) {
			n, err := other.Read(buffer)
			if all.Write(buffer[:n]); err != nil {
				break
			}
			if strings.Contains(all.String(), "Name:") {
				cancel()
			}
		}
		shown <- all.String()
	}()
	if _, err := m.Ask(ctx, wizard.Question{Ask: "Name", Kind: wizard.Text}); err == nil || state() != before {
		t.Errorf("%v; the terminal is %s, and was %s", err, state(), before)
	}
	if all := <-shown; strings.LastIndex(all, markPastes) > strings.LastIndex(all, unmarkPastes) {
		t.Errorf("%q", all)
	}
}
