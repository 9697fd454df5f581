package cli

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/sandbox"
)

// madeElsewhere is a secret that no sandbox made.
const madeElsewhere = "Zk7vQ9xT2mL8wR4nB6yC1dF3gH5jK0pS"

// must runs a command that ends well.
func (m *machine) must(t *testing.T, args ...string) {
	t.Helper()
	if code := m.run(t.Context(), args...); code != app.ExitHealthy {
		t.Fatalf("%q: exit code %d\n%s%s", args, code, &m.out, &m.err)
	}
}

// refused runs a command that is wrong usage, and looks for what its error says.
func (m *machine) refused(t *testing.T, want string, args ...string) {
	t.Helper()
	if code := m.run(t.Context(), args...); code != app.ExitUsage || !strings.Contains(m.err.String(), want) {
		t.Errorf("%q: exit code %d, want %q\n%s", args, code, want, &m.err)
	}
}

func (m *machine) accountsFile(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(m.Home, ".config", "credguide", "accounts.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// boxAccount is what the flags say of an account in the sandbox, without its source.
func boxAccount(b *sandbox.Sandbox, name string, more ...string) []string {
	return append([]string{"accounts", "add", name, "--catalog", b.Dir, "--environment", "sandbox", "--ca-file", filepath.Join(b.Dir, "ca.pem")}, more...)
}

// Added once, an account is found by every command, by its name alone or by nothing at all.
func TestAnAccountIsFoundByEveryCommand(t *testing.T) {
	b := box(t)
	m := newMachine(t)
	m.must(t, boxAccount(b, "nightly", "--credentials", filepath.Join(b.Dir, "openeo.env"), "--label", "team=eo", "--owner", "me")...)
	want := fmt.Sprintf("- name: nightly\n  environment: %s\n  client_id: %s\n  credentials: %s\n  owner: me\n  labels: {team: eo}\n  ca_file: %s\n",
		filepath.Join(b.Dir, "environments", "sandbox.yaml"), b.ClientID, filepath.Join(b.Dir, "openeo.env"), filepath.Join(b.Dir, "ca.pem"))
	if d := cmp.Diff(want, m.accountsFile(t)); d != "" {
		t.Error(d)
	}
	for _, args := range [][]string{{"check", "nightly"}, {"check"}, {"check", "--all"}, {"wait", "nightly"}, {"check", "--environment", "sandbox", "--catalog", b.Dir}} {
		m.must(t, args...)
		if !strings.Contains(m.out.String(), "√") {
			t.Errorf("%q:\n%s%s", args, &m.out, &m.err)
		}
	}
	m.must(t, "check", "nightly", "--output", "json")
	var r checks.Report
	if err := json.Unmarshal(m.out.Bytes(), &r); err != nil || r.Subject.Name != "nightly" || r.Subject.Owner != "me" || r.Subject.Labels["team"] != "eo" {
		t.Errorf("%+v, %v", r.Subject, err)
	}
	for _, args := range [][]string{{"snippet", "python", "nightly"}, {"snippet", "python"}} {
		m.must(t, args...)
		if !strings.Contains(m.out.String(), `CLIENT_ID = "`+b.ClientID+`"`) {
			t.Errorf("%q:\n%s", args, &m.out)
		}
	}
	m.must(t, "check", "--plan", "nightly")
}

// A secret from elsewhere never takes its environment from an account.
func TestASecretFromElsewhereIsNotAnAccounts(t *testing.T) {
	b := box(t)
	m := newMachine(t)
	m.must(t, boxAccount(b, "nightly", "--credentials", filepath.Join(b.Dir, "openeo.env"))...)
	m.with(map[string]string{"OPENEO_AUTH_CLIENT_ID": "another", "OPENEO_AUTH_CLIENT_SECRET": madeElsewhere, "HTTPS_PROXY": "http://127.0.0.1:1"})
	m.run(t.Context(), "check", "--output", "json", "--deadline", "5s")
	var r checks.Report
	if err := json.Unmarshal(m.out.Bytes(), &r); err != nil || r.Subject.Environment != "production" || r.Subject.Name != "" {
		t.Errorf("%+v, %v", r.Subject, err)
	}
	if !strings.Contains(m.err.String(), "your accounts do not decide, because the secret comes from environment OPENEO_AUTH_CLIENT_SECRET") {
		t.Errorf("it is not said: %s", &m.err)
	}
	// By its name it is the account, whatever the variables hold.
	m.must(t, "check", "nightly")
}

// A client ID that is given counts before those of the accounts, also where an entry leaves its own to
// the source.
func TestAnAccountOfAnotherClientIsNotChosen(t *testing.T) {
	b := box(t)
	const variable = "OPENEO_AUTH_CLIENT_CREDENTIALS_X"
	for name, value := range map[string]string{"a source of another client": "egi/another/" + madeElsewhere, "an empty source": ""} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t)
			m.must(t, boxAccount(b, "x", "--secret-variable", variable)...)
			in := []string{"--catalog", b.Dir, "--environment", "sandbox", "--ca-file", filepath.Join(b.Dir, "ca.pem")}
			m.with(map[string]string{variable: value})
			m.must(t, append([]string{"wait", "--timeout", "20s", "--client-id", b.ClientID}, in...)...)
			m.with(map[string]string{variable: value, "OPENEO_AUTH_CLIENT_ID": b.ClientID})
			for _, args := range [][]string{{"check", "--client-id", b.ClientID}, {"check"}} {
				code := m.run(t.Context(), append(append(args, in...), "--output", "json")...)
				var r checks.Report
				if err := json.Unmarshal(m.out.Bytes(), &r); err != nil || code != app.ExitMisconfigured {
					t.Fatalf("%q: exit code %d, %v\n%s", args, code, err, &m.err)
				}
				if r.Subject.ClientID != b.ClientID || r.Subject.Name != "" || r.Diagnoses[0].ID != "client-secret-missing" {
					t.Errorf("%q: %+v, %v", args, r.Subject, r.Diagnoses[0].ID)
				}
			}
		})
	}
}

func TestSeveralAccountsAreAskedAbout(t *testing.T) {
	b := box(t)
	m := newMachine(t)
	env := filepath.Join(b.Dir, "openeo.env")
	m.must(t, boxAccount(b, "nightly", "--credentials", env)...)
	m.must(t, boxAccount(b, "weekly", "--credentials", env)...)
	m.must(t, "accounts", "add", "other", "--environment", "cdse", "--client-id", "sh-1", "--secret-variable", "CDSE_CLIENT_SECRET")
	m.refused(t, "several of your accounts fit: nightly, weekly, other\nhint: name one of them: credguide check nightly\n", "check")
	m.refused(t, "name one of them: credguide wait nightly\n", "wait")
	m.refused(t, "name one of them: credguide check --plan nightly\n", "check", "--plan")
	m.refused(t, "several of your accounts fit: nightly, weekly\n", "check", "--catalog", b.Dir, "--environment", "sandbox")
	m.Stdin, m.StdinIsTerminal, m.StderrIsTerminal = strings.NewReader("9\n2\n"), true, true
	m.must(t, "check", "--output", "json")
	var r checks.Report
	if err := json.Unmarshal(m.out.Bytes(), &r); err != nil || r.Subject.Name != "weekly" {
		t.Errorf("%+v, %v\n%s", r.Subject, err, &m.err)
	}
	// Several names are checked as a list.
	m.must(t, "check", "weekly", "nightly")
	if lines := strings.Split(strings.TrimSpace(m.out.String()), "\n"); len(lines) != 3 || !strings.HasPrefix(lines[0], "weekly ") {
		t.Errorf("%s", &m.out)
	}
}

// A service may run without HOME. Then there is no place for accounts, which is no reason to say less
// about what was not found.
func TestWithoutAHomeFolderAReportIsWritten(t *testing.T) {
	b := box(t)
	m := newMachine(t).with(map[string]string{"OPENEO_AUTH_CLIENT_ID": b.ClientID})
	m.Home = ""
	if code := m.run(t.Context(), "check", "--catalog", b.Dir, "--environment", "sandbox", "--ca-file", filepath.Join(b.Dir, "ca.pem")); code != app.ExitMisconfigured || !strings.Contains(m.out.String(), "× No client secret was found") {
		t.Errorf("exit code %d\n%s%s", code, &m.out, &m.err)
	}
	m.refused(t, "the home folder is not known", "accounts")
	m.refused(t, "the home folder is not known", "check", "nightly")
}

func TestAccountsAddReadsTheSource(t *testing.T) {
	b := box(t)
	nowhere := filepath.Join(t.TempDir(), "x.env")
	for name, tc := range map[string]struct {
		flags []string
		want  string
	}{
		"a variable with three values": {
			[]string{"--catalog", b.Dir, "--backend", "sandbox-openeo", "--secret-variable", "OPENEO_AUTH_CLIENT_CREDENTIALS_X"},
			"environment: " + filepath.Join(b.Dir, "environments", "sandbox.yaml") + "\n  backend: sandbox-openeo\n  provider_id: egi\n  client_id: x1\n  secret_variable: OPENEO_AUTH_CLIENT_CREDENTIALS_X\n",
		},
		"auth-config.json": {
			[]string{"--backend", "openeo.cloud", "--auth-config"},
			"environment: production\n  backend: openeo.cloud\n  client_id: x2\n  auth_config: true\n",
		},
		"a command": {
			[]string{"--environment", "prod", "--client-id", "x3", "--secret-command", "vault kv get -field=secret 'kv/open EO'", "--expires", "2027-03-31"},
			"environment: production\n  client_id: x3\n  secret_command: [vault, kv, get, -field=secret, kv/open EO]\n  expires: 2027-03-31\n",
		},
		"an issuer": {
			[]string{"--issuer", "https://idp.example.org/realms/lab", "--backend", "none", "--client-id", "x4", "--secret-variable", "X"},
			"issuer: https://idp.example.org/realms/lab\n  backend: none\n  client_id: x4\n  secret_variable: X\n",
		},
		"the keyring": {
			[]string{"--environment", "cdse", "--client-id", "x5", "--keyring"},
			"environment: cdse\n  client_id: x5\n  keyring: true\n",
		},
		"a dotenv file that is not there yet": {
			[]string{"--environment", "cdse", "--credentials", nowhere},
			"environment: cdse\n  credentials: " + nowhere + "\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t).with(map[string]string{"OPENEO_AUTH_CLIENT_CREDENTIALS_X": "egi/x1/" + madeElsewhere})
			config := filepath.Join(m.Home, ".config", "openeo-python-client")
			if err := os.MkdirAll(config, 0o700); err != nil {
				t.Fatal(err)
			}
			text := `{"backends":{"https://openeo.cloud":{"oidc":{"providers":{"egi":{"client_id":"x2","client_secret":"` + madeElsewhere + `"}}}}}}`
			if err := os.WriteFile(filepath.Join(config, "auth-config.json"), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			m.must(t, append([]string{"accounts", "add", "a"}, tc.flags...)...)
			want := "- name: a\n  " + tc.want
			if d := cmp.Diff(want, m.accountsFile(t)); d != "" {
				t.Error(d)
			}
			if strings.Contains(m.out.String()+m.err.String(), madeElsewhere) {
				t.Errorf("the secret is shown: %s%s", &m.out, &m.err)
			}
		})
	}
}

func TestAccountsThatAreRefused(t *testing.T) {
	m := newMachine(t)
	add := func(flags ...string) []string { return append([]string{"accounts", "add", "a"}, flags...) }
	m.refused(t, "credguide accounts add needs a name for the account", "accounts", "add")
	m.refused(t, `the name "a b" must consist of letters`, "accounts", "add", "a b", "--keyring")
	m.refused(t, "no source given for the secret", add("--environment", "cdse", "--client-id", "x")...)
	m.refused(t, "--secret-file and --keyring exclude each other", add("--secret-file", "x", "--keyring")...)
	m.refused(t, "the client ID is missing", add("--environment", "cdse", "--secret-variable", "X")...)
	m.refused(t, `unknown environment "prodution" (did you mean "production"?)`, add("--environment", "prodution", "--client-id", "x", "--keyring")...)
	m.refused(t, "the client ID is, contains or looks like a secret", add("--environment", "cdse", "--client-id", madeElsewhere, "--keyring")...)
	m.refused(t, "looks like the secret itself", add("--environment", "cdse", "--client-id", "x", "--secret-file", madeElsewhere)...)
	m.refused(t, "expected the name of an environment variable, without $", add("--environment", "cdse", "--client-id", "x", "--secret-variable", "$X")...)
	m.refused(t, "expected the name of a variable, but this looks like the secret itself", add("--environment", "cdse", "--client-id", "x", "--secret-variable", madeElsewhere)...)
	for _, command := range []string{`sh -c "echo ` + madeElsewhere + `"`, "curl -u id:" + madeElsewhere + " https://x.example/", "print --value=" + madeElsewhere, madeElsewhere} {
		m.refused(t, "the command is, contains or looks like a secret", add("--environment", "cdse", "--client-id", "x", "--secret-command", command)...)
	}
	m.refused(t, "no shell runs the command, so | has no meaning in it", add("--environment", "cdse", "--client-id", "x", "--secret-command", "pass show x | head -n1")...)
	m.refused(t, "--expires: \"soon\" is not a date such as 2027-03-31", add("--environment", "cdse", "--client-id", "x", "--keyring", "--expires", "soon")...)
	m.refused(t, "--label takes NAME=VALUE", add("--environment", "cdse", "--client-id", "x", "--keyring", "--label", "eo")...)
	m.refused(t, "the value of --client-id is empty", add("--environment", "cdse", "--client-id", "", "--keyring")...)
	m.refused(t, "standard input cannot be read again later", add("--environment", "cdse", "--client-id", "x", "--secret-file", "-")...)
	short := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(short, []byte("k9xQ2mVt4w"), 0o600); err != nil {
		t.Fatal(err)
	}
	m.refused(t, "the issuer is, contains or looks like a secret", add("--issuer", "https://idp.example.org/k9xQ2mVt4w", "--backend", "none", "--client-id", "x", "--secret-file", short)...)
	m.refused(t, "unknown command \"lst\"", "accounts", "lst")
	if _, err := os.Stat(filepath.Join(m.Home, ".config", "credguide", "accounts.yaml")); err == nil {
		t.Error("a file was written")
	}
	m.must(t, add("--environment", "cdse", "--client-id", "x", "--keyring")...)
	m.refused(t, "the name a is taken", add("--environment", "cdse", "--client-id", "x", "--keyring")...)
	m.refused(t, "credguide accounts update a changes it", add("--environment", "cdse", "--client-id", "x", "--keyring")...)
	m.refused(t, "nothing to change was given", "accounts", "update", "a")
	for _, command := range []string{"update", "show", "remove", "rotate"} {
		args := []string{"accounts", command, "b"}
		if command == "update" {
			args = append(args, "--owner", "me")
		}
		m.refused(t, `no account is named "b"`, args...)
	}
	m.refused(t, "needs the old name and the new one", "accounts", "rename", "a")
	for _, command := range []string{"check", "wait"} {
		m.refused(t, `no account is named "b"`, command, "b")
	}
	m.refused(t, "the name of an account and --environment exclude each other", "check", "a", "--environment", "cdse")
	m.refused(t, "the name of an account and --client-id exclude each other", "snippet", "python", "a", "--client-id", "x")
}

// The list never holds a secret, in whatever field and form it was pasted. Its shape does not give
// away what is compared.
func TestTheListHoldsNoSecret(t *testing.T) {
	const (
		uuid  = "3f1c9a52-7b0e-4d6a-9c1f-8e2b7d4a6c30"
		words = "correct-horse-battery-staple"
	)
	variables := map[string]string{}
	m := newMachine(t).with(variables)
	for _, x := range []struct{ secret, flag, value string }{
		{uuid, "--client-id", uuid},
		{uuid, "--client-id", "my-service:" + uuid},
		{uuid, "--client-id", strings.ToUpper(uuid)},
		{words, "--client-id", "my-service " + words},
		{words, "--client-id", base64.StdEncoding.EncodeToString([]byte("my-service:" + words))},
		{words, "--client-id", url.QueryEscape(words + "!")},
		{madeElsewhere, "--client-id", "my-service " + madeElsewhere},
		{madeElsewhere, "--client-id", strings.ToLower(madeElsewhere)},
		{madeElsewhere, "--owner", madeElsewhere},
		{madeElsewhere, "--provider-id", "egi/" + madeElsewhere},
		{uuid, "--label", "key=" + uuid},
		{uuid, "--label", uuid + "=key"},
		{words, "--owner", base64.StdEncoding.EncodeToString([]byte(words))},
		{words, "--label", "key=" + strings.Join(strings.Split(words, ""), ".")},
		{words, "--ca-file", strings.Join(strings.Split(words, ""), " ") + ".pem"},
	} {
		variables["SECRET"] = x.secret
		args := []string{"accounts", "add", "a", "--environment", "cdse", "--secret-variable", "SECRET", x.flag, x.value}
		if x.flag != "--client-id" {
			args = append(args, "--client-id", "my-service")
		}
		m.refused(t, "so it is not written down", args...)
		if said := m.err.String() + m.out.String(); strings.Contains(strings.ToLower(said), strings.ToLower(x.secret)) {
			t.Errorf("%s %s: the secret is shown:\n%s", x.flag, x.value, said)
		}
	}
	m.refused(t, "so it is not written down", "accounts", "add", "a", "--environment", "cdse", "--client-id", "my-service", "--secret-command", "echo "+madeElsewhere)
	variables["SECRET"] = words
	m.must(t, "accounts", "add", "a", "--environment", "cdse", "--secret-variable", "SECRET", "--client-id", "my-service", "--owner", "the horse team")
	m.refused(t, "so it is not written down", "accounts", "update", "a", "--client-id", words)
}

// Accounts with the same labels keep theirs where one of them gets another.
func TestALabelOfOneAccountChanges(t *testing.T) {
	m := newMachine(t)
	for _, name := range []string{"a", "b"} {
		m.must(t, "accounts", "add", name, "--environment", "cdse", "--client-id", "x", "--keyring", "--label", "team=eo")
	}
	m.must(t, "accounts", "update", "a", "--label", "team=crops")
	const entry = "- name: %s\n  environment: cdse\n  client_id: x\n  keyring: true\n  labels: {team: %s}\n"
	if d := cmp.Diff(fmt.Sprintf(entry, "a", "crops")+fmt.Sprintf(entry, "b", "eo"), m.accountsFile(t)); d != "" {
		t.Error(d)
	}
}

func TestAccountsChange(t *testing.T) {
	m := newMachine(t)
	keys := forgetful{}
	m.Keyring = keys
	m.must(t, "accounts", "add", "a", "--environment", "cdse", "--client-id", "x", "--keyring", "--label", "team=eo", "--label", "tier=1", "--owner", "me", "--expires", "2027-03-31")
	m.must(t, "accounts", "update", "a", "--label", "tier=", "--owner", "", "--expires", "", "--backend", "none")
	want := "- name: a\n  environment: cdse\n  client_id: x\n  keyring: true\n  labels: {team: eo}\n  backend: none\n"
	if d := cmp.Diff(want, m.accountsFile(t)); d != "" {
		t.Error(d)
	}
	keys["credguide|account a"] = madeElsewhere
	m.must(t, "accounts", "rename", "a", "a")
	if said := m.out.String() + m.err.String(); !strings.Contains(said, "a has this name already") {
		t.Errorf("to its own name: %q", said)
	}
	m.must(t, "accounts", "rename", "a", "b")
	if d := cmp.Diff(forgetful{"credguide|account b": madeElsewhere}, keys); d != "" {
		t.Error(d)
	}
	m.must(t, "accounts", "show", "b")
	for _, line := range []string{"name          b\n", "client ID     x\n", "secret        system keyring\n", "label         team=eo\n", "state         not checked yet\n", "credguide snippet python b\n"} {
		if !strings.Contains(m.out.String(), line) {
			t.Errorf("%q is missing:\n%s", line, &m.out)
		}
	}
	m.must(t, "accounts", "remove", "b")
	if !strings.Contains(m.err.String(), "Its secret stays in the system keyring (credguide, account b).") || len(keys) != 1 {
		t.Errorf("%s", &m.err)
	}
	m.must(t, "accounts")
	if !strings.HasPrefix(m.out.String(), "You have no accounts yet") {
		t.Errorf("%s", &m.out)
	}
}

// Whatever stands in the file: a text has one line, and an entry that cannot be read says why, to
// each command.
func TestAccountsThatCannotBeRead(t *testing.T) {
	m := newMachine(t).with(map[string]string{"CREDGUIDE_ACCOUNTS": write(t, `- name: a
  environment: cdse
  client_id: x
  keyring: true
  owner: "me\nstate         works"
  labels: {team: "eo\nfault         none"}
- name: b
  environment: *cdse
  keyring: true
`)})
	m.must(t, "accounts", "show", "a")
	for line := range strings.Lines(m.out.String()) {
		if strings.HasPrefix(line, "state         works") || strings.HasPrefix(line, "fault") {
			t.Errorf("a row that somebody made up:\n%s", &m.out)
		}
	}
	const fault = ":7: YAML aliases are not used here"
	m.must(t, "accounts", "show", "b")
	if said := m.told(); !strings.Contains(said, fault) || strings.Contains(said, "back-end") {
		t.Errorf("%s", said)
	}
	m.refused(t, fault, "check", "b")
	m.refused(t, fault, "accounts", "update", "b", "--owner", "me")
	m.refused(t, fault, "accounts", "rename", "b", "c")
	m.refused(t, fault, "snippet", "python", "b")
	m.must(t, "accounts", "remove", "b")
}

// Where the account names its environment or its back-end, nothing was chosen by default, and nothing
// is said of it.
func TestOnlyADefaultEnvironmentIsToldOf(t *testing.T) {
	m := newMachine(t)
	folder := filepath.Join(m.Home, ".config", "credguide")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	const list = "- {name: named, environment: production, client_id: a, secret_variable: A}\n" +
		"- {name: implied, backend: openeo.cloud, client_id: b, secret_variable: B}\n" +
		"- {name: open, client_id: c, secret_variable: C}\n"
	if err := os.WriteFile(filepath.Join(folder, "accounts.yaml"), []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"named": "", "implied": "",
		"open": "environment production (the default, because the account names none); to name one, with its ID in place of ID: credguide accounts update open --environment ID\n",
	} {
		m.must(t, "snippet", "env", name)
		if got, _, _ := strings.Cut(m.err.String(), "the secret of"); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	m.refused(t, "name the kind first, for example: credguide snippet python open", "snippet", "open")
	m.must(t, "accounts", "update", "open", "--environment", "development")
	m.must(t, "snippet", "env", "open")
	if strings.Contains(m.err.String(), "environment") {
		t.Errorf("after the update: %s", &m.err)
	}
}

// The word that many programs want does the same, and a word that is none names the help of its group.
func TestListIsTheSameAsNoCommand(t *testing.T) {
	m := newMachine(t)
	for _, command := range []string{"accounts", "environments"} {
		for _, format := range []string{"text", "json"} {
			m.must(t, command, "--output", format)
			want := m.out.String()
			if m.must(t, command, "list", "--output", format); m.out.String() != want || want == "" {
				t.Errorf("%s list:\n%s", command, &m.out)
			}
		}
		m.refused(t, "credguide help "+command+" lists its commands", command, "lst")
	}
}
