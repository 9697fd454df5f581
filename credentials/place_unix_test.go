//go:build unix

package credentials_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/credentials"
)

// A Secret that Kubernetes mounts is read through links, and belongs to root and the group of the
// pod: 0440 is private there, as nowhere else.
func TestTheModeOfAMountedSecret(t *testing.T) {
	for _, tc := range []struct {
		mode    os.FileMode
		volume  bool
		exposed bool
	}{{0o400, true, false}, {0o440, true, false}, {0o444, true, true}, {0o644, true, true}, {0o440, false, true}, {0o400, false, false}} {
		dir := t.TempDir()
		file := filepath.Join(dir, "nightly")
		if tc.volume {
			if err := os.Mkdir(filepath.Join(dir, "..2026"), 0o755); err != nil {
				t.Fatal(err)
			}
			for from, to := range map[string]string{"..data": "..2026", "nightly": "..data/nightly"} {
				if err := os.Symlink(to, filepath.Join(dir, from)); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := os.WriteFile(file, []byte("s1"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(file, tc.mode); err != nil {
			t.Fatal(err)
		}
		r, _ := credentials.Resolve(t.Context(), credentials.Query{GOOS: "linux", SecretFile: credentials.Flag{Given: true, Text: file}, ClientID: credentials.Flag{Given: true, Text: "i1"}})
		if r.Secret.Reveal() != "s1" || (len(r.Exposed) == 1) != tc.exposed || tc.exposed && r.Exposed[0].Volume != tc.volume {
			t.Errorf("mode %03o, mounted %v: %v", tc.mode, tc.volume, r.Exposed)
		}
	}
}

// What is private in a volume is not so for the openEO Python client, which counts the permissions
// of the group too.
func TestAMountedAuthConfigIsRefusedByThePythonClient(t *testing.T) {
	for mode, refused := range map[os.FileMode]bool{0o400: false, 0o440: true} {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "..2026"), 0o755); err != nil {
			t.Fatal(err)
		}
		for from, to := range map[string]string{"..data": "..2026", "auth-config.json": "..data/auth-config.json"} {
			if err := os.Symlink(to, filepath.Join(dir, from)); err != nil {
				t.Fatal(err)
			}
		}
		file := filepath.Join(dir, "auth-config.json")
		content := `{"backends":{"https://openeo.example.org":{"oidc":{"providers":{"egi":{"client_id":"i1","client_secret":"s1"}}}}}}`
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(file, mode); err != nil {
			t.Fatal(err)
		}
		r, _ := credentials.Resolve(t.Context(), credentials.Query{GOOS: "linux", BackendURL: "https://openeo.example.org", Lookup: func(name string) (string, bool) {
			return dir, name == "OPENEO_CONFIG_HOME"
		}})
		if r.Secret.Reveal() != "s1" || len(r.Exposed) != 0 || (r.PythonClientWouldUse.Refused != "") != refused {
			t.Errorf("mode %03o: %v, refused %q", mode, r.Exposed, r.PythonClientWouldUse.Refused)
		}
	}
}

// The openEO Python client chooses a provider by the file also where the variables have the
// credentials, so others who may read it end it there too.
func TestAuthConfigExposed(t *testing.T) {
	m := newMachine(t)
	path := m.authConfig(providers("egi"))
	if err := os.Chmod(path, 0o610); err != nil {
		t.Fatal(err)
	}
	r := m.resolve()
	if len(r.Exposed) != 1 || r.Exposed[0].String() != path+": mode 610" || r.ClientID != "id-egi" {
		t.Errorf("%v, client ID %q", r.Exposed, r.ClientID)
	}
	const shared = "others may read the file"
	if got := r.PythonClientWouldUse; got.Place != credentials.KindAuthConfig || got.Same || got.Refused != shared {
		t.Errorf("%+v", got)
	}
	m.env["OPENEO_AUTH_CLIENT_ID"], m.env["OPENEO_AUTH_CLIENT_SECRET"] = "i", "s"
	if got := m.resolve().PythonClientWouldUse; got.FileFault != shared || got.Refused != "" {
		t.Errorf("%+v", got)
	}
}

func TestCredentialsFileExposed(t *testing.T) {
	m := newMachine(t)
	m.query.CredentialsFile = flag(m.file("o.env", "OPENEO_AUTH_CLIENT_SECRET=s\n", 0o640))
	if r := m.resolve(); len(r.Exposed) != 1 || m.said(r.Looked[0].String()) != "file HOME/o.env: exposed: mode 640" {
		t.Errorf("%v, %v", r.Exposed, r.Looked)
	}
}

// Kubernetes mounts its secrets as links to links.
func TestSymbolicLinkIsFollowed(t *testing.T) {
	m := newMachine(t)
	m.file("data/secret", "s1", 0o644)
	link := filepath.Join(m.home, "secret")
	if err := os.Symlink(filepath.Join("data", "secret"), link); err != nil {
		t.Fatal(err)
	}
	m.query.SecretFile = flag(link)
	r := m.resolve()
	if r.Secret.Reveal() != "s1" {
		t.Errorf("%v", r.Unreadable)
	}
	if diff := cmp.Diff(1, len(r.Exposed)); diff != "" {
		t.Error(diff)
	}
}

func TestSavingThroughALinkKeepsTheLink(t *testing.T) {
	m := newMachine(t)
	target := m.file("real.env", "A=1\n", 0o600)
	link := filepath.Join(m.home, "link.env")
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	if _, err := credentials.SaveDotenv(link, entry); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 || !strings.HasPrefix(read(t, target), "A=1\nOPENEO") {
		t.Errorf("%v %v", info, err)
	}
}
