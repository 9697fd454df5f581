package app

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
)

// A typed line is as it was typed, and as the terminal shows it; what is behind it is left.
func TestTypedLine(t *testing.T) {
	for _, tc := range []struct {
		typed, line, shown, left string
		err                      error
	}{
		{"nightly\rsecret", "nightly", "nightly\r\n", "secret", nil},
		{"a b\tc\n", "a b\tc", "a b^Ic\r\n", "", nil},
		{"ab\x7f\bc\r", "c", "ab\b \b\b \bc\r\n", "", nil},
		{"ü\t\x7f\x7fx\r", "x", "ü^I\b \b\b \b\b \bx\r\n", "", nil},
		{"語\x7f\x7f\r", "", "語\b \b\b \b\r\n", "", nil},
		{"ab\x15c\x04d", "c", "ab\b \b\b \bc\r\n", "d", nil},
		{"a bc  \x17d\r", "a d", "a bc  \b \b\b \b\b \b\b \bd\r\n", "", nil},
		{"ab\x03c", "", "ab", "c", context.Canceled},
		{"ab\x1cc", "", "ab", "c", context.Canceled},
		{"ab\x1ac", "", "ab^Z\r\n", "c", errSuspended},
		{"\x04c", "", "", "c", io.EOF},
		{"ab", "", "ab", "", io.EOF},
	} {
		var shown strings.Builder
		in := strings.NewReader(tc.typed)
		line, err := typedLine(in, &shown)
		left, _ := io.ReadAll(in)
		if line != tc.line || shown.String() != tc.shown || string(left) != tc.left || !errors.Is(err, tc.err) {
			t.Errorf("%q: %q, shown as %q, %v; %q is left", tc.typed, line, shown.String(), err, left)
		}
	}
	if line, err := typedLine(strings.NewReader("secret\r"), nil); line != "secret" || err != nil {
		t.Errorf("hidden: %q, %v", line, err)
	}
}

// Whoever waits for a line puts the terminal right, also where reading it fails in a way of its own.
func TestAReaderThatFailsIsAnError(t *testing.T) {
	_, err := left(t.Context(), func() (string, error) { panic("walrus") })
	if err == nil || !strings.HasPrefix(err.Error(), "internal: the program failed at ask_test.go:") {
		t.Error(err)
	}
}
