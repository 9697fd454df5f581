//go:build acceptance

// Package certificates makes the laboratory's own authority and what it
// signs: a server certificate for localhost, and a client certificate for the
// cases in which the identity provider asks for one. They are made once and
// kept, so that a prepared snapshot stays valid.
package certificates

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/credguide/credguide/internal/dev/acceptance/labdir"
)

// Set names the files of the laboratory's certificates, all PEM.
type Set struct {
	CA                string
	Server, ServerKey string
	Client, ClientKey string
	ClientSubject     string
}

// Ensure returns the laboratory's certificates and makes them at first.
func Ensure() (Set, error) {
	release, err := labdir.Lock("certificates")
	if err != nil {
		return Set{}, err
	}
	defer release()
	folder, err := labdir.Path("certificates")
	if err != nil {
		return Set{}, err
	}
	if err := labdir.Once(folder, create); err != nil {
		return Set{}, fmt.Errorf("make the laboratory's certificates: %w", err)
	}
	in := func(name string) string { return filepath.Join(folder, name) }
	return Set{
		CA:     in("ca.pem"),
		Server: in("server.pem"), ServerKey: in("server.key"),
		Client: in("client.pem"), ClientKey: in("client.key"),
		ClientSubject: "CN=lab-client",
	}, nil
}

func create(folder string) error {
	authority := template("credguide laboratory CA")
	authority.IsCA = true
	authority.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	authorityKey, err := write(folder, "ca", authority, authority, nil)
	if err != nil {
		return err
	}
	server := template("localhost")
	server.DNSNames = []string{"localhost"}
	server.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
	server.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	if _, err := write(folder, "server", server, authority, authorityKey); err != nil {
		return err
	}
	client := template("lab-client")
	client.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	_, err = write(folder, "client", client, authority, authorityKey)
	return err
}

func template(name string) *x509.Certificate {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		panic(err) // crypto/rand does not fail on any system that Go supports
	}
	return &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().AddDate(10, 0, 0),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		BasicConstraintsValid: true,
	}
}

// write signs the certificate (with its own key where none is given) and
// leaves name.pem and name.key in the folder.
func write(folder, name string, certificate, issuer *x509.Certificate, issuerKey *ecdsa.PrivateKey) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	if issuerKey == nil {
		issuerKey = key
	}
	signed, err := x509.CreateCertificate(rand.Reader, certificate, issuer, &key.PublicKey, issuerKey)
	if err != nil {
		return nil, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	if err := writePEM(filepath.Join(folder, name+".key"), "PRIVATE KEY", private); err != nil {
		return nil, err
	}
	return key, writePEM(filepath.Join(folder, name+".pem"), "CERTIFICATE", signed)
}

func writePEM(path, kind string, content []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}), 0o600)
}

// Nameless is a certificate that names localhost in its common name alone, as
// was usual before 2017; its key lies beside it. No program of today takes it.
func Nameless() (string, error) {
	set, err := Ensure()
	if err != nil {
		return "", err
	}
	release, err := labdir.Lock("certificates")
	if err != nil {
		return "", err
	}
	defer release()
	folder, err := labdir.Path("certificates-nameless")
	if err != nil {
		return "", err
	}
	return filepath.Join(folder, "nameless.pem"), labdir.Once(folder, func(temporary string) error {
		pair, err := tls.LoadX509KeyPair(set.CA, strings.TrimSuffix(set.CA, "pem")+"key")
		if err != nil {
			return err
		}
		authorityKey, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
		if !ok {
			return errors.New("the laboratory's authority has another kind of key")
		}
		named := template("localhost")
		named.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		_, err = write(temporary, "nameless", named, pair.Leaf, authorityKey)
		return err
	})
}
