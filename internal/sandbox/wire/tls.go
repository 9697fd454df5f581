package wire

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// Certificate is what is wrong with a host's certificate.
type Certificate int

// The faults of certificates.
const (
	certGood Certificate = iota
	CertExpired
	CertNotYetValid
	CertOtherNames
	CertForeignAuthority
	CertMissingIntermediate
	CertCommonNameOnly // as certificates were before 2017
	CertNegativeSerial // which some TLS libraries take
)

// authority is a certificate authority that lives in memory, made anew at each start.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority() (*authority, error) { return makeAuthority("credguide sandbox CA", nil) }

// makeAuthority makes a root, or an intermediate signed by parent.
func makeAuthority(name string, parent *authority) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make the key of %s: %w", name, err)
	}
	now := time.Now()
	t := &x509.Certificate{
		SerialNumber: Serial(), Subject: pkix.Name{CommonName: name, Organization: []string{"credguide sandbox"}},
		NotBefore: now.AddDate(-2, 0, 0), NotAfter: now.AddDate(2, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	signer := &authority{cert: t, key: key}
	if parent != nil {
		signer = parent
	}
	der, err := x509.CreateCertificate(rand.Reader, t, signer.cert, &key.PublicKey, signer.key)
	if err != nil {
		return nil, fmt.Errorf("make the certificate of %s: %w", name, err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("read the certificate of %s: %w", name, err)
	}
	return &authority{cert: cert, key: key}, nil
}

// pem is what a user adds to the trusted authorities.
func (a *authority) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
}

func (a *authority) pool() *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(a.cert)
	return p
}

// config is the TLS side of one host.
func (a *authority) config(h *Host) (*tls.Config, error) {
	pair, err := a.leaf(h)
	if err != nil {
		return nil, err
	}
	c := &tls.Config{Certificates: []tls.Certificate{pair}, NextProtos: []string{"http/1.1"}, MinVersion: tls.VersionTLS12}
	if h.Wire == OldTLS {
		c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	}
	return c, nil
}

// leaf makes the host's certificate, with the fault that was asked for.
func (a *authority) leaf(h *Host) (tls.Certificate, error) {
	signer, now := a, time.Now()
	t := &x509.Certificate{
		SerialNumber: Serial(), Subject: pkix.Name{CommonName: "credguide sandbox " + h.Name},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(0, 1, 0),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if h.Public != "" {
		t.DNSNames = append(t.DNSNames, h.Public)
	}
	var err error
	switch h.Cert {
	case CertExpired:
		t.NotBefore, t.NotAfter = now.AddDate(0, -4, 0), now.AddDate(0, 0, -3)
	case CertNotYetValid:
		t.NotBefore, t.NotAfter = now.AddDate(0, 0, 2), now.AddDate(0, 3, 0)
	case CertOtherNames:
		t.DNSNames, t.IPAddresses = []string{"www.sandbox.invalid", "portal.sandbox.invalid"}, nil
	case CertForeignAuthority:
		signer, err = makeAuthority("Another authority", nil)
	case CertNegativeSerial:
		t.SerialNumber.SetBit(t.SerialNumber, 98, 1) // so that its first byte is the first of the number, and no zero before it
	case CertCommonNameOnly:
		t.Subject.CommonName, t.DNSNames, t.IPAddresses = "127.0.0.1", nil, nil
	case CertMissingIntermediate:
		signer, err = makeAuthority("credguide sandbox intermediate", a)
	}
	if err != nil {
		return tls.Certificate{}, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make the key of %s: %w", h.Name, err)
	}
	der, err := x509.CreateCertificate(rand.Reader, t, signer.cert, &key.PublicKey, signer.key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make the certificate of %s: %w", h.Name, err)
	}
	if h.Cert == CertNegativeSerial {
		der = withNegativeSerial(der, t.SerialNumber)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// Serial is a fresh serial number for a certificate. withNegativeSerial turns the serial number of
// a certificate into a negative one, by its first bit (X.690 section 8.3.3). The library would not
// make such a certificate. Its signature is wrong then, but nobody gets as far as that.
func withNegativeSerial(der []byte, serial *big.Int) []byte {
	der = bytes.Clone(der)
	if i := bytes.Index(der, serial.Bytes()); i >= 0 {
		der[i] |= 0x80
	}
	return der
}

// Serial is a fresh serial number.
func Serial() *big.Int {
	n, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 100)) // never fails (crypto/rand)
	return n
}
