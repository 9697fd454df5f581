package credentials_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/credentials"
)

// forgetful is a keyring in memory that can take entries away.
type forgetful map[string]string

func (f forgetful) Get(service, user string) (string, error) {
	text, ok := f[service+"|"+user]
	if !ok {
		return "", credentials.ErrNotInKeyring
	}
	return text, nil
}

func (f forgetful) Set(service, user, text string) error { f[service+"|"+user] = text; return nil }

func (f forgetful) Delete(service, user string) error { delete(f, service+"|"+user); return nil }

// An account's own source is the only place that is looked at, whatever else is set.
func TestOwnSource(t *testing.T) {
	show, fail := []string{"cat", "s"}, []string{"sh", "-c", "echo " + canary + "; exit 3"}
	if runtime.GOOS == "windows" {
		show, fail = []string{"cmd", "/c", "type s"}, []string{"cmd", "/c", "echo " + canary + "& exit 3"}
	}
	tests := []struct {
		name    string
		prepare func(m *machine) credentials.Own
		want    string
	}{
		{"file", func(m *machine) credentials.Own {
			return credentials.Own{ClientID: "i1", SecretFile: m.file("s", "s1\n", 0o600)}
		}, "i1 (account nightly) / s1\n (file HOME/s)"},
		{"file without a client ID", func(m *machine) credentials.Own {
			return credentials.Own{SecretFile: m.file("s", "s1", 0o600)}
		}, " () / s1 (file HOME/s)"},
		{"dotenv", func(m *machine) credentials.Own {
			return credentials.Own{Credentials: m.file("o.env", "OPENEO_AUTH_CLIENT_ID=i2\nOPENEO_AUTH_CLIENT_SECRET=s2\nOPENEO_AUTH_PROVIDER_ID=p2\n", 0o600)}
		}, "i2 (file HOME/o.env, line 1) / s2 (file HOME/o.env, line 2), provider p2"},
		{"the entry decides", func(m *machine) credentials.Own {
			return credentials.Own{ClientID: "i1", ProviderID: "p1", Credentials: m.file("o.env", "OPENEO_AUTH_CLIENT_ID=i2\nOPENEO_AUTH_CLIENT_SECRET=s2\nOPENEO_AUTH_PROVIDER_ID=p2\n", 0o600)}
		}, "i1 (account nightly) / s2 (file HOME/o.env, line 2), provider p1; client ID differs; provider ID differs"},
		{"variable", func(m *machine) credentials.Own {
			m.env["CDSE_CLIENT_SECRET"] = "s3"
			return credentials.Own{ClientID: "i1", SecretVariable: "CDSE_CLIENT_SECRET"}
		}, "i1 (account nightly) / s3 (environment CDSE_CLIENT_SECRET)"},
		{"variable that is not set", func(m *machine) credentials.Own {
			return credentials.Own{ClientID: "i1", SecretVariable: "CDSE_CLIENT_SECRET"}
		}, "i1 (account nightly) /  ()"},
		{"variable that is empty", func(m *machine) credentials.Own {
			m.env["OPENEO_AUTH_CLIENT_CREDENTIALS_X"] = ""
			return credentials.Own{ClientID: "i1", SecretVariable: "OPENEO_AUTH_CLIENT_CREDENTIALS_X"}
		}, "i1 (account nightly) /  (environment OPENEO_AUTH_CLIENT_CREDENTIALS_X), empty"},
		{"variable with three values", func(m *machine) credentials.Own {
			m.env["OPENEO_AUTH_CLIENT_CREDENTIALS_X"] = "egi/i4/s4/with/slashes"
			return credentials.Own{SecretVariable: "OPENEO_AUTH_CLIENT_CREDENTIALS_X"}
		}, "i4 (environment OPENEO_AUTH_CLIENT_CREDENTIALS_X) / s4/with/slashes (environment OPENEO_AUTH_CLIENT_CREDENTIALS_X), provider egi"},
		{"variable with two values", func(m *machine) credentials.Own {
			m.env["OPENEO_AUTH_CLIENT_CREDENTIALS_X"] = "i4/" + canary
			return credentials.Own{SecretVariable: "OPENEO_AUTH_CLIENT_CREDENTIALS_X"}
		}, " () /  (); environment OPENEO_AUTH_CLIENT_CREDENTIALS_X: expected provider ID/client ID/client secret, and found fewer than two slashes"},
		{"command", func(m *machine) credentials.Own {
			m.file("sub/s", "s5\n", 0o600)
			return credentials.Own{ClientID: "i1", SecretCommand: show, Folder: m.home + "/sub"}
		}, "i1 (account nightly) / s5 (command " + show[0] + ")"},
		{"command that fails", func(m *machine) credentials.Own {
			return credentials.Own{ClientID: "i1", SecretCommand: fail}
		}, fmt.Sprintf("i1 (account nightly) /  (); command %[1]s: %[1]s ended with status 3", fail[0])},
		{"keyring", func(m *machine) credentials.Own {
			m.query.Keyring = forgetful{"credguide|account nightly": "s6", "credguide|" + issuer + " i1": "s0"}
			return credentials.Own{ClientID: "i1", Keyring: true}
		}, "i1 (account nightly) / s6 (system keyring)"},
		{"keyring, from before there were accounts", func(m *machine) credentials.Own {
			m.query.Keyring = forgetful{"credguide|" + issuer + " i1": "s0", "credguide|" + issuer: "i9"}
			return credentials.Own{ClientID: "i1", Keyring: true}
		}, "i1 (account nightly) / s0 (system keyring)"},
		{"keyring that is empty", func(m *machine) credentials.Own {
			return credentials.Own{ClientID: "i1", Keyring: true}
		}, "i1 (account nightly) /  ()"},
		{"auth-config.json", func(m *machine) credentials.Own {
			m.authConfig(authEntry(backend, "egi", "i7", "s7"))
			return credentials.Own{AuthConfig: true}
		}, "i7 (auth-config.json (egi)) / s7 (auth-config.json (egi))"},
		{"auth-config.json of another client", func(m *machine) credentials.Own {
			m.authConfig(authEntry(backend, "x", "i7", "s7"))
			return credentials.Own{AuthConfig: true, ClientID: "i1", ProviderID: "x"}
		}, "i1 (account nightly) / s7 (auth-config.json (x)), provider x; client ID differs"},
		{"auth-config.json of another issuer", func(m *machine) credentials.Own {
			m.authConfig(providers("egi"))
			m.query.Issuer = "https://else.example"
			return credentials.Own{AuthConfig: true}
		}, " () /  ()"},
		{"none", func(m *machine) credentials.Own { return credentials.Own{ClientID: "i1"} }, "i1 (account nightly) /  ()"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := newMachine(t)
			m.env["OPENEO_AUTH_CLIENT_ID"], m.env["OPENEO_AUTH_CLIENT_SECRET"], m.env["OPENEO_AUTH_PROVIDER_ID"] = "no", "no", "no"
			m.query.Keyring = forgetful{}
			if test.name != "auth-config.json" {
				m.authConfig(authEntry(backend, "egi", "no", "no"))
			}
			own := test.prepare(m)
			own.Account = "nightly"
			m.query.Own = &own
			r := m.resolve()
			got := m.said(brief(r))
			if r.SecretSetButEmpty {
				got += ", empty"
			}
			if r.ProviderID.Set {
				got += ", provider " + r.ProviderID.Value
			}
			for _, c := range r.Conflicts {
				got += "; " + string(c.Value) + " differs"
			}
			for _, u := range r.Unreadable {
				got += "; " + m.said(u.String())
			}
			if d := cmp.Diff(test.want, got); d != "" {
				t.Error(d)
			}
			for _, l := range r.Looked {
				if strings.Contains(l.String(), canary) {
					t.Errorf("shown: %s", l)
				}
			}
		})
	}
}

func TestOwnSourceSaysWhatIsMissing(t *testing.T) {
	m := newMachine(t)
	m.query.Keyring = forgetful{}
	m.query.Own = &credentials.Own{Account: "nightly", Keyring: true}
	var got []string
	for _, l := range m.resolve().Looked {
		got = append(got, l.String())
	}
	if d := cmp.Diff([]string{"account nightly: absent: its entry has no client_id", "system keyring: absent"}, got); d != "" {
		t.Error(d)
	}
}

func TestKeyringAccount(t *testing.T) {
	m := newMachine(t)
	store := forgetful{}
	m.query.Keyring = store
	if _, err := credentials.SaveKeyringAccount(t.Context(), m.query, "a", credentials.NewSecret("s1")); err != nil {
		t.Fatal(err)
	}
	if gone, err := credentials.RenameKeyringAccount(t.Context(), m.query, "a", "b"); err != nil || !gone {
		t.Errorf("%v, %v", gone, err)
	}
	if d := cmp.Diff(forgetful{"credguide|account b": "s1"}, store); d != "" {
		t.Error(d)
	}
	if gone, err := credentials.RenameKeyringAccount(t.Context(), m.query, "a", "c"); err != nil || !gone || len(store) != 1 {
		t.Errorf("%v, %v, %d entries", gone, err, len(store))
	}
	for range 2 {
		if err := credentials.ForgetKeyringAccount(t.Context(), m.query, "b"); err != nil || len(store) != 0 {
			t.Errorf("%v, %d entries", err, len(store))
		}
	}
	if _, err := credentials.SaveKeyringAccount(t.Context(), m.query, "a", credentials.Secret{}); err == nil {
		t.Error("an empty secret is kept")
	}
	m.query.Keyring = nil
	if _, err := credentials.SaveKeyringAccount(t.Context(), m.query, "a", credentials.NewSecret("s")); err == nil {
		t.Error("a keyring that is not there keeps a secret")
	}
}
