package app

import "testing"

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
		if got := fitted(said, 16); got != want {
			t.Errorf("%q: %q, want %q", said, got, want)
		}
	}
}
