package text_test

import (
	"strings"
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

// A command that is continued is the same to a shell: without the backslashes and line ends, nothing
// but blanks has changed, and none of them in quotes.
func TestAContinuedCommandIsTheSame(t *testing.T) {
	const command = `  credguide request status nightly-ndvi --registry-token-command 'oidc-token --time 60 egi' --label "a  b" x`
	for width := 1; width <= 120; width++ {
		lines := strings.Split(text.Continued(command, width), " \\\n     ")
		if got := strings.Join(lines, ""); got != command {
			t.Fatalf("%d columns:\n%s", width, got)
		}
		for i, line := range lines {
			if i > 0 {
				line = "     " + line
			}
			if i < len(lines)-1 {
				line += " \\"
			}
			if text.Width(line) > width && strings.Count(strings.TrimSpace(strings.TrimSuffix(line, " \\")), " ") > 0 && !strings.ContainsAny(line, `"'`) {
				t.Errorf("%d columns: %q", width, line)
			}
		}
	}
	if got := text.Continued(command, 60); strings.Count(got, "\n") != 2 || !strings.Contains(got, "\\\n      --registry-token-command 'oidc-token --time 60 egi' \\\n") {
		t.Errorf("got\n%s", got)
	}
}
