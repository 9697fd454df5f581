package app

import (
	"bytes"
	"strings"
	"testing"

	"github.com/credguide/credguide/credentials"
)

func TestLongLinesAreBroken(t *testing.T) {
	for said, want := range map[string]string{
		"short":                         "short",
		"one two three four five":       "one two three\n  four five",
		"  one two three four five six": "  one two\n    three four\n    five six",
		"look: credguide environments --output json":         "look:\n  credguide environments --output json",
		"to see it:    credguide environments --output json": "to see it:\n  credguide environments --output json",
		"  credguide wait a-name-that-is-longer-than-it-is":  "  credguide wait a-name-that-is-longer-than-it-is",
		"credguide check a-name-that-is-longer-than-it-is":   "credguide check a-name-that-is-longer-than-it-is",
		"first\nhint: credguide environments lists them":     "first\nhint:\n  credguide environments lists them",
	} {
		if got := Fitted(said, 16); got != want {
			t.Errorf("%q: %q, want %q", said, got, want)
		}
	}
}

// A secret is found in what is printed however the terminal spells its letters.
func TestASecretIsHiddenOnATerminalWithoutUTF8(t *testing.T) {
	var out bytes.Buffer
	a := &App{Sys: System{Stdout: &out, StdoutIsTerminal: true, Lookup: func(name string) (string, bool) { return "C", name == "LANG" }}}
	a.Keep(credentials.NewSecret("only–four…words×here"))
	if err := a.Print("It is only–four…words×here – so.\n"); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); strings.Contains(got, "four") || !strings.Contains(got, " - so.") {
		t.Errorf("%q", got)
	}
}
