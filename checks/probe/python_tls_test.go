package probe_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
)

// certified makes a key and a certificate, signed by an authority or, where there is none, by itself.
func certified(t *testing.T, bits int, authority *tls.Certificate, change func(*x509.Certificate)) tls.Certificate {
	t.Helper()
	key, err := keyOf(bits)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: t.Name()}, NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, BasicConstraintsValid: true,
	}
	change(c)
	parent, signer := c, crypto.PrivateKey(key)
	if authority != nil {
		parent, signer = authority.Leaf, authority.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// keyOf makes a key of RSA with so many bits, or one of P-256.
func keyOf(bits int) (crypto.Signer, error) {
	if bits == 0 {
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	return rsa.GenerateKey(rand.Reader, bits)
}

// A variable that names nothing usable ends the Python client whatever --ca-file says. That a usable
// file lacks the authority that --ca-file adds is no finding: the person says whom to trust.
func TestWhatTheVariableOfAuthoritiesNames(t *testing.T) {
	dir := t.TempDir()
	root := certified(t, 0, nil, func(c *x509.Certificate) { c.IsCA, c.KeyUsage = true, x509.KeyUsageCertSign })
	other := certified(t, 0, nil, func(c *x509.Certificate) { c.IsCA, c.KeyUsage = true, x509.KeyUsageCertSign })
	own := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Leaf.Raw}))
	for name, content := range map[string]string{
		"own.pem": own, "other.pem": string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: other.Leaf.Raw})), "empty.pem": "", "text.pem": "authorities", "plain/own.pem": own, "hashed/0a1b2c3d.0": own,
		"trusted.pem": strings.ReplaceAll(own, "CERTIFICATE", "TRUSTED CERTIFICATE"),
	} {
		file := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(content), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	pool := x509.NewCertPool()
	pool.AddCert(root.Leaf)
	for name, want := range map[string]string{
		"": "", "own.pem": "", "other.pem": "", "hashed": "", "trusted.pem": "",
		"none.pem":  "there is no such file",
		"empty.pem": "there is no certificate in it",
		"text.pem":  "there is no certificate in it",
		"plain":     "it is a folder without hashed certificates (openssl rehash)",
	} {
		t.Run(name, func(t *testing.T) {
			srv := httptest.NewUnstartedServer(http.NotFoundHandler())
			srv.TLS = &tls.Config{Certificates: []tls.Certificate{certified(t, 0, &root, func(*x509.Certificate) {})}}
			srv.StartTLS()
			defer srv.Close()
			lookup := func(variable string) (string, bool) {
				return filepath.Join(dir, name), variable == "REQUESTS_CA_BUNDLE" && name != ""
			}
			f := checks.Derive(probe.Run(t.Context(), hostileSubject(srv.URL), probe.Options{RootCAs: pool, Lookup: lookup}, nil).Evidence.Facts)
			fault := f.Text(checks.PythonBundleFault)
			if trusts := f.Text(checks.PythonTrusts); trusts != "" || !strings.HasSuffix(fault, want) || (fault != "") != (want != "") {
				t.Errorf("%s, %q", trusts, fault)
			}
		})
	}
}

// How strict Python is, is known where its environment is active.
func TestTheVersionOfTheActivePython(t *testing.T) {
	for folder, want := range map[string]int{"lib/python3.12/site-packages": 12, "lib/python3.14": 14, "Lib/site-packages": 0, "lib/python3.x": 0, "": 0} {
		dir := t.TempDir()
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
		for _, variable := range []string{"VIRTUAL_ENV", "CONDA_PREFIX"} {
			if got := probe.PythonMinor(func(name string) (string, bool) { return dir, name == variable }); got != want {
				t.Errorf("%s, %s: %d", variable, folder, got)
			}
		}
	}
}

// Python tells OpenSSL to be strict since version 3.13. A certificate that "openssl req -x509" makes is
// then none.
func TestCertificatesThatPythonRefusesSinceVersion313(t *testing.T) {
	strict := func(c *x509.Certificate) { c.IsCA, c.KeyUsage = true, x509.KeyUsageCertSign }
	root := certified(t, 0, nil, strict)
	loose := certified(t, 0, nil, func(c *x509.Certificate) { c.IsCA = true })
	unnamed := certified(t, 0, nil, func(c *x509.Certificate) { // Go names the key of an authority of itself
		c.KeyUsage = x509.KeyUsageCertSign
		c.BasicConstraintsValid = false
		c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 19}, Critical: true, Value: []byte{0x30, 3, 1, 1, 0xff}}}
	})
	optional := func(c *x509.Certificate) {
		c.BasicConstraintsValid = false
		c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 19}, Value: []byte{0x30, 3, 1, 1, 0xff}}}
	}
	signing := func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature }
	for name, tc := range map[string]struct {
		root   tls.Certificate
		change func(*x509.Certificate)
		want   string
	}{
		"trusted itself":          {loose, nil, ""},
		"as it should be":         {root, func(*x509.Certificate) {}, ""},
		"a root without usage":    {loose, func(*x509.Certificate) {}, "a certificate of an authority that does not say what its key is for (key usage)"},
		"no key of an authority":  {unnamed, func(*x509.Certificate) {}, "a certificate that does not name the key of its authority (authority key identifier)"},
		"an authority by the way": {root, optional, "a certificate of an authority that is not marked as one critically (basic constraints)"},
		"a server that signs":     {root, signing, "a certificate of a server whose key may sign others (key usage)"},
	} {
		t.Run(name, func(t *testing.T) {
			shown := tc.root
			if tc.change != nil {
				shown = certified(t, 0, &tc.root, tc.change)
			}
			pool := x509.NewCertPool()
			pool.AddCert(tc.root.Leaf)
			chains, err := shown.Leaf.Verify(x509.VerifyOptions{Roots: pool})
			if got := probe.RefusedStrictly(chains); err != nil || got != tc.want {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

// OpenSSL, as Python sets it up, is stricter than Go's library.
func TestWhatOpenSSLRefusesIsSaid(t *testing.T) {
	authority := func(c *x509.Certificate) { c.IsCA, c.KeyUsage = true, x509.KeyUsageCertSign }
	root := certified(t, 0, nil, authority)
	weak := certified(t, 1024, nil, authority)
	for name, tc := range map[string]struct {
		root   tls.Certificate
		bits   int
		change func(*x509.Certificate)
		config func(*tls.Config)
		want   string
	}{
		"as usual":                {root: root},
		"a short key":             {root: root, bits: 1024, want: "a certificate with an RSA key of 1024 bits"},
		"a long key":              {root: root, bits: 2048},
		"a short key of the root": {root: weak, want: "a certificate with an RSA key of 1024 bits"},
		"for other certificates":  {root: root, change: func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageCertSign }, want: "a certificate whose key is not meant for a connection (key usage)"},
		"for any purpose":         {root: root, change: func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageAny} }, want: "a certificate that is not meant for a server by name (extended key usage)"},
		"for servers":             {root: root, change: func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} }},
		"a cipher of the old times": {root: root, config: func(c *tls.Config) {
			c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA}
		}, want: "a cipher that uses SHA-1 (TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA)"},
		"a cipher that Python offers and Go of itself does not": {root: root, config: func(c *tls.Config) {
			c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			change := tc.change
			if change == nil {
				change = func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment }
			}
			srv := httptest.NewUnstartedServer(http.NotFoundHandler())
			srv.TLS = &tls.Config{Certificates: []tls.Certificate{certified(t, tc.bits, &tc.root, change)}}
			if tc.config != nil {
				tc.config(srv.TLS)
			}
			srv.StartTLS()
			defer srv.Close()
			pool := x509.NewCertPool()
			pool.AddCert(tc.root.Leaf)
			f := probe.Run(t.Context(), hostileSubject(srv.URL), probe.Options{RootCAs: pool}, nil).Evidence.Facts
			holds(t, f, checks.Facts{"python.tls": tc.want, "discovery.status": 404})
		})
	}
}
