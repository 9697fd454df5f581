package credentials_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zalando/go-keyring"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/guard"
)

const (
	backend = "https://openeo.example"
	issuer  = "https://aai.example/auth/realms/egi"
)

// machine is a user's computer: a home folder and an environment.
type machine struct {
	t     *testing.T
	home  string
	env   map[string]string
	query credentials.Query
}

func newMachine(t *testing.T) *machine {
	t.Helper()
	m := &machine{t: t, home: t.TempDir(), env: map[string]string{}}
	m.query = credentials.Query{
		BackendURL: backend, Issuer: issuer, PairedProvider: "egi", GOOS: "linux", Home: m.home,
		Lookup: func(name string) (string, bool) { text, ok := m.env[name]; return text, ok },
	}
	return m
}

func (m *machine) file(name, text string, mode os.FileMode) string {
	m.t.Helper()
	path := filepath.Join(m.home, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		m.t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		m.t.Fatal(err)
	}
	return path
}

// said is a text with HOME for the home folder, and the slashes of every system.
func (m *machine) said(text string) string {
	return filepath.ToSlash(strings.ReplaceAll(text, m.home, "HOME"))
}

func (m *machine) authConfig(text string) string {
	return m.file(".config/openeo-python-client/auth-config.json", text, 0o600)
}

func (m *machine) resolve() credentials.Resolved {
	m.t.Helper()
	r, err := credentials.Resolve(m.t.Context(), m.query)
	if err != nil {
		m.t.Fatal(err)
	}
	return r
}

func flag(text string) credentials.Flag { return credentials.Flag{Text: text, Given: true} }

func authEntry(key, provider, id, secret string) string {
	return fmt.Sprintf(`{"backends":{%q:{"oidc":{"providers":{%q:{"client_id":%q,"client_secret":%q}}}}}}`, key, provider, id, secret)
}

// brief is a Resolved as a few words.
func brief(r credentials.Resolved) string {
	return fmt.Sprintf("%s (%s) / %s (%s)", r.ClientID, r.ClientIDSource, r.Secret.Reveal(), r.SecretSource)
}

func TestResolveOrder(t *testing.T) {
	const env, auth = "environment OPENEO_AUTH_CLIENT_", "auth-config.json (egi)"
	tests := []struct {
		name    string
		prepare func(m *machine)
		want    string
	}{
		{"nothing", func(m *machine) {}, " () /  ()"},
		{"environment", func(m *machine) {
			m.env["OPENEO_AUTH_CLIENT_ID"], m.env["OPENEO_AUTH_CLIENT_SECRET"] = "i1", "s1"
		}, "i1 (" + env + "ID) / s1 (" + env + "SECRET)"},
		{"credentials file before environment", func(m *machine) {
			m.env["OPENEO_AUTH_CLIENT_ID"], m.env["OPENEO_AUTH_CLIENT_SECRET"] = "i1", "s1"
			m.query.CredentialsFile = flag(m.file("o.env", "# x\nOPENEO_AUTH_CLIENT_ID=i2\nexport OPENEO_AUTH_CLIENT_SECRET='s2'\n", 0o600))
		}, "i2 (file HOME/o.env, line 2) / s2 (file HOME/o.env, line 3)"},
		{"flags before all", func(m *machine) {
			m.env["OPENEO_AUTH_CLIENT_ID"], m.env["OPENEO_AUTH_CLIENT_SECRET"] = "i1", "s1"
			m.query.CredentialsFile = flag(m.file("o.env", "OPENEO_AUTH_CLIENT_ID=i2\nOPENEO_AUTH_CLIENT_SECRET=s2\n", 0o600))
			m.query.ClientID = flag("i3")
			m.query.SecretFile = flag(m.file("s", "s3\n", 0o600))
		}, "i3 (flag --client-id) / s3\n (file HOME/s)"},
		{"secret from standard input, exactly", func(m *machine) {
			m.query.ClientID, m.query.SecretFile, m.query.Stdin = flag("i"), flag("-"), strings.NewReader(" s\r\n")
		}, "i (flag --client-id) /  s\r\n (standard input)"},
		{"id from a flag, secret from the environment", func(m *machine) {
			m.query.ClientID = flag("i3")
			m.env["OPENEO_AUTH_CLIENT_SECRET"] = "s1"
		}, "i3 (flag --client-id) / s1 (" + env + "SECRET)"},
		{"half a credentials file is filled from the environment", func(m *machine) {
			m.env["OPENEO_AUTH_CLIENT_ID"], m.env["OPENEO_AUTH_CLIENT_SECRET"] = "i1", "s1"
			m.query.CredentialsFile = flag(m.file("o.env", "OPENEO_AUTH_CLIENT_SECRET=s2\n", 0o600))
		}, "i1 (" + env + "ID) / s2 (file HOME/o.env, line 1)"},
		{"auth-config.json", func(m *machine) {
			m.authConfig(authEntry(backend, "egi", "i4", "s4"))
		}, "i4 (" + auth + ") / s4 (" + auth + ")"},
		{"environment before auth-config.json", func(m *machine) {
			m.env["OPENEO_AUTH_CLIENT_ID"], m.env["OPENEO_AUTH_CLIENT_SECRET"] = "i1", "s1"
			m.authConfig(authEntry(backend, "egi", "i4", "s4"))
		}, "i1 (" + env + "ID) / s1 (" + env + "SECRET)"},
		{"a pair is preferred to half an environment", func(m *machine) {
			m.env["OPENEO_AUTH_CLIENT_ID"] = "i1"
			m.authConfig(authEntry(backend, "egi", "i4", "s4"))
		}, "i4 (" + auth + ") / s4 (" + auth + ")"},
		{"the secret beside the id of the flag", func(m *machine) {
			m.query.ClientID = flag("i4")
			m.env["OPENEO_AUTH_CLIENT_ID"], m.env["OPENEO_AUTH_CLIENT_SECRET"] = "i1", "s1"
			m.authConfig(authEntry(backend, "egi", "i4", "s4"))
		}, "i4 (flag --client-id) / s4 (" + auth + ")"},
		{"another client's secret if there is no other", func(m *machine) {
			m.query.ClientID = flag("i9")
			m.env["OPENEO_AUTH_CLIENT_ID"], m.env["OPENEO_AUTH_CLIENT_SECRET"] = "i1", "s1"
		}, "i9 (flag --client-id) / s1 (" + env + "SECRET)"},
		{"an empty variable does not hide the pair", func(m *machine) {
			m.env["OPENEO_AUTH_CLIENT_SECRET"] = ""
			m.authConfig(authEntry(backend, "egi", "i4", "s4"))
		}, "i4 (" + auth + ") / s4 (" + auth + ")"},
		{"two variables hide it as they do for Python", func(m *machine) {
			m.env["OPENEO_AUTH_CLIENT_ID"], m.env["OPENEO_AUTH_CLIENT_SECRET"] = "i1", ""
			m.authConfig(authEntry(backend, "egi", "i4", "s4"))
		}, "i1 (" + env + "ID) /  (" + env + "SECRET)"},
		{"an empty file that was named ends the search", func(m *machine) {
			m.query.SecretFile = flag(m.file("s", "", 0o600))
			m.env["OPENEO_AUTH_CLIENT_ID"], m.env["OPENEO_AUTH_CLIENT_SECRET"] = "i1", "s1"
		}, "i1 (" + env + "ID) /  (file HOME/s)"},
		{"an unreadable file that was named ends the search", func(m *machine) {
			m.query.SecretFile = flag(filepath.Join(m.home, "none"))
			m.env["OPENEO_AUTH_CLIENT_ID"], m.env["OPENEO_AUTH_CLIENT_SECRET"] = "i1", "s1"
		}, "i1 (" + env + "ID) /  ()"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := newMachine(t)
			test.prepare(m)
			got := m.said(brief(m.resolve()))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSetButEmptyIsNotUnset(t *testing.T) {
	tests := []struct {
		name       string
		prepare    func(m *machine)
		id, secret bool
		source     string
	}{
		{"unset", func(m *machine) {}, false, false, ""},
		{"empty variable", func(m *machine) { m.env["OPENEO_AUTH_CLIENT_SECRET"] = "" }, false, true, "environment OPENEO_AUTH_CLIENT_SECRET"},
		{"empty variables", func(m *machine) {
			m.env["OPENEO_AUTH_CLIENT_ID"], m.env["OPENEO_AUTH_CLIENT_SECRET"] = "", ""
		}, true, true, "environment OPENEO_AUTH_CLIENT_SECRET"},
		{"only white space", func(m *machine) { m.query.SecretFile = flag(m.file("s", "\n", 0o600)) }, false, true, "file HOME/s"},
		{"empty flag", func(m *machine) { m.query.ClientID = flag("") }, true, false, ""},
		{"empty line", func(m *machine) {
			m.query.CredentialsFile = flag(m.file("o.env", "OPENEO_AUTH_CLIENT_SECRET=\"\"\n", 0o600))
		}, false, true, "file HOME/o.env, line 1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := newMachine(t)
			test.prepare(m)
			r := m.resolve()
			source := m.said(r.SecretSource.String())
			if r.ClientIDSetButEmpty != test.id || r.SecretSetButEmpty != test.secret || r.HasSecret() || r.HasClientID() || source != test.source {
				t.Errorf("id %v, secret %v, from %q", r.ClientIDSetButEmpty, r.SecretSetButEmpty, source)
			}
		})
	}
}

func TestEveryPlaceIsRecorded(t *testing.T) {
	m := newMachine(t)
	m.env["OPENEO_AUTH_CLIENT_ID"] = "i1"
	m.env["OPENEO_CLIENT_SECRET"] = "s1"
	m.env["\uFEFFOPENEO_AUTH_PROVIDER_ID"] = "egi"
	m.query.CredentialsFile = flag(m.file("o.env", "OPENEO_AUTH_METHOD=client_credentials\nOPENEO_AUTH_CLIENT_SECRET= \nCDSE_CLIENT_ID=x\n", 0o600))
	var got []string
	for _, looked := range m.resolve().Looked {
		got = append(got, m.said(looked.String()))
	}
	want := []string{
		"file HOME/o.env: absent: it does not set OPENEO_AUTH_CLIENT_ID; CDSE_CLIENT_ID is set, but no openEO client reads it",
		"file HOME/o.env, line 2: empty: only white space (1 character)",
		"file HOME/o.env: absent: it does not set OPENEO_AUTH_PROVIDER_ID",
		"file HOME/o.env, line 1: found",
		"environment OPENEO_AUTH_CLIENT_ID: found",
		"environment OPENEO_AUTH_CLIENT_SECRET: absent: OPENEO_CLIENT_SECRET is set, but no openEO client reads it",
		"environment OPENEO_AUTH_PROVIDER_ID: absent: there is one whose name starts with a byte order mark (U+FEFF)",
		"environment OPENEO_AUTH_METHOD: absent",
		"auth-config.json: absent: there is no HOME/.config/openeo-python-client/auth-config.json",
		"system keyring: not looked at: both values are known already",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestConflicts(t *testing.T) {
	m := newMachine(t)
	m.env["OPENEO_AUTH_CLIENT_ID"], m.env["OPENEO_AUTH_CLIENT_SECRET"], m.env["OPENEO_AUTH_PROVIDER_ID"] = "i1", "s1", "egi"
	m.query.CredentialsFile = flag(m.file("o.env", "OPENEO_AUTH_CLIENT_ID=i1\nOPENEO_AUTH_CLIENT_SECRET=s2\n", 0o600))
	m.query.ProviderID = flag("egi-dev")
	m.authConfig(authEntry(backend, "egi-dev", "i4", ""))
	var got []string
	for _, c := range m.resolve().Conflicts {
		got = append(got, fmt.Sprintf("%s: %s | %s python %v empty %v", c.Value, c.Used.Kind, c.Other.Kind, c.PythonTakesOther, c.OtherEmpty))
	}
	want := []string{
		"client ID: credentials file | auth-config.json python false empty false",
		"client secret: credentials file | environment python true empty false",
		"client secret: credentials file | auth-config.json python false empty true",
		"provider ID: flag | environment python true empty false",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What other places have is known too, so that it is kept out of everything.
func TestTheSecretsOfOtherPlacesAreKnown(t *testing.T) {
	m := newMachine(t)
	m.env["OPENEO_AUTH_CLIENT_SECRET"] = "s1"
	m.query.CredentialsFile = flag(m.file("o.env", "OPENEO_AUTH_CLIENT_SECRET=s2\n", 0o600))
	m.query.SecretFile = flag(m.file("secret", "s3", 0o600))
	m.authConfig(authEntry(backend, "egi", "i4", "s4"))
	beside := func() (got []string) {
		for _, secret := range m.resolve().Beside {
			got = append(got, secret.Reveal())
		}
		return got
	}
	if diff := cmp.Diff([]string{"s2", "s1", "s4"}, beside()); diff != "" {
		t.Error(diff)
	}
	m.query.Own = &credentials.Own{SecretFile: m.query.SecretFile.Text} // of an account: nothing else is read
	if diff := cmp.Diff([]string{"s1"}, beside()); diff != "" {
		t.Error(diff)
	}
	m.env["OPENEO_AUTH_CLIENT_SECRET"] = "s3"
	if diff := cmp.Diff([]string(nil), beside()); diff != "" {
		t.Error(diff)
	}
}

func TestPythonChoice(t *testing.T) {
	tests := []struct {
		name    string
		prepare func(m *machine)
		want    string
	}{
		{"nothing", func(m *machine) {}, " same false empty false refused "},
		{"flags are not its own", func(m *machine) {
			m.query.ClientID, m.query.SecretFile = flag("i"), flag(m.file("s", "s", 0o600))
		}, " same false empty false refused "},
		{"both variables", func(m *machine) {
			m.env["OPENEO_AUTH_CLIENT_ID"], m.env["OPENEO_AUTH_CLIENT_SECRET"] = "i1", "s1"
		}, "environment same true empty false refused "},
		{"one variable does not count", func(m *machine) {
			m.env["OPENEO_AUTH_CLIENT_ID"] = "i1"
			m.authConfig(authEntry(backend, "egi", "i4", "s4"))
		}, "auth-config.json same true empty false refused "},
		{"empty variables do", func(m *machine) {
			m.env["OPENEO_AUTH_CLIENT_ID"], m.env["OPENEO_AUTH_CLIENT_SECRET"] = "i1", ""
		}, "environment same true empty true refused "},
		{"broken file", func(m *machine) { m.authConfig("{") }, "auth-config.json same false empty false refused not JSON: fault in line 1"},
		{"no secret", func(m *machine) {
			m.authConfig(`{"backends":{"` + backend + `":{"oidc":{"providers":{"egi":{"client_id":"i4","client_secret":null}}}}}}`)
		}, "auth-config.json same false empty true refused "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := newMachine(t)
			test.prepare(m)
			p := m.resolve().PythonClientWouldUse
			got := fmt.Sprintf("%s same %v empty %v refused %s", p.Place, p.Same, p.SecretEmpty, p.Refused)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestKeyringFillsWhatIsMissing(t *testing.T) {
	keyring.MockInit()
	m := newMachine(t)
	m.env["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nowhere"
	if r := m.resolve(); r.HasClientID() {
		t.Fatalf("found %s in an empty keyring", brief(r))
	}
	entry := credentials.Entry{ClientID: "i5", Secret: credentials.NewSecret("s5"), Issuer: issuer + "/"}
	if _, err := credentials.SaveKeyring(t.Context(), m.query, entry); err != nil {
		t.Fatal(err)
	}
	if got := brief(m.resolve()); got != "i5 (system keyring) / s5 (system keyring)" {
		t.Error(got)
	}
	m.query.ClientID = flag("i5")
	if got := brief(m.resolve()); got != "i5 (flag --client-id) / s5 (system keyring)" {
		t.Error(got)
	}
	m.query.ClientID = flag("i6")
	if got := brief(m.resolve()); got != "i6 (flag --client-id) /  ()" {
		t.Error(got)
	}
}

func TestKeyringThatCannotBeReachedIsNoError(t *testing.T) {
	last := func(r credentials.Resolved) string { return r.Looked[len(r.Looked)-1].String() }
	m := newMachine(t)
	if got := last(m.resolve()); got != "system keyring: not looked at: there is no session bus (D-Bus) to reach it by" {
		t.Error(got)
	}
	keyring.MockInitWithError(errors.New("locked\x1b[2J"))
	t.Cleanup(keyring.MockInit)
	m.query.GOOS = "darwin"
	if got := last(m.resolve()); got != `system keyring: not looked at: it does not answer: "locked\x1b[2J"` {
		t.Error(got)
	}
	if _, err := credentials.SaveKeyring(t.Context(), m.query, credentials.Entry{ClientID: "i", Secret: credentials.NewSecret("s"), Issuer: issuer}); err == nil {
		t.Error("a keyring that is locked keeps something")
	}
}

func TestPromptAsksOnlyForWhatIsMissing(t *testing.T) {
	m := newMachine(t)
	asked := ""
	m.query.AskClientID = func(context.Context) (string, error) { asked += "id "; return "i6", nil }
	m.query.AskSecret = func(_ context.Context, id string) (credentials.Secret, error) {
		asked += "secret of " + id
		return credentials.NewSecret("s6"), nil
	}
	if got := brief(m.resolve()); got != "i6 (prompt) / s6 (prompt)" || asked != "id secret of i6" {
		t.Errorf("%s, asked %s", got, asked)
	}
	asked = ""
	m.env["OPENEO_AUTH_CLIENT_ID"] = "i1"
	if got := brief(m.resolve()); !strings.HasPrefix(got, "i1 (env") || asked != "secret of i1" {
		t.Errorf("%s, asked %s", got, asked)
	}
	asked = ""
	m.query.SecretFile = flag(filepath.Join(m.home, "none"))
	if m.resolve(); asked != "" {
		t.Errorf("asked %s although a named file is unreadable", asked)
	}
	stopped := errors.New("interrupted")
	m.query.SecretFile = credentials.Flag{}
	m.query.AskSecret = func(context.Context, string) (credentials.Secret, error) { return credentials.Secret{}, stopped }
	if _, err := credentials.Resolve(t.Context(), m.query); !errors.Is(err, stopped) {
		t.Errorf("an interrupted prompt: %v", err)
	}
}

func TestProviderAndMethod(t *testing.T) {
	m := newMachine(t)
	m.env["OPENEO_AUTH_PROVIDER_ID"], m.env["OPENEO_AUTH_METHOD"] = "egi", "client-credentials"
	r := m.resolve()
	if r.ProviderID.Value != "egi" || r.ProviderID.Source.Name != "OPENEO_AUTH_PROVIDER_ID" || r.AuthMethod.Value != "client-credentials" || !r.AuthMethod.Set {
		t.Errorf("%+v %+v", r.ProviderID, r.AuthMethod)
	}
	m.query.ProviderID = flag("egi-dev")
	if r := m.resolve(); r.ProviderID.Value != "egi-dev" || r.ProviderID.Source.String() != "flag --provider-id" {
		t.Errorf("%+v", r.ProviderID)
	}
}

func TestResolvedPrintsNoSecret(t *testing.T) {
	m := newMachine(t)
	m.env["OPENEO_AUTH_CLIENT_ID"], m.env["OPENEO_AUTH_CLIENT_SECRET"] = "i1", canary
	m.query.CredentialsFile = flag(m.file("o.env", "OPENEO_AUTH_CLIENT_SECRET='"+canary+"2'\nOPENEO_AUTH_CLIENT_SECRET='"+canary+"3'\n", 0o600))
	m.authConfig(authEntry(backend, "egi", "i4", canary+"4"))
	r := m.resolve()
	g := guard.New(credentials.NewSecret(canary))
	if printed := fmt.Sprintf("%+v %#v %v", r, r, &r); g.Find(printed) {
		t.Error(printed)
	}
	if len(r.Conflicts) < 2 || len(r.Notes) != 1 {
		t.Errorf("%d conflicts, %d notes", len(r.Conflicts), len(r.Notes))
	}
}
