package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/environments"
)

func TestRotationIsListedWithoutATerminal(t *testing.T) {
	b := box(t)
	m := newMachine(t)
	env := filepath.Join(b.Dir, "openeo.env")
	m.must(t, boxAccount(b, "nightly", "--credentials", env)...)
	m.must(t, boxAccount(b, "twin", "--credentials", env)...)
	m.with(map[string]string{"OPENEO_AUTH_CLIENT_SECRET": b.ClientSecret})
	m.must(t, "accounts", "rotate", "nightly", "--output", "json")
	var steps []struct {
		ID, Text, Run string
		Details       []string
	}
	if err := json.Unmarshal(m.out.Bytes(), &steps); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, s := range steps {
		ids = append(ids, s.ID)
	}
	if d := cmp.Diff([]string{"make-new", "put-in-place", "check-new", "other-places", "refuse-old"}, ids); d != "" {
		t.Fatal(d)
	}
	if d := cmp.Diff([]string{"the variable OPENEO_AUTH_CLIENT_SECRET", "account twin (file " + env + ")"}, steps[3].Details); d != "" {
		t.Error(d)
	}
	if steps[2].Run != "credguide check nightly" || strings.Contains(m.out.String(), b.ClientSecret) {
		t.Errorf("%s", &m.out)
	}
	m.must(t, "accounts", "add", "cdse", "--environment", "cdse", "--client-id", "sh-1", "--secret-variable", "X")
	m.must(t, "accounts", "rotate", "cdse")
	if !strings.Contains(m.out.String(), "1. Make a new secret for the client sh-1") || strings.Contains(m.out.String(), "{client_id}") || strings.Contains(m.out.String(), "is not known") {
		t.Errorf("%s", &m.out)
	}
}

// On a terminal the steps are gone through, the secret is stored, and the check is made.
func TestRotationOnATerminal(t *testing.T) {
	b := box(t)
	m := newMachine(t)
	keys := forgetful{"credguide|account nightly": madeElsewhere}
	m.Keyring = keys
	m.must(t, boxAccount(b, "nightly", "--client-id", b.ClientID, "--keyring")...)
	typed := []string{"", b.ClientSecret} // Enter first: then it still is the old one
	m.ReadHidden = func(context.Context) (string, error) {
		text := typed[0]
		typed = typed[1:]
		return text, nil
	}
	m.Stdin, m.StdinIsTerminal, m.StderrIsTerminal = strings.NewReader("\n\n\n"), true, true
	m.must(t, "accounts", "rotate", "nightly")
	if keys["credguide|account nightly"] != b.ClientSecret || len(typed) != 0 {
		t.Errorf("%v", keys)
	}
	for _, want := range []string{"The account still has the old secret.", "Stored in the system keyring.", "nightly has its new secret."} {
		if !strings.Contains(m.err.String(), want) {
			t.Errorf("%q is not said: %s", want, &m.err)
		}
	}
	if !strings.Contains(m.out.String(), "√ Works") {
		t.Errorf("%s", &m.out)
	}
}

func TestAccountsAskOnATerminal(t *testing.T) {
	m := newMachine(t)
	keys := forgetful{}
	m.Keyring = keys
	m.ReadHidden = func(context.Context) (string, error) { return madeElsewhere, nil }
	number := environmentNumber(t, "cdse")
	m.Stdin, m.StdinIsTerminal, m.StderrIsTerminal = strings.NewReader(number+"\nsh-1\n1\n"), true, true
	m.must(t, "accounts", "add", "a")
	want := "- name: a\n  environment: cdse\n  client_id: sh-1\n  keyring: true\n"
	if d := cmp.Diff(want, m.accountsFile(t)); d != "" {
		t.Error(d)
	}
	if keys["credguide|account a"] != madeElsewhere || strings.Contains(m.err.String(), madeElsewhere) {
		t.Errorf("%v\n%s", len(keys), &m.err)
	}
	// The bare program shows the accounts before it asks.
	m.Stdin = strings.NewReader("\n")
	m.run(t.Context())
	if !strings.HasPrefix(m.err.String(), "Your accounts:\n· a: not checked yet\n") {
		t.Errorf("%s", &m.err)
	}
}

// environmentNumber is the number under which a menu offers an environment.
func environmentNumber(t *testing.T, id string) string {
	t.Helper()
	catalog, err := environments.Load()
	if err != nil {
		t.Fatal(err)
	}
	n := slices.IndexFunc(catalog.All(), func(e environments.Environment) bool { return e.ID == id })
	if n < 0 {
		t.Fatalf("%s is not offered", id)
	}
	return fmt.Sprint(n + 1)
}

// A wrong answer is asked for again: those before it are not lost.
func TestAWrongAnswerAboutAnAccountIsAskedAgain(t *testing.T) {
	m := newMachine(t)
	m.StdinIsTerminal, m.StderrIsTerminal = true, true
	const secret = "Zk7vQ2mNp8RsT4xYbW1cD3eF5gH6jK9L"
	m.Stdin = strings.NewReader(strings.Join([]string{"99", "4", secret, "sh-1", "4", "not a variable", "", "CDSE_SECRET"}, "\n") + "\n")
	m.must(t, "accounts", "add", "nightly")
	for _, want := range []string{"There is no such number.", "× this looks like the secret, not a client ID", "× nothing was entered", "Added nightly: cdse"} {
		if !strings.Contains(m.err.String(), want) {
			t.Errorf("%q is not said:\n%s", want, &m.err)
		}
	}
	if strings.Contains(m.out.String()+m.err.String(), secret) {
		t.Errorf("the secret is repeated:\n%s", &m.err)
	}
	m.must(t, "accounts", "show", "nightly")
	if told := m.told(); !strings.Contains(told, "client ID sh-1 secret variable CDSE_SECRET") {
		t.Errorf("%s", told)
	}
}

// Ctrl-D at a question is said in words, on a line of its own; where there is a way out, it is that.
func TestAnInputThatEnds(t *testing.T) {
	for command, want := range map[string]struct {
		code int
		said string
	}{
		"accounts add nightly --environment cdse": {app.ExitUsage, ": \nerror: the input ended before the answer\n"},
		"check --issuer https://127.0.0.1:1/":     {app.ExitUsage, "Client ID: \nerror: ask for the client ID: the input ended before the answer\n"},
		"":                                        {app.ExitHealthy, "A number, or nothing to leave: \n"},
	} {
		m := newMachine(t)
		m.StdinIsTerminal, m.StderrIsTerminal = true, true
		m.ReadHidden = func(context.Context) (string, error) { return "", io.EOF }
		m.Stdin = strings.NewReader("")
		if code := m.run(t.Context(), strings.Fields(command)...); code != want.code || !strings.HasSuffix(m.err.String(), want.said) {
			t.Errorf("%q: exit code %d\n%s", command, code, &m.err)
		}
	}
}
