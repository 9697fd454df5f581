package cli

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	commands "github.com/credguide/credguide/cli/accounts"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/environments"
)

// forgetful is a keyring in memory.
type forgetful map[string]string

func (f forgetful) Get(service, user string) (string, error) {
	if text, ok := f[service+"|"+user]; ok {
		return text, nil
	}
	return "", credentials.ErrNotInKeyring
}

func (f forgetful) Set(service, user, text string) error { f[service+"|"+user] = text; return nil }

func (f forgetful) Delete(service, user string) error { delete(f, service+"|"+user); return nil }

// What needs somebody stands first, in words; a file with a fault shows the fault and the others.
func TestAccountsAreListedBrokenFirst(t *testing.T) {
	m := newMachine(t)
	m.Now = func() time.Time { return time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC) }
	file := filepath.Join(t.TempDir(), "mine.yaml")
	m.with(map[string]string{"CREDGUIDE_ACCOUNTS": file})
	text := "- {name: new, environment: cdse, client_id: x, keyring: true}\n- {name: ends, environment: cdse, client_id: x, keyring: true, expires: 2026-12-05}\n" +
		"- {name: bad, colour: red}\n- {name: lost, environment: nowhere, client_id: x, keyring: true}\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	m.must(t, "accounts")
	want := "× bad: cannot be used\n    FILE:3: unknown key \"colour\"; this version of credguide does not know it\n" +
		"× lost: cannot be used\n    unknown environment \"nowhere\"\n" +
		"‼ ends: cdse, openeo.dataspace.copernicus.eu\n    not checked yet; expires in 10 days\n    credguide check ends\n" +
		"· new: cdse, openeo.dataspace.copernicus.eu\n    not checked yet\n    credguide check new\n" +
		"\nAll at once: credguide check --all\n"
	got := strings.ReplaceAll(strings.ReplaceAll(m.out.String(), file, "FILE"), "\n    does not know it", " does not know it")
	if !strings.Contains(got, "FILE") { // a long name stands on a line of its own
		got = strings.ReplaceAll(got, "\n", " ")
		want = strings.ReplaceAll(want, "\n", " ")
	}
	if d := cmp.Diff(strings.Fields(want), strings.Fields(got)); d != "" {
		t.Error(d)
	}
	m.must(t, "accounts", "--output", "json")
	var all []map[string]any
	if err := json.Unmarshal(m.out.Bytes(), &all); err != nil || len(all) != 4 {
		t.Fatalf("%v\n%s", err, &m.out)
	}
	keys := []string{"backend", "client_id", "environment", "expires", "issuer", "last", "name", "provider_id", "source"}
	for _, key := range keys {
		if _, ok := all[0][key]; !ok {
			t.Errorf("%q is missing: %v", key, all[0])
		}
	}
	if all[0]["name"] != "new" || all[1]["expires"] != "2026-12-05" || all[2]["fault"] == nil || all[0]["source"] != "system keyring" || all[0]["last"] != nil {
		t.Errorf("%v", all)
	}
	m.refused(t, "unknown key \"colour\"", "check", "bad")
}

// A broken file is one clear error, and only where an account is meant.
func TestABrokenAccountsFile(t *testing.T) {
	b := box(t)
	m := newMachine(t).with(map[string]string{"CREDGUIDE_ACCOUNTS": write(t, "version: 2\naccounts: []\n")})
	for _, args := range [][]string{{"accounts"}, {"check", "a"}, {"check"}, {"check", "--all"}, {"accounts", "add", "a", "--environment", "cdse", "--client-id", "x", "--keyring"}} {
		m.refused(t, "a newer version of credguide may have written it", args...)
	}
	env := map[string]string{"CREDGUIDE_ACCOUNTS": write(t, "version: 2\n")}
	maps.Copy(env, b.Env)
	m.with(env)
	m.must(t, checkIn(b)...)
}

// A client that is registered again keeps its account; another one of the same name gets a name
// beside it.
func TestANewClientGetsAFreeName(t *testing.T) {
	m := newMachine(t)
	a := &app.App{Sys: m.System}
	catalog, err := environments.Load()
	if err != nil {
		t.Fatal(err)
	}
	keep := func(id, environment string, kept credentials.Source) string {
		t.Helper()
		e, ok := catalog.Lookup(environment)
		if !ok {
			t.Fatal(environment)
		}
		name, err := commands.Keep(t.Context(), a, commands.Made{ClientID: id, Environment: e, Backend: "none", Kept: kept})
		if err != nil {
			t.Fatal(err)
		}
		return name
	}
	file := credentials.Source{Kind: credentials.KindDotenv, Path: "/x/openeo.env"}
	ring := credentials.Source{Kind: credentials.KindKeyring}
	var names []string
	for _, made := range []struct {
		id, environment string
		kept            credentials.Source
	}{
		{"nightly", "production", file},
		{"nightly", "production", ring},
		{"nightly", "demo", file},
		{"nightly", "development", file},
		{"-$a/b", "demo", file},
		{"nightly", "production", credentials.Source{Kind: credentials.KindPrompt}},
	} {
		names = append(names, keep(made.id, made.environment, made.kept))
	}
	if d := cmp.Diff([]string{"nightly", "nightly", "nightly-demo", "nightly-development", "a-b", ""}, names); d != "" {
		t.Error(d)
	}
	want := "- name: nightly\n  environment: production\n  backend: none\n  client_id: nightly\n  keyring: true\n"
	if got := m.accountsFile(t); !strings.HasPrefix(got, want) {
		t.Error(got)
	}
}

// An environment that only a catalog has is found by each command that is printed.
func TestThePrintedCommandsOfAccountsKeepTheCatalog(t *testing.T) {
	b := box(t)
	m := newMachine(t)
	file := write(t, "- {name: nightly, environment: sandbox, client_id: nightly-ndvi, secret_variable: NIGHTLY_SECRET}\n")
	m.with(map[string]string{"CREDGUIDE_ACCOUNTS": file})
	for _, args := range [][]string{{"accounts"}, {"accounts", "show", "nightly"}, {"accounts", "rotate", "nightly"}} {
		m.must(t, append(args, "--catalog", b.Dir)...)
		commands := printedIn(onALine, m.out.String())
		if len(commands) == 0 {
			t.Errorf("%s: no command is printed", strings.Join(args, " "))
		}
		for _, c := range commands {
			if !strings.HasSuffix(c, " --catalog "+b.Dir) {
				t.Errorf("%s: %s", strings.Join(args, " "), c)
			}
		}
	}
}
