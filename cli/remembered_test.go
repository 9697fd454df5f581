package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/submit"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/accounts"
)

// A CI job keeps its last report and has no accounts: --previous tells the same, but for whether
// the secret is another one.
func TestAnEarlierReportIsEvidence(t *testing.T) {
	b := box(t)
	m := newMachine(t)
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	wrong := write(t, madeElsewhere)
	bad := []string{"check", "--catalog", b.Dir, "--ca-file", filepath.Join(b.Dir, "ca.pem"), "--environment", "sandbox", "--client-id", b.ClientID, "--secret-file", wrong}
	m.must(t, checkIn(b, "--output", "json="+in("1"))...)
	for i, previous := range []string{"1", "2"} { // the second failing one still knows when it worked
		next := []string{"2", "3"}[i]
		if code := m.run(t.Context(), append(bad, "--previous", in(previous), "--output", "json="+in(next), "--output", "markdown="+in("md"))...); code != app.ExitMisconfigured {
			t.Fatalf("exit code %d\n%s", code, &m.err)
		}
		for name, text := range map[string]string{"text": m.out.String(), "markdown": read(t, in("md"))} {
			if text = strings.Join(strings.Fields(text), " "); !strings.Contains(text, "worked until ") || !strings.Contains(text, "earlier checks") {
				t.Errorf("%s: %s", name, text)
			}
		}
		r := reportIn(t, read(t, in(next)))
		first, _ := r.First()
		if first.ID != "client-secret-wrong" || first.Certainty != checks.Certain || !strings.Contains(first.Means, "The login worked until ") ||
			!slices.Contains(first.Because, checks.Fact{Fact: "memory.worked_before", Value: true}) || r.Facts.Known(checks.MemorySameSecret) {
			t.Errorf("%+v", first)
		}
	}
	two, three := reportIn(t, read(t, in("2"))), reportIn(t, read(t, in("3")))
	for _, fact := range []checks.Name{checks.MemoryWorkedAt, checks.MemoryFailingSince} {
		if a, b := two.Facts.Text(fact), three.Facts.Text(fact); a == "" || a != b {
			t.Errorf("%s: %q, then %q", fact, a, b)
		}
	}
	// The report of another client says nothing.
	m.run(t.Context(), append(slices.Replace(slices.Clone(bad), 8, 9, "another"), "--previous", in("1"))...)
	if strings.Contains(m.out.String(), "worked until") {
		t.Errorf("%s", &m.out)
	}
	m.must(t, checkIn(b, "--previous", in("3"), "--output", "json")...)
	if !strings.Contains(m.out.String(), `"works again; before: worked until`) {
		t.Errorf("%s", &m.out)
	}
}

func reportIn(t *testing.T, document string) (r checks.Report) {
	t.Helper()
	if err := json.Unmarshal([]byte(document), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// A command that fails is no file that cannot be read.
func TestAFailingCommandIsNamed(t *testing.T) {
	b := box(t)
	m := newMachine(t)
	m.run(t.Context(), boxAccount(b, "nightly", "--client-id", b.ClientID, "--secret-command", "false")...)
	if code := m.run(t.Context(), "check", "nightly", "--output", "json"); code != app.ExitMisconfigured {
		t.Errorf("exit code %d\n%s", code, &m.err)
	}
	if first, _ := reportIn(t, m.out.String()).First(); first.ID != "secret-file-unreadable" || first.Title != "The command that prints the secret failed" {
		t.Errorf("%+v", first)
	}
}

// What waits at a registry is on the first screen, also where there is no account yet.
func TestAPendingRegistrationIsShown(t *testing.T) {
	m := newMachine(t)
	file := filepath.Join(m.Home, ".config", "credguide", "register.yaml")
	for text, want := range map[string]string{
		"environment: development\nservice_name: NDVI\n":                           "pending: the registration of NDVI in development: not submitted yet credguide register --resume",
		"environment: development\nservice_name: NDVI\nsubmitted: \"submitted\"\n": "pending: the registration of NDVI in development: submitted; it waits for the registry",

		"environment: terrascope\nname: openeo-nightly\nsent: \"yes\"\n": "pending: the registration of openeo-nightly in terrascope: asked for; the answer has not been entered yet",
	} {
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		m.must(t, "accounts")
		if !strings.Contains(strings.Join(strings.Fields(m.out.String()), " "), want) || !strings.Contains(m.out.String(), "You have no accounts yet") {
			t.Errorf("%s\nwant %s", &m.out, want)
		}
	}
	handedIn := submit.Entry{Environment: "production", API: "https://registry.example.org", Tenant: "egi", Integration: "production", ServiceName: "Weekly", ClientID: "weekly", Petition: 7}
	if err := submit.MemoryOf(&app.App{Sys: m.System}).Put(handedIn); err != nil {
		t.Fatal(err)
	}
	m.must(t, "accounts")
	if !strings.Contains(m.out.String(), "pending: the request for Weekly in production: submitted\n    credguide request status weekly\n") {
		t.Errorf("%s", &m.out)
	}
}

// A registration that began beside another has a file of its own, and is pending like that one.
func TestEachUnfinishedRegistrationIsPending(t *testing.T) {
	m := newMachine(t)
	file := m.unfinished(t, "environment: development\nservice_name: First\n")
	for name, text := range map[string]string{
		"register-2.yaml":       "environment: cdse\nname: second\naccount: second\n",
		"register-3.yaml":       "environment: production\nservice_name: Third\nsubmitted: by-api\nclient_id: third\nresume_with: credguide register --resume --state /there\n",
		"register-sandbox.yaml": "service_name: Sandbox\n",
	} {
		if err := os.WriteFile(filepath.Join(filepath.Dir(file), name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a := &app.App{Sys: m.System}
	if err := submit.MemoryOf(a).Put(submit.Entry{Environment: "production", API: "https://registry.example.org", Integration: "production", ServiceName: "Third", ClientID: "third", Petition: 7}); err != nil {
		t.Fatal(err)
	}
	m.must(t, "accounts")
	told := m.told()
	for _, want := range []string{
		"the registration of First in development: not submitted yet credguide register --resume · pending", "the registration of second in cdse: its deployment is awaited credguide wait second",
		"the registration of Third in production: submitted; it waits for the registry credguide register --resume --state /there",
	} {
		if !strings.Contains(strings.ReplaceAll(told, "You have", "· pending"), want) {
			t.Errorf("%q is not in\n%s", want, told)
		}
	}
	if n := strings.Count(told, "pending:"); n != 3 {
		t.Errorf("%d are pending:\n%s", n, told)
	}
	if code := m.run(t.Context(), "register", "--resume", "--state", filepath.Join(m.Home, "none.yaml")); code != app.ExitUsage || !strings.Contains(m.told(), "hint: credguide accounts shows the registrations that are not finished") {
		t.Errorf("exit code %d: %s", code, m.told())
	}
	a.Deployed(t.Context(), "second")
	if left := a.Unfinished(t.Context()); len(left) != 2 || left[file].Service != "First" {
		t.Errorf("%+v", left)
	}
}

// A request whose client has logged in waits for nothing; one of another client still does.
func TestARequestWhoseClientWorksIsNotPending(t *testing.T) {
	b := box(t)
	m := newMachine(t)
	m.must(t, boxAccount(b, "nightly", "--credentials", filepath.Join(b.Dir, "openeo.env"))...)
	for i, id := range []string{b.ClientID, "weekly"} {
		handedIn := submit.Entry{Environment: filepath.Join(b.Dir, "environments", "sandbox.yaml"), API: "https://registry.example.org", Tenant: "egi", Integration: "production", ServiceName: id, ClientID: id, Petition: i + 1}
		if err := submit.MemoryOf(&app.App{Sys: m.System}).Put(handedIn); err != nil {
			t.Fatal(err)
		}
	}
	for _, worked := range []bool{false, true} {
		m.must(t, "accounts")
		if strings.Contains(m.out.String(), "request status "+b.ClientID) == worked || !strings.Contains(m.out.String(), "request status weekly") {
			t.Errorf("worked: %v\n%s", worked, &m.out)
		}
		m.must(t, "check", "nightly")
	}
}

// A sandbox leaves the person's own accounts, and what is remembered of them, as they are.
func TestTryTouchesNoAccount(t *testing.T) {
	m := newMachine(t)
	m.must(t, "accounts", "add", "nightly", "--environment", "production", "--client-id", "nightly-ndvi", "--secret-file", write(t, madeElsewhere))
	before := tree(t, m.Home)
	m.must(t, "try")
	m.run(t.Context(), "try", "client-secret-wrong")
	t.Chdir(t.TempDir())
	answers := write(t, "service_name: Fresh\nservice_description: x\ncontacts: team@lab.example.org\nclient_id: fresh-client\n")
	m.run(t.Context(), "try", "register", "--environment", "sandbox-dev", "--answers", answers)
	after := tree(t, m.Home)
	for name, text := range before {
		if after[name] != text {
			t.Errorf("%s was changed:\n%s", name, after[name])
		}
	}
	for name := range after {
		if _, was := before[name]; !was && strings.Contains(name, "accounts") || strings.Contains(name, "checks") {
			t.Errorf("%s was written", name)
		}
	}
}

// tree is what all files below a folder hold.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			all[path] = read(t, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// A fix at the registry takes minutes to arrive: the next check knows which field to look for.
func TestAChangeAtTheRegistryIsLookedFor(t *testing.T) {
	before, after := box(t, "grant-not-enabled"), box(t)
	m := newMachine(t)
	first := filepath.Join(t.TempDir(), "first.json")
	if code := m.run(t.Context(), checkIn(before, "--output", "json="+first)...); code != app.ExitMisconfigured {
		t.Fatalf("exit code %d\n%s", code, &m.err)
	}
	m.run(t.Context(), checkIn(before, "--previous", first, "--output", "json")...)
	if r := reportIn(t, m.out.String()); r.Facts.Text(checks.MemoryChange) != "Grant Types" || r.Facts.Is(checks.MemoryChangeInForce) || !r.Facts.Known(checks.MemoryChangeInForce) {
		t.Errorf("still refused: %s", &m.out)
	}
	m.run(t.Context(), checkIn(before, "--previous", first)...)
	if told := strings.Join(strings.Fields(m.out.String()), " "); !strings.Contains(told, "the change of Grant Types is not in force: a changed client is deployed minutes after the approval") {
		t.Errorf("%s", &m.out)
	}
	there := strings.NewReplacer(before.Issuer("sandbox"), after.Issuer("sandbox"), before.BackendURL(), after.BackendURL(), before.ClientID, after.ClientID)
	moved := write(t, there.Replace(read(t, first)))
	m.must(t, checkIn(after, "--previous", moved, "--output", "json")...)
	if r := reportIn(t, m.out.String()); !r.Facts.Is(checks.MemoryChangeInForce) || !strings.Contains(m.out.String(), "the change of Grant Types is in force") {
		t.Errorf("changed: %s", &m.out)
	}
	// What fails before the token is asked for says nothing of the field.
	m.run(t.Context(), append(checkIn(after, "--previous", moved, "--output", "json"), "--client-id", "nobody", "--secret-file", write(t, madeElsewhere))...)
	if strings.Contains(m.out.String(), "memory.change") {
		t.Errorf("another failure: %s", &m.out)
	}
}

// The next check by name tells until when it worked, and whether the value here was changed.
func TestACheckByNameIsRemembered(t *testing.T) {
	b := box(t)
	m := newMachine(t)
	file := filepath.Join(t.TempDir(), "secret")
	secret := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	secret(b.ClientSecret)
	m.must(t, boxAccount(b, "nightly", "--client-id", b.ClientID, "--secret-file", file)...)
	m.must(t, "check", "nightly")
	if strings.Contains(m.err.String(), "worked") {
		t.Errorf("a past is made up: %s", &m.err)
	}
	secret(madeElsewhere)
	if code := m.run(t.Context(), "check", "nightly"); code != app.ExitMisconfigured {
		t.Errorf("exit code %d", code)
	}
	for _, want := range []string{"The login worked until ", "; has not worked since ", "It worked with another value: the secret was changed here.", "‼ earlier checks"} {
		if got := strings.Join(strings.Fields(m.out.String()), " "); !strings.Contains(got, want) {
			t.Errorf("%q is not said: %s", want, got)
		}
	}
	m.must(t, "accounts", "--output", "json")
	var all []struct {
		Name string
		Last *struct {
			Verdict, Cause string
			Since, At      time.Time
		}
	}
	if err := json.Unmarshal(m.out.Bytes(), &all); err != nil || len(all) != 1 || all[0].Last == nil || all[0].Last.Verdict != "misconfigured" || all[0].Last.Cause != "client-secret-wrong" || all[0].Last.Since.IsZero() {
		t.Errorf("%s, %v", &m.out, err)
	}
	secret(b.ClientSecret)
	m.must(t, "check", "nightly", "--output", "json")
	if !strings.Contains(m.out.String(), `"works again; before: worked until`) {
		t.Errorf("%s", &m.out)
	}
	// As if the provider had taken this very secret until a moment ago.
	places := (&app.App{Sys: m.System}).Places()
	r, _, err := places.Memory(places.File().Path).Recall("nightly")
	if err != nil {
		t.Fatal(err)
	}
	_, err = places.Memory(places.File().Path).Remember(t.Context(), accounts.Seen{
		Name: "nightly", Subject: r.Subject, Verdict: accounts.Healthy, At: time.Now(), Secret: credentials.NewSecret(madeElsewhere),
	})
	if err != nil {
		t.Fatal(err)
	}
	secret(madeElsewhere)
	m.run(t.Context(), "check", "nightly", "--output", "json")
	var told checks.Report
	if err := json.Unmarshal(m.out.Bytes(), &told); err != nil {
		t.Fatal(err)
	}
	first, _ := told.First()
	if !strings.Contains(first.Means, "It worked with this very value, so the secret was replaced, has expired or was revoked at the identity provider.") {
		t.Errorf("%+v", first)
	}
	if !slices.Contains(first.Because, checks.Fact{Fact: "memory.same_secret", Value: true}) || first.Certainty != checks.Certain {
		t.Errorf("%s %v", first.Certainty, first.Because)
	}
	secret(b.ClientSecret)
	// A state folder that cannot be written is one warning and changes nothing.
	state := filepath.Join(m.Home, ".local", "state", "credguide", "checks")
	if err := os.RemoveAll(state); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(state, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	m.must(t, "check", "nightly")
	if n := strings.Count(m.err.String(), "warning: "); n != 1 {
		t.Errorf("%d warnings: %s", n, &m.err)
	}
	m.must(t, "check", "--all")
	if n := strings.Count(m.err.String(), "warning: "); n != 1 {
		t.Errorf("%d warnings: %s", n, &m.err)
	}
}

// The secret in the place of the client ID, or of the name, is not written down.
func TestASecretInAWrongPlaceIsNotRemembered(t *testing.T) {
	b := box(t)
	m := newMachine(t)
	const words = "quiet-heron-over-water"
	entry := func(name, id, secret string) string {
		file := write(t, "OPENEO_AUTH_CLIENT_ID="+id+"\nOPENEO_AUTH_CLIENT_SECRET="+secret+"\n")
		return "- {name: " + name + ", environment: " + b.Dir + "/environments/sandbox.yaml, ca_file: " + b.Dir + "/ca.pem, credentials: " + file + "}\n"
	}
	accounts := filepath.Join(m.Home, ".config", "credguide", "accounts.yaml")
	if err := os.MkdirAll(filepath.Dir(accounts), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(accounts, []byte(entry("twice", madeElsewhere, madeElsewhere)+entry(words, b.ClientID, words)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"twice", words} {
		if code := m.run(t.Context(), "check", name); code != app.ExitMisconfigured {
			t.Errorf("exit code %d: %s%s", code, &m.out, &m.err)
		}
	}
	kept := tree(t, filepath.Join(m.Home, ".local", "state"))
	if all := fmt.Sprint(kept); !strings.Contains(all, "\ttwice\t") || strings.Contains(all, madeElsewhere) || strings.Contains(all, words) {
		t.Errorf("it is not remembered, or the secret is: %q", kept)
	}
}
