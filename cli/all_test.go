package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/checks/subject"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/credentials/command"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/text"
)

// list writes a list with a healthy entry, one with a wrong secret and one whose secret is in a
// variable.
func list(t *testing.T, dir, id string) string {
	return write(t, fmt.Sprintf(`
- {name: nightly, environment: sandbox, credentials: %s/openeo.env}
- {name: weekly, environment: sandbox, client_id: %s, secret_variable: WEEKLY_SECRET}
- {name: test, environment: sandbox-dev, client_id: %s, secret_variable: NIGHTLY_SECRET, backend: none}
`, dir, id, id))
}

func TestAListIsCheckedInItsOrder(t *testing.T) {
	b := box(t)
	m := newMachine(t).with(map[string]string{
		"WEEKLY_SECRET": "not-the-secret-of-this-client", "NIGHTLY_SECRET": b.ClientSecret,
		"OPENEO_AUTH_CLIENT_ID": "another", "OPENEO_AUTH_CLIENT_SECRET": "another-secret",
	})
	args := []string{"check", "--catalog", b.Dir, "--ca-file", filepath.Join(b.Dir, "ca.pem"), "--all", list(t, b.Dir, b.ClientID)}
	if code := m.run(t.Context(), args...); code == app.ExitHealthy || code == app.ExitUsage {
		t.Errorf("exit code %d\n%s%s", code, &m.out, &m.err)
	}
	lines := slices.DeleteFunc(strings.Split(strings.TrimSpace(m.out.String()), "\n"), func(l string) bool { return strings.HasPrefix(l, " ") })
	if len(lines) != 5 || lines[3] != "Not working: weekly, test" || lines[4] != "3 checked, 1 work, 2 misconfigured." {
		t.Fatalf("%d lines:\n%s", len(lines), &m.out)
	}
	for i, name := range []string{"nightly", "weekly", "test"} {
		if !strings.HasPrefix(lines[i], name+" ") {
			t.Errorf("line %d is %q, want that of %s", i+1, lines[i], name)
		}
	}
	checkAgain := slices.DeleteFunc(printedIn(onALine, m.out.String()), func(c string) bool { return !strings.HasPrefix(c, "credguide check") })
	if len(checkAgain) == 0 {
		t.Errorf("no command checks again:\n%s", &m.out)
	}
	for _, printed := range checkAgain {
		if !strings.HasSuffix(printed, " --ca-file "+text.Word(filepath.Join(b.Dir, "ca.pem"))+" --catalog "+text.Word(b.Dir)) {
			t.Errorf("what the list was checked with is missing: %s", printed)
		}
	}

	byName := slices.DeleteFunc(checkAgain, func(c string) bool {
		return !strings.HasPrefix(c, "credguide check --all "+text.Word(args[len(args)-1])+" --only weekly ")
	})
	if len(byName) != 1 { // no flag takes a variable
		t.Errorf("%d commands check weekly again by its entry:\n%s", len(byName), &m.out)
	}
	for _, printed := range byName {
		words, err := command.Words(printed)
		if err != nil {
			t.Fatal(err)
		}
		if m.run(t.Context(), words[1:]...); !strings.HasSuffix(m.out.String(), "Not working: weekly\n1 checked, 0 work, 1 misconfigured.\n") {
			t.Errorf("%s:\n%s%s", printed, &m.out, &m.err)
		}
	}
	if code := m.run(t.Context(), append(args, "--only", "nigthly")...); code != app.ExitUsage || !strings.Contains(m.err.String(), `"nigthly" (did you mean "nightly"?)`) {
		t.Errorf("an entry that is not there: exit code %d\n%s", code, &m.err)
	}
	if m.run(t.Context(), append(args, "--only", "test,nightly")...); !strings.HasPrefix(m.out.String(), "nightly") || !strings.HasSuffix(m.out.String(), "2 checked, 1 work, 1 misconfigured.\n") {
		t.Errorf("two entries of a list:\n%s%s", &m.out, &m.err)
	}

	m.run(t.Context(), append(args, "--output", "json")...)
	decoder := json.NewDecoder(bytes.NewReader(m.out.Bytes()))
	var reports []checks.Report
	for decoder.More() {
		var r checks.Report
		if err := decoder.Decode(&r); err != nil {
			t.Fatal(err)
		}
		reports = append(reports, r)
	}
	if len(reports) != 3 || reports[0].Verdict != checks.Healthy || reports[1].Verdict == checks.Healthy {
		t.Fatalf("%d reports:\n%s", len(reports), &m.out)
	}
	if source := reports[1].Subject.Secret.Source; source != "environment WEEKLY_SECRET" {
		t.Errorf("the secret's source is %q", source)
	}
	if reports[1].Subject.ClientID != b.ClientID {
		t.Errorf("a variable that is not meant for the entry was used: %q", reports[1].Subject.ClientID)
	}
}

// What is wrong with one entry is its finding; what is wrong with the list ends the command.
func TestAWrongEntryIsItsOwnFinding(t *testing.T) {
	for name, tc := range map[string]struct {
		text, want string
		code       int
	}{
		"field":       {"- {name: a, enviroment: production, keyring: true}\n", `:1: unknown key \"enviroment\" (did you mean environment?)`, app.ExitMisconfigured},
		"two secrets": {"- {secret_file: a, secret_variable: B}\n", ":1: secret_variable: secret_file names the secret's source already", app.ExitMisconfigured},
		"environment": {"- {name: a, environment: prodution, keyring: true}\n", `:1: unknown environment \"prodution\" (did you mean \"production\"?)`, app.ExitMisconfigured},
		"authorities": {"- {name: a, ca_file: nowhere.pem, keyring: true}\n", "there is no such file", app.ExitMisconfigured},
		"empty":       {"[]\n", "the list is empty", app.ExitUsage},
		"names":       {"- {name: a, keyring: true}\n- {name: a, keyring: true}\n", ":2: the name a is already in line 1", app.ExitUsage},
		"no list":     {"name: a\n", "expected a list, but this is a single entry", app.ExitUsage},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t)
			if code := m.run(t.Context(), "check", "--all", write(t, tc.text), "--output", "json"); code != tc.code {
				t.Errorf("exit code %d, want %d", code, tc.code)
			}
			if tc.code == app.ExitUsage {
				if !strings.Contains(m.err.String(), tc.want) {
					t.Errorf("%s, want %q", &m.err, tc.want)
				}
				return
			}
			if got := m.out.String(); !strings.Contains(got, `"list-entry-invalid"`) || !strings.Contains(got, tc.want) {
				t.Errorf("%s\nwant %q", got, tc.want)
			}
		})
	}
}

// A faulty entry leaves the others, under their names and in their order.
func TestAFaultyEntryLeavesTheOthers(t *testing.T) {
	b := box(t)
	m := newMachine(t)
	file := write(t, fmt.Sprintf("- {name: bad, colour: red}\n- {name: good, environment: sandbox, credentials: %s/openeo.env, owner: me, labels: {team: eo}, ca_file: %s/ca.pem}\n", b.Dir, b.Dir))
	if code := m.run(t.Context(), "check", "--catalog", b.Dir, "--all", file, "--output", "json"); code != app.ExitMisconfigured {
		t.Errorf("exit code %d\n%s", code, &m.err)
	}
	decoder := json.NewDecoder(bytes.NewReader(m.out.Bytes()))
	var bad, good checks.Report
	if err := errors.Join(decoder.Decode(&bad), decoder.Decode(&good)); err != nil {
		t.Fatal(err)
	}
	if bad.Subject.Name != "bad" || bad.Verdict != checks.Misconfigured || good.Subject.Name != "good" || good.Verdict != checks.Healthy {
		t.Errorf("%+v %s, %+v %s", bad.Subject, bad.Verdict, good.Subject, good.Verdict)
	}
	if good.Subject.Owner != "me" || good.Subject.Labels["team"] != "eo" {
		t.Errorf("%+v", good.Subject)
	}
}

// What stands in a list means the same from every folder and with every variable around.
func TestAnEntryIsReadForItself(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"lab.yaml": "id: lab\ntitle: Lab\nissuer: https://127.0.0.1:1/realms/lab\n",
		"all.yaml": "- {environment: lab.yaml, client_id: nightly, keyring: true}\n- {client_id: weekly, keyring: true}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m := newMachine(t).with(map[string]string{"OPENEO_AUTH_PROVIDER_ID": "egi-dev"})
	a := &app.App{Sys: m.System}
	data, err := os.ReadFile(filepath.Join(dir, "all.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	list, err := accounts.Read("all.yaml", dir, data, false)
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := environments.Load()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"lab", subject.DefaultEnvironment} {
		s, _, err := a.Subject(t.Context(), catalog, a.TargetOf(list.Entries[i], list), false)
		if err != nil || s.Environment.ID != want {
			t.Errorf("entry %d: environment %q, %v; want %q", i+1, s.Environment.ID, err, want)
		}
	}
}

// The secret of an entry that is not checked may stand in its owner or its labels all the same.
func TestAnEntryThatIsNotCheckedHidesItsSecret(t *testing.T) {
	t.Parallel()
	b := box(t)
	m := newMachine(t).with(map[string]string{"HELD": b.ClientSecret})
	secret := write(t, b.ClientSecret)
	const form = "- {name: %s, environment: %s, client_id: %s, %s, owner: me %s, labels: {note: before%safter}%s}\n"
	var list strings.Builder
	for i, source := range []string{"secret_file: " + secret, "secret_variable: HELD"} {
		for j, broken := range [][2]string{{"nosuch", ""}, {"sandbox", ", expires: never"}, {"sandbox", ", bogus: x"}, {"sandbox", ""}} {
			fmt.Fprintf(&list, form, fmt.Sprintf("n%d%d", i, j), broken[0], b.ClientID, source, b.ClientSecret, b.ClientSecret, broken[1])
		}
		fmt.Fprintf(&list, "- {name: e%d, environment: %s, client_id: a, %s}\n", i, b.ClientSecret, source) // in another field's place
		fmt.Fprintf(&list, "- {name: i%d, issuer: 'https://localhost/%s', client_id: a, %s, bogus: x}\n", i, b.ClientSecret, source)
	}
	file := write(t, list.String())
	for _, more := range [][]string{nil, {"--list-deadline", "1ns"}} {
		args := append([]string{"check", "--catalog", b.Dir, "--ca-file", filepath.Join(b.Dir, "ca.pem"), "--all", file}, more...)
		for _, format := range report.Names() {
			m.run(t.Context(), append(args, "--output", format)...)
			text, missing := m.out.String()+m.err.String(), false
			if format == "json" { // when the time is up, nobody looked for an environment
				missing = !strings.Contains(text, `"note":"(not shown: it looks like a secret)"`) || more == nil && !strings.Contains(text, `"environment":"[redacted]"`)
			}
			if strings.Contains(text, b.ClientSecret) || missing {
				t.Errorf("%v, %s:\n%s", more, format, text)
			}
		}
	}
}

// One that somebody chose is no less a secret, and is looked for in what the list says; also in the
// reason why a finding is ignored.
func TestAChosenSecretIsInNothingThatTheListSays(t *testing.T) {
	const chosen = "Tr0ub4dor"
	l := newListed(t, sandbox.Options{})
	l.with(map[string]string{"CHOSEN": chosen})
	const said = ", owner: me " + chosen + ", labels: {note: before " + chosen + " after}, ignore: {client-secret-wrong: is " + chosen + ", list-entry-invalid: is " + chosen + "}"
	file := write(t, l.entry("checked", "sandbox", "CHOSEN", said)+l.entry("broken", "sandbox", "CHOSEN", said+", bogus: x")+
		l.entry("nowhere", "of-"+chosen, "CHOSEN", "")+"- {name: address, issuer: 'https://localhost/"+chosen+"', client_id: a, secret_variable: CHOSEN, bogus: x}\n")
	for _, more := range [][]string{nil, {"--list-deadline", "1ns"}} {
		for _, format := range report.Names() {
			l.run(t.Context(), l.args(file, append(more, "--output", format)...)...)
			if text := l.out.String() + l.err.String(); strings.Contains(text, chosen) || l.out.Len() == 0 {
				t.Errorf("%v, %s:\n%.3000s", more, format, text)
			}
		}
	}
}

func TestAnInterruptedListNamesWhatIsNotChecked(t *testing.T) {
	b := box(t)
	m := newMachine(t).with(map[string]string{"GOOD": b.ClientSecret})
	var file strings.Builder
	for i := range 30 {
		fmt.Fprintf(&file, "- {name: a%d, environment: sandbox, client_id: %s, secret_variable: GOOD}\n", i, b.ClientID)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	lookup := m.Lookup
	m.Lookup = func(name string) (string, bool) {
		if name == "GOOD" {
			cancel() // as soon as the first secret is read
		}
		return lookup(name)
	}
	old, fresh := write(t, "# of yesterday\n"), filepath.Join(t.TempDir(), "metrics.prom")
	code := m.run(ctx, "check", "--catalog", b.Dir, "--ca-file", filepath.Join(b.Dir, "ca.pem"), "--all", write(t, file.String()), "--output", "prometheus="+old, "--output", "prometheus="+fresh)
	if text, err := os.ReadFile(old); err != nil || string(text) != "# of yesterday\n" || !strings.Contains(m.err.String(), old+" stays as it was") {
		t.Errorf("%v: the metrics of a part took the place of those of all: %s\n%s", err, text, &m.err)
	}
	if _, err := os.Stat(fresh); err != nil {
		t.Error(err)
	}
	if !strings.HasSuffix(m.err.String(), "hint: a run with --output json=FILE can be continued with --resume-from FILE\n") {
		t.Errorf("how to go on is not said:\n%s", &m.err)
	}
	if code != app.ExitInterrupted || !strings.Contains(m.err.String(), "30 of 30 entries are not checked: a0, a1") || !strings.Contains(m.err.String(), "and 10 more") {
		t.Errorf("exit code %d\n%s%s", code, &m.out, &m.err)
	}
	m.Lookup = lookup
	code = m.run(t.Context(), "check", "--catalog", b.Dir, "--ca-file", filepath.Join(b.Dir, "ca.pem"), "--list-deadline", "1ns", "--all", write(t, file.String()),
		"--output", "text", "--output", "prometheus="+fresh)
	begun := strings.Count(m.out.String(), "The deadline passed before the check could tell.") // before a coarse clock has seen the nanosecond pass, as that of Windows
	if code != app.ExitCannotTell || !strings.Contains(m.out.String(), fmt.Sprintf("\n%d checked, 0 work, ", begun)) || !strings.Contains(m.out.String(), fmt.Sprintf(" %d not checked.", 30-begun)) {
		t.Errorf("exit code %d\n%s%s", code, &m.out, &m.err)
	}
	// Nobody asked about them: no verdict says that a service does not answer.
	metrics, err := os.ReadFile(fresh)
	if err != nil || strings.Count(string(metrics), "credguide_not_checked{") != 30 || strings.Contains(string(metrics), "credguide_up") ||
		strings.Contains(string(metrics), "credguide_verdict") || strings.Contains(string(metrics), "credguide_check_") {
		t.Errorf("%v\n%s", err, metrics)
	}
}
