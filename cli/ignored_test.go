package cli

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/credguide/credguide/cli/app"
)

// --ignore and an account's own ignore take findings out of the verdict.
func TestFindingsThatDoNotCount(t *testing.T) {
	b := box(t, "token-lifetime-short")
	m := newMachine(t).with(b.Env)
	strict := checkIn(b, "--strict")
	if code := m.run(t.Context(), strict...); code != app.ExitMisconfigured {
		t.Fatalf("exit code %d\n%s", code, &m.out)
	}
	m.must(t, append(strict, "--ignore", "token-lifetime-short", "--verbose")...)
	if !strings.Contains(m.out.String(), "Ignored: token-lifetime-short (--ignore)") {
		t.Errorf("what is ignored is not named:\n%s", &m.out)
	}
	list := write(t, fmt.Sprintf("- {name: a, environment: sandbox, credentials: %s/openeo.env, ca_file: %s/ca.pem, ignore: {token-lifetime-short: agreed}}\n", b.Dir, b.Dir))
	m.must(t, "check", "--strict", "--catalog", b.Dir, "--all", list)
	m.must(t, "check", "--strict", "--catalog", b.Dir, "--all="+list, "--output", "json")
	if !strings.Contains(m.out.String(), `"ignored":"agreed"`) {
		t.Errorf("the reason is missing:\n%s", &m.out)
	}
	misspelt := write(t, fmt.Sprintf("- {name: a, environment: sandbox, credentials: %s/openeo.env, ca_file: %s/ca.pem, ignore: {token-lifetime-shrt: agreed}}\n", b.Dir, b.Dir))
	const said = `unknown finding "token-lifetime-shrt" (did you mean "token-lifetime-short"?)`
	if code := m.run(t.Context(), "check", "--catalog", b.Dir, "--all", misspelt); code != app.ExitMisconfigured || !strings.Contains(strings.Join(strings.Fields(m.out.String()), " "), said) {
		t.Errorf("exit code %d; a misspelt finding is ignored in silence:\n%s%s", code, &m.out, &m.err)
	}
	m.with(map[string]string{"CREDGUIDE_ACCOUNTS": misspelt})
	if code := m.run(t.Context(), "check", "--catalog", b.Dir, "a"); code != app.ExitUsage || !strings.Contains(m.err.String(), said) {
		t.Errorf("exit code %d\n%s", code, &m.err)
	}
	data, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	m.Stdin = bytes.NewReader(bytes.ReplaceAll(data, []byte(", ignore: {token-lifetime-short: agreed}"), nil))
	if code := m.run(t.Context(), "check", "--strict", "--catalog", b.Dir, "--all", "-"); code != app.ExitMisconfigured {
		t.Errorf("exit code %d", code)
	}
}

// An entry that cannot be used may be known too, and then ends no job either.
func TestAnEntryThatCannotBeUsedCanBeIgnored(t *testing.T) {
	m := newMachine(t)
	for _, args := range [][]string{
		{"--all", write(t, "- {name: a, environment: production, ignore: {list-entry-invalid: 'comes on Monday'}}\n")},
		{"--all", write(t, "- {name: a, environment: production}\n"), "--ignore", "list-entry-invalid"},
	} {
		m.must(t, append([]string{"check"}, args...)...)
		if said := m.out.String(); !strings.Contains(said, "Ignored") || strings.Contains(said, "Works") {
			t.Errorf("%q:\n%s", args, said)
		}
	}
}

// The only cause is ignored: the job goes on, nothing is asked again, and nobody says that the login works.
func TestAnIgnoredCauseEndsNoJob(t *testing.T) {
	b := box(t, "client-secret-wrong")
	m := newMachine(t).with(b.Env)
	m.must(t, checkIn(b, "--ignore", "client-secret-wrong", "--retry-for", "1h")...)
	said := strings.Join(strings.Fields(m.out.String()), " ")
	if !strings.Contains(said, "Ignored: ") || !strings.Contains(said, "client-secret-wrong (--ignore)") || strings.Contains(said, "Works") || strings.Contains(m.err.String(), "again") {
		t.Errorf("%s\n%s", &m.out, &m.err)
	}
}
