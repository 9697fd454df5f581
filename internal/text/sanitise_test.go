package text_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/credguide/credguide/internal/text"
)

func TestSanitise(t *testing.T) {
	for _, test := range []struct{ in, line, marked string }{
		{"plain text, ü and 日本 ‼", "plain text, ü and 日本 ‼", "plain text, ü and 日本 ‼"},
		{" a\tb\r\nc\u00a0d\u2028e ", "a b  c d e", " a b \nc d e "},
		{"\x1b]0;owned\x07\x1b[2Jx", "x", "�]0;owned��[2Jx"},
		{"\x1b]0;not ended", "0;not ended", "�]0;not ended"},
		{"\u009b31mred\u009d0;t\u009c", "red", "�31mred�0;t�"},
		{"\u202egnp.exe\u2066\u200b\ufeff\u00ad", "gnp.exe", "�gnp.exe����"},
		{"a\u3164b\u115fc\u2800d\U000e0041e\u034ff\u180bg\ue000h", "abcdefgh", "a�b�c�d�e�f�g�h"},
		{"⚠\ufe0f", "⚠\ufe0f", "⚠\ufe0f"},
		{"\xff\xfe", "�", "�"},
		{"::error::x ::stop-commands::y", ": :error::x : :stop-commands::y", ": :error::x : :stop-commands::y"},
		{"x\n ::add-mask::y", "x  : :add-mask::y", "x\n : :add-mask::y"},
		{"###[error]##vso[task]##teamcity[x]", "## #[error]# #vso[task]# #teamcity[x]", "## #[error]# #vso[task]# #teamcity[x]"},
		{"[::1]:443 ::1 std::vector ## title", "[::1]:443 ::1 std::vector ## title", "[::1]:443 ::1 std::vector ## title"},
		{"::\u200berror::x #\u200b#[e]", ": :error::x # #[e]", "::�error::x #�#[e]"},
	} {
		if got := text.Sanitise(test.in); got != test.line {
			t.Errorf("%q in a line: %q, want %q", test.in, got, test.line)
		}
		if got := text.Sanitise(test.in, text.KeepLines, text.MarkRemoved); got != test.marked {
			t.Errorf("%q in lines: %q, want %q", test.in, got, test.marked)
		}
	}
}

var obeyed = regexp.MustCompile(`(?m)^\s*::[A-Za-z]|##[A-Za-z]*\[`)

func TestSanitisedTextIsHarmless(t *testing.T) {
	piece := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"\x1b", "[", "]", "\u009b", "\u009d", "\x07", "::", "#", "##[", "error", "::error::", " ", "\n", "\r", "\u200b", "\u202e", "\xff",
	}))
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOf(piece).Draw(t, "pieces"), "")
		for _, options := range [][]text.Option{nil, {text.KeepLines}, {text.MarkRemoved}, {text.KeepLines, text.MarkRemoved}} {
			got := text.Sanitise(s, options...)
			if !utf8.ValidString(got) || strings.ContainsFunc(strings.ReplaceAll(got, "\n", ""), text.Hidden) || obeyed.MatchString(got) {
				t.Errorf("%q: %q", s, got)
			}
			if strings.Contains(got, "\n") && len(options) == 0 {
				t.Errorf("%q: %q is more than a line", s, got)
			}
			if line := text.Line(got, 2000); line != text.Cut(text.Sanitise(got), 2000, text.Runes) {
				t.Errorf("%q: the line is %q", got, line)
			}
			if again := text.Sanitise(got, options...); again != got {
				t.Errorf("%q: %q becomes %q", s, got, again)
			}
			for _, line := range text.Wrap(got, 7) {
				if obeyed.MatchString(line) {
					t.Errorf("%q, wrapped: %q", s, line)
				}
			}
		}
	})
}

func TestLine(t *testing.T) {
	for in, want := range map[string]string{
		"\x1b[1mabc\x1b[0m": "abc", "abcdef": "abcdef", "abcdefg": "abcde…", "": "",
		strings.Repeat("x", 1000):             "xxxxx…",
		"ab" + strings.Repeat("\u200b", 1000): "ab…", // what was not looked at is told of
	} {
		if got := text.Line(in, 6); got != want {
			t.Errorf("%.40q: %q, want %q", in, got, want)
		}
	}
}

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"/home/ü/a b.env": "/home/ü/a b.env", "no\x1b[31m\nfile": `"no\x1b[31m\nfile"`, "a\u202eb": `"a\u202eb"`, "\xff": `"\xff"`,
		"a\u00a0b": `"a\u00a0b"`, "a\ufffdb": `"a\ufffdb"`, "": "",
	} {
		if got := text.Visible(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestQuote(t *testing.T) {
	for in, want := range map[string]string{
		`say "x"`: `"say \"x\""`, "s256\x1b[2J\u202e": `"s256\x1b[2J\u202e"`, "\xff": `"\xff"`, "日本": `"日本"`, "a\u3164b": `"a\u3164b"`,
		strings.Repeat("ü", 13): `"üüüüüüüüüüü…"`, strings.Repeat("ü", 12): `"üüüüüüüüüüüü"`,
	} {
		if got := text.Quote(in, 12); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		if got := text.Quote(rapid.String().Draw(t, "text"), 12); !text.Printable(got) && !strings.ContainsRune(got, unicode.ReplacementChar) {
			t.Errorf("%q", got)
		}
	})
}
