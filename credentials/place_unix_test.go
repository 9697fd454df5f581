//go:build unix

package credentials_test

import (
	"os"
	"path/filepath"
	"testing"

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
}
