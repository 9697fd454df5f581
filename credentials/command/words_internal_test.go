package command

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/credguide/credguide/internal/text"
)

// TestPOSIXWords: as a POSIX shell takes them.
func TestPOSIXWords(t *testing.T) {
	for line, want := range map[string][]string{
		"vault kv get -field=secret kv/nightly": {"vault", "kv", "get", "-field=secret", "kv/nightly"},
		`op read "op://Lab/open EO/secret"`:     {"op", "read", "op://Lab/open EO/secret"},
		`sh -c 'pass show x | head -n1'`:        {"sh", "-c", "pass show x | head -n1"},
		`a "" '' b\ c "d\"e\\f\g" 'x'\''y'`:     {"a", "", "", "b c", `d"e\f\g`, "x'y"},
		" a\t b\n":                              {"a", "b"},
	} {
		got, err := posixSyntax.words(line)
		if err != nil {
			t.Errorf("%s: %v", line, err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", line, d)
		}
	}
	for line, want := range map[string]string{
		"":                   "the command is empty",
		"''":                 "the command is empty",
		"a 'b":               "a quote in the command is not closed",
		`a \`:                "the command ends in a backslash",
		"pass show x | head": "no shell runs the command, so | has no meaning in it; quote it, or run a shell: sh -c '…'",
		"vault $X":           "no shell runs the command, so $ has no meaning in it; quote it, or run a shell: sh -c '…'",
		`vault "$X"`:         "no shell runs the command, so $ has no meaning in it; use single quotes",
	} {
		if _, err := posixSyntax.words(line); err == nil || err.Error() != want {
			t.Errorf("%s: %v", line, err)
		}
	}
}

// On Windows a backslash stands between folders, in quotes and outside of them.
func TestWindowsWords(t *testing.T) {
	for line, want := range map[string][]string{
		`C:\tools\vault.exe kv get kv/nightly`:                   {`C:\tools\vault.exe`, "kv", "get", "kv/nightly"},
		`"C:\Program Files\op\op.exe" read "op://Lab/a b"`:       {`C:\Program Files\op\op.exe`, "read", "op://Lab/a b"},
		`powershell -Command 'Get-Content \\nas\lab\secret.txt'`: {"powershell", "-Command", `Get-Content \\nas\lab\secret.txt`},
		`type C:\`: {"type", `C:\`},
	} {
		got, err := windowsSyntax.words(line)
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Errorf("%s: %v %s", line, err, d)
		}
	}
	for line, want := range map[string]string{
		"pass show x | head": `no shell runs the command, so | has no meaning in it; quote it, or run a shell: cmd /c "…"`,
		`"a\`:                "a quote in the command is not closed",
	} {
		if _, err := windowsSyntax.words(line); err == nil || err.Error() != want {
			t.Errorf("%s: %v", line, err)
		}
	}
}

func TestAShellLineIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringOf(rapid.RuneFrom([]rune("aZ0 \t\n'\"\\$`|;#ü"))), 1, 5).Draw(t, "words")
		if words[0] == "" {
			words[0] = "x"
		}
		got, err := posixSyntax.words(text.ShellWords(words))
		if err != nil || !cmp.Equal(got, words) {
			t.Fatalf("%q became %q, %v", words, got, err)
		}
	})
}
