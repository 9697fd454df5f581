package accounts_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/credentials/accounts"
)

func newFile(t *testing.T, text string) accounts.File {
	t.Helper()
	f := accounts.File{Path: filepath.Join(t.TempDir(), "credguide", "accounts.yaml")}
	if text != "" {
		if err := os.MkdirAll(filepath.Dir(f.Path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(f.Path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

func content(t *testing.T, f accounts.File) string {
	t.Helper()
	data, err := os.ReadFile(f.Path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

var keyring = accounts.Source{Kind: accounts.Keyring}

func TestFileLife(t *testing.T) {
	f := newFile(t, "")
	if l, err := f.Load(); err != nil || len(l.Entries) != 0 {
		t.Fatalf("%+v, %v", l, err)
	}
	a := accounts.Account{
		Name: "nightly", Environment: "production", Backend: "openeo.cloud", ClientID: "0123", Source: accounts.Source{Kind: accounts.SecretCommand, Command: []string{"vault", "a b"}},
		Expires: accounts.Date{Year: 2027, Month: 3, Day: 31}, Labels: map[string]string{"team": "eo: #1"},
	}
	ctx := t.Context()
	if err := f.Add(ctx, a); err != nil {
		t.Fatal(err)
	}
	want := "- name: nightly\n  environment: production\n  backend: openeo.cloud\n  client_id: \"0123\"\n  secret_command: [vault, a b]\n  expires: 2027-03-31\n  labels: {team: 'eo: #1'}\n"
	if d := cmp.Diff(want, content(t, f)); d != "" {
		t.Error(d)
	}
	if info, err := os.Stat(f.Path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := f.Add(ctx, accounts.Account{Name: "other", Issuer: "https://aai.example/realms/x", Source: keyring}); err != nil {
		t.Fatal(err)
	}
	if err := f.Add(ctx, accounts.Account{Name: "nightly", Source: keyring}); err == nil || err.Error() != "the name nightly is taken ("+f.Path+":1)" {
		t.Errorf("%v", err)
	}
	err := f.Update(ctx, "nightly", func(a *accounts.Account) {
		a.Source, a.Owner, a.Expires = keyring, "me", accounts.Date{}
		a.Labels["tier"] = "1"
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Rename(ctx, "other", "weekly"); err != nil {
		t.Fatal(err)
	}
	want = "- name: nightly\n  environment: production\n  backend: openeo.cloud\n  client_id: \"0123\"\n  labels: {team: 'eo: #1', tier: \"1\"}\n  keyring: true\n  owner: me\n" +
		"- name: weekly\n  issuer: https://aai.example/realms/x\n  keyring: true\n"
	if d := cmp.Diff(want, content(t, f)); d != "" {
		t.Error(d)
	}
	if err := f.Rename(ctx, "weekly", "nightly"); err == nil || err.Error() != "the name nightly is taken ("+f.Path+":1)" {
		t.Errorf("%v", err)
	}
	gone, err := f.Remove(ctx, "nightly")
	if err != nil || gone.Owner != "me" || gone.Source.Kind != accounts.Keyring {
		t.Errorf("%+v, %v", gone, err)
	}
	for _, err := range []error{f.Update(ctx, "nightly", func(*accounts.Account) {}), f.Rename(ctx, "nightly", "x"), errorOf(f.Remove(ctx, "nightly"))} {
		if err == nil || err.Error() != `no account is named "nightly"` {
			t.Errorf("%v", err)
		}
	}
}

func errorOf(_ accounts.Account, err error) error { return err }

// What is not changed stays as it is: comments, order, quotes, and entries with a fault.
func TestFileKeepsWhatItDoesNotChange(t *testing.T) {
	const before = "# my accounts\n\n- name: a # first\n  secret_file: 's/a'\n\n- name: broken\n  colour: [\n\n# for the summer\n- {name: b, keyring: true}\n"
	f := newFile(t, before)
	if err := f.Update(t.Context(), "a", func(a *accounts.Account) { a.Owner = "me" }); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.Replace(before, "'s/a'\n", "'s/a'\n  owner: me\n", 1), content(t, f)); d != "" {
		t.Error(d)
	}
	if _, err := f.Remove(t.Context(), "b"); err != nil {
		t.Fatal(err)
	}
	if got := content(t, f); strings.Contains(got, "summer") || !strings.Contains(got, "colour: [") {
		t.Error(got)
	}
}

// A change that would leave a faulty entry is refused, and a fault can be mended by one.
func TestFileChecksWhatItWrites(t *testing.T) {
	const before = "- name: a\n  expires: soon\n  keyring: true\n"
	f := newFile(t, before)
	err := f.Update(t.Context(), "a", func(a *accounts.Account) { a.Owner = "me" })
	if err == nil || err.Error() != f.Path+":2: expires: expected a date such as 2027-03-31" {
		t.Errorf("%v", err)
	}
	if err := f.Add(t.Context(), accounts.Account{Name: "b"}); err == nil || !strings.Contains(err.Error(), "no source of the secret") {
		t.Errorf("%v", err)
	}
	if got := content(t, f); got != before {
		t.Errorf("changed: %s", got)
	}
	if err := f.Update(t.Context(), "a", func(a *accounts.Account) { a.Expires = accounts.Date{Year: 2027, Month: 1, Day: 1} }); err != nil {
		t.Error(err)
	}
}

func TestFileThatCannotBeUsed(t *testing.T) {
	for text, want := range map[string]string{
		"version: 2\naccounts: []\n": "PATH:1: expected a list; this file has \"version\", so a newer version of credguide may have written it",
		"\xff\xfe-\x00":              "PATH: this is UTF-16; save it as UTF-8",
		"- {name: a, keyring: true}\n- {name: a, keyring: true}\n": "PATH:2: the name a is already in line 1",
	} {
		f := newFile(t, text)
		want = strings.ReplaceAll(want, "PATH", f.Path)
		if _, err := f.Load(); err == nil || err.Error() != want {
			t.Errorf("load: %v", err)
		}
		if err := f.Add(t.Context(), accounts.Account{Name: "n", Source: keyring}); err == nil || err.Error() != want || content(t, f) != text {
			t.Errorf("add: %v", err)
		}
	}
	folder := accounts.File{Path: t.TempDir()}
	if _, err := folder.Load(); err == nil || !strings.HasSuffix(err.Error(), ": not an ordinary file") {
		t.Errorf("%v", err)
	}
	nowhere := accounts.File{}
	if err := nowhere.Add(t.Context(), accounts.Account{Name: "n", Source: keyring}); err == nil || !strings.Contains(err.Error(), "CREDGUIDE_ACCOUNTS") {
		t.Errorf("%v", err)
	}
	beneath := accounts.File{Path: filepath.Join(newFile(t, "x").Path, "accounts.yaml")}
	if err := beneath.Add(t.Context(), accounts.Account{Name: "n", Source: keyring}); err == nil {
		t.Error("a folder was made beneath a file")
	}
}

func TestNamesThatAreNotAllowed(t *testing.T) {
	f := newFile(t, "")
	for name, want := range map[string]string{
		"":                      "an account needs a name",
		"a b":                   `the name "a b" must consist of letters, digits, '.', '_' and '-'`,
		"a\nb":                  `the name "a\nb" must consist of letters, digits, '.', '_' and '-'`,
		"-a":                    `the name "-a" must not begin with '-'`,
		"..":                    `the name ".." means a folder, and has no page in credguide serve`,
		"../a":                  `the name "../a" must consist of letters, digits, '.', '_' and '-'`,
		strings.Repeat("a", 65): "the name is longer than 64 characters",
	} {
		if err := f.Add(t.Context(), accounts.Account{Name: name, Source: keyring}); err == nil || err.Error() != want {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, err := os.Stat(f.Path); err == nil {
		t.Error("a file was made")
	}
}

// Two runs at once lose nothing.
func TestManyRunsAtOnce(t *testing.T) {
	f := newFile(t, "# mine\n")
	const runs = 12
	var running sync.WaitGroup
	for i := range runs {
		running.Go(func() {
			name := fmt.Sprintf("a%d", i)
			if err := f.Add(context.Background(), accounts.Account{Name: name, Source: keyring}); err != nil {
				t.Error(err)
			}
			if err := f.Update(context.Background(), name, func(a *accounts.Account) { a.Owner = name }); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
	l, err := f.Load()
	if err != nil || len(l.Entries) != runs {
		t.Fatalf("%d entries, %v", len(l.Entries), err)
	}
	for _, e := range l.Entries {
		if e.Owner != e.Name {
			t.Errorf("%+v", e)
		}
	}
}

func TestExposure(t *testing.T) {
	command := read(t, "- {name: a, secret_command: [x]}\n")
	harmless := read(t, "- {name: a, keyring: true}\n")
	for _, tc := range []struct {
		list accounts.List
		mode os.FileMode
		warn bool
	}{
		{command, 0o644, false},
		{command, 0o664, true},
		{command, 0o602, true},
		{harmless, 0o666, false},
		{command, 0o600, false},
	} {
		if got := accounts.Exposure(tc.list, tc.mode); (got != "") != (tc.warn && runtime.GOOS != "windows") {
			t.Errorf("%v: %q", tc.mode, got)
		}
	}
	f := newFile(t, "- {name: a, secret_command: [x]}\n")
	if err := os.Chmod(f.Path, 0o620); err != nil {
		t.Fatal(err)
	}
	if got := f.Warning(command); runtime.GOOS != "windows" && !strings.Contains(got, "(mode 620), and it names commands that credguide runs as you") {
		t.Error(got)
	}
}

func TestPlaces(t *testing.T) {
	for _, tc := range []struct {
		goos       string
		env        map[string]string
		file, keys string
		state      string
	}{
		{"linux", nil, "/home/u/.config/credguide/accounts.yaml", "/home/u/.config/credguide/fingerprint.key", "/home/u/.local/state/credguide/checks"},
		{"linux", map[string]string{"XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "/s"}, "/c/credguide/accounts.yaml", "/c/credguide/fingerprint.key", "/s/credguide/checks"},
		{"linux", map[string]string{"XDG_CONFIG_HOME": "relative", "CREDGUIDE_ACCOUNTS": "x.yaml"}, "x.yaml", "/home/u/.config/credguide/fingerprint.key", "/home/u/.local/state/credguide/checks"},
		{"darwin", nil, "/home/u/Library/Application Support/credguide/accounts.yaml", "/home/u/Library/Application Support/credguide/fingerprint.key", "/home/u/Library/Application Support/credguide/checks"},
		{"windows", map[string]string{"AppData": "/a", "LocalAppData": "/l"}, "/a/credguide/accounts.yaml", "/a/credguide/fingerprint.key", "/l/credguide/checks"},
		{"windows", nil, "/home/u/AppData/Roaming/credguide/accounts.yaml", "/home/u/AppData/Roaming/credguide/fingerprint.key", "/home/u/AppData/Local/credguide/checks"},
	} {
		if runtime.GOOS == "windows" && tc.goos != "windows" {
			continue // /c is not absolute there
		}
		p := accounts.Places{GOOS: tc.goos, Home: "/home/u", Lookup: func(name string) (string, bool) { v, ok := tc.env[name]; return v, ok }}
		m := p.Memory("list.yaml")
		got := []string{filepath.ToSlash(p.File().Path), filepath.ToSlash(m.KeyFile), filepath.ToSlash(m.Folder)}
		if d := cmp.Diff([]string{tc.file, tc.keys, tc.state}, got); d != "" || !filepath.IsAbs(m.List) {
			t.Errorf("%s %v: %s", tc.goos, tc.env, d)
		}
	}
	if p := (accounts.Places{GOOS: "linux"}); p.File().Path != "" || p.Memory("x").Folder != "" || p.Memory("x").KeyFile != "" {
		t.Error("a folder is made up")
	}
}
