package cli

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/credguide/credguide/cli/app"
)

func TestServeWithTLSAndAPassword(t *testing.T) {
	b := box(t)
	list := write(t, fmt.Sprintf("- {name: one, environment: sandbox, client_id: %s, secret_variable: S}\n", b.ClientID))
	certificate, key := selfSigned(t)
	hashed, err := bcrypt.GenerateFromPassword([]byte("open sesame"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	config := write(t, fmt.Sprintf("tls_server_config: {cert_file: %s, key_file: %s}\nbasic_auth_users: {prometheus: %q}\n", certificate, key, hashed))
	m := newMachine(t).with(map[string]string{"S": b.ClientSecret})
	base, stop := serving(t, m, b, list, "--every", "1h", "--web.config.file", config)
	defer stop()
	pool := x509.NewCertPool()
	trusted, err := os.ReadFile(certificate)
	if err != nil || !pool.AppendCertsFromPEM(trusted) {
		t.Fatalf("no certificate: %v", err)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	defer client.CloseIdleConnections()
	ask := func(password string) int {
		for range 600 {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, strings.Replace(base, "http:", "https:", 1)+"/metrics", nil)
			if err != nil {
				t.Fatal(err)
			}
			if password != "" {
				req.SetBasicAuth("prometheus", password)
			}
			if res, err := client.Do(req); err == nil {
				_ = res.Body.Close()
				return res.StatusCode
			}
			time.Sleep(50 * time.Millisecond)
		}
		return 0
	}
	for password, want := range map[string]int{"": http.StatusUnauthorized, "wrong": http.StatusUnauthorized, "open sesame": http.StatusOK} {
		if got := ask(password); got != want {
			t.Errorf("with the password %q: %d", password, got)
		}
	}
	newMachine(t).refused(t, "--web.config.file", "serve", list, "--web.config.file", write(t, "tls_server_confg: {}\n"))
	newMachine(t).refused(t, "--web.config.file", "serve", list, "--web.config.file", filepath.Join(t.TempDir(), "none"))
}

// selfSigned makes a certificate for loopback.
func selfSigned(t *testing.T) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, about, about, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return write(t, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))),
		write(t, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})))
}

// Beyond this machine everybody can read the pages, unless there is a password; that is said.
func TestServeBeyondThisMachineIsSaid(t *testing.T) {
	list := write(t, "- {name: a, issuer: \"http://127.0.0.1:1/\", client_id: a, secret_variable: A}\n")
	for listen, warned := range map[string]bool{"0.0.0.0:0": true, ":0": true, "127.0.0.1:0": false, "[::1]:0": false} {
		l, err := net.Listen("tcp", listen)
		if err != nil {
			continue // this machine has no IPv6
		}
		_ = l.Close()
		ctx, cancel := context.WithCancel(t.Context())
		m := newMachine(t)
		said := &lines{found: make(chan struct{})}
		m.Stderr = said
		ended := make(chan int, 1)
		go func() { ended <- m.run(ctx, "serve", list, "--listen", listen) }()
		<-said.found
		cancel()
		if code := <-ended; code != app.ExitHealthy {
			t.Errorf("%s: exit code %d", listen, code)
		}
		if got := strings.Contains(said.text(), "warning: everybody who can reach "); got != warned {
			t.Errorf("%s: %s", listen, said.text())
		}
	}
}
