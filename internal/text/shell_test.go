package text_test

import (
	"testing"

	"github.com/credguide/credguide/internal/text"
)

func TestShellWord(t *testing.T) {
	for arg, want := range map[string]string{"plain-1.2": "plain-1.2", "": "''", "a b": "'a b'", "it's": `'it'\''s'`, "$x": "'$x'"} {
		if got := text.ShellWord(arg); got != want {
			t.Errorf("ShellWord(%q) = %s, want %s", arg, got, want)
		}
	}
	if got := text.ShellWords([]string{"vault", "kv get", ""}); got != "vault 'kv get' ''" {
		t.Error(got)
	}
}
