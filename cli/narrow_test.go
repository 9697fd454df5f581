package cli

import (
	"strings"
	"testing"

	"github.com/credguide/credguide/internal/text"
)

// On a narrow terminal lists and cards break between words. What is to be copied stays whole: a
// name, an address, a command.
func TestNarrowTerminals(t *testing.T) {
	m := newMachine(t)
	m.Width = 40
	m.must(t, "accounts", "add", "nightly", "--environment", "production", "--client-id", "nightly-ndvi", "--secret-variable", "NIGHTLY_SECRET",
		"--owner", "the people who watch the vegetation of the whole continent")
	for _, args := range [][]string{{"accounts"}, {"accounts", "show", "nightly"}, {"accounts", "rotate", "nightly"}, {"try", "--list"}, {"explain"}} {
		m.must(t, args...)
		for line := range strings.SplitSeq(m.out.String(), "\n") {
			whole := len(strings.Fields(line)) < 2 || strings.HasPrefix(strings.TrimSpace(line), "credguide ")
			if text.Width(line) > m.Width && !whole {
				t.Errorf("%s: %q", strings.Join(args, " "), line)
			}
		}
	}
	m.must(t, "accounts", "show", "nightly")
	if !strings.Contains(m.out.String(), "https://aai.egi.eu/auth/realms/egi\n") {
		t.Errorf("the address is not whole:\n%s", &m.out)
	}
}
