package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/credguide/credguide/checks/report"
)

// tattler is an identity provider that tells each client the secret of the first one.
func tattler(t *testing.T) *httptest.Server {
	var mu sync.Mutex
	var first string
	var s *httptest.Server
	s = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if strings.HasSuffix(r.URL.Path, "/openid-configuration") {
			_ = json.NewEncoder(w).Encode(map[string]any{"issuer": s.URL, "token_endpoint": s.URL + "/token", "jwks_uri": s.URL + "/keys"})
			return
		}
		mu.Lock()
		defer mu.Unlock()
		first = cmp.Or(first, r.FormValue("client_secret"))
		w.WriteHeader(http.StatusUnauthorized)
		_ = json.NewEncoder(w).Encode(map[string]any{"error": "invalid_client", "error_description": "the last one sent " + first + ", or " + strings.Join(strings.Split(first, ""), ".")})
	}))
	t.Cleanup(s.Close)
	return s
}

// A report of a list holds no secret of another entry, whoever put it there: the server that both
// have, or who had the file with the reports of an earlier run.
func TestNoReportOfAListHoldsTheSecretOfAnotherEntry(t *testing.T) {
	secrets := []string{"q7Rt2ZpX9LmB4sVw1KcY8nHdF3gJ5aQe", "Zb3nW8xK1vT6yQ0rL5mC9pD2hS7fGjUa"}
	s, dir := tattler(t), t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	list := ""
	for i, secret := range secrets {
		list += fmt.Sprintf("- {name: n%d, issuer: %q, backend: none, client_id: client%[1]d, secret_file: %[3]q, owner: %[4]q, labels: {team: %[4]q}}\n", i, s.URL, write(fmt.Sprint("secret", i), secret), secrets[1-i])
	}
	file, first := write("list.yaml", list), filepath.Join(dir, "first.json")
	look := func(what, text string) {
		t.Helper()
		for i, secret := range secrets {
			if part := partIn(text, secret); part != "" || strings.Contains(text, strings.Join(strings.Split(secret[:6], ""), ".")) {
				t.Errorf("%s holds the secret of entry %d, %q:\n%s", what, i, part, text)
			}
		}
	}
	args := []string{"check", "--per-host", "1", "--all", file}
	for _, format := range report.Names() {
		args = append(args, "--output", format+"="+filepath.Join(dir, "out."+format))
	}
	m := newMachine(t)
	m.run(t.Context(), args...)
	for _, format := range report.Names() {
		text, err := os.ReadFile(filepath.Join(dir, "out."+format))
		if err != nil {
			t.Fatalf("%v\n%s", err, &m.err)
		}
		if look(format, string(text)); format == "json" {
			write("first.json", strings.ReplaceAll(string(text), "the last one sent [redacted]", "it was "+secrets[0]+" or "+secrets[1]))
		}
	}
	m = newMachine(t)
	m.run(t.Context(), "check", "--all", file, "--resume-from", first, "--output", "json")
	look("a resumed list", m.out.String()+m.err.String())
	if !strings.Contains(m.out.String(), "it was [redacted]") {
		t.Errorf("the report was not taken over:\n%s%s", &m.out, &m.err)
	}
	m = newMachine(t).with(map[string]string{"OPENEO_AUTH_CLIENT_SECRET": secrets[0]})
	m.run(t.Context(), "check", "--from", first)
	if part := partIn(m.out.String(), secrets[0]); part != "" {
		t.Errorf("a saved report holds %q:\n%s", part, &m.out)
	}
}

// An account that is named after its secret has no name in any format.
func TestNoNameOfAListIsTheSecret(t *testing.T) {
	const secret = "walrus-kettle-plinth-amber"
	b := box(t)
	list := write(t, fmt.Sprintf("- {name: %s, environment: sandbox, client_id: x, secret_file: %q}\n", secret, write(t, secret)))
	for _, format := range report.Names() {
		m := newMachine(t)
		m.run(t.Context(), "check", "--all", list, "--catalog", b.Dir, "--output", format)
		if part := partIn(m.out.String()+m.err.String(), secret); part != "" || m.out.Len() == 0 {
			t.Errorf("%s holds %q:\n%s", format, part, &m.out)
		}
	}
}

// A folder may be named after the secret of an account in it.
func TestNoFolderOfAListIsTheSecret(t *testing.T) {
	const secret = "walrus-kettle-plinth-amber"
	b := box(t)
	dir := filepath.Join(t.TempDir(), secret)
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(dir, "list.yaml")
	for name, text := range map[string]string{list: "- {name: a, environment: sandbox, client_id: x, secret_file: own}\n", filepath.Join(dir, "own"): secret} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, format := range report.Names() {
		m := newMachine(t).with(map[string]string{"GITHUB_WORKSPACE": filepath.Dir(dir)})
		m.run(t.Context(), "check", "--all", list, "--catalog", b.Dir, "--output", format)
		if part := partIn(m.out.String()+m.err.String(), secret); part != "" || m.out.Len() == 0 {
			t.Errorf("%s holds %q:\n%s", format, part, &m.out)
		}
	}
}
