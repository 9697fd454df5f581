package credentials_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/credentials"
)

func TestAuthConfigFolders(t *testing.T) {
	tests := []struct {
		goos string
		env  map[string]string
		want []string
	}{
		{"linux", nil, []string{"/home/u/.config/openeo-python-client"}},
		{"linux", map[string]string{"XDG_CONFIG_HOME": "/x"}, []string{"/x/openeo-python-client", "/home/u/.config/openeo-python-client"}},
		{"linux", map[string]string{"XDG_CONFIG_HOME": "~/x"}, []string{"/home/u/x/openeo-python-client", "/home/u/.config/openeo-python-client"}},
		{"linux", map[string]string{"XDG_CONFIG_HOME": ""}, []string{"/home/u/.config/openeo-python-client"}},
		{"linux", map[string]string{"OPENEO_CONFIG_HOME": "/o"}, []string{"/o", "/home/u/.config/openeo-python-client"}},
		{"darwin", nil, []string{"/home/u/Library/Preferences/openeo-python-client", "/home/u/.config/openeo-python-client"}},
		{"windows", map[string]string{"APPDATA": "/a"}, []string{"/a/openeo-python-client", "/home/u/AppData/Roaming/openeo-python-client", "/home/u/.config/openeo-python-client"}},
		{"windows", map[string]string{"XDG_CONFIG_HOME": "/x"}, []string{"/home/u/AppData/Roaming/openeo-python-client", "/home/u/.config/openeo-python-client"}},
	}
	for _, test := range tests {
		q := credentials.Query{GOOS: test.goos, Home: "/home/u", Lookup: func(name string) (string, bool) { text, ok := test.env[name]; return text, ok }}
		var got []string
		for _, folder := range credentials.AuthConfigFolders(q) {
			got = append(got, filepath.ToSlash(folder))
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s %v: %s", test.goos, test.env, diff)
		}
	}
}

// The first folder that exists counts, not the first of the list.
func TestAuthConfigPath(t *testing.T) {
	m := newMachine(t)
	m.env["OPENEO_CONFIG_HOME"] = filepath.Join(m.home, "own")
	if got := credentials.AuthConfigPath(m.query); got != filepath.Join(m.home, "own", "auth-config.json") {
		t.Errorf("nothing there: %s", got)
	}
	inConfig := m.authConfig("{}")
	if got := credentials.AuthConfigPath(m.query); got != inConfig {
		t.Errorf("one there: %s", got)
	}
	own := m.file("own/auth-config.json", "{}", 0o600)
	if got := credentials.AuthConfigPath(m.query); got != own {
		t.Errorf("both there: %s", got)
	}
	if got := credentials.AuthConfigPath(credentials.Query{GOOS: "linux"}); got != "" {
		t.Errorf("no home: %s", got)
	}
}

// providers is an auth-config.json with several providers for the back-end.
func providers(names ...string) string {
	var list []string
	for _, name := range names {
		list = append(list, fmt.Sprintf(`%q:{"client_id":"id-%s","client_secret":"secret-%s","issuer":"https://aai.example/auth/realms/%s/"}`, name, name, name, name))
	}
	return `{"metadata":{"version":1},"backends":{"` + backend + `":{"basic":{"username":"u"},"oidc":{"providers":{` + strings.Join(list, ",") + `}}}}}`
}

func TestAuthConfigChoosesProvider(t *testing.T) {
	tests := []struct {
		name    string
		file    string
		prepare func(m *machine)
		want    string // client ID, or why not
	}{
		{"pairing", providers("other", "egi"), func(m *machine) {}, "id-egi"},
		{"variable", providers("other", "egi"), func(m *machine) {
			m.env["OPENEO_AUTH_PROVIDER_ID"] = "other"
			m.query.Issuer = "https://AAI.example/auth/realms/other"
		}, "id-other"},
		{"variable that is not there", providers("other", "egi"), func(m *machine) { m.env["OPENEO_AUTH_PROVIDER_ID"] = "none" }, "id-egi"},
		{"flag", providers("other", "egi"), func(m *machine) {
			m.query.ProviderID = flag("other")
			m.query.Issuer = "https://aai.example/auth/realms/other"
		}, "id-other"},
		{"of another issuer", providers("egi"), func(m *machine) { m.query.Issuer = "https://else.example" }, "its entry for provider egi belongs to the issuer https://aai.example/auth/realms/egi/, not to https://else.example"},
		{"its secret in the issuer", `{"backends":{"https://openeo.example":{"oidc":{"providers":{"egi":{"client_id":"x","client_secret":"s3cret-of-x","issuer":"https://h/s3cret-of-x"}}}}}}`, func(m *machine) {}, "its entry for provider egi belongs to the issuer https://h/[redacted], not to https://aai.example/auth/realms/egi"},
		{"an issuer that is no text", `{"backends":{"https://openeo.example":{"oidc":{"providers":{"egi":{"client_id":"x","client_secret":"s","issuer":["https://aai.example/auth/realms/egi"]}}}}}}`, func(m *machine) {}, "its entry for provider egi belongs to the issuer (not a text), not to https://aai.example/auth/realms/egi"},
		{"flag, of another issuer", providers("other", "egi"), func(m *machine) { m.query.ProviderID = flag("other") }, "its entry for provider other belongs to the issuer https://aai.example/auth/realms/other/, not to https://aai.example/auth/realms/egi"},
		{"without an issuer", authEntry(backend, "egi", "i", "s"), func(m *machine) { m.query.Issuer = "https://else.example" }, "i"},
		{"flag that is not there", providers("other", "egi"), func(m *machine) { m.query.ProviderID = flag("none") }, "nothing for provider none; it has egi, other"},
		{"issuer", providers("a", "egi-x"), func(m *machine) {
			m.query.PairedProvider = ""
			m.query.Issuer = "https://aai.example/auth/realms/egi-x"
		}, "id-egi-x"},
		{"only one", providers("x"), func(m *machine) { m.query.PairedProvider, m.query.Issuer = "", "https://aai.example/auth/realms/x" }, "id-x"},
		{"only one, of another issuer", providers("x"), func(m *machine) { m.query.PairedProvider = "" }, "its entry for provider x belongs to the issuer https://aai.example/auth/realms/x/, not to https://aai.example/auth/realms/egi"},
		{"the issuer's, under another id than the back-end's", providers("terrascope"), func(m *machine) { m.query.Issuer = "https://aai.example/auth/realms/terrascope" }, "nothing for provider egi; it has terrascope"},
		{"only another one", providers("egi-dev"), func(m *machine) { m.query.Issuer = "https://else.example" }, "nothing for provider egi; it has egi-dev"},
		{"several, of other issuers", providers("a", "b"), func(m *machine) { m.query.PairedProvider = "" }, "no entry is for the issuer https://aai.example/auth/realms/egi; it has a, b"},
		{"several", providers("a", "b"), func(m *machine) { m.query.PairedProvider, m.query.Issuer = "", "" }, "several providers, and none is chosen; it has a, b"},
		{"URL without scheme", providers("egi"), func(m *machine) { m.query.BackendURL = "openeo.example//" }, "id-egi"},
		{"versioned URL", authEntry(backend+"/openeo/1.2", "egi", "i", "s"), func(m *machine) {}, "nothing for https://openeo.example; it has https://openeo.example/openeo/1.2, which is another key"},
		{"other back-end", authEntry("https://other.example", "egi", "i", "s"), func(m *machine) {}, "nothing for https://openeo.example"},
		{"empty file object", "{}", func(m *machine) {}, "nothing for https://openeo.example"},
		{"nulls", `{"backends":null}`, func(m *machine) {}, "nothing for https://openeo.example"},
		{"no back-end", providers("egi"), func(m *machine) { m.query.BackendURL = "" }, "it is kept by back-end, and none is chosen"},
		{"names are case-sensitive", strings.ReplaceAll(authEntry(backend, "egi", "i", "s"), "client_id", "Client_ID"), func(m *machine) {}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := newMachine(t)
			m.authConfig(test.file)
			test.prepare(m)
			r := m.resolve()
			got := r.ClientID
			for _, looked := range r.Looked {
				if got == "" && looked.Source.Kind == credentials.KindAuthConfig {
					got = looked.Detail
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAuthConfigSaysWhatItHas(t *testing.T) {
	m := newMachine(t)
	m.authConfig(strings.Replace(providers("a", "b"), `"issuer":"https://aai.example/auth/realms/b/"`, `"issuer":null`, 1))
	m.query.PairedProvider, m.query.Issuer = "", ""
	want := credentials.Untaken{
		Entries: []string{"a (for https://aai.example/auth/realms/a/)", "b (for any issuer)"}, Issuers: []string{"https://aai.example/auth/realms/a/"},
		Why: "several providers, and none is chosen",
	}
	if diff := cmp.Diff(want, m.resolve().Untaken); diff != "" {
		t.Error(diff)
	}
	m.query.ProviderID = flag("a")
	if got := m.resolve(); len(got.Untaken.Entries) != 0 || got.ClientID != "id-a" {
		t.Errorf("%+v", got.Untaken)
	}
}

// TestThePythonClientChoosesByTheFile: also where the variables have the credentials.
func TestThePythonClientChoosesByTheFile(t *testing.T) {
	m := newMachine(t)
	m.env["OPENEO_AUTH_CLIENT_ID"], m.env["OPENEO_AUTH_CLIENT_SECRET"] = "i", "s"
	path := m.authConfig(providers("x", "egi"))
	got := m.resolve().PythonClientWouldUse
	if diff := cmp.Diff([]string{"egi", "x"}, got.Providers); diff != "" || got.FileFault != "" || got.Place != credentials.KindEnvironment {
		t.Errorf("%s, %+v", diff, got)
	}
	for fault, spoil := range map[string]func() error{
		"not JSON: fault in line 1": func() error { return os.WriteFile(path, []byte("{"), 0o600) },
	} {
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		if got := m.resolve().PythonClientWouldUse; got.FileFault != fault || got.Refused != "" {
			t.Errorf("%+v, not %q", got, fault)
		}
		m.authConfig(providers("x", "egi"))
		if err := os.Chmod(path, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// What is no object where one belongs, the Python client takes for absent; only the providers of the
// back-end must be one.
func TestThePythonClientPassesOverWhatIsNoObject(t *testing.T) {
	for file, fault := range map[string]bool{
		"[]": false, `{"backends":[]}`: false, `{"backends":{"` + backend + `":7}}`: false, `{"backends":{"` + backend + `":{"oidc":"x"}}}`: false,
		`{"backends":{"` + backend + `":{"oidc":{"providers":[]}}}}`: true, "{": true,
	} {
		m := newMachine(t)
		m.env["OPENEO_AUTH_CLIENT_ID"], m.env["OPENEO_AUTH_CLIENT_SECRET"] = "i", "s"
		m.authConfig(file)
		if got := m.resolve(); (got.PythonClientWouldUse.FileFault != "") != fault || len(got.Unreadable) != 1 {
			t.Errorf("%s: %q", file, got.PythonClientWouldUse.FileFault)
		}
	}
}

// A back-end that is written in another form does not spoil the others.
func TestAuthConfigOfOneBackend(t *testing.T) {
	m := newMachine(t)
	m.authConfig(strings.Replace(providers("egi"), `"backends":{`, `"backends":{"https://other.example":{"oidc":{"providers":{"egi":"x"}}},`, 1))
	if got := m.resolve(); got.ClientID != "id-egi" || len(got.Unreadable) != 0 {
		t.Errorf("%q, %v", got.ClientID, got.Unreadable)
	}
}

func TestAuthConfigThatCannotBeUsed(t *testing.T) {
	tests := map[string]string{
		"":                               "not JSON: fault in line 1",
		"{\n\n\"" + canary + "\"":        "not JSON: fault in line 3",
		"[]":                             "not as the openEO client writes it: the file is not a JSON object",
		"\uFEFF{}":                       "not JSON: it starts with a byte order mark (U+FEFF)",
		"\xff\xfe{\x00}\x00":             "not text in UTF-8: it starts with the mark of UTF-16; save it as UTF-8",
		`{"backends":[]}`:                "not as the openEO client writes it: backends is not a JSON object",
		`{"backends":{"u\u001b[2J":[]}}`: `back-end "u\x1b[2J": not as the openEO client writes it: the entry is not a JSON object`,
		strings.Replace(authEntry("u", "p", canary, "s"), `"`+canary+`"`, "7", 1): "back-end u: not as the openEO client writes it: client_id is not text",
		strings.Repeat(" ", 65<<10): "too large: more than 64 KiB",
	}
	for text, want := range tests {
		m := newMachine(t)
		m.authConfig(text)
		r := m.resolve()
		if len(r.Unreadable) != 1 || r.Unreadable[0].Reason != want || r.Unreadable[0].Explicit {
			t.Errorf("%.40q: %+v, want %s", text, r.Unreadable, want)
		}
	}
}

func TestAuthConfigEmptyAndNull(t *testing.T) {
	m := newMachine(t)
	m.authConfig(`{"backends":{"` + backend + `":{"oidc":{"providers":{"egi":{"client_id":"i","client_secret":""}}}}}}`)
	if r := m.resolve(); !r.SecretSetButEmpty || r.SecretSource.Kind != credentials.KindAuthConfig {
		t.Error("an empty secret is not told from none")
	}
	m.authConfig(`{"backends":{"` + backend + `":{"oidc":{"providers":{"egi":{"client_id":"i","client_secret":null}}}}}}`)
	if r := m.resolve(); r.SecretSetButEmpty || !r.SecretSource.IsZero() || r.ClientID != "i" {
		t.Error("null is not the same as absent")
	}
}
