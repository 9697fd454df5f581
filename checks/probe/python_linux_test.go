package probe_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/environments"
)

// TestWhomThePythonClientTrusts: the system's authorities, those of a variable, and those that
// Python brings are three lists. The program reads the system's once, so each case has a process of
// its own.
func TestWhomThePythonClientTrusts(t *testing.T) {
	if os.Getenv("PROBE_TRUST_CHILD") != "" {
		return
	}
	dir := t.TempDir()
	authority, other := filepath.Join(dir, "authority.pem"), filepath.Join(dir, "other.pem")
	srv := httptest.NewTLSServer(nil)
	srv.Close()
	write(t, authority, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw})))
	write(t, other, foreignAuthority(t))
	certifi := func(name, from string) string {
		text, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, name, "lib/python3.12/site-packages/certifi/cacert.pem"), string(text))
		return filepath.Join(dir, name)
	}
	for name, tc := range map[string]struct {
		variables []string
		want      string
	}{
		"only the system has it":     {[]string{"SSL_CERT_FILE=" + authority}, "failure= trusts=unlikely host=true bundle="},
		"the variable has it too":    {[]string{"SSL_CERT_FILE=" + authority, "REQUESTS_CA_BUNDLE=" + authority}, "failure= trusts=yes host=false bundle=REQUESTS_CA_BUNDLE"},
		"the variable lacks it":      {[]string{"SSL_CERT_FILE=" + authority, "CURL_CA_BUNDLE=" + other}, "failure= trusts=no host=true bundle=CURL_CA_BUNDLE"},
		"the variable names nothing": {[]string{"SSL_CERT_FILE=" + authority, "REQUESTS_CA_BUNDLE=" + dir + "/none"}, "failure= trusts=no host=true bundle=REQUESTS_CA_BUNDLE"},
		"certifi lacks it":           {[]string{"SSL_CERT_FILE=" + authority, "VIRTUAL_ENV=" + certifi("a", other)}, "failure= trusts=no host=true bundle="},
		"certifi has it":             {[]string{"SSL_CERT_FILE=" + authority, "CONDA_PREFIX=" + certifi("b", authority)}, "failure= trusts=yes host=false bundle="},
		"only the variable has it":   {[]string{"SSL_CERT_FILE=" + other, "REQUESTS_CA_BUNDLE=" + authority}, "failure=tls-unknown-authority trusts=yes host=false bundle=REQUESTS_CA_BUNDLE"},
		"nobody has it":              {[]string{"SSL_CERT_FILE=" + other}, "failure=tls-unknown-authority trusts=unknown host=true bundle="},
	} {
		t.Run(name, func(t *testing.T) {
			child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChildThatTrusts$", "-test.v")
			child.Env = append([]string{"PROBE_TRUST_CHILD=1", "SSL_CERT_DIR=" + filepath.Join(dir, "none")}, tc.variables...)
			out, err := child.CombinedOutput()
			if err != nil || !strings.Contains(string(out), "seen: "+tc.want+"\n") {
				t.Errorf("%v, not %q:\n%s", err, tc.want, out)
			}
		})
	}
}

// TestChildThatTrusts is the program that the test above starts.
func TestChildThatTrusts(t *testing.T) {
	if os.Getenv("PROBE_TRUST_CHILD") == "" {
		return
	}
	srv := httptest.NewUnstartedServer(reply(200, `{"issuer":"x"}`))
	srv.Config.ErrorLog = quiet()
	srv.StartTLS()
	defer srv.Close()
	s := probe.Subject{Environment: environments.Environment{ID: "x", Issuer: srv.URL}}
	s.Credentials.ClientID, s.Credentials.Secret = "lab", credentials.NewSecret(registered)
	f := probe.Run(t.Context(), s, probe.Options{Lookup: os.LookupEnv}, nil).Evidence.Facts
	fmt.Printf("seen: failure=%s trusts=%s host=%v bundle=%s\n", f.Text(checks.AtDiscovery.Failure), f.Text(checks.PythonTrusts),
		f.Text(checks.PythonTrustsNot) == strings.TrimPrefix(srv.URL, "https://"), f.Text(checks.PythonBundle))
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// foreignAuthority is one that has signed nothing here.
func foreignAuthority(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "Another authority"}, NotAfter: time.Now().AddDate(1, 0, 0), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}
