package credentials_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/credguide/credguide/credentials"
)

var (
	entry = credentials.Entry{
		ClientID: "i1", Secret: credentials.NewSecret(keycloakMade), ProviderID: "egi", BackendURL: "openeo.example/", Issuer: issuer,
	}
	noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
)

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func wantMode(t *testing.T, path string, want os.FileMode) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != want {
		t.Errorf("%s has mode %o", path, info.Mode().Perm())
	}
}

func TestSaveDotenv(t *testing.T) {
	const ours = "OPENEO_AUTH_CLIENT_ID=i1\nOPENEO_AUTH_CLIENT_SECRET=" + keycloakMade + "\nOPENEO_AUTH_PROVIDER_ID=egi\nOPENEO_AUTH_METHOD=client_credentials\n"
	crlf := func(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") }
	tests := []struct{ name, old, want string }{
		{"new", "", ours},
		{"other lines stay", "# mine\nA='x y'\n\nB", "# mine\nA='x y'\n\nB\n" + ours},
		{
			"in place, once",
			"A=1\nexport OPENEO_AUTH_CLIENT_SECRET=old # x\nB=2\nOPENEO_AUTH_CLIENT_SECRET='older'\n  OPENEO_AUTH_CLIENT_ID = i0\n",
			"A=1\nexport OPENEO_AUTH_CLIENT_SECRET=" + keycloakMade + "\nB=2\n  OPENEO_AUTH_CLIENT_ID=i1\nOPENEO_AUTH_PROVIDER_ID=egi\nOPENEO_AUTH_METHOD=client_credentials\n",
		},
		{"comments stay", "#OPENEO_AUTH_CLIENT_ID=no\n", "#OPENEO_AUTH_CLIENT_ID=no\n" + ours},
		{"CRLF", "A=1\r\n", "A=1\r\n" + crlf(ours)},
		{"byte order mark", "\uFEFFOPENEO_AUTH_CLIENT_ID=x\n", "\uFEFF" + ours},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := newMachine(t)
			path := filepath.Join(m.home, "deep", "er", "openeo.env")
			if test.old != "" {
				m.file("deep/er/openeo.env", test.old, 0o644)
			}
			kept, err := credentials.SaveDotenv(path, entry)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, read(t, path)); diff != "" {
				t.Error(diff)
			}
			wantMode(t, path, 0o600)
			if runtime.GOOS != "windows" && kept.Narrowed != (test.old != "") {
				t.Errorf("%+v", kept)
			}
			m.query.CredentialsFile = flag(path)
			if r := m.resolve(); r.ClientID != "i1" || !r.Secret.Equal(entry.Secret) || len(r.Exposed) > 0 {
				t.Errorf("read back: %s", brief(r))
			}
		})
	}
}

// Whatever the secret, what is kept is what is found.
func TestEveryStoreReadsBackWhatItKept(t *testing.T) {
	m := newMachine(t)
	path := filepath.Join(m.home, "openeo.env")
	config := credentials.AuthConfigPath(m.query)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("aZ09 \t\n\r'\"\\$#=`&<>%+ü密👍\uFEFF\u2028")), 1, 40, -1).Draw(t, "secret")
		e := entry
		e.Secret = credentials.NewSecret(text)
		if strings.TrimSpace(text) == "" {
			return
		}
		if _, err := credentials.SaveDotenv(path, e); err != nil {
			t.Fatal(err)
		}
		if _, err := credentials.SaveAuthConfig(config, e, noon, "credguide test"); err != nil {
			t.Fatal(err)
		}
		q := m.query
		for range 2 {
			r, err := credentials.Resolve(m.t.Context(), q)
			if err != nil || r.Secret.Reveal() != text || r.ClientID != "i1" {
				t.Fatalf("kept %q, found %q in %s", text, r.Secret.Reveal(), r.SecretSource)
			}
			q.CredentialsFile = flag(path)
		}
	})
}

func TestSaveDotenvTellsWhereOnlyShellsRead(t *testing.T) {
	m := newMachine(t)
	path := filepath.Join(m.home, "openeo.env")
	for value, forShells := range map[string]bool{
		keycloakMade: false, "a b": false, `it's`: false, `say "it's"`: false, `back\slash`: false, `two\\end\`: false, "line\nend": false, "$HOME": false,
		"it's $5": true, "`'": true, `$\`: true, "a${b}": true, "it's\r": true, "\r": true,
	} {
		e := entry
		e.Secret = credentials.NewSecret(value)
		kept, err := credentials.SaveDotenv(path, e)
		if err != nil || kept.ForShells != forShells {
			t.Errorf("%q: %v, %v in %s", value, kept.ForShells, err, read(t, path))
		}
	}
}

func TestSaveDotenvRefusesNothingButAProviderID(t *testing.T) {
	m := newMachine(t)
	path := filepath.Join(m.home, "openeo.env")
	for _, id := range []string{"egi`touch ran`", "egi'x", "egi\nA=1", "$(x)", "a b"} {
		e := entry
		e.ProviderID = id
		if _, err := credentials.SaveDotenv(path, e); err == nil {
			t.Errorf("%q is kept", id)
		}
		if _, err := os.Stat(path); err == nil {
			t.Fatal("something was written")
		}
	}
}

func TestSaveAuthConfig(t *testing.T) {
	m := newMachine(t)
	path := credentials.AuthConfigPath(m.query)
	kept, err := credentials.SaveAuthConfig(path, entry, noon, "credguide test")
	if err != nil {
		t.Fatal(err)
	}
	want := `{
  "backends": {
    "https://openeo.example": {
      "oidc": {
        "providers": {
          "egi": {
            "client_id": "i1",
            "client_secret": "` + keycloakMade + `",
            "date": "2026-11-23T12:00:00Z",
            "issuer": "` + issuer + `"
          }
        }
      }
    }
  },
  "general": {},
  "metadata": {
    "created": "2026-11-23T12:00:00Z",
    "created_by": "credguide test",
    "type": "AuthConfig",
    "version": 1
  }
}
`
	if diff := cmp.Diff(want, read(t, path)); diff != "" {
		t.Error(diff)
	}
	wantMode(t, path, 0o600)
	if kept.Source.String() != "auth-config.json (egi)" {
		t.Errorf("%+v", kept)
	}
	r := m.resolve()
	if r.ClientID != "i1" || r.PythonClientWouldUse.Place != credentials.KindAuthConfig || !r.PythonClientWouldUse.Same {
		t.Errorf("%s, %+v", brief(r), r.PythonClientWouldUse)
	}
}

func TestSaveAuthConfigKeepsWhatItDoesNotKnow(t *testing.T) {
	m := newMachine(t)
	path := m.authConfig(`{"metadata":{"version":1,"created_by":"x"},"general":{"default_backend":"<a&b>","n":1234567890123456789.10},"later":[1,{"k":null}],
		"backends":{"https://other.example":{"basic":{"password":"p"}},
		"https://openeo.example":{"basic":{"username":"u"},"oidc":{"x":1,"providers":{"egi-dev":{"client_id":"d"},"egi":{"client_id":"old","scopes":["a"]}}}}}}`)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	kept, err := credentials.SaveAuthConfig(path, entry, noon, "credguide test")
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(strings.Fields(read(t, path)), "")
	for _, part := range []string{
		`"created_by":"x"`, `"default_backend":"<a&b>"`, `1234567890123456789.10`, `"later":[1,{"k":null}]`, `"password":"p"`, `"username":"u"`,
		`"x":1`, `"egi-dev":{"client_id":"d"}`, `"scopes":["a"]`, `"client_id":"i1"`,
	} {
		if !strings.Contains(got, part) {
			t.Errorf("%s is lost: %s", part, got)
		}
	}
	wantMode(t, path, 0o600)
	if strings.Contains(got, `"old"`) || !kept.Narrowed && runtime.GOOS != "windows" {
		t.Errorf("%+v", kept)
	}
}

func TestSavingLeavesWhatItCannotReadAlone(t *testing.T) {
	for name, old := range map[string]string{"broken": "{", "list": `{"backends":[]}`, "NUL": "{\x00}", "large": strings.Repeat(" ", 70000), "provider": `{"backends":{"https://openeo.example":{"oidc":{"providers":{"egi":7}}}}}`} {
		m := newMachine(t)
		path := m.authConfig(old)
		if _, err := credentials.SaveAuthConfig(path, entry, noon, "x"); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
		if read(t, path) != old {
			t.Errorf("%s: the old file changed", name)
		}
	}
	m := newMachine(t)
	if _, err := credentials.SaveDotenv(m.home, entry); err == nil {
		t.Error("a folder is written as a file")
	}
	path := m.file("o.env", "A=\x00\n", 0o600)
	if _, err := credentials.SaveDotenv(path, entry); err == nil || read(t, path) != "A=\x00\n" {
		t.Error("a file that is no text is overwritten")
	}
}

func TestSavingNeedsWhatItKeepsBy(t *testing.T) {
	m := newMachine(t)
	tests := map[string]func(e *credentials.Entry){
		"no client ID":     func(e *credentials.Entry) { e.ClientID = "" },
		"no client secret": func(e *credentials.Entry) { e.Secret = credentials.Secret{} },
		"back-end":         func(e *credentials.Entry) { e.BackendURL = "" },
		"provider ID":      func(e *credentials.Entry) { e.ProviderID = "" },
		"not text":         func(e *credentials.Entry) { e.Secret = credentials.NewSecret("\xff\xfe") },
	}
	for want, change := range tests {
		e := entry
		change(&e)
		path := credentials.AuthConfigPath(m.query)
		if _, err := credentials.SaveAuthConfig(path, e, noon, "x"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s: a file was made", want)
		}
	}
}

func TestGitState(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		m := newMachine(t)
		m.file("repo/.git/HEAD", "", 0o600)
		if got := credentials.GitStateOf(t.Context(), filepath.Join(m.home, "repo", "x")); got != credentials.GitUnknown {
			t.Errorf("without git: %s", got)
		}
		return
	}
	m := newMachine(t)
	repo := filepath.Join(m.home, "repo")
	if out, err := exec.CommandContext(t.Context(), "git", "init", "--quiet", repo).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	m.file("repo/.gitignore", "*.env\n", 0o600)
	m.file("repo/broken/.git", "gitdir: nowhere\n", 0o600)
	for path, want := range map[string]credentials.GitState{
		"repo/openeo.env":       credentials.GitIgnored,
		"repo/deep/openeo.env":  credentials.GitIgnored,
		"repo/secret.txt":       credentials.GitNotIgnored,
		"repo/deep/er/-odd":     credentials.GitNotIgnored,
		"outside/openeo.env":    credentials.GitOutside,
		"repo/broken/other.env": credentials.GitUnknown,
	} {
		if got := credentials.GitStateOf(t.Context(), filepath.Join(m.home, path)); got != want {
			t.Errorf("%s: %s", path, got)
		}
	}
}
