package cli

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
	"github.com/credguide/credguide/internal/text"
)

// What does not count in a run does not count when its reports are read again.
func TestSavedReportsKeepWhatIsIgnored(t *testing.T) {
	l := newListed(t, sandbox.Options{})
	saved := filepath.Join(t.TempDir(), "reports.jsonl")
	file := write(t, l.entry("good", "sandbox", "GOOD", "")+l.entry("known", "sandbox", "WRONG", `, ignore: {client-secret-wrong: "until the move"}`))
	code := l.run(t.Context(), l.args(file, "--output", "json="+saved, "--output", "text")...)
	const want = "its cause is ignored: client-secret-wrong (until the move)"
	says := func() bool { return strings.Contains(strings.Join(strings.Fields(l.out.String()), " "), want) }
	if !says() || code != app.ExitHealthy {
		t.Errorf("exit code %d\n%s", code, &l.out)
	}
	for name, args := range map[string][]string{
		"--from":        {"check", "--from", saved},
		"--resume-from": l.args(file, "--resume-from", saved),
	} {
		if again := l.run(t.Context(), args...); again != code || !says() {
			t.Errorf("%s: exit code %d, not %d\n%s", name, again, code, &l.out)
		}
	}
	if said := diffOf(t, l, saved, saved); said != "Nothing changed.\n" {
		t.Errorf("the same twice: %s", said)
	}
}

// The deadline of a list ends what runs and names what never began; what ran out of time is asked again by --resume-from.
func TestTheDeadlineOfAListIsTold(t *testing.T) {
	t.Parallel()
	var tokens atomic.Int32
	l := newListed(t, sandbox.Options{Change: func(w *world.World) {
		w.IDPs[world.Production].At["token"] = func(n *wire.Network, rw http.ResponseWriter, r *http.Request) bool {
			return tokens.Add(1) == 1 && wire.Hang(n, rw, r)
		}
	}})
	saved := filepath.Join(t.TempDir(), "reports.jsonl")
	file := write(t, l.entry("hangs", "sandbox", "GOOD", "")+l.entry("second", "sandbox", "GOOD", "")+l.entry("third", "sandbox", "GOOD", ""))
	const said = "1 checked, 0 work, 1 unclear, 2 not checked."
	code := l.run(t.Context(), l.args(file, "--per-host", "1", "--timeout", "5m", "--deadline", "5m", "--list-deadline", "3s", "--output", "json="+saved)...)
	if !strings.Contains(l.out.String(), said) || !strings.Contains(l.err.String(), "the deadline of the list passed: 2 of 3 entries are not checked: second, third\n") ||
		!strings.Contains(l.err.String(), "--resume-from "+saved) {
		t.Errorf("%s\n%s", &l.out, &l.err)
	}
	for _, format := range []string{"text", "markdown", "html", "github"} {
		if l.run(t.Context(), "check", "--from", saved, "--output", format); !strings.Contains(l.out.String(), said[:len(said)-1]) {
			t.Errorf("%s: %s", format, &l.out)
		}
	}
	done, err := os.ReadFile(saved)
	if err != nil || code != app.ExitCannotTell {
		t.Fatalf("exit code %d, %v\n%s", code, err, &l.err)
	}
	list := reportsOf(t, done)
	if len(list) != 3 || tokens.Load() > 1 {
		t.Errorf("%d reports, %d tokens asked for", len(list), tokens.Load())
	}
	for _, r := range list {
		if !r.Facts.Is(checks.CheckDeadline) || r.Facts.Is(checks.CheckInterrupted) || r.Verdict != checks.Inconclusive && r.Verdict != checks.Unreachable {
			t.Errorf("%s: %s, %s", r.Subject.Name, r.Verdict, idOf(r))
		}
	}
	l.run(t.Context(), "check", "--from", saved, "--output", "prometheus")
	for _, r := range list { // a verdict only where something was told
		left := strings.Contains(l.out.String(), `credguide_not_checked{name="`+r.Subject.Name+`"`)
		verdict := strings.Contains(l.out.String(), `credguide_verdict{name="`+r.Subject.Name+`"`)
		if left != (r.Verdict == checks.Inconclusive) || verdict == left {
			t.Errorf("%s, %s: %v, %v\n%s", r.Subject.Name, r.Verdict, left, verdict, &l.out)
		}
	}
	if code := l.run(t.Context(), l.args(file, "--resume-from", saved, "--output", "json")...); code != app.ExitHealthy {
		t.Errorf("exit code %d\n%s\n%s", code, &l.out, &l.err)
	}
}

// The report of a check that was interrupted is none that works, among others too.
func TestAnInterruptedReportAmongSavedOnes(t *testing.T) {
	l := newListed(t, sandbox.Options{})
	list := write(t, l.entry("a", "sandbox", "GOOD", "")+l.entry("b", "sandbox", "GOOD", ""))
	l.must(t, l.args(list, "--output", "json")...)
	saved := write(t, strings.Replace(l.out.String(), `"facts":{`, `"facts":{"check.interrupted":true,`, 1))
	if code := l.run(t.Context(), "check", "--from", saved); code != app.ExitInterrupted || !strings.Contains(l.out.String(), "2 checked, 1 work, 1 unclear.") {
		t.Errorf("--from: exit code %d\n%s", code, &l.out)
	}
	if code := l.run(t.Context(), l.args(list, "--resume-from", saved)...); code != app.ExitHealthy || !strings.Contains(l.out.String(), "2 checked, 2 work.") {
		t.Errorf("--resume-from: exit code %d\n%s%s", code, &l.out, &l.err)
	}
}

// A command that hangs has no longer than the check.
func TestACommandOfAnEntryEndsWithItsDeadline(t *testing.T) {
	t.Parallel()
	l := newListed(t, sandbox.Options{})
	file := write(t, fmt.Sprintf("- {name: hangs, environment: sandbox, client_id: %s, %s}\n", l.box.ClientID, hanging(t))+l.entry("good", "sandbox", "GOOD", ""))
	_ = l.run(t.Context(), l.args(file, "--deadline", "3s", "--output", "json")...)
	if list := reportsOf(t, l.out.Bytes()); len(list) != 2 || idOf(list[0]) != "secret-file-unreadable" || !strings.Contains(l.out.String(), "did not end within 3s") {
		t.Errorf("%s\n%s", &l.out, &l.err)
	}
}

// A command that hangs holds no place at its host: here it ends only when the host was asked for
// another entry, with one place for both.
func TestACommandHoldsNoPlaceAtItsHost(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // there is no sh
	}
	asked := filepath.Join(t.TempDir(), "asked")
	l := newListed(t, sandbox.Options{Change: func(w *world.World) {
		w.IDPs[world.Production].At["token"] = func(*wire.Network, http.ResponseWriter, *http.Request) bool {
			return os.WriteFile(asked, nil, 0o600) != nil
		}
	}})
	secret := write(t, l.box.ClientSecret)
	file := write(t, fmt.Sprintf("- {name: slow, environment: sandbox, client_id: %s, secret_command: [sh, -c, 'until [ -e \"$0\" ]; do sleep 0.05; done; cat \"$1\"', %s, %s]}\n",
		l.box.ClientID, asked, secret)+l.entry("good", "sandbox", "GOOD", ""))
	code := l.run(t.Context(), l.args(file, "--per-host", "1", "--output", "json")...)
	list := reportsOf(t, l.out.Bytes())
	if code != app.ExitHealthy || len(list) != 2 || list[0].Subject.Name != "slow" || list[0].Subject.Secret.Source != "command sh" {
		t.Errorf("exit code %d\n%s\n%s", code, &l.out, &l.err)
	}
}

// Ctrl-C ends commands too, and their entries are not checked.
func TestAnInterruptionEndsTheCommandsOfAList(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	l := newListed(t, sandbox.Options{Change: func(w *world.World) {
		w.IDPs[world.Production].At["token"] = func(*wire.Network, http.ResponseWriter, *http.Request) bool {
			cancel()
			return false
		}
	}})
	file := write(t, fmt.Sprintf("- {name: hangs, environment: sandbox, client_id: %s, %s}\n", l.box.ClientID, hanging(t))+l.entry("good", "sandbox", "GOOD", ""))
	if code := l.run(ctx, l.args(file)...); code != app.ExitInterrupted || !strings.Contains(l.err.String(), "entries are not checked: hangs") {
		t.Errorf("exit code %d\n%s\n%s", code, &l.out, &l.err)
	}
}

// The command that checks an entry again has its secret too, wherever the list says it is, and
// checks nothing else.
func TestAnEntryAgain(t *testing.T) {
	l := newListed(t, sandbox.Options{})
	file := write(t, l.entry("other", "sandbox", "GOOD", "")+l.entry("nightly", "sandbox", "WRONG", "")+
		fmt.Sprintf("- {environment: sandbox, client_id: %s, secret_variable: WRONG}\n", l.box.ClientID))
	if code := l.run(t.Context(), l.args(file)...); code != app.ExitMisconfigured {
		t.Fatalf("exit code %d\n%s\n%s", code, &l.out, &l.err)
	}
	printed := l.out.String()
	for _, name := range []string{"nightly", "entry 3"} {
		command := "credguide check --all " + text.Word(file) + " --only " + text.Word(name) + " --ca-file " + text.Word(filepath.Join(l.box.Dir, "ca.pem")) + " --catalog " + text.Word(l.box.Dir)
		if !strings.Contains(printed, command+"\n") {
			t.Fatalf("%q is missing in\n%s", command, printed)
		}
		code := l.run(t.Context(), l.args(file, "--only", name, "--output", "json")...)
		if list := reportsOf(t, l.out.Bytes()); code != app.ExitMisconfigured || len(list) != 1 || list[0].Subject.Name != name || idOf(list[0]) != "client-secret-wrong" {
			t.Errorf("%s: exit code %d\n%s\n%s", name, code, &l.out, &l.err)
		}
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{l.args(file, "--only", "nightl"), `(did you mean "nightly"?)`},
		{[]string{"check", "--only", "nightly"}, "--only goes with --all"},
	} {
		if code := l.run(t.Context(), c.args...); code != app.ExitUsage || !strings.Contains(l.err.String(), c.want) {
			t.Errorf("%q: exit code %d, %s", c.args, code, &l.err)
		}
	}
}

// The commands of a saved report name what was checked, as it can be named where it is read. A list
// that came with the report is not among it: it may run commands.
func TestSavedReportsNameWhatWasChecked(t *testing.T) {
	l := newListed(t, sandbox.Options{})
	saved := filepath.Join(t.TempDir(), "reports.jsonl")
	file := write(t, l.entry("nightly", "sandbox", "WRONG", "")+l.entry("second", "sandbox-dev", "WRONG", ", backend: none"))
	l.run(t.Context(), l.args(file, "--output", "json="+saved)...)
	reports, err := os.ReadFile(saved)
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(reports), "\n")
	issuer := reportsOf(t, []byte(first))[0].Subject.Issuer
	here := []string{"--catalog", l.box.Dir}
	for _, from := range []string{saved, write(t, first)} {
		for want, args := range map[string][]string{
			"credguide check --environment sandbox --client-id " + l.box.ClientID + " --catalog " + text.Word(l.box.Dir) + "\n": here,
			"credguide check --issuer " + issuer + " --backend ":                                                                nil,
		} {
			l.run(t.Context(), append([]string{"check", "--from", from}, args...)...)
			if got := l.out.String(); !strings.Contains(got, want) || strings.Contains(got, "--all") {
				t.Errorf("%q is missing in\n%s", want, got)
			}
		}
	}
}
