package probe

import (
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/crypto/x509roots/fallback/bundle"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/files"
	"github.com/credguide/credguide/internal/text"
)

// What of this machine decides whether the openEO Python client would log in: whom it trusts.

// What checks of one run share of this machine, by key.
type (
	netrcKey       string
	authoritiesKey struct{}
	trustKey       struct {
		shown   string
		trusted bool
	}
)

// key tells hosts apart whose certificates differ.
func (m met) key() trustKey {
	var shown strings.Builder
	for _, c := range m.shown {
		shown.Write(c.Raw)
	}
	return trustKey{shown.String(), m.chains != nil}
}

// met are the certificates that a host showed, and the chains by which this program trusts them, if
// it does.
type met struct {
	host   string
	shown  []*x509.Certificate
	chains [][]*x509.Certificate
	suite  uint16
}

// authorities are whom the Python client trusts: a file that a variable names, or that of the
// package certifi.
type authorities struct {
	variable string
	pool     *x509.CertPool // nil where it cannot be read
	list     bool           // neither was seen: what certifi is made from, Mozilla's list
	fault    string         // for which the client ends at what the variable names
}

// bundleVariables name the file in place of certifi's, the first that is set (package requests).
var bundleVariables = []string{"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"}

const maxBundle = 4 << 20 // bytes; certifi's has 300 kB

func (p *pass) pythonAuthorities(ctx context.Context) authorities {
	file, name := firstSet(p.options.Lookup, bundleVariables...)
	if name == "" {
		if file = p.certifi(); file == "" {
			return authorities{list: true}
		}
	}
	a := authorities{variable: name}
	c, err := files.Read(ctx, file, files.Limits{Bytes: maxBundle})
	pool := x509.NewCertPool()
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		a.fault = err.Error()
	case err != nil:
		a.fault = unhashed(file)
	case pool.AppendCertsFromPEM(c.Data):
		a.pool = pool
	case !bytes.Contains(c.Data, []byte("-----BEGIN")): // there are other forms that OpenSSL reads
		a.fault = "there is no certificate in it"
	}
	if a.fault != "" {
		a.fault = text.Visible(file) + ": " + a.fault
	}
	return a
}

var hashedName = regexp.MustCompile(`^[0-9a-f]{8}\.[0-9]+$`)

// unhashed tells of a folder in which OpenSSL finds nobody: it looks there for names that it has made
// of those of the authorities.
func unhashed(folder string) string {
	inside, err := os.ReadDir(folder)
	if err != nil || slices.ContainsFunc(inside, func(e fs.DirEntry) bool { return hashedName.MatchString(e.Name()) }) {
		return ""
	}
	return "it is a folder without hashed certificates (openssl rehash)"
}

// certifi finds the file of that package in the Python environment that is active.
func (p *pass) certifi() string { return p.ofPackages("certifi", "cacert.pem") }

// pythonSocks records the variable of a SOCKS proxy that is in between. The client's library goes
// through one only with the package PySocks, which the client does not bring.
func (p *pass) pythonSocks() {
	variable := ""
	for _, s := range readByPython {
		if scheme, _ := seen[string](p, s.ViaScheme); strings.HasPrefix(scheme, "socks") {
			variable, _ = seen[string](p, s.Via)
		}
	}
	if variable != "" && p.ofPackages("socks.py") != "" {
		variable = ""
	}
	p.set(checks.PythonSocks, variable)
}

// ofPackages finds a file of a package in the Python environment that is active.
func (p *pass) ofPackages(path ...string) string {
	return p.inPython(append([]string{"lib/python3*/site-packages"}, path...), append([]string{"Lib/site-packages"}, path...))
}

// strictSince is the minor version of Python 3 from which on it tells OpenSSL to be strict.
const strictSince = 13

// pythonMinor is the minor version of the Python environment that is active; 0: it is not seen.
func (p *pass) pythonMinor() int {
	minor, err := strconv.Atoi(strings.TrimPrefix(filepath.Base(p.inPython([]string{"lib/python3.*"})), "python3."))
	if err != nil {
		return 0
	}
	return minor
}

// inPython finds a file of the Python environment that is active, by the first pattern that it has.
func (p *pass) inPython(patterns ...[]string) string {
	for _, variable := range []string{"VIRTUAL_ENV", "CONDA_PREFIX"} {
		dir, ok := p.options.Lookup(variable)
		if !ok || dir == "" {
			continue
		}
		for _, pattern := range patterns {
			if found, err := filepath.Glob(filepath.Join(append([]string{dir}, pattern...)...)); err == nil && len(found) > 0 {
				return found[0]
			}
		}
	}
	return ""
}

// verdict tells whether the client would trust a host. Of Mozilla's list it is only likely that the
// client has no other.
func (a authorities) verdict(m met) string {
	switch {
	case a.list && slices.ContainsFunc(m.chains, endsInMozillas), a.list && m.verifies(mozillas()):
		return "yes"
	case a.list && m.chains == nil:
		return "unknown"
	case a.list:
		return "unlikely"
	case a.fault != "":
		return "no"
	case a.pool == nil:
		return "unknown"
	case m.verifies(a.pool):
		return "yes"
	}
	return "no"
}

func (m met) verifies(pool *x509.CertPool) bool {
	if len(m.shown) == 0 {
		return false
	}
	between := x509.NewCertPool()
	for _, c := range m.shown[1:] {
		between.AddCert(c)
	}
	_, err := m.shown[0].Verify(x509.VerifyOptions{Roots: pool, Intermediates: between})
	return err == nil
}

func endsInMozillas(chain []*x509.Certificate) bool {
	for root := range bundle.Roots() {
		if len(chain) > 0 && bytes.Equal(root.Certificate, chain[len(chain)-1].Raw) {
			return true
		}
	}
	return false
}

func mozillas() *x509.CertPool {
	pool := x509.NewCertPool()
	for root := range bundle.Roots() {
		if c, err := x509.ParseCertificate(root.Certificate); err == nil {
			pool.AddCert(c)
		}
	}
	return pool
}

// meet remembers the certificates of a host, those that were refused too.
func (c *client) meet(host string, state *tls.ConnectionState, refused []*x509.Certificate) {
	m := met{host: host, shown: refused}
	if state != nil {
		m.shown, m.chains, m.suite = state.PeerCertificates, state.VerifiedChains, state.CipherSuite
	}
	if len(m.shown) == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !slices.ContainsFunc(c.met, func(known met) bool { return known.host == host }) {
		c.met = append(c.met, m)
	}
}

func (c *client) certificates() []met {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.met)
}

// refusedByOpenSSL says what of a connection that works here OpenSSL refuses, as Python sets it up
// since version 3.10; empty where that is nothing. It asks for RSA keys of 2048 bits in the whole
// chain, for a certificate that is meant for servers, for messages that SHA-1 does not protect, and
// for a chain that ends at an authority of its own. Of these, whom to trust is for the person to say.
func (m met) refusedByOpenSSL(chosen bool) string {
	const least = 2048
	if len(m.chains) == 0 || len(m.chains[0]) == 0 {
		return ""
	}
	leaf, root := m.chains[0][0], m.chains[0][len(m.chains[0])-1]
	for _, c := range m.chains[0] {
		if key, ok := c.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() < least {
			return fmt.Sprintf("a certificate with an RSA key of %d bits", key.N.BitLen())
		}
	}
	switch {
	case leaf.KeyUsage != 0 && leaf.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageKeyEncipherment|x509.KeyUsageKeyAgreement) == 0:
		return "a certificate whose key is not meant for a connection (key usage)"
	case len(leaf.ExtKeyUsage)+len(leaf.UnknownExtKeyUsage) > 0 && !slices.ContainsFunc(leaf.ExtKeyUsage, forServers):
		return "a certificate that is not meant for a server by name (extended key usage)"
	case slices.Contains(withSHA1, m.suite):
		return "a cipher that uses SHA-1 (" + tls.CipherSuiteName(m.suite) + ")"
	case !chosen && !bytes.Equal(root.RawIssuer, root.RawSubject):
		return "a certificate that is trusted here for an authority below a root (" + text.Line(root.Subject.CommonName, 60) + ")"
	}
	return ""
}

// refusedStrictly says what of the certificates OpenSSL refuses where it is told to be strict, as
// Python tells it since version 3.13 (RFC 5280 section 4.2.1); empty where that is nothing. A
// certificate that is trusted itself it takes as it is.
func (m met) refusedStrictly() (what string) {
	for _, chain := range m.chains { // one that it takes is enough
		if what = strictly(chain); what == "" {
			return ""
		}
	}
	return what
}

func strictly(chain []*x509.Certificate) string {
	if len(chain) == 1 {
		return ""
	}
	basicConstraints, keyUsage := asn1.ObjectIdentifier{2, 5, 29, 19}, asn1.ObjectIdentifier{2, 5, 29, 15}
	for i, c := range chain {
		of := func(id asn1.ObjectIdentifier) (e pkix.Extension, ok bool) {
			at := slices.IndexFunc(c.Extensions, func(e pkix.Extension) bool { return e.Id.Equal(id) })
			if at < 0 {
				return e, false
			}
			return c.Extensions[at], true
		}
		constraints, _ := of(basicConstraints)
		_, usage := of(keyUsage)
		switch {
		case c.IsCA && !constraints.Critical:
			return "a certificate of an authority that is not marked as one critically (basic constraints)"
		case c.IsCA && !usage:
			return "a certificate of an authority that does not say what its key is for (key usage)"
		case !c.IsCA && c.KeyUsage&x509.KeyUsageCertSign != 0:
			return "a certificate of a server whose key may sign others (key usage)"
		case c.Version < 3:
			continue
		case i+1 < len(chain) && len(c.AuthorityKeyId) == 0:
			return "a certificate that does not name the key of its authority (authority key identifier)"
		case c.IsCA && len(c.SubjectKeyId) == 0:
			return "a certificate of an authority that does not name its key (subject key identifier)"
		}
	}
	return ""
}

func forServers(u x509.ExtKeyUsage) bool {
	return u == x509.ExtKeyUsageServerAuth || u == x509.ExtKeyUsageNetscapeServerGatedCrypto || u == x509.ExtKeyUsageMicrosoftServerGatedCrypto
}

var withSHA1 = []uint16{
	tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
}
