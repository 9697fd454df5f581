package cli

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/sandbox"
)

// publicIn is check --public of the sandbox's main back-end.
func publicIn(b *sandbox.Sandbox, more ...string) []string {
	return append([]string{"check", "--public", "--backend", b.BackendURL(), "--ca-file", filepath.Join(b.Dir, "ca.pem")}, more...)
}

// What a back-end and its identity providers publish is judged without credentials, whatever lies
// about on the machine.
func TestAPublicCheckUsesNoCredentials(t *testing.T) {
	b := box(t)
	secret := strings.Repeat("Kx7", 20)
	m := newMachine(t).with(map[string]string{"OPENEO_AUTH_CLIENT_ID": "nightly-ndvi", "OPENEO_AUTH_CLIENT_SECRET": secret})
	if code := m.run(t.Context(), publicIn(b, "--output", "json")...); code != 0 {
		t.Fatalf("exit code %d\n%s%s", code, m.out.String(), m.err.String())
	}
	lines := strings.Split(strings.TrimSpace(m.out.String()), "\n")
	if len(lines) != 2 || strings.Contains(m.out.String(), secret) || strings.Contains(m.out.String(), "nightly-ndvi") {
		t.Errorf("not one report for each of the two providers:\n%s", m.out.String())
	}
	for _, line := range lines {
		var r struct {
			Verdict string
			Checks  []struct{ ID string }
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil || r.Verdict != "healthy" {
			t.Errorf("%v: %s", err, line)
		}
		for _, c := range r.Checks {
			if c.ID == "token" || c.ID == "userinfo" || c.ID == "me" {
				t.Errorf("the step %s needs credentials", c.ID)
			}
		}
	}
	log, err := os.ReadFile(filepath.Join(b.Dir, "access.log"))
	if err != nil || strings.Contains(string(log), "POST") || strings.Contains(string(log), "openid-connect/auth") {
		t.Errorf("%v: more than documents was asked for:\n%s", err, log)
	}
}

func TestAPublicCheckNamesWhatIsWrong(t *testing.T) {
	for fault, want := range map[string]struct {
		code int
		id   string
	}{
		"grant-not-offered":        {1, "grant-not-offered"},
		"issuer-mismatch":          {1, "issuer-mismatch"},
		"issuer-trailing-slash":    {0, "issuer-trailing-slash"},
		"backend-oidc-unsupported": {1, "backend-oidc-unsupported"},
		"backend-not-openeo":       {1, "backend-not-openeo"},
		"discovery-not-json":       {1, "discovery-not-json"},
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t)
			code := m.run(t.Context(), publicIn(box(t, fault), "--output", "json")...)
			if code != want.code || !strings.Contains(strings.ReplaceAll(m.out.String(), `"id": "`, `"id":"`), `"id":"`+want.id+`"`) {
				t.Errorf("exit code %d, not %d with %s\n%s%s", code, want.code, want.id, m.out.String(), m.err.String())
			}
		})
	}
}

func TestAPublicCheckOfNobody(t *testing.T) {
	m := newMachine(t)
	if code := m.run(t.Context(), "check", "--public", "--backend", "http://127.0.0.1:1"); code != 3 || !strings.Contains(m.out.String(), "credguide check --public --backend http://127.0.0.1:1") {
		t.Errorf("exit code %d\n%s", code, m.out.String())
	}
	for _, args := range [][]string{{"--public"}, {"--public", "--backend", "none"}, {"--public", "--backend", "openeo.cloud", "--client-id", "x"}, {"--public", "--backend", "openeo.cloud", "nightly"}} {
		if code := m.run(t.Context(), append([]string{"check"}, args...)...); code != 2 {
			t.Errorf("%v: exit code %d", args, code)
		}
	}
}

// An environment is written from what is published, and a check takes the file.
func TestAnEnvironmentFromWhatIsPublished(t *testing.T) {
	b := box(t)
	m := newMachine(t)
	ca, file := filepath.Join(b.Dir, "ca.pem"), filepath.Join(t.TempDir(), "lab.yaml")
	args := []string{"environments", "add", b.BackendURL(), "--ca-file", ca, "--file", file}
	if code := m.run(t.Context(), args...); code != 2 || !strings.Contains(m.err.String(), "egi, egi-dev") {
		t.Errorf("several providers: exit code %d\n%s", code, m.err.String())
	}
	args = append(args, "--provider-id", "egi", "--id", "lab")
	if code := m.run(t.Context(), args...); code != 0 {
		t.Fatalf("exit code %d\n%s", code, m.err.String())
	}
	catalog, err := environments.Load()
	if err != nil {
		t.Fatal(err)
	}
	e, err := catalog.LoadFile(file)
	if err != nil || e.ID != "lab" || e.Issuer != b.Issuer("sandbox") || e.Way() != "" || e.Read == "" || e.Backends[0].ProviderID != "egi" || len(e.Backends[0].Scopes) != 4 {
		t.Errorf("%v: %+v", err, e)
	}
	if code := m.run(t.Context(), args...); code != 2 || !strings.Contains(m.err.String(), "--force") {
		t.Errorf("a file that is there: exit code %d\n%s", code, m.err.String())
	}
	check := []string{"check", "--environment", file, "--ca-file", ca, "--credentials", filepath.Join(b.Dir, "openeo.env")}
	if code := m.run(t.Context(), check...); code != 0 {
		t.Errorf("a check with the file: exit code %d\n%s%s", code, m.out.String(), m.err.String())
	}
	if code := m.run(t.Context(), "environments", "add", "http://127.0.0.1:1"); code == 0 || !strings.Contains(m.err.String(), "check --public") {
		t.Errorf("nobody answers: exit code %d\n%s", code, m.err.String())
	}
}

// What a hostile back-end calls itself neither leaves its line nor its length.
func TestAnEnvironmentFromAHostileBackEnd(t *testing.T) {
	var s *httptest.Server
	s = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		evil := `\u001b[2J\n- id: x\u202e ` + strings.Repeat("long ", 500)
		switch {
		case strings.HasSuffix(r.URL.Path, "/.well-known/openeo"):
			fmt.Fprintf(w, `{"versions":[{"api_version":"1.2.0","url":"%s/v"}]}`, s.URL)
		case strings.HasSuffix(r.URL.Path, "/credentials/oidc"):
			fmt.Fprintf(w, `{"providers":[{"id":"x","title":"%s","issuer":"%s/idp","scopes":["openid","%s"]}]}`, evil, s.URL, evil)
		case strings.HasSuffix(r.URL.Path, "/openid-configuration"):
			fmt.Fprintf(w, `{"issuer":"%s","token_endpoint":"%s/t","grant_types_supported":["%s"]}`, evil, s.URL, evil)
		default:
			fmt.Fprintf(w, `{"api_version":"1.2.0","title":"%s","endpoints":[]}`, evil)
		}
	}))
	defer s.Close()
	m := newMachine(t)
	if code := m.run(t.Context(), "environments", "add", s.URL, "--file", "-"); code != 0 {
		t.Fatalf("exit code %d\n%s", code, m.err.String())
	}
	for _, text := range []string{m.out.String(), m.err.String()} {
		if strings.ContainsAny(text, "\x1b\u202e") || strings.Contains(text, "\n- id: x") || len(text) > 4000 {
			t.Errorf("%d bytes:\n%s", len(text), text)
		}
	}
	if !strings.Contains(m.out.String(), "does not offer the client credentials grant") || !strings.Contains(m.out.String(), "names another issuer") {
		t.Errorf("what is wrong is not noted:\n%s", m.out.String())
	}
}
