package cli

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/credguide/credguide/cli/app"
)

// whatTheProgramSaid holds the secret, as uncaught errors of JavaScript do.
const whatTheProgramSaid = `data: 'grant_type=client_credentials&client_id=nightly&client_secret=kan4rienvogel7',
openeo.rest.auth.oidc.OidcException: Failed to retrieve access token at 'https://aai.egi.eu/auth/realms/egi/protocol/openid-connect/token': 401 'Unauthorized' '{"error":"unauthorized_client","error_description":"Invalid client or Invalid client credentials"}'`

func TestACheckIsComparedWithWhatAProgramSaid(t *testing.T) {
	file := write(t, whatTheProgramSaid)
	t.Run("the login works here", func(t *testing.T) {
		b, m := box(t), newMachine(t)
		if code := m.run(t.Context(), checkIn(b, "--seen", file)...); code != app.ExitHealthy {
			t.Fatalf("exit code %d: %s", code, m.err.String())
		}
		for _, want := range []string{"client-secret-wrong", "Here and now the login works", "The environment, for certain: the text names production"} {
			if !strings.Contains(m.err.String(), want) {
				t.Errorf("lacks %q: %s", want, m.err.String())
			}
		}
		if strings.Contains(m.err.String()+m.out.String(), "kan4rienvogel7") {
			t.Error("repeats the text")
		}
	})
	t.Run("the same fault, and JSON stands alone", func(t *testing.T) {
		b, m := box(t, "client-secret-wrong"), newMachine(t)
		if code := m.run(t.Context(), checkIn(b, "--seen", file, "--output", "json")...); code != app.ExitMisconfigured {
			t.Fatalf("exit code %d: %s", code, m.err.String())
		}
		if !json.Valid(m.out.Bytes()) || !strings.Contains(m.err.String(), "fits what this check found: client-secret-wrong") {
			t.Errorf("stdout %.200s, stderr %s", m.out.String(), m.err.String())
		}
	})
	t.Run("refused before anything is sent", func(t *testing.T) {
		m := newMachine(t)
		for _, args := range [][]string{{"check", "--seen", file + ".none"}, {"check", "--seen", ""}, {"check", "--seen", file, "--plan"}, {"check", "--seen", t.TempDir()}, {"check", "--seen", file, "--output", "json=" + file}} {
			if code := m.run(t.Context(), args...); code != app.ExitUsage {
				t.Errorf("%v: exit code %d: %s", args, code, m.err.String())
			}
		}
	})
}

func TestOnATerminalExplainSaysThatItWaits(t *testing.T) {
	m := newMachine(t)
	m.Stdin, m.StdinIsTerminal = strings.NewReader(whatTheProgramSaid), true
	if code := m.run(t.Context(), "explain", "-"); code != app.ExitHealthy {
		t.Fatalf("exit code %d: %s", code, m.err.String())
	}
	if !strings.Contains(m.err.String(), "Paste the text") || !strings.Contains(m.out.String(), "client-secret-wrong") {
		t.Errorf("stdout %s, stderr %s", m.out.String(), m.err.String())
	}
	if strings.Contains(m.out.String(), "kan4rienvogel7") {
		t.Error("repeats the text")
	}
}

func TestTheMenuTakesAnErrorText(t *testing.T) {
	m := newMachine(t)
	m.StdinIsTerminal, m.StderrIsTerminal = true, true
	number := 0
	for i, w := range wishes {
		if w.command == "explain" && len(w.args) > 0 {
			number = i + 1
		}
	}
	m.Stdin = strings.NewReader(strconv.Itoa(number) + "\n" + whatTheProgramSaid)
	if code := m.run(t.Context()); code != app.ExitHealthy || !strings.Contains(m.out.String(), "client-secret-wrong") {
		t.Errorf("exit code %d, stdout %s, stderr %s", code, m.out.String(), m.err.String())
	}
}
