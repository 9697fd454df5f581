//go:build linux

package terminal

import (
	"fmt"
	"testing"

	"github.com/creack/pty"
	"golang.org/x/term"
)

// Whatever fails while keys are read, the terminal is put right before anybody is told.
func TestATerminalIsPutRightAfterAPanic(t *testing.T) {
	ours, theirs, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = ours.Close(), theirs.Close() }()
	state := func() string {
		s, err := term.GetState(int(theirs.Fd()))
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%+v", *s)
	}
	before := state()
	defer func() {
		if p := recover(); p != "walrus" || state() != before {
			t.Errorf("%v; the terminal is %s, and was %s", p, state(), before)
		}
	}()
	m := NewMenus(theirs, theirs, func() int { return 80 }, false)
	err = m.run(t.Context(), func() error {
		if _, err := term.MakeRaw(int(theirs.Fd())); err != nil {
			return err
		}
		panic("walrus")
	})
	t.Error(err)
}
